/** Finds the session behind a token, and the actor whose it is. */
import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import type { Sql } from '../../store/database.ts';
import { findLiveSessions, type LiveSessionRow, noteUseOf, type SessionTimes } from '../../store/sessions.ts';
import { isAdmin } from '../community/ranks.ts';
import { batched } from '../events/batched.ts';
import type { Actor } from '../model.ts';
import { isAccessToken, readAccessToken } from './access-token-text.ts';
import type { Identities } from './identities.ts';
import type { Issuer } from './issuer.ts';
import { type Access, mayDo, requireScope } from './scopes.ts';
import type { Tokens } from './tokens.ts';

/** Finds the session of that id, if it is good. */
type Find = (id: string) => Promise<LiveSessionRow | null>;

export type Authentication = {
  authenticate(token: string, ...access: [Access, ...Access[]]): Promise<Actor>;
  /** As `authenticate`, for a connection: with others it may wait some ms for the statement that looks all of them up. */
  authenticateConnection(token: string, ...access: [Access, ...Access[]]): Promise<Actor>;
};

export type AuthenticationOptions = {
  readonly tokens: Pick<Tokens, 'verify'>;
  /** Verifies external tokens; null: only our own are accepted. */
  readonly issuer: Issuer | null;
  readonly identities: Identities;
  /** Rate limit of requests, by account. */
  readonly requests: Rates;
};

const LOOKUPS_AT_ONCE = 500;
/** How long lookups for connections gather after others, in ms. */
const GATHER = 20;
/** Characters. */
const TOKEN_MAX = 8_192;
/** Seconds for which the owner of a session counts as confirmed, and between two notes of its use. */
const TIMES = { freshness: 900, usedEvery: 300 };

/** `findTogether`: for connections, of which thousands may come together. */
export function createAuthentication(
  sql: Sql,
  { tokens, issuer, identities, requests }: AuthenticationOptions,
): Authentication & { readonly findTogether: Find } {
  async function findAll(ids: readonly string[]): Promise<(LiveSessionRow | null)[]> {
    const found = await findLiveSessions(sql, ids, TIMES);
    noteUse(found);
    const rows = new Map(found.map((row) => [row.session_id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  }
  const findLive: Find = batched({ most: LOOKUPS_AT_ONCE }, findAll);
  const findTogether: Find = batched({ most: LOOKUPS_AT_ONCE, gather: GATHER }, findAll);

  /** Runs in the background; if it fails, the next use of the session records it. */
  function noteUse(rows: readonly LiveSessionRow[]): void {
    const ids = rows.filter(({ isStale }) => isStale).map((row) => row.session_id);
    if (ids.length > 0) noteUseOf(sql, ids).catch(() => {});
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

  return {
    authenticate: (token, ...access): Promise<Actor> => authenticateBy(findLive, token, access),
    authenticateConnection: (token, ...access): Promise<Actor> => authenticateBy(findTogether, token, access),
    findTogether,
  };
}

/** When the session ends, by the clock of this node, which may differ from the database's. */
export function byOwnClock({ now, expires_at }: SessionTimes): Date {
  return new Date(Date.now() + expires_at.getTime() - now.getTime());
}
