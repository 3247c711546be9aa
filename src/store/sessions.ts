/** Rows of sessions. */
import type { Db } from './database.ts';

export type LiveSessionRow = {
  session_id: string;
  expires_at: Date;
  id: number;
  uid: string;
  username: string;
  email: string | null;
  avatarUrl: string | null;
  avatarKey: string | null;
  is_admin: boolean;
};

export async function insertSession(db: Db, id: string, accountId: number, expiresAt: Date): Promise<void> {
  await db`insert into sessions (id, account_id, expires_at) values (${id}, ${accountId}, ${expiresAt})`;
}

/** The sessions of these ids that are still good, with whose they are; in no particular order. */
export async function findLiveSessions(db: Db, ids: readonly string[]): Promise<LiveSessionRow[]> {
  return db<LiveSessionRow[]>`
    select s.id as session_id, s.expires_at, a.id, a.uid, a.username, a.email, a.avatar_url as "avatarUrl",
           a.avatar_key as "avatarKey", a.is_admin
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = any(${ids as string[]}::uuid[]) and s.expires_at > now() and s.ended_at is null
       and a.disabled_at is null`;
}

/** Ends one session of the account or (null) all. Of tokens from elsewhere the rows stay, as ended. */
export async function endSessionRows(db: Db, accountId: number, id: string | null): Promise<void> {
  await db`
    with own as (
      delete from sessions
       where account_id = ${accountId} and not elsewhere and (${id}::uuid is null or id = ${id})
    )
    update sessions set ended_at = now()
     where account_id = ${accountId} and elsewhere and ended_at is null and (${id}::uuid is null or id = ${id})`;
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

export type RefreshableRow = {
  refresh_id: string;
  expires_at: Date;
  id: number;
  uid: string;
  username: string;
};

/** A session with a refresh token of that id. */
export async function insertRefreshableSession(
  db: Db,
  session: { id: string; accountId: number; refreshId: string; expiresAt: Date },
): Promise<void> {
  await db`
    insert into sessions (id, account_id, refresh_id, refreshed_at, expires_at)
    values (${session.id}, ${session.accountId}, ${session.refreshId}, now(), ${session.expiresAt})`;
}

/** Replaces the session's refresh token by the next one, if it is the good one: of two that come at once, one does. */
export async function rotateRefresh(
  db: Db,
  session: { id: string; presented: string; next: string; expiresAt: Date },
): Promise<RefreshableRow | null> {
  const [row] = await db<RefreshableRow[]>`
    update sessions s
       set refresh_used = s.refresh_id, refresh_id = ${session.next}, refreshed_at = now(), expires_at = ${session.expiresAt}
      from accounts a
     where s.id = ${session.id} and s.refresh_id = ${session.presented} and s.expires_at > now()
       and a.id = s.account_id and a.disabled_at is null
    returning s.refresh_id, s.expires_at, a.id, a.uid, a.username`;
  return row ?? null;
}

/** The session, with whether the token presented is the one that was good until a moment (`graceSeconds`) ago. */
export async function findRefreshable(
  db: Db,
  session: { id: string; presented: string; graceSeconds: number },
): Promise<(RefreshableRow & { repeated: boolean }) | null> {
  const [row] = await db<(RefreshableRow & { repeated: boolean })[]>`
    select s.refresh_id, s.expires_at, a.id, a.uid, a.username,
           coalesce(s.refresh_used = ${session.presented}::uuid
             and s.refreshed_at > now() - make_interval(secs => ${session.graceSeconds}), false) as repeated
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = ${session.id} and s.refresh_id is not null and s.expires_at > now() and a.disabled_at is null`;
  return row ?? null;
}
