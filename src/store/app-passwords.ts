/** Rows of app passwords. */
import type { Db } from './database.ts';

/** `usedAt` null: never. */
export type AppPasswordRow = { id: string; name: string; createdAt: Date; usedAt: Date | null };

function columns(db: Db) {
  return db`id, name, created_at as "createdAt", used_at as "usedAt"`;
}

/** @returns null: the account has `most` */
export async function insertAppPassword(
  db: Db,
  { accountId, name, digest }: { accountId: number; name: string; digest: Uint8Array },
  most: number,
): Promise<AppPasswordRow | null> {
  const [row] = await db<AppPasswordRow[]>`
    insert into app_passwords (account_id, name, digest)
    select ${accountId}::int, ${name}, ${digest}::bytea
     where (select count(*) from app_passwords where account_id = ${accountId}) < ${most}
    returning ${columns(db)}`;
  return row ?? null;
}

/** The newest first. */
export async function listAppPasswords(db: Db, accountId: number, limit: number): Promise<AppPasswordRow[]> {
  return db<AppPasswordRow[]>`
    select ${columns(db)} from app_passwords where account_id = ${accountId} order by created_at desc, id limit ${limit}`;
}

/** Notes that it is used. @returns its id; null: it is none of the account's */
export async function useAppPassword(db: Db, accountId: number, digest: Uint8Array): Promise<string | null> {
  const [row] = await db<{ id: string }[]>`
    update app_passwords set used_at = now() where digest = ${digest} and account_id = ${accountId} returning id`;
  return row?.id ?? null;
}

/** @returns its name; null: it was not there */
export async function deleteAppPassword(db: Db, accountId: number, id: string): Promise<string | null> {
  const [row] = await db<{ name: string }[]>`
    delete from app_passwords where id = ${id} and account_id = ${accountId} returning name`;
  return row?.name ?? null;
}
