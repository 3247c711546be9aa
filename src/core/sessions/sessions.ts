/** Sessions: authenticate tokens, bind sockets, and end sessions on every node and socket. */

import { randomUUID } from 'node:crypto';
import DataLoader from 'dataloader';
import { AppError } from '../../errors.ts';
import { CLOSE } from '../../hub/close-codes.ts';
import type { Connection } from '../../hub/connection.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import type { Db, Sql } from '../../store/database.ts';
import { refuseEarlierTokens } from '../../store/identities.ts';
import {
  deleteExpiredSessions,
  endSessionRows,
  findLiveSessions,
  insertSession,
  type LiveSessionRow,
  listSessionsOf,
  type OwnSessionRow,
  type SessionTimes,
} from '../../store/sessions.ts';
import { isAdmin } from '../community/ranks.ts';
import { append } from '../events/append.ts';
import { createBatchGate } from '../events/batch-gate.ts';
import type { Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM, type Event, type KoineHub } from '../events/events.ts';
import type { Account, Actor } from '../model.ts';
import { isUid } from '../text.ts';
import type { Identities } from './identities.ts';
import type { Issuer } from './issuer.ts';
import type { Tokens } from './tokens.ts';

export type Sessions = ReturnType<typeof createSessions>;

const LOOKUPS_AT_ONCE = 500;
/** How long a lookup may take before the next one runs beside it, in ms. */
const LOOKUP_PATIENCE = 50;
/** Characters. */
const TOKEN_MAX = 8_192;
const AGENT_MAX = 256;
/** An account's sessions in a list, at most. */
const LISTED = 100;

/** `agent`: what signed in, as it called itself. `isCurrent`: the one that asks. */
export type OwnSession = OwnSessionRow & { readonly isCurrent: boolean };

export type SessionsOptions = {
  readonly changes: Changes;
  readonly tokens: Tokens;
  /** Verifies external tokens; null: only our own are accepted. */
  readonly issuer: Issuer | null;
  readonly identities: Identities;
  /** Lifetime of a session, in seconds. */
  readonly ttl: number;
  /** Rate limit of requests, by account. */
  readonly requests: Rates;
};

