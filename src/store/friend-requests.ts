/** Rows of requests: who wants to be whose friend. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type RequestOutcome = 'new' | 'known' | 'too many';

/** `most`: requests of the account that wait. */
export async function insertFriendRequest(db: Db, from: number, to: number, most: number): Promise<RequestOutcome> {
  const [row] = await db<[{ known: boolean; made: boolean }]>`
    with known as (
      select from friend_requests where from_id = ${from} and to_id = ${to}
    ), made as (
      insert into friend_requests (from_id, to_id)
      select ${from}, ${to} where (select count(*) from friend_requests where from_id = ${from}) < ${most}
      on conflict do nothing
      returning 1
    )
    select exists (select from known) as known, exists (select from made) as made`;
  if (row.made) return 'new';
  return row.known ? 'known' : 'too many';
}

/** Deletes the requests between the two, in both directions. @returns whether `from` had asked `to` and was not declined */
export async function deleteFriendRequests(db: Db, from: number, to: number): Promise<boolean> {
  const rows = await db<{ asked: boolean }[]>`
    delete from friend_requests
     where (from_id, to_id) in ((${from}::int, ${to}::int), (${to}::int, ${from}::int))
    returning from_id = ${from} as asked`;
  return rows.some(({ asked }) => asked);
}

export async function hasFriendRequest(db: Db, from: number, to: number): Promise<boolean> {
  return (await db`select from friend_requests where from_id = ${from} and to_id = ${to}`).length > 0;
}

/** @returns whether there was one */
export async function declineFriendRequest(db: Db, from: number, to: number): Promise<boolean> {
  const rows = await db`
    update friend_requests set declined_at = coalesce(declined_at, now()) where from_id = ${from} and to_id = ${to} returning 1`;
  return rows.length > 0;
}

/** @returns whether there was one */
export async function deleteFriendRequest(db: Db, from: number, to: number): Promise<boolean> {
  return (await db`delete from friend_requests where from_id = ${from} and to_id = ${to} returning 1`).length > 0;
}

/** Accounts that asked the account, or (`sent`) that it asked; by id, with an id above `after`. */
export async function listFriendRequests(
  db: Db,
  accountId: number,
  { sent, after, limit }: { sent: boolean; after: number; limit: number },
): Promise<AccountRow[]> {
  const wanted = sent
    ? db`select to_id as id from friend_requests where from_id = ${accountId} and to_id > ${after}::bigint order by to_id`
    : db`select from_id as id from friend_requests
          where to_id = ${accountId} and declined_at is null and from_id > ${after}::bigint order by from_id`;
  return db<AccountRow[]>`
    select a.* from (${wanted} limit ${limit}) as r
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = r.id offset 0) as a on true
     order by a.id`;
}
