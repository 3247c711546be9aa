/** Rows of sessions. Their times are of the database's clock: those of nodes may be wrong. */
import type { CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';
import { isLetIn, silencedUntil } from './sanctions.ts';

/** A right of a session to its account (core/sessions/scopes.ts). */
export type Scope = 'read' | 'write' | 'moderate';

export type LiveSessionRow = {
  session_id: string;
  expires_at: Date;
  now: Date;
  id: number;
  uid: string;
  username: string;
  name: string | null;
  email: string | null;
  avatarUrl: string | null;
  avatarKey: string | null;
  bot: boolean;
  role: CommunityRole;
  scopes: Scope[] | null;
  /** The digest of the secret of an access token. */
  digest: Uint8Array | null;
  isConfirmed: boolean;
  isStale: boolean;
  /** Unix ms; null: it may write. */
  silencedUntil: number | null;
  /** Accounts that it has blocked. */
  hidden: number[];
};

export type SessionTimes = { now: Date; expires_at: Date };

/** The known origin of a session. */
export type SessionOrigin = {
  /** The client that signed in, as it called itself. */
  readonly agent: string | null;
  readonly network: string | null;
  readonly scopes: readonly Scope[] | null;
  readonly appPasswordId: string | null;
  /** At the provider that it began with; null: none did. */
  readonly identity: SessionIdentity | null;
};

export type SessionIdentity = {
  readonly issuer: string;
  readonly subject: string;
  readonly issuerSession: string | null;
};

/** `ttl`: seconds. `refreshId`: of its refresh token; null: it has none. */
export async function insertSession(
  db: Db,
  session: SessionOrigin & { id: string; accountId: number; ttl: number; refreshId: string | null },
): Promise<SessionTimes> {
  const { id, accountId, ttl, refreshId, agent, network, scopes, appPasswordId, identity } = session;
  const [row] = await db<[SessionTimes]>`
    insert into sessions (id, account_id, agent, network, scopes, app_password_id, issuer, subject, issuer_session, refresh_id,
                          refreshed_at, expires_at)
    values (${id}, ${accountId}, ${agent}, ${network}, ${scopes as Scope[] | null}, ${appPasswordId},
            ${identity?.issuer ?? null}, ${identity?.subject ?? null}, ${identity?.issuerSession ?? null}, ${refreshId}::uuid,
            case when ${refreshId}::uuid is not null then now() end, now() + make_interval(secs => ${ttl}))
    returning now() as now, expires_at`;
  return row;
}

/**
 * The sessions of these ids that are still good, with whose they are; in no particular order. A bot gets in as its owner does. `isConfirmed`: within `freshness`
 * seconds the owner showed who they are. `isStale`: its last use was noted longer ago than `usedEvery` seconds.
 */
export async function findLiveSessions(
  db: Db,
  ids: readonly string[],
  { freshness, usedEvery }: { freshness: number; usedEvery: number },
): Promise<LiveSessionRow[]> {
  return db<LiveSessionRow[]>`
    select s.id as session_id, s.expires_at, now() as now, a.id, a.uid, a.username, a.name, a.email, a.avatar_url as "avatarUrl",
           a.avatar_key as "avatarKey", a.kind <> 'person' as bot, a.role, ${silencedUntil(db)} as "silencedUntil",
           array(select blocked_id from blocks where account_id = a.id) as hidden, s.scopes, s.digest,
           s.confirmed_at > now() - make_interval(secs => ${freshness}) as "isConfirmed",
           s.used_at < now() - make_interval(secs => ${usedEvery}) as "isStale"
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = any(${ids as string[]}::uuid[]) and s.expires_at > now() and s.ended_at is null
       and a.disabled_at is null and ${isLetIn(db, 'a.id')}
       and (a.owner_id is null
            or exists (select from accounts o
                        where o.id = a.owner_id and o.disabled_at is null and o.leaving_at is null and ${isLetIn(db, 'o.id')}))`;
}

/** The owner of the session has shown who they are. */
export async function confirmSession(db: Db, id: string): Promise<void> {
  await db`update sessions set confirmed_at = now() where id = ${id}`;
}

/** Rows that another statement holds are noted by the next use. */
export async function noteUseOf(db: Db, ids: readonly string[]): Promise<void> {
  await db`
    update sessions set used_at = now()
     where id in (select id from sessions where id = any(${ids as string[]}::uuid[]) for no key update skip locked)`;
}

/**
 * Sessions of an account. `only`: one. `except`: that one stays. `named`: access tokens, or others. `appPassword`: those that it
 * began.
 */
export type SomeSessions = {
  readonly only?: string;
  readonly except?: string;
  readonly named?: boolean;
  readonly appPassword?: string;
};

/**
 * Ends sessions of the account: all, unless it is said which. Of tokens from elsewhere the rows stay, as ended.
 * @returns their ids
 */
export async function endSessionRows(db: Db, accountId: number, which: SomeSessions): Promise<string[]> {
  const { only = null, except = null, named = null, appPassword = null } = which;
  const meant = db`
    account_id = ${accountId} and (${only}::uuid is null or id = ${only})
    and (${except}::uuid is null or id <> ${except}) and (${named}::boolean is null or (digest is not null) = ${named})
    and (${appPassword}::uuid is null or app_password_id = ${appPassword})`;
  const rows = await db<{ id: string }[]>`
    with own as (
      delete from sessions where ${meant} and not elsewhere returning id
    ), others as (
      update sessions set ended_at = now() where ${meant} and elsewhere and ended_at is null returning id
    )
    select id from own union all select id from others`;
  return rows.map(({ id }) => id);
}

/** Sessions that a provider began: of one sign-in there, or of a subject. */
export type ProviderSessions = {
  readonly issuer: string;
  readonly subject: string | null;
  readonly session: string | null;
};

/** @returns their accounts */
export async function listProviderAccounts(
  db: Db,
  { issuer, subject, session }: ProviderSessions,
  limit: number,
): Promise<{ accountId: number; ids: string[] }[]> {
  const which =
    session === null
      ? db`subject = ${subject}`
      : db`issuer_session = ${session} and (${subject}::text is null or subject = ${subject})`;
  return db<{ accountId: number; ids: string[] }[]>`
    select account_id as "accountId", array_agg(id) as ids
      from (select account_id, id from sessions where issuer = ${issuer} and ${which} limit ${limit}) found
     group by account_id`;
}

export type OwnSessionRow = {
  id: string;
  createdAt: Date;
  usedAt: Date;
  expiresAt: Date;
  agent: string | null;
  network: string | null;
};

/** The account's good sessions without access tokens, the newest first. */
export async function listSessionsOf(db: Db, accountId: number, limit: number): Promise<OwnSessionRow[]> {
  return db<OwnSessionRow[]>`
    select id, created_at as "createdAt", used_at as "usedAt", expires_at as "expiresAt", agent, network from sessions
     where account_id = ${accountId} and expires_at > now() and ended_at is null and digest is null
     order by created_at desc, id limit ${limit}`;
}

/** Ends all sessions of everybody. */
export async function endEverySession(db: Db): Promise<void> {
  await db`delete from sessions where not elsewhere`;
  await db`update sessions set ended_at = now() where elsewhere and ended_at is null`;
  await db`update identities set tokens_from = now()`;
}

export async function deleteExpiredSessions(db: Db, limit: number): Promise<number> {
  const rows = await db`
    delete from sessions
     where id in (select id from sessions where expires_at < now() order by expires_at limit ${limit})
    returning 1`;
  return rows.length;
}

export type RefreshableRow = SessionTimes & {
  refresh_id: string;
  id: number;
  uid: string;
  username: string;
};

/**
 * Replaces the session's refresh token by the next one, if it is the good one: of two that come at once, one does. Forgets
 * those that were used more than `grace` ago. `ttl`, `maxAge`, `grace`: seconds.
 */
export async function rotateRefresh(
  db: Db,
  session: { id: string; presented: string; next: string; ttl: number; maxAge: number; grace: number },
): Promise<RefreshableRow | null> {
  const [row] = await db<RefreshableRow[]>`
    with rotated as (
      update sessions s
         set refresh_id = ${session.next}, refreshed_at = now(),
             expires_at = least(now() + make_interval(secs => ${session.ttl}),
                                s.created_at + make_interval(secs => ${session.maxAge}))
        from accounts a
       where s.id = ${session.id} and s.refresh_id = ${session.presented} and s.expires_at > now()
         and s.created_at + make_interval(secs => ${session.maxAge}) > now()
         and a.id = s.account_id and a.disabled_at is null and ${isLetIn(db, 'a.id')}
      returning s.id as session_id, s.refresh_id, s.expires_at, a.id, a.uid, a.username
    ), used as (
      insert into used_refreshes (session_id, refresh_id) select session_id, ${session.presented} from rotated
    ), forgotten as (
      delete from used_refreshes
       where session_id = ${session.id} and used_at <= now() - make_interval(secs => ${session.grace})
    )
    select refresh_id, expires_at, now() as now, id, uid, username from rotated`;
  return row ?? null;
}

/** The session, with whether the token presented was used a moment (`grace` seconds) ago. */
export async function findRefreshable(
  db: Db,
  session: { id: string; presented: string; grace: number },
): Promise<(RefreshableRow & { repeated: boolean }) | null> {
  const [row] = await db<(RefreshableRow & { repeated: boolean })[]>`
    select s.refresh_id, s.expires_at, now() as now, a.id, a.uid, a.username,
           exists (select from used_refreshes u
                    where u.session_id = s.id and u.refresh_id = ${session.presented}
                      and u.used_at > now() - make_interval(secs => ${session.grace})) as repeated
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = ${session.id} and s.refresh_id is not null and s.expires_at > now() and a.disabled_at is null
       and ${isLetIn(db, 'a.id')}`;
  return row ?? null;
}
