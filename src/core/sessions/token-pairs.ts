/**
 * Sessions with a short-lived access token and a one-time refresh token (rotation). A refresh token used twice was stolen, so
 * the whole session ends (RFC 9700, section 4.14.2). Within a grace period it is taken for a retry of the same client, or
 * another tab of it, which gets the current pair.
 */

import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { findRefreshable, insertSession, type RefreshableRow, rotateRefresh } from '../../store/sessions.ts';
import type { Device } from './devices.ts';
import { type Beginner, originOf, type Sessions } from './sessions.ts';
import type { Tokens } from './tokens.ts';

export type TokenPairs = {
  /** Starts a session. */
  start(account: Beginner, device: Device): Promise<TokenPair>;
  /** @throws AppError `unauthenticated`: not a valid refresh token; a used one also ends its session */
  refresh(token: string): Promise<TokenPair>;
};
export type TokenPair = { access: string; refresh: string };

/** Seconds. `session`: of the whole session, refreshed or not. */
export type TokenPairLifetimes = { readonly access: number; readonly refresh: number; readonly session: number };

/** Seconds within which a used refresh token counts as a retry (idempotent). */
const GRACE = 10;

export function createTokenPairs(
  sql: Sql,
  sessions: Sessions,
  tokens: Tokens,
  lifetimes: TokenPairLifetimes,
): TokenPairs {
  async function start(account: Beginner, device: Device): Promise<TokenPair> {
    const id = randomUUID();
    const refreshId = randomUUID();
    const ttl = Math.min(lifetimes.refresh, lifetimes.session);
    const session = { id, accountId: account.id, refreshId, ttl, ...originOf(account, device) };
    const times = await insertSession(sql, session);
    return sign(id, { ...account, ...times, refresh_id: refreshId });
  }

  async function refresh(token: string): Promise<TokenPair> {
    const { id: presented, sessionId: id } = tokens.verify('refresh', token);
    const rotated = await rotateRefresh(sql, {
      id,
      presented,
      next: randomUUID(),
      ttl: lifetimes.refresh,
      maxAge: lifetimes.session,
      grace: GRACE,
    });
    if (rotated !== null) return sign(id, rotated);
    const session = await findRefreshable(sql, { id, presented, grace: GRACE });
    if (session?.repeated) return sign(id, session);
    if (session !== null) await sessions.end({ id: session.id, sessionId: id });
    throw new AppError('unauthenticated');
  }

  function sign(sessionId: string, row: RefreshableRow): TokenPair {
    const subject = { id: row.id, uid: row.uid, username: row.username, sessionId };
    const { now, expires_at: end } = row;
    const expiresAt = new Date(Math.min(now.getTime() + lifetimes.access * 1_000, end.getTime()));
    return {
      access: tokens.sign('access', subject, { issuedAt: now, expiresAt }),
      refresh: tokens.sign('refresh', subject, { id: row.refresh_id, issuedAt: now, expiresAt: end }),
    };
  }

  return { start, refresh };
}
