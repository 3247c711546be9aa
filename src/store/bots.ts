/** Rows of accounts of programs: bots with an owner, and those of incoming hooks. */
import { type AccountRow, accountColumns, type NewAccountRow } from './accounts.ts';
import type { Db } from './database.ts';

export type NewBotRow = Pick<
  NewAccountRow,
  'username' | 'usernameKey' | 'skeleton' | 'name' | 'nameKey' | 'avatarUrl'
> & {
  /** Null: it belongs to the room of its hook. */
  readonly ownerId: number | null;
};

/** @throws a unique violation of `accounts_username_key_key` or `accounts_skeleton` */
export async function insertBot(db: Db, bot: NewBotRow): Promise<AccountRow> {
  const { username, usernameKey, skeleton, name, nameKey, avatarUrl, ownerId } = bot;
  const kind = ownerId === null ? 'hook' : 'bot';
  const [row] = await db<[AccountRow]>`
    insert into accounts (username, username_key, skeleton, name, name_key, avatar_url, kind, owner_id)
    values (${username}, ${usernameKey}, ${skeleton}, ${name}, ${nameKey}, ${avatarUrl}, ${kind}, ${ownerId})
    returning ${accountColumns(db)}`;
  return row;
}

/** Until the transaction ends, the account is given no other bot. */
export async function lockOwner(tx: Db, ownerId: number): Promise<void> {
  await tx`select from accounts where id = ${ownerId} for no key update`;
}

/** Those of the owner, the oldest first. */
export async function listBots(db: Db, ownerId: number, limit: number): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select ${accountColumns(db)} from accounts
     where owner_id = ${ownerId} and disabled_at is null and leaving_at is null order by id limit ${limit}`;
}

/** All of the owner, also those that are being deleted. */
export async function listBotIds(db: Db, ownerId: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`select id from accounts where owner_id = ${ownerId} order by id`;
  return rows.map(({ id }) => id);
}

export async function findBot(db: Db, ownerId: number, uid: string): Promise<AccountRow | null> {
  const [row] = await db<AccountRow[]>`
    select ${accountColumns(db)} from accounts
     where uid = ${uid} and owner_id = ${ownerId} and disabled_at is null and leaving_at is null`;
  return row ?? null;
}

/** How a program is called and looks. */
export async function updateBot(
  db: Db,
  id: number,
  { name, nameKey, avatarUrl }: Pick<NewBotRow, 'name' | 'nameKey' | 'avatarUrl'>,
): Promise<AccountRow> {
  const [row] = await db<[AccountRow]>`
    update accounts set name = ${name}, name_key = ${nameKey}, avatar_url = ${avatarUrl}
     where id = ${id} and kind <> 'person' returning ${accountColumns(db)}`;
  return row;
}
