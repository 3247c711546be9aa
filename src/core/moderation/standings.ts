/**
 * Standings of accounts, which a node keeps beyond their sign-in to its sockets: until when they may not write, and whom they do
 * not want to see. An event tells every node of a change.
 */
import { AppError } from '../../errors.ts';
import type { Connection } from '../../hub/connection.ts';
import { Recent } from '../../limits/recent.ts';
import { findHidden } from '../../store/blocks.ts';
import type { Sql } from '../../store/database.ts';
import { FOR_EVER, findSilence } from '../../store/sanctions.ts';
import { batched } from '../events/batched.ts';
import type { KoineHub } from '../events/events.ts';
import type { Actor } from '../model.ts';

export type Standings = {
  /** The account is read again, if something here depends on it. */
  refresh(accountId: number): Promise<void>;
  /** `now`: the account as it was read when its socket was bound, after it was let in as `actor`. */
  learn(actor: Pick<Actor, 'id' | 'silencedUntil'>, now: Silenced): void;
  /** From now on, a bound connection is sent nothing of those whom its account has blocked, now or later. */
  hideBlocked(connection: Connection, actor: Pick<Actor, 'id'>): Promise<void>;
  /** @throws AppError `silenced` */
  requireVoice(actor: Pick<Actor, 'id' | 'silencedUntil'>): void;
};

type Silenced = Pick<Actor, 'silencedUntil'>;

/** Accounts that changed while they had sockets here. */
const MAX_CHANGED = 50_000;
/** Accounts in one statement. */
const MAX_BATCH = 1_000;

export function createStandings(sql: Sql, hub: Pick<KoineHub, 'socketsOf'>): Standings {
  const changed = new Recent<Silenced>(MAX_CHANGED);
  /** The standing of most accounts; their sockets share it. */
  const nobody: ReadonlySet<number> = new Set();

  /** Thousands of sockets that reconnect share statements. */
  const hiddenOf = batched<number, readonly number[]>({ most: MAX_BATCH }, async (ids) => {
    const found = await findHidden(sql, ids);
    return ids.map((id) => found.get(id) ?? []);
  });

  function hide(connection: Connection, ids: readonly number[]): void {
    connection.hidden = ids.length === 0 ? nobody : new Set(ids);
  }

  return {
    refresh: async (accountId): Promise<void> => {
      const key = String(accountId);
      if (hub.socketsOf(accountId).length === 0 && changed.get(key) === undefined) return;
      const [silencedUntil, hidden] = await Promise.all([findSilence(sql, accountId), hiddenOf(accountId)]);
      changed.set(key, { silencedUntil });
      for (const connection of hub.socketsOf(accountId)) if (connection.hidden !== null) hide(connection, hidden);
    },

    learn: (actor, now): void => {
      if (now.silencedUntil !== actor.silencedUntil)
        changed.set(String(actor.id), { silencedUntil: now.silencedUntil });
    },

    hideBlocked: async (connection, { id }): Promise<void> => {
      connection.hidden = nobody;
      hide(connection, await hiddenOf(id));
    },

    requireVoice: (actor): void => {
      const { silencedUntil: until } = changed.get(String(actor.id)) ?? actor;
      if (until !== null && until > Date.now()) throw new AppError('silenced', until === FOR_EVER ? {} : { until });
    },
  };
}
