/** Rows of blocks: who does not want to hear from whom. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** @returns whether it is new */
export async function insertBlock(db: Db, accountId: number, blockedId: number): Promise<boolean> {
  const rows = await db`
    insert into blocks (account_id, blocked_id) values (${accountId}, ${blockedId}) on conflict do nothing returning 1`;
  return rows.length > 0;
}

/** @returns whether it was there */
export async function deleteBlock(db: Db, accountId: number, blockedId: number): Promise<boolean> {
  const rows = await db`
    delete from blocks where account_id = ${accountId} and blocked_id = ${blockedId} returning 1`;
  return rows.length > 0;
}

/** Whether the account has blocked one of the others, or one of them has blocked it. */
export async function hasBlock(db: Db, accountId: number, others: readonly number[]): Promise<boolean> {
  const rows = await db`
    select from unnest(${others as number[]}::int[]) as o (id)
     where exists (select from blocks where account_id = ${accountId} and blocked_id = o.id)
        or exists (select from blocks where account_id = o.id and blocked_id = ${accountId})
     limit 1`;
  return rows.length > 0;
}

/** In the direct room of the two, if there is one, `id` may write or not. */
export async function setSilenced(db: Db, id: number, otherId: number, silenced: boolean): Promise<void> {
  await db`
    update room_members m set silenced = ${silenced}
      from direct_rooms d
     where d.low_id = ${Math.min(id, otherId)} and d.high_id = ${Math.max(id, otherId)}
       and m.room_id = d.room_id and m.account_id = ${id}`;
}

/** The accounts that the account has blocked, by id, with an id above `after`. */
export async function listBlocks(db: Db, accountId: number, after: number, limit: number): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select a.*
      from (
        select blocked_id from blocks
         where account_id = ${accountId} and blocked_id > ${after}::bigint order by blocked_id limit ${limit}) as b
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = b.blocked_id offset 0) as a on true
     order by a.id`;
}

/** By account, of whom it is sent nothing, in no particular order. Accounts that hide nobody are left out. */
export async function findHidden(db: Db, accountIds: readonly number[]): Promise<ReadonlyMap<number, number[]>> {
  const rows = await db<{ id: number; hidden: number[] }[]>`
    select account_id as id, array_agg(blocked_id) as hidden from blocks
     where account_id = any(${accountIds as number[]}::int[]) group by account_id`;
  return new Map(rows.map(({ id, hidden }) => [id, hidden]));
}
