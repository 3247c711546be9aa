/** Since somebody was away: in which rooms others wrote, and which posts were liked. */
import type { Db } from './database.ts';

/** `count`: messages of others since then, as far as they were looked at. `first`: the seq of the first of them. */
export type BusyRoomRow = { id: number; count: number; first: number };

/** Messages of a room that are looked at. */
const LOOKED_AT = 300;
/** Posts that are looked at. */
const NEWEST_POSTS = 1_000;

/** The account's rooms and the lobby in which others wrote since then, the busiest first; without those it has silenced. */
export async function listBusyRooms(db: Db, accountId: number, since: Date, limit: number): Promise<BusyRoomRow[]> {
  return db<BusyRoomRow[]>`
    select own.room_id as id, said.count, said.first
      from (
        select room_id from room_members where account_id = ${accountId}
        union all
        select id from rooms where kind = 'lobby'
      ) as own
      join lateral (select active_at from streams where id = own.room_id offset 0) as s on s.active_at >= ${since}
      join lateral (
        select count(*)::int as count, min(seq) as first
          from (select seq, author_id, created_at, deleted_at from messages
                 where room_id = own.room_id order by seq desc limit ${LOOKED_AT}) as m
         where created_at >= ${since} and deleted_at is null and author_id <> ${accountId}
           and not exists (select from blocks where account_id = ${accountId} and blocked_id = m.author_id)
      ) as said on said.count > 0
     where not exists (
       select from room_marks where account_id = ${accountId} and room_id = own.room_id and notify = 'nothing')
     order by said.count desc, own.room_id limit ${limit}`;
}

/** Ids of posts of others since then that somebody liked, the most liked first. */
export async function findLikedPosts(db: Db, accountId: number, since: Date, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select id
      from (select id, author_id, created_at, likes_count from posts order by id desc limit ${NEWEST_POSTS}) as newest
     where created_at >= ${since} and likes_count > 0 and author_id <> ${accountId}
     order by likes_count desc, id desc limit ${limit}`;
  return rows.map(({ id }) => id);
}
