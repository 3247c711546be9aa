/** What an account leaves in other tables, deleted in bites, with what must be told of it. */
import type { Db } from './database.ts';

/** @returns how many */
export async function deleteMessagesOf(db: Db, accountId: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from messages
     where id in (select id from messages where author_id = ${accountId} limit ${limit})`;
  return count;
}

export async function countMessagesOf(db: Db, accountId: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`select count(*) from messages where author_id = ${accountId}`;
  return row.count;
}

/** With all that hangs on them. */
export async function deletePostsOf(db: Db, accountId: number, limit: number): Promise<{ id: number; uid: string }[]> {
  return db<{ id: number; uid: string }[]>`
    delete from posts
     where id in (select id from posts where author_id = ${accountId} order by id limit ${limit})
    returning id, uid`;
}

export async function deleteCommentsOf(
  db: Db,
  accountId: number,
  limit: number,
): Promise<{ id: number; post_id: number }[]> {
  return db<{ id: number; post_id: number }[]>`
    delete from comments
     where id in (select id from comments where author_id = ${accountId} limit ${limit})
    returning id, post_id`;
}

/** @returns the posts that they liked */
export async function deleteLikesOf(db: Db, accountId: number, limit: number): Promise<number[]> {
  const rows = await db<{ post_id: number }[]>`
    delete from likes
     where account_id = ${accountId}
       and post_id in (select post_id from likes where account_id = ${accountId} limit ${limit})
    returning post_id`;
  return rows.map((row) => row.post_id);
}

export async function findLikesCounts(
  db: Db,
  postIds: readonly number[],
): Promise<{ id: number; uid: string; likes_count: number }[]> {
  return db<{ id: number; uid: string; likes_count: number }[]>`
    select id, uid, likes_count from posts where id = any(${postIds as number[]}::int[]) order by id`;
}

/** Rooms that nobody else is in, with what was said there. */
export async function deleteRoomsOnlyOf(db: Db, accountId: number): Promise<void> {
  await db`
    delete from streams
     where id in (
       select m.room_id from room_members m
        where m.account_id = ${accountId}
          and not exists (
            select from room_members o where o.room_id = m.room_id and o.account_id <> ${accountId}))`;
}

/** What events of a stream say that the account wrote. */
export async function deleteEventsOf(db: Db, streamId: number, accountId: number): Promise<void> {
  await db`
    delete from events
     where stream_id = ${streamId} and payload -> 'author' -> 'id' = to_jsonb(${accountId}::int)`;
  await db`
    update events
       set payload = jsonb_set(payload, '{comments}', coalesce((
             select jsonb_agg(c.comment order by c.n)
               from jsonb_array_elements(payload -> 'comments') with ordinality as c (comment, n)
              where c.comment -> 'author' -> 'id' <> to_jsonb(${accountId}::int)), '[]'))
     where stream_id = ${streamId}
       and payload -> 'comments' @> jsonb_build_array(jsonb_build_object('author', jsonb_build_object('id', ${accountId}::int)))`;
}
