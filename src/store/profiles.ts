/** The self-descriptions of accounts (bio). */
import type { Db } from './database.ts';

/** @returns null when there is no such account */
export async function findBio(db: Db, accountId: number): Promise<string | null> {
  const [row] = await db<{ bio: string }[]>`select bio from accounts where id = ${accountId}`;
  return row?.bio ?? null;
}

export type OwnProfileRow = {
  name: string | null;
  bio: string;
  isAdmin: boolean;
  settings: Record<string, unknown>;
  createdAt: Date;
};

/** What only the account itself sees of it. @returns null when there is no such account */
export async function findOwnProfile(db: Db, accountId: number): Promise<OwnProfileRow | null> {
  const [row] = await db<OwnProfileRow[]>`
    select name, bio, is_admin as "isAdmin", settings, created_at as "createdAt" from accounts where id = ${accountId}`;
  return row ?? null;
}

/** @returns whether there is such an account */
export async function updateBio(db: Db, accountId: number, bio: string): Promise<boolean> {
  const rows = await db`update accounts set bio = ${bio} where id = ${accountId} returning 1`;
  return rows.length > 0;
}
