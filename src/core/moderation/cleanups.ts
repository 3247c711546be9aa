/**
 * Cleanups: what moderators do about many texts or accounts at once. One is about one account, or about all members who joined by an
 * invitation: first they are excluded, if that is wanted, then what they wrote is deleted. It runs in batches that hold no lock for long,
 * after the answer, and goes on where it ended on whatever node.
 */
import { AppError, invalid } from '../../errors.ts';
import {
  advanceCleanup,
  type CleanupRow,
  findCleanup,
  findJoinedBy,
  findPendingCleanups,
  hasJoinedBy,
  insertCleanup,
  lockCleanup,
} from '../../store/cleanups.ts';
import { deleteCommunityInvite } from '../../store/community-invites.ts';
import type { Db, Sql } from '../../store/database.ts';
import { requireRole } from '../community/ranks.ts';
import type { StreamFact } from '../events/append.ts';
import type { AccountFact } from '../events/changes.ts';
import { ACCOUNTS_STREAM } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { type Judge, recordActs } from './audit.ts';
import { createPurge } from './purge.ts';
import { checkSanction, requireOutranks, type SanctionParts, sanctionIn } from './sanctions.ts';

export type Cleanups = {
  /**
   * Deletes what an account wrote in the last hours: messages, posts and comments.
   * @throws AppError `forbidden` | `not_found` | `invalid`
   */
  purge(actor: Actor, ref: PersonRef, wanted: Purge): Promise<Cleanup>;
  /**
   * Revokes an invitation, if it is still good, and keeps out all members who joined by it; with `purge`, all that they wrote is
   * deleted too.
   * @throws AppError `forbidden` | `not_found`: there is no such invitation, and nobody joined by it | `invalid`
   */
  endRaid(actor: Actor, code: string, wanted: Raid): Promise<Cleanup>;
  /** @throws AppError `forbidden` | `not_found` */
  getCleanup(actor: Actor, id: number): Promise<Cleanup>;
  /** Goes on with those that were interrupted. */
  resumeCleanups(): Promise<void>;
  /** Cleanups under way end, and are resumed by the next start. */
  stopCleanups(): Promise<void>;
};

/** Times: Unix ms. `accounts`: how many are excluded by it so far; `texts`: how many were deleted. */
export type Cleanup = Pick<CleanupRow, 'id' | 'phase' | 'accounts' | 'texts' | 'sanction' | 'purges' | 'reason'> & {
  readonly since: number;
  readonly createdAt: number;
};

/** `hours`: how far back. */
export type Purge = { readonly hours: number; readonly reason?: string | undefined };

/** Against anyone who joined by an invitation since then (Unix ms; 0: ever). `until`: of the sanction, null: for ever. */
export type Raid = {
  readonly since?: number | undefined;
  readonly sanction: 'suspension' | 'ban';
  readonly until?: number | null | undefined;
  readonly purge: boolean;
  readonly reason?: string | undefined;
};

export const PURGE_HOURS_MAX = 24 * 366;
const HOUR = 3_600_000;
/** Accounts in one transaction, and cleanups in one round. */
const ACCOUNTS = 25;
const ROUND = 100;
const CODE_MAX = 64;

export function createCleanups(sql: Sql, parts: SanctionParts): Cleanups {
  const runner = createCleanupRunner(sql, parts);
  const stopping = new AbortController();
  const underWay = new Map<number, Promise<void>>();

  function begin(id: number): Promise<void> {
    const known = underWay.get(id);
    if (known !== undefined) return known;
    const running = runner
      .run(id, stopping.signal)
      // The next round goes on where it ended.
      .catch(() => {})
      .finally(() => underWay.delete(id));
    underWay.set(id, running);
    return running;
  }

  return {
    purge: async (actor, ref, wanted): Promise<Cleanup> => {
      const made = await runner.beginPurge(actor, ref, wanted);
      void begin(made.id);
      return toCleanup(made);
    },

    endRaid: async (actor, code, wanted): Promise<Cleanup> => {
      requireRole(actor, 'moderator');
      const { since = 0, sanction, until = null, purge, reason = '' } = wanted;
      checkSanction(parts.check, { kind: sanction, reason, until });
      if (!(since >= 0 && since <= 8.64e15)) throw invalid('since', 'format', 'since must be a time');
      if (code.length > CODE_MAX || code.includes('\0')) throw new AppError('not_found');
      const made = await sql.begin(async (tx) => {
        const isRevoked = await deleteCommunityInvite(tx, code);
        if (!isRevoked && !(await hasJoinedBy(tx, code))) throw new AppError('not_found');
        const row = await insertCleanup(tx, {
          ...{ inviteCode: code, sanction, purges: purge, reason, creatorId: actor.id },
          since: new Date(since),
          until: until === null ? null : new Date(until),
        });
        await recordActs(tx, actor, {
          action: 'raid.end',
          subject: `cleanup ${row.id}`,
          reason,
          after: { sanction, purge },
        });
        return row;
      });
      void begin(made.id);
      return toCleanup(made);
    },

    getCleanup: async (actor, id): Promise<Cleanup> => {
      requireRole(actor, 'moderator');
      const found = await findCleanup(sql, id);
      if (found === null) throw new AppError('not_found');
      return toCleanup(found);
    },

    resumeCleanups: async (): Promise<void> => {
      for (const id of await findPendingCleanups(sql, ROUND)) await begin(id);
    },

    stopCleanups: async (): Promise<void> => {
      stopping.abort();
      await Promise.all(underWay.values());
    },
  };
}

