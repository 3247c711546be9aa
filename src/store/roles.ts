/** The roles of accounts in the community. */
import { type AccountRow, accountColumns, type CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';

/** The roles of these accounts and of all owners, which stay as they are until the transaction ends; by id. */
export async function lockRoles(db: Db, ids: readonly number[]): Promise<Map<number, CommunityRole>> {
  const rows = await db<{ id: number; role: CommunityRole }[]>`
    select id, role from accounts where id = any(${ids as number[]}::int[]) or role = 'owner' order by id for no key update`;
  return new Map(rows.map(({ id, role }) => [id, role]));
}

/** The owners who can sign in, by id; they stay so until the transaction ends. */
export async function lockOwners(db: Db): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select id from accounts where role = 'owner' and disabled_at is null and leaving_at is null
     order by id for no key update`;
  return rows.map(({ id }) => id);
}

export async function isOwner(db: Db, id: number): Promise<boolean> {
  return (await db`select from accounts where id = ${id} and role = 'owner'`).length > 0;
}

export async function updateRole(db: Db, id: number, role: CommunityRole): Promise<void> {
  await db`update accounts set role = ${role} where id = ${id}`;
}

/** Everybody who is more than a member, by id, after that one. */
export async function listStaff(
  db: Db,
  afterId: number,
  limit: number,
): Promise<(AccountRow & { role: CommunityRole })[]> {
  return db<(AccountRow & { role: CommunityRole })[]>`
    select ${accountColumns(db)}, role from accounts
     where role <> 'member' and id > ${afterId}::bigint order by id limit ${limit}`;
}

export async function findRole(db: Db, id: number): Promise<CommunityRole | null> {
  const [row] = await db<{ role: CommunityRole }[]>`select role from accounts where id = ${id}`;
  return row?.role ?? null;
}
