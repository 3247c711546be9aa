/** Rows of applications: accounts to be, which wait for approval. */
import type { NewAccountRow } from './accounts.ts';
import type { Db } from './database.ts';

export type ApplicationRow = { id: number; username: string; email: string | null; body: string; createdAt: Date };

/** @throws a unique violation of `applications_username_key_key` or `applications_email_key_key` */
export async function insertApplication(db: Db, account: NewAccountRow, body: string): Promise<void> {
  const { username, usernameKey, skeleton, name, nameKey, email, emailKey, passwordHash, avatarUrl } = account;
  await db`
    insert into applications (username, username_key, skeleton, name, name_key, email, email_key, password_hash, avatar_url, body)
    values (${username}, ${usernameKey}, ${skeleton}, ${name}, ${nameKey}, ${email}, ${emailKey}, ${passwordHash}, ${avatarUrl}, ${body})`;
}

/** The longest waiting ones first, after that one. */
export async function listApplications(db: Db, afterId: number, limit: number): Promise<ApplicationRow[]> {
  return db<ApplicationRow[]>`
    select id, username, email, body, created_at as "createdAt" from applications
     where id > ${afterId}::bigint order by id limit ${limit}`;
}

/** The password's hash of the application by that username or one of the e-mails; null: there is none. */
export async function findApplicantHash(
  db: Db,
  { usernameKey, emailKeys }: { usernameKey: string | null; emailKeys: readonly string[] },
): Promise<string | null> {
  const [row] = await db<{ hash: string }[]>`
    select password_hash as hash from applications
     where username_key = ${usernameKey} or email_key = any(${emailKeys as string[]}::text[])
     order by username_key = ${usernameKey} desc nulls last limit 1`;
  return row?.hash ?? null;
}

/** Takes the application out. @returns null: there is none of that id (any more) */
export async function takeApplication(db: Db, id: number): Promise<NewAccountRow | null> {
  const [row] = await db<NewAccountRow[]>`
    delete from applications where id = ${id}::bigint
    returning username, username_key as "usernameKey", skeleton, name, name_key as "nameKey", email, email_key as "emailKey",
              password_hash as "passwordHash", avatar_url as "avatarUrl"`;
  return row ?? null;
}

/** Deletes those that were not answered for that number of days. @returns how many */
export async function deleteOldApplications(db: Db, days: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from applications
     where id in (select id from applications where created_at < now() - make_interval(days => ${days})
                   order by created_at limit ${limit})`;
  return count;
}
