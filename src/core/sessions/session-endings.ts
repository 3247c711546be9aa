/** Ends sessions, on every node and socket. */
import { AppError } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { refuseEarlierTokens } from '../../store/identities.ts';
import {
  endSessionRows,
  listProviderAccounts,
  type ProviderSessions,
  type SomeSessions,
} from '../../store/sessions.ts';
import { withBots } from '../bots/with-bots.ts';
import type { StreamFact } from '../events/append.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { isUid } from '../text.ts';

export type SessionEndings = {
  /** Signs out: invalidates the token and closes the session's sockets, on every node. An actor without a session has none to end. */
  end(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<void>;
  /** Signs out everywhere. */
  endAll(accountId: number): Promise<void>;
  /** Ends one of the actor's sessions (`named`: access tokens), on every node and socket. @throws AppError `not_found`: there is no such session */
  endOwn(actor: Pick<Actor, 'id'>, sessionId: string, options?: { named?: boolean }): Promise<void>;
  /** Ends all the actor's sessions but this one. Access tokens stay. @returns how many */
  endOthers(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<number>;
  /** Ends the sessions that an app password began, in the transaction that removes it. @returns what `remove` returns */
  endOfAppPassword(
    accountId: number,
    appPassword: string,
    remove: (tx: Db, accountId: number, id: string) => Promise<boolean>,
  ): Promise<boolean>;
  /** Ends the sessions that a provider means: of one sign-in there, or all of somebody. */
  endOfProvider(which: ProviderSessions): Promise<void>;
};

/** Ended sessions of which an account is told, at most. */
const TOLD = 100;
/** Sessions that one message of a provider ends. */
const ENDED_AT_ONCE = 1_000;

export function createSessionEndings(sql: Sql, changes: Changes): SessionEndings {
  async function end(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<void> {
    if (actor.sessionId !== null) await endSessions(changes, actor.id, { only: actor.sessionId });
  }

  async function endAll(accountId: number): Promise<void> {
    await endSessions(changes, accountId, {});
  }

  async function endOfAppPassword(
    accountId: number,
    appPassword: string,
    remove: (tx: Db, accountId: number, id: string) => Promise<boolean>,
  ): Promise<boolean> {
    return changes.run([ACCOUNTS_STREAM], async (tx) => {
      const ended = await endRows(tx, accountId, { appPassword });
      const result = await remove(tx, accountId, appPassword);
      const personal = ended.slice(0, TOLD).map((id) => endedFact(accountId, id));
      return { result, facts: [endedEverywhere(accountId)], personal };
    });
  }

  async function endOfProvider(which: ProviderSessions): Promise<void> {
    for (const { accountId, ids } of await listProviderAccounts(sql, which, ENDED_AT_ONCE))
      for (const only of ids) await endSessions(changes, accountId, { only });
  }

  async function endOwn(
    actor: Pick<Actor, 'id'>,
    sessionId: string,
    { named = false }: { named?: boolean } = {},
  ): Promise<void> {
    const ended = isUid(sessionId) && (await endSessions(changes, actor.id, { only: sessionId.toLowerCase(), named }));
    if (!ended) throw new AppError('not_found');
  }

  async function endOthers(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<number> {
    return actor.sessionId === null ? 0 : endSessions(changes, actor.id, { except: actor.sessionId, named: false });
  }

  return { end, endAll, endOwn, endOthers, endOfAppPassword, endOfProvider };
}

/** Ends sessions of an account, on every node and socket. @returns how many there were */
export async function endSessions(changes: Changes, accountId: number, which: SomeSessions): Promise<number> {
  return changes.run([ACCOUNTS_STREAM], async (tx) => {
    const ended = await endRows(tx, accountId, which);
    const facts = [endedEverywhere(accountId, which.only)];
    if (which.only !== undefined && ended.length === 0) return { result: 0 };
    if (isEverySession(which)) return { result: ended.length, facts };
    return { result: ended.length, facts, personal: ended.slice(0, TOLD).map((id) => endedFact(accountId, id)) };
  });
}

/** Ends all sessions of an account and its bots, as part of a change that has locked the accounts' stream. @returns the facts of it */
export async function endSessionsIn(tx: Db, accountId: number): Promise<StreamFact[]> {
  const ended = await withBots(tx, accountId);
  for (const id of ended) await endRows(tx, id, {});
  return ended.map((id) => endedEverywhere(id));
}

async function endRows(tx: Db, accountId: number, which: SomeSessions): Promise<string[]> {
  // Before the rows are ended, so that a session which begins meanwhile is either ended too or refused.
  if (isEverySession(which) || which.except !== undefined) await refuseEarlierTokens(tx, accountId);
  return endSessionRows(tx, accountId, which);
}

function isEverySession(which: SomeSessions): boolean {
  return Object.keys(which).length === 0;
}

/** For all nodes: they close the sockets whose sessions have ended. */
export function endedEverywhere(accountId: number, sessionId: string | null = null): StreamFact {
  return { streamId: ACCOUNTS_STREAM, fact: { kind: 'session.ended', data: { accountId, sessionId } } };
}

function endedFact(accountId: number, id: string): AccountFact {
  return { accountId, fact: { kind: 'own-session.ended', data: { id } } };
}
