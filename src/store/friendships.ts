/** Rows of friendships: one a pair, the lower id first. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/** @returns whether it is new */
export async function insertFriendship(db: Db, one: number, other: number): Promise<boolean> {
  const rows = await db`
    insert into friendships (low_id, high_id) values (${Math.min(one, other)}, ${Math.max(one, other)})
    on conflict do nothing
    returning 1`;
  return rows.length > 0;
}

/** @returns whether it was there */
export async function deleteFriendship(db: Db, one: number, other: number): Promise<boolean> {
  const rows = await db`
    delete from friendships where low_id = ${Math.min(one, other)} and high_id = ${Math.max(one, other)} returning 1`;
  return rows.length > 0;
}

export async function hasFriendship(db: Db, one: number, other: number): Promise<boolean> {
  const rows = await db`
    select 1 from friendships where low_id = ${Math.min(one, other)} and high_id = ${Math.max(one, other)}`;
  return rows.length > 0;
}

/** The friends with an id above `after`, by id: each of the two indexes gives one side of them in that order. */
export async function listFriends(db: Db, accountId: number, after: number, limit: number): Promise<AccountRow[]> {
  return db<AccountRow[]>`
    select a.*
      from (
        (select low_id as id from friendships
          where high_id = ${accountId} and low_id > ${after}::bigint order by low_id limit ${limit})
        union all
        (select high_id from friendships
          where low_id = ${accountId} and high_id > ${after}::bigint order by high_id limit ${limit})
        order by id limit ${limit}
      ) as friends
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = friends.id offset 0) as a on true
     order by a.id`;
}
