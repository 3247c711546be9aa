/** Rows of sessions. Their times are of the database's clock: those of nodes may be wrong. */
import type { CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';

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
  role: CommunityRole;
};

export type SessionTimes = { now: Date; expires_at: Date };

/** `ttl`: seconds. `agent`: what signed in, as it called itself. */
export async function insertSession(
  db: Db,
  { id, accountId, ttl, agent }: { id: string; accountId: number; ttl: number; agent: string | null },
): Promise<SessionTimes> {
  const [row] = await db<[SessionTimes]>`
    insert into sessions (id, account_id, agent, expires_at)
    values (${id}, ${accountId}, ${agent}, now() + make_interval(secs => ${ttl}))
    returning now() as now, expires_at`;
  return row;
}

/** The sessions of these ids that are still good, with whose they are; in no particular order. */
export async function findLiveSessions(db: Db, ids: readonly string[]): Promise<LiveSessionRow[]> {
  return db<LiveSessionRow[]>`
    select s.id as session_id, s.expires_at, now() as now, a.id, a.uid, a.username, a.name, a.email, a.avatar_url as "avatarUrl",
           a.avatar_key as "avatarKey", a.role
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = any(${ids as string[]}::uuid[]) and s.expires_at > now() and s.ended_at is null
       and a.disabled_at is null`;
}

/**
 * Ends one session of the account or (null) all. Of tokens from elsewhere the rows stay, as ended.
 * @returns how many
 */
export async function endSessionRows(db: Db, accountId: number, id: string | null): Promise<number> {
  const rows = await db`
    with own as (
      delete from sessions
       where account_id = ${accountId} and not elsewhere and (${id}::uuid is null or id = ${id})
      returning 1
    ), others as (
      update sessions set ended_at = now()
       where account_id = ${accountId} and elsewhere and ended_at is null and (${id}::uuid is null or id = ${id})
      returning 1
    )
    select from own union all select from others`;
  return rows.length;
}

export type OwnSessionRow = { id: string; createdAt: Date; expiresAt: Date; agent: string | null };

/** The account's good sessions, the newest first. */
export async function listSessionsOf(db: Db, accountId: number, limit: number): Promise<OwnSessionRow[]> {
  return db<OwnSessionRow[]>`
    select id, created_at as "createdAt", expires_at as "expiresAt", agent from sessions
     where account_id = ${accountId} and expires_at > now() and ended_at is null
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

/** A session with a refresh token of that id. `ttl`: seconds. */
export async function insertRefreshableSession(
  db: Db,
  session: { id: string; accountId: number; refreshId: string; ttl: number },
): Promise<SessionTimes> {
  const [row] = await db<[SessionTimes]>`
    insert into sessions (id, account_id, refresh_id, refreshed_at, expires_at)
    values (${session.id}, ${session.accountId}, ${session.refreshId}, now(),
            now() + make_interval(secs => ${session.ttl}))
    returning now() as now, expires_at`;
  return row;
}

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
         and a.id = s.account_id and a.disabled_at is null
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
     where s.id = ${session.id} and s.refresh_id is not null and s.expires_at > now() and a.disabled_at is null`;
  return row ?? null;
}
