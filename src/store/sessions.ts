/** Rows of sessions. */
import type { Db } from './database.ts';

export type LiveSessionRow = {
  session_id: string;
  expires_at: Date;
  id: number;
  uid: string;
  username: string;
  email: string | null;
};

export async function insertSession(db: Db, id: string, accountId: number, expiresAt: Date): Promise<void> {
  await db`insert into sessions (id, account_id, expires_at) values (${id}, ${accountId}, ${expiresAt})`;
}

/** The sessions of these ids that are still good, with whose they are; in no particular order. */
export async function findLiveSessions(db: Db, ids: readonly string[]): Promise<LiveSessionRow[]> {
  return db<LiveSessionRow[]>`
    select s.id as session_id, s.expires_at, a.id, a.uid, a.username, a.email
      from sessions s
      join accounts a on a.id = s.account_id
     where s.id = any(${ids as string[]}::uuid[]) and s.expires_at > now()`;
}

/** @returns whether it was there */
export async function deleteSession(db: Db, id: string): Promise<boolean> {
  const rows = await db`delete from sessions where id = ${id} returning 1`;
  return rows.length > 0;
}

/** @returns how many there were */
export async function deleteSessionsOf(db: Db, accountId: number): Promise<number> {
  const rows = await db`delete from sessions where account_id = ${accountId} returning 1`;
  return rows.length;
}

export async function deleteExpiredSessions(db: Db, limit: number): Promise<number> {
  const rows = await db`
    delete from sessions
     where id in (select id from sessions where expires_at < now() order by expires_at limit ${limit})
    returning 1`;
  return rows.length;
}
