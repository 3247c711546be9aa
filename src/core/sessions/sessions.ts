/** Sessions: begin them, authenticate tokens, bind sockets, and end sessions on every node and socket. */
import { randomUUID } from 'node:crypto';
import { CLOSE } from '../../hub/close-codes.ts';
import type { Connection } from '../../hub/connection.ts';
import { shownNetwork } from '../../limits/addresses.ts';
import type { Sql } from '../../store/database.ts';
import {
  deleteExpiredSessions,
  insertSession,
  listSessionsOf,
  type OwnSessionRow,
  type SessionIdentity,
  type SessionOrigin,
} from '../../store/sessions.ts';
import type { Changes } from '../events/changes.ts';
import type { KoineHub } from '../events/events.ts';
import type { Account, Actor } from '../model.ts';
import type { Standings } from '../moderation/standings.ts';
import { type Authentication, type AuthenticationOptions, byOwnClock, createAuthentication } from './authentication.ts';
import { type Device, deviceName, shownAgent } from './devices.ts';
import { APP_SCOPES } from './scopes.ts';
import { createSessionEndings, type SessionEndings } from './session-endings.ts';
import type { Tokens } from './tokens.ts';

export type Sessions = Authentication &
  SessionEndings & {
    start(account: Beginner, device: Device): Promise<{ token: string; expiresAt: Date }>;
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
    /** The actor's sessions that are good, without access tokens, the newest first: 100 at most. */
    listOwn(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<OwnSession[]>;
    /** Deletes ended sessions in small batches, so that no lock is held for long. */
    prune(): Promise<void>;
  };

/** An account's sessions in a list, at most. */
const LISTED = 100;

/** `device`: a short name of it. `isCurrent`: the one that asks. */
export type OwnSession = OwnSessionRow & { readonly device: string | null; readonly isCurrent: boolean };

/** The account whose session begins. `appPasswordId`: of the app password that was shown in place of the account's own. */
export type Beginner = Account & {
  readonly appPasswordId?: string | null;
  readonly identity?: SessionIdentity;
};

export type SessionsOptions = AuthenticationOptions & {
  readonly changes: Changes;
  readonly tokens: Tokens;
  readonly standings: Pick<Standings, 'learn'>;
  /** Lifetime of a session, in seconds. */
  readonly ttl: number;
};

export function createSessions(
  sql: Sql,
  hub: KoineHub,
  { changes, tokens, standings, ttl, ...authenticating }: SessionsOptions,
): Sessions {
  const { findTogether, ...authentication } = createAuthentication(sql, { tokens, ...authenticating });

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

  async function listOwn(actor: Pick<Actor, 'id' | 'sessionId'>): Promise<OwnSession[]> {
    const rows = await listSessionsOf(sql, actor.id, LISTED);
    return rows.map((row) => ({ ...row, device: deviceName(row.agent), isCurrent: row.id === actor.sessionId }));
  }

  return {
    ...authentication,
    ...createSessionEndings(sql, changes),
    start,
    bind,
    closeEnded,
    listOwn,
    prune: async (): Promise<void> => {
      while ((await deleteExpiredSessions(sql, 1_000)) === 1_000);
    },
  };
}

/** How a session begins. */
export function originOf({ appPasswordId = null, identity }: Beginner, { agent, address }: Device): SessionOrigin {
  const scopes = appPasswordId === null ? null : APP_SCOPES;
  const beginning = { scopes, appPasswordId, identity: identity ?? null };
  return { agent: shownAgent(agent), network: shownNetwork(address), ...beginning };
}
