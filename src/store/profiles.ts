/** What accounts say of themselves, and what clients keep for them. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** `settings`: JSON. `createdAt`: Unix milliseconds. */
export type OwnAccountRow = AccountRow & { bio: string; isAdmin: boolean; settings: string; createdAt: number };

export async function findOwnAccount(
  db: Db,
  ref: { readonly id: number } | { readonly streamId: number },
): Promise<OwnAccountRow | null> {
  const [row] = await db<OwnAccountRow[]>`
    select ${accountColumns(db)}, bio, is_admin as "isAdmin", settings::text,
           (extract(epoch from created_at) * 1000)::bigint as "createdAt"
      from accounts where ${'id' in ref ? db`id = ${ref.id}` : db`stream_id = ${ref.streamId}`}`;
  return row ?? null;
}

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