export type CleanupRunner = {
  beginPurge(judge: Judge, ref: PersonRef, purge: Purge): Promise<CleanupRow>;
  /** Until it is done. */
  run(id: number, signal: AbortSignal): Promise<void>;
};

/** For moderators, and for operators, who have no actor. */
export function createCleanupRunner(sql: Sql, parts: SanctionParts): CleanupRunner {
  const { changes } = parts;
  const purge = createPurge(sql, changes);

  async function sanctionSome(cleanup: CleanupRow): Promise<void> {
    const { id, sanction, purges, reason, until, creatorId } = cleanup;
    await changes.run([ACCOUNTS_STREAM], async (tx) => {
      // Another node may be at it too.
      const current = await lockCleanup(tx, id);
      const next = current?.phase === 'sanctioning' ? await nextAccounts(tx, current, ACCOUNTS) : [];
      if (current?.phase !== 'sanctioning') return { result: undefined };
      if (next.length === 0 || sanction === null) {
        await advanceCleanup(tx, id, { phase: purges ? 'purging' : 'done', afterId: 0 });
        return { result: undefined };
      }
      const wanted = { ...parts, kind: sanction, reason, until: until?.getTime() ?? null, cleanupId: id };
      const by = creatorId === null ? null : { id: creatorId };
      const facts: StreamFact[] = [];
      const personal: AccountFact[] = [];
      for (const accountId of next) {
        const sanctioned = await sanctionIn(tx, by, accountId, wanted);
        facts.push(...sanctioned.facts);
        personal.push(...sanctioned.personal);
      }
      await advanceCleanup(tx, id, { phase: 'sanctioning', afterId: next.at(-1) as number, accounts: next.length });
      return { result: undefined, facts, personal };
    });
  }

  async function purgeNext(cleanup: CleanupRow, signal: AbortSignal): Promise<void> {
    const [accountId] = await nextAccounts(sql, cleanup, 1);
    if (accountId === undefined) return advanceCleanup(sql, cleanup.id, { phase: 'done', afterId: cleanup.afterId });
    const texts = await purge(accountId, cleanup.since, signal);
    await advanceCleanup(sql, cleanup.id, { phase: 'purging', afterId: accountId, texts });
  }

  return {
    beginPurge: async (judge, ref, { hours, reason = '' }): Promise<CleanupRow> => {
      if (judge !== null) requireRole(judge, 'moderator');
      checkSanction(parts.check, { kind: 'removal', reason });
      if (!Number.isInteger(hours) || hours < 1 || hours > PURGE_HOURS_MAX)
        throw invalid('hours', 'high', `hours must be a whole number from 1 to ${PURGE_HOURS_MAX}`, {
          limit: PURGE_HOURS_MAX,
        });
      const { id: accountId } = await getPerson(sql, ref);
      return sql.begin(async (tx) => {
        await requireOutranks(tx, judge, accountId);
        const since = new Date(Date.now() - hours * HOUR);
        const made = await insertCleanup(tx, {
          ...{ accountId, since, reason, sanction: null, until: null, purges: true, creatorId: judge?.id ?? null },
        });
        await recordActs(tx, judge, { action: 'texts.purge', accountId, reason, after: { id: made.id, hours } });
        return made;
      });
    },

    run: async (id, signal): Promise<void> => {
      for (;;) {
        signal.throwIfAborted();
        const cleanup = await findCleanup(sql, id);
        if (cleanup === null || cleanup.phase === 'done') return;
        if (cleanup.phase === 'sanctioning') await sanctionSome(cleanup);
        else await purgeNext(cleanup, signal);
      }
    },
  };
}

/** The accounts of the cleanup that come next in its phase. */
async function nextAccounts(
  db: Db,
  { accountId, inviteCode, since, afterId }: CleanupRow,
  limit: number,
): Promise<number[]> {
  if (inviteCode !== null) return findJoinedBy(db, { code: inviteCode, since, after: afterId, limit });
  return accountId !== null && accountId > afterId ? [accountId] : [];
}

function toCleanup({ since, createdAt, ...row }: CleanupRow): Cleanup {
  const { id, phase, accounts, texts, sanction, purges, reason } = row;
  return {
    id,
    phase,
    accounts,
    texts,
    sanction,
    purges,
    reason,
    since: since.getTime(),
    createdAt: createdAt.getTime(),
  };
}
