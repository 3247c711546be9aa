/** Sessions: authenticate tokens, bind sockets, and end sessions on every node and socket. */

import { randomUUID, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { CLOSE } from '../../hub/close-codes.ts';
import type { Connection } from '../../hub/connection.ts';
import { shownNetwork } from '../../limits/addresses.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import type { Db, Sql } from '../../store/database.ts';
import { refuseEarlierTokens } from '../../store/identities.ts';
import {
  deleteExpiredSessions,
  endSessionRows,
  findLiveSessions,
  insertSession,
  type LiveSessionRow,
  listProviderAccounts,
  listSessionsOf,
  noteUseOf,
  type OwnSessionRow,
  type ProviderSessions,
  type SessionIdentity,
  type SessionOrigin,
  type SessionTimes,
  type SomeSessions,
} from '../../store/sessions.ts';
import { withBots } from '../bots/with-bots.ts';
import { isAdmin } from '../community/ranks.ts';
import type { StreamFact } from '../events/append.ts';
import { batched } from '../events/batched.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM, type KoineHub } from '../events/events.ts';
import type { Account, Actor } from '../model.ts';
import type { Standings } from '../moderation/standings.ts';
import { isUid } from '../text.ts';
import { isAccessToken, readAccessToken } from './access-token-text.ts';
import { type Device, deviceName, shownAgent } from './devices.ts';
import type { Identities } from './identities.ts';
import type { Issuer } from './issuer.ts';
import { type Access, APP_SCOPES, mayDo, requireScope } from './scopes.ts';
import type { Tokens } from './tokens.ts';

export type Sessions = {
  start(account: Beginner, device: Device): Promise<{ token: string; expiresAt: Date }>;
  authenticate(token: string, ...access: [Access, ...Access[]]): Promise<Actor>;
  /** As `authenticate`, for a connection: with others it may wait some ms for the statement that looks all of them up. */
  authenticateConnection(token: string, ...access: [Access, ...Access[]]): Promise<Actor>;
  /**
   * Binds the socket to the actor, so that it closes with the session. The session is checked once more afterwards, since it
   * may have ended between the check of its token and the binding.
   */
  bind(connection: Connection, actor: Actor): void;
  /**
   * Closes the account's sockets on this node whose sessions have ended: of one session or (null) of all. The database
   * decides, so that a forged event ends nothing.
   */
  closeEnded(accountId: number, sessionId: string | null): void;
  /** Signs out: invalidates the token and closes the session's sockets, on every node. An actor without a session has none to end. */
  end(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<void>;
  /** Signs out everywhere. */
  endAll(accountId: number): Promise<void>;
  /** The actor's sessions that are good, without access tokens, the newest first: 100 at most. */
  listOwn(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<OwnSession[]>;
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
  /** Deletes ended sessions in small batches, so that no lock is held for long. */
  prune(): Promise<void>;
};
/** Finds the session of that id, if it is good. */
type Find = (id: string) => Promise<LiveSessionRow | null>;

const LOOKUPS_AT_ONCE = 500;
/** How long lookups for connections gather after others, in ms. */
const GATHER = 20;
/** Characters. */
const TOKEN_MAX = 8_192;
/** An account's sessions in a list, at most. */
const LISTED = 100;
/** Sessions that one message of a provider ends. */
const ENDED_AT_ONCE = 1_000;

/** Seconds for which the owner of a session counts as confirmed, and between two notes of its use. */
const TIMES = { freshness: 900, usedEvery: 300 };

/** `device`: a short name of it. `isCurrent`: the one that asks. */
export type OwnSession = OwnSessionRow & { readonly device: string | null; readonly isCurrent: boolean };

/** The account whose session begins. `appPasswordId`: of the app password that was shown in place of the account's own. */
export type Beginner = Account & {
  readonly appPasswordId?: string | null;
  readonly identity?: SessionIdentity;
};

export type SessionsOptions = {
  readonly changes: Changes;
  readonly tokens: Tokens;
  /** Verifies external tokens; null: only our own are accepted. */
  readonly issuer: Issuer | null;
  readonly identities: Identities;
  readonly standings: Pick<Standings, 'learn'>;
  /** Lifetime of a session, in seconds. */
  readonly ttl: number;
  /** Rate limit of requests, by account. */
  readonly requests: Rates;
};

export function createSessions(
  sql: Sql,
  hub: KoineHub,
  { changes, tokens, issuer, identities, standings, ttl, requests }: SessionsOptions,
): Sessions {
  async function findAll(ids: readonly string[]): Promise<(LiveSessionRow | null)[]> {
    const found = await findLiveSessions(sql, ids, TIMES);
    noteUse(found);
    const rows = new Map(found.map((row) => [row.session_id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  }
  const findLive: Find = batched({ most: LOOKUPS_AT_ONCE }, findAll);
  /** For connections, of which thousands may come together. */
  const findTogether: Find = batched({ most: LOOKUPS_AT_ONCE, gather: GATHER }, findAll);

  /** Runs in the background; if it fails, the next use of the session records it. */
  function noteUse(rows: readonly LiveSessionRow[]): void {
    const ids = rows.filter(({ isStale }) => isStale).map((row) => row.session_id);
    if (ids.length > 0) noteUseOf(sql, ids).catch(() => {});
  }

  async function start(account: Beginner, device: Device): Promise<{ token: string; expiresAt: Date }> {
    const sessionId = randomUUID();
    const session = { id: sessionId, accountId: account.id, ttl, refreshId: null, ...originOf(account, device) };
    const times = await insertSession(sql, session);
    const token = tokens.sign(
      'access',
      { ...account, sessionId },
      { issuedAt: times.now, expiresAt: times.expires_at },
    );
    return { token, expiresAt: byOwnClock(times) };
  }

  /**
   * `access`: what the session must be good for.
   * @throws AppError `unauthenticated`: the token is bad, or its session is over | `insufficient_scope` | `rate_limited` |
   *   `unavailable`: the issuer of the token cannot be asked for its key
   */
  async function authenticateBy(find: Find, token: string, access: readonly Access[]): Promise<Actor> {
    if (token.length > TOKEN_MAX) throw new AppError('unauthenticated');
    const row = await findSession(find, token);
    if (row === null) throw new AppError('unauthenticated');
    requireAllowed(await requests.take(String(row.id)));
    const { session_id: sessionId, expires_at, now, digest: _digest, isStale: _isStale, ...account } = row;
    const expiresAt = byOwnClock({ expires_at, now }).getTime();
    const role = mayDo(row, 'moderate') ? row.role : 'member';
    const actor = { ...account, role, isAdmin: isAdmin(role), sessionId, expiresAt };
    for (const one of access) requireScope(actor, one);
    return actor;
  }

  async function findSession(find: Find, token: string): Promise<LiveSessionRow | null> {
    if (isAccessToken(token)) return findNamed(find, token);
    return issuer?.signed(token) ? findForeign(find, issuer, token) : findOwn(find, token);
  }

  async function findNamed(find: Find, token: string): Promise<LiveSessionRow | null> {
    const parts = readAccessToken(token);
    const row = parts === null ? null : await find(parts.id);
    return row?.digest && parts && timingSafeEqual(row.digest, parts.digest) ? row : null;
  }

  async function findOwn(find: Find, token: string): Promise<LiveSessionRow | null> {
    const { sessionId, expiresAt } = tokens.verify('access', token);
    const row = await find(sessionId);
    return row !== null && row.now.getTime() < expiresAt ? row : null;
  }

  async function findForeign(find: Find, from: Issuer, token: string): Promise<LiveSessionRow | null> {
    const verified = await from.verify(token);
    const known = await find(verified.sessionId);
    if (known !== null) return known;
    await identities.beginSession(verified);
    return find(verified.sessionId);
  }

  function bind(connection: Connection, actor: Actor): void {
    const { id: accountId, sessionId, expiresAt } = actor;
    hub.identify(connection, { accountId, sessionId, expiresAt });
    if (actor.sessionId !== null) closeUnlessLive(connection, actor.sessionId, actor);
  }

  /** `actor`: as the socket was let in. */
  function closeUnlessLive(connection: Connection, sessionId: string, actor?: Actor): void {
    findTogether(sessionId).then(
      (row) => {
        if (row === null) connection.close(CLOSE.signedOut);
        else if (actor !== undefined) standings.learn(actor, row);
      },
      (error: unknown) => connection.fail(error),
    );
  }

  function closeEnded(accountId: number, sessionId: string | null): void {
    for (const connection of hub.socketsOf(accountId)) {
      const own = connection.identity?.sessionId ?? null;
      if (sessionId !== null && own !== sessionId) continue;
      if (own === null) connection.close(CLOSE.signedOut);
      else closeUnlessLive(connection, own);
    }
  }

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
      const personal = ended.slice(0, LISTED).map((id) => endedFact(accountId, id));
      return { result, facts: [endedEverywhere(accountId)], personal };
    });
  }

  async function endOfProvider(which: ProviderSessions): Promise<void> {
    for (const { accountId, ids } of await listProviderAccounts(sql, which, ENDED_AT_ONCE))
      for (const only of ids) await endSessions(changes, accountId, { only });
  }

  async function listOwn(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<OwnSession[]> {
    const rows = await listSessionsOf(sql, actor.id, LISTED);
    return rows.map((row) => ({ ...row, device: deviceName(row.agent), isCurrent: row.id === actor.sessionId }));
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

  return {
    start,
    authenticate: (token, ...access): Promise<Actor> => authenticateBy(findLive, token, access),
    authenticateConnection: (token, ...access): Promise<Actor> => authenticateBy(findTogether, token, access),
    bind,
    closeEnded,
    end,
    endAll,
    listOwn,
    endOwn,
    endOthers,
    endOfAppPassword,
    endOfProvider,
    prune: async (): Promise<void> => {
      while ((await deleteExpiredSessions(sql, 1_000)) === 1_000);
    },
  };
}

/** When the session ends, by the clock of this node, which may differ from the database's. */
function byOwnClock({ now, expires_at }: SessionTimes): Date {
  return new Date(Date.now() + expires_at.getTime() - now.getTime());
}

/** How a session begins. */
export function originOf({ appPasswordId = null, identity }: Beginner, { agent, address }: Device): SessionOrigin {
  const scopes = appPasswordId === null ? null : APP_SCOPES;
  const beginning = { scopes, appPasswordId, identity: identity ?? null };
  return { agent: shownAgent(agent), network: shownNetwork(address), ...beginning };
}

/** Ends sessions of an account, on every node and socket. @returns how many there were */
export async function endSessions(changes: Changes, accountId: number, which: SomeSessions): Promise<number> {
  return changes.run([ACCOUNTS_STREAM], async (tx) => {
    const ended = await endRows(tx, accountId, which);
    const facts = [endedEverywhere(accountId, which.only)];
    if (which.only !== undefined && ended.length === 0) return { result: 0 };
    if (isEverySession(which)) return { result: ended.length, facts };
    return { result: ended.length, facts, personal: ended.slice(0, LISTED).map((id) => endedFact(accountId, id)) };
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