export function createSessions(
  sql: Sql,
  hub: KoineHub,
  { changes, tokens, issuer, identities, ttl, requests }: SessionsOptions,
) {
  const gate = createBatchGate(LOOKUP_PATIENCE);
  /** Batches lookups: all that arrive during a statement share the next one, as when thousands of sockets reconnect. */
  const liveSessions = new DataLoader<string, LiveSessionRow | null>(
    async (ids) => {
      const found = await findLiveSessions(sql, ids).finally(gate.leave);
      const rows = new Map(found.map((row) => [row.session_id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { cache: false, maxBatchSize: LOOKUPS_AT_ONCE, batchScheduleFn: (run) => setImmediate(gate.enter, run) },
  );

  /** `agent`: what signs in, as it calls itself; for the list of the account's sessions. */
  async function start(account: Account, agent = ''): Promise<{ token: string; expiresAt: Date }> {
    const sessionId = randomUUID();
    const times = await insertSession(sql, { id: sessionId, accountId: account.id, ttl, agent: shownAgent(agent) });
    const token = tokens.sign(
      'access',
      { ...account, sessionId },
      { issuedAt: times.now, expiresAt: times.expires_at },
    );
    return { token, expiresAt: byOwnClock(times) };
  }

  /**
   * @throws AppError `unauthenticated`: the token is bad, or its session is over | `rate_limited` | `unavailable`: the
   *   issuer of the token cannot be asked for its key
   */
  async function authenticate(token: string): Promise<Actor> {
    if (token.length > TOKEN_MAX) throw new AppError('unauthenticated');
    const row = issuer?.signed(token) ? await findForeign(issuer, token) : await findOwn(token);
    if (row === null) throw new AppError('unauthenticated');
    requireAllowed(await requests.take(String(row.id)));
    const { session_id: sessionId, expires_at, now, ...account } = row;
    return { ...account, isAdmin: isAdmin(row.role), sessionId, expiresAt: byOwnClock({ expires_at, now }) };
  }

  async function findOwn(token: string): Promise<LiveSessionRow | null> {
    const { sessionId, expiresAt } = tokens.verify('access', token);
    const row = await liveSessions.load(sessionId);
    return row !== null && row.now.getTime() < expiresAt ? row : null;
  }

  async function findForeign(from: Issuer, token: string): Promise<LiveSessionRow | null> {
    const verified = await from.verify(token);
    const known = await liveSessions.load(verified.sessionId);
    if (known !== null) return known;
    await identities.beginSession(verified);
    return liveSessions.load(verified.sessionId);
  }

  /**
   * Binds the socket to the actor, so that it closes with the session. The session is checked once more afterwards, since it
   * may have ended between the check of its token and the binding.
   */
  function bind(connection: Connection, actor: Actor): void {
    hub.identify(connection, { ...actor, accountId: actor.id });
    if (actor.sessionId !== null) closeUnlessLive(connection, actor.sessionId);
  }

  function closeUnlessLive(connection: Connection, sessionId: string): void {
    liveSessions.load(sessionId).then(
      (row) => row ?? connection.close(CLOSE.signedOut),
      (error: unknown) => connection.fail(error),
    );
  }

  /**
   * Closes the account's sockets on this node whose sessions have ended: of one session or (null) of all. The database
   * decides, so that a forged event ends nothing.
   */
  function closeEnded(accountId: number, sessionId: string | null): void {
    for (const connection of hub.socketsOf(accountId)) {
      const own = connection.identity?.sessionId ?? null;
      if (sessionId !== null && own !== sessionId) continue;
      if (own === null) connection.close(CLOSE.signedOut);
      else closeUnlessLive(connection, own);
    }
  }

  /** Signs out: invalidates the token and closes the session's sockets, on every node. An actor without a session has none to end. */
  async function end(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<void> {
    if (actor.sessionId !== null) await endSessions(actor.id, actor.sessionId);
  }

  /** Signs out everywhere. */
  async function endAll(accountId: number): Promise<void> {
    await endSessions(accountId, null);
  }

  /** @returns how many there were */
  async function endSessions(accountId: number, sessionId: string | null): Promise<number> {
    return changes.run([ACCOUNTS_STREAM], async (tx) => {
      const ended = await endRows(tx, accountId, sessionId);
      const fact = { kind: 'session.ended', data: { accountId, sessionId } } as const;
      const facts = [{ streamId: ACCOUNTS_STREAM, fact }];
      if (sessionId === null) return { result: ended, facts };
      if (ended === 0) return { result: 0 };
      const personal = [{ accountId, fact: { kind: 'own-session.ended', data: { id: sessionId } } as const }];
      return { result: ended, facts, personal };
    });
  }

  /** The actor's sessions that are good, the newest first: 100 at most. */
  async function listOwn(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<OwnSession[]> {
    const rows = await listSessionsOf(sql, actor.id, LISTED);
    return rows.map((row) => ({ ...row, isCurrent: row.id === actor.sessionId }));
  }

  /** Ends one of the actor's sessions, on every node and socket. @throws AppError `not_found`: there is no such session */
  async function endOwn(actor: Pick<Actor, 'id'>, sessionId: string): Promise<void> {
    if (!isUid(sessionId) || (await endSessions(actor.id, sessionId.toLowerCase())) === 0)
      throw new AppError('not_found');
  }

  return {
    start,
    authenticate,
    bind,
    closeEnded,
    end,
    endAll,
    listOwn,
    endOwn,
    /** Deletes ended sessions in small batches, so that no lock is held for long. */
    prune: async (): Promise<void> => {
      while ((await deleteExpiredSessions(sql, 1_000)) === 1_000);
    },
  };
}

/** When the session ends, by the clock of this node, which may differ from the database's. */
function byOwnClock({ now, expires_at }: SessionTimes): Date {
  return new Date(Date.now() + expires_at.getTime() - now.getTime());
}

/**
 * Ends one session of an account, or (null) all, as part of a larger change.
 * @returns the events, to be published after the commit
 */
export async function endSessionsIn(tx: Db, accountId: number, sessionId: string | null): Promise<Event[]> {
  await endRows(tx, accountId, sessionId);
  return append(tx, ACCOUNTS_STREAM, [{ kind: 'session.ended', data: { accountId, sessionId } }]);
}

async function endRows(tx: Db, accountId: number, sessionId: string | null): Promise<number> {
  // Before the rows are ended, so that a session which begins meanwhile is either ended too or refused.
  if (sessionId === null) await refuseEarlierTokens(tx, accountId);
  return endSessionRows(tx, accountId, sessionId);
}

/** The start of it, on one line; null: nothing to show. */
function shownAgent(agent: string): string | null {
  const line = agent
    .slice(0, AGENT_MAX)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
  return line === '' ? null : line;
}
