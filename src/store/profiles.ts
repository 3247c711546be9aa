/** The self-descriptions of accounts (bio). */
import type { Db } from './database.ts';

/** @returns null when there is no such account */
export async function findBio(db: Db, accountId: number): Promise<string | null> {
  const [row] = await db<{ bio: string }[]>`select bio from accounts where id = ${accountId}`;
  return row?.bio ?? null;
}

/** @returns whether there is such an account */
export async function updateBio(db: Db, accountId: number, bio: string): Promise<boolean> {
  const rows = await db`update accounts set bio = ${bio} where id = ${accountId} returning 1`;
  return rows.length > 0;
}
