/** Rows of mutes: of whom an account wants to hear nothing. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** @returns whether it is new */
export async function insertMute(db: Db, accountId: number, mutedId: number): Promise<boolean> {
  const rows = await db`
    insert into mutes (account_id, muted_id) values (${accountId}, ${mutedId}) on conflict do nothing returning 1`;
  return rows.length > 0;
}

/** @returns whether it was there */
export async function deleteMute(db: Db, accountId: number, mutedId: number): Promise<boolean> {
  const rows = await db`delete from mutes where account_id = ${accountId} and muted_id = ${mutedId} returning 1`;
  return rows.length > 0;
}

/** Accounts that the account has muted, by id, with an id above `after`. */
export async function listMutes(db: Db, accountId: number, after: number, limit: number): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select a.*
      from (
        select muted_id from mutes
         where account_id = ${accountId} and muted_id > ${after}::bigint order by muted_id limit ${limit}) as m
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = m.muted_id offset 0) as a on true
     order by a.id`;
}
