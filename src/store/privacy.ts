/** Acts that accounts allow to others, and to whom. */
import type { Db } from './database.ts';

export type Circle = 'everybody' | 'friends_of_friends' | 'friends' | 'nobody';

/** Circles that may open a direct room with the account, add it to groups, and become its friend at once. */
export type Privacy = { readonly write: Circle; readonly add: Circle; readonly befriend: Circle };

/** The accounts among these that do not let the actor do it. */
export async function findUnwelcome(
  db: Db,
  actorId: number,
  others: readonly number[],
  act: keyof Privacy,
): Promise<number[]> {
  const circle = { write: db`a.may_write`, add: db`a.may_add`, befriend: db`a.may_befriend` }[act];
  const isFriend = db`exists (
    select from friendships where low_id = least(a.id, ${actorId}::int) and high_id = greatest(a.id, ${actorId}::int))`;
  const rows = await db<{ id: number }[]>`
    select a.id from accounts a
     where a.id = any(${others as number[]}::int[])
       and case ${circle}
             when 'everybody' then false
             when 'nobody' then true
             when 'friends' then not ${isFriend}
             else not (${isFriend} or exists (
               select from (${friendsOf(db, db`a.id`)}) as theirs where theirs.id in (${friendsOf(db, db`${actorId}::int`)})))
           end`;
  return rows.map(({ id }) => id);
}

function friendsOf(db: Db, id: ReturnType<typeof db>) {
  return db`select low_id as id from friendships where high_id = ${id}
            union all select high_id from friendships where low_id = ${id}`;
}

export async function updatePrivacy(db: Db, id: number, { write, add, befriend }: Partial<Privacy>): Promise<void> {
  await db`
    update accounts
       set may_write = coalesce(${write ?? null}, may_write), may_add = coalesce(${add ?? null}, may_add),
           may_befriend = coalesce(${befriend ?? null}, may_befriend)
     where id = ${id}`;
}
