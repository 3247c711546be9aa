/** Sessions: what a token is worth, and its end on every node and socket. */

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
  type SessionTimes,
} from '../../store/sessions.ts';
import { append } from '../events/append.ts';
import { ACCOUNTS_STREAM, type Event, type KoineHub } from '../events/events.ts';
import { createPace } from '../events/pace.ts';
import type { Account, Actor, SignedIn } from '../model.ts';
import type { Identities } from './identities.ts';
import type { Issuer } from './issuer.ts';
import type { Tokens } from './tokens.ts';

export type Sessions = ReturnType<typeof createSessions>;

const LOOKUPS_AT_ONCE = 500;
/** How long a statement that looks sessions up is waited for before the next begins beside it, in ms. */
const LOOKUP_PATIENCE = 50;
/** Characters. */
const TOKEN_MAX = 8_192;

export type SessionsOptions = {
  readonly tokens: Tokens;
  /** Of tokens from elsewhere; null: only ours are taken. */
  readonly issuer: Issuer | null;
  readonly identities: Identities;
  /** Seconds that a session lasts. */
  readonly ttl: number;
  /** How often an account may ask for something. */
  readonly requests: Rates;
};

export function createSessions(
  sql: Sql,
  hub: KoineHub,
  { tokens, issuer, identities, ttl, requests }: SessionsOptions,
) {
  const pace = createPace(LOOKUP_PATIENCE);
  /** All that is asked for while a statement is under way is the next one: thousands of sockets may come back at once. */
  const liveSessions = new DataLoader<string, LiveSessionRow | null>(
    async (ids) => {
      const found = await findLiveSessions(sql, ids).finally(pace.leave);
      const rows = new Map(found.map((row) => [row.session_id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    },
    { cache: false, maxBatchSize: LOOKUPS_AT_ONCE, batchScheduleFn: (run) => setImmediate(pace.enter, run) },
  );

  async function start(account: Account): Promise<{ token: string; expiresAt: Date }> {
    const sessionId = randomUUID();
    const times = await insertSession(sql, sessionId, account.id, ttl);
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
  async function authenticate(token: string): Promise<SignedIn> {
    if (token.length > TOKEN_MAX) throw new AppError('unauthenticated');
    const row = issuer?.signed(token) ? await findForeign(issuer, token) : await findOwn(token);
    if (row === null) throw new AppError('unauthenticated');
    requireAllowed(await requests.take(String(row.id)));
    const { session_id: sessionId, is_admin: isAdmin, expires_at, now, ...account } = row;
    return { ...account, isAdmin, sessionId, expiresAt: byOwnClock({ expires_at, now }) };
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
    await identities.admit(verified);
    return liveSessions.load(verified.sessionId);
  }

  /**
   * Says whose socket it is, so that it ends with its session. The session may have ended since its token was looked at,
   * when this socket was not known yet: so it is looked at once more, now that it is.
   */
  function admit(connection: Connection, actor: Actor): void {
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
   * Closes the account's sockets on this node whose sessions are over: those of one session or (null) of all. The
   * database decides, so that a false event ends nothing.
   */
  function closeEnded(accountId: number, sessionId: string | null): void {
    for (const connection of hub.socketsOf(accountId)) {
      const own = connection.identity?.sessionId ?? null;
      if (sessionId !== null && own !== sessionId) continue;
      if (own === null) connection.close(CLOSE.signedOut);
      else closeUnlessLive(connection, own);
    }
  }

  /** Signs out: the token is worthless and the session's sockets close, on every node. */
  async function end(actor: Pick<SignedIn, 'id' | 'sessionId'>): Promise<void> {
    await endSessions(actor.id, actor.sessionId);
  }

  /** Signs out everywhere. */
  async function endAll(accountId: number): Promise<void> {
    await endSessions(accountId, null);
  }

  async function endSessions(accountId: number, sessionId: string | null): Promise<void> {
    const events = await sql.begin((tx) => endSessionsIn(tx, accountId, sessionId));
    hub.publish(ACCOUNTS_STREAM, events);
  }

  return {
    start,
    authenticate,
    admit,
    closeEnded,
    end,
    endAll,
    /** Forgets sessions that are over; in bites, so that nobody waits for it. */
    prune: async (): Promise<void> => {
      while ((await deleteExpiredSessions(sql, 1_000)) === 1_000);
    },
  };
}

/** When the session ends, by the clock of this node, which may be wrong. */
function byOwnClock({ now, expires_at }: SessionTimes): Date {
  return new Date(Date.now() + expires_at.getTime() - now.getTime());
}

/**
 * Ends one session of an account, or (null) all, as part of a larger change.
 * @returns the events, to be published after the commit
 */
export async function endSessionsIn(tx: Db, accountId: number, sessionId: string | null): Promise<Event[]> {
  // Before the rows: a session that begins meanwhile is seen by what follows, or does not begin.
  if (sessionId === null) await refuseEarlierTokens(tx, accountId);
  await endSessionRows(tx, accountId, sessionId);
  return append(tx, ACCOUNTS_STREAM, [{ kind: 'session.ended', data: { accountId, sessionId } }]);
}
