/**
 * The search index: what was written since a room or post was indexed last. Marks are words that no text has, because it has no
 * control characters; with them, one index finds words and filters together.
 */
import type { Db, Fragment } from './database.ts';

/** Marks of a room (with its id), of an author (with the id), and of having files. */
export const MARK = { room: '\u0001', author: '\u0002', files: '\u0003' } as const;

/** Between words, whatever the parser of PostgreSQL makes of them: so the parts of an address or a compound are found too. */
export const SEPARATORS = '-_./:@#?&=%~+|;<>\\';

/** Rooms in which something was written or changed that is not indexed yet, by id; `after`: with a greater id. */
export async function listUnindexedRooms(db: Db, after: number, limit: number): Promise<number[]> {
  const rows = await db<{ id: number }[]>`
    select r.id
      from rooms r
      join lateral (select head from streams where id = r.id offset 0) as s on true
      left join lateral (select seq from search_positions where room_id = r.id offset 0) as p on true
     where r.id > ${after} and s.head > coalesce(p.seq, 0)
     order by r.id limit ${limit}`;
  return rows.map(({ id }) => id);
}

/** Begins the index of a room, unless it was begun (idempotent). */
export async function beginRoomIndex(db: Db, roomId: number): Promise<void> {
  await db`
    insert into search_positions (room_id, seq) select id, 0 from rooms where id = ${roomId}
    on conflict (room_id) do nothing`;
}

/**
 * Indexes the next `limit` messages that were written or changed in the room.
 * @returns how many there were; null: another node does it now
 */
export async function indexRoom(db: Db, roomId: number, limit: number): Promise<number | null> {
  const [row] = await db<{ count: number }[]>`
    with place as (
      select p.seq, s.head from search_positions p join streams s on s.id = p.room_id
       where p.room_id = ${roomId} and ${flushedLater(db)} for update of p skip locked
    ), changed as (
      select c.*
        from place
       cross join lateral (
         (select id, seq as at from messages where room_id = ${roomId} and seq > place.seq order by seq limit ${limit})
         union all
         (select id, edited_seq from messages where room_id = ${roomId} and edited_seq > place.seq
           order by edited_seq limit ${limit})) as c
       order by c.at limit ${limit}
    ), texts as (
      select * from messages where id in (select id from changed)
    ), removed as (
      delete from message_search where message_id in (select id from texts where deleted_at is not null)
    ), indexed as (
      insert into message_search (message_id, room_id, author_id, created_at, words)
      select m.id, m.room_id, m.author_id, m.created_at, ${wordsOfMessage(db)} from texts m where deleted_at is null
      on conflict (message_id) do update set words = excluded.words
    ), reached as (
      select count(*)::int as count, max(at) as last from changed
    )
    update search_positions p
       set seq = greatest(p.seq, case when r.count < ${limit} then place.head else r.last end)
      from reached r, place
     where p.room_id = ${roomId}
    returning r.count`;
  return row?.count ?? null;
}

/**
 * The commit does not wait for the disk, for which messages would wait in turn: what a crash undoes is as a whole not indexed yet.
 */
function flushedLater(db: Db): Fragment {
  return db`set_config('synchronous_commit', 'off', true) = 'off'`;
}

function wordsOfMessage(db: Db) {
  return db`to_tsvector('koine', ${separated(db, db`m.body`)}) || array_to_tsvector(
    array[${MARK.room}::text || m.room_id, ${MARK.author}::text || m.author_id]
    || case when exists (select from message_files f where f.room_id = m.room_id and f.seq = m.seq)
            then array[${MARK.files}::text] else '{}' end)`;
}

/** A text as it is indexed. It has as many characters as before. */
export function separated(db: Db, text: Fragment) {
  return db`translate(${text}, ${SEPARATORS}, ${' '.repeat(SEPARATORS.length)})`;
}

/** Indexes the next `limit` posts that were written or edited. @returns how many there were */
export async function indexPosts(db: Db, limit: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    with taken as (
      delete from post_search_queue
       where post_id in (select post_id from post_search_queue order by post_id limit ${limit} for update skip locked)
         and ${flushedLater(db)}
      returning post_id
    ), indexed as (
      insert into post_search (post_id, words)
      select p.id, to_tsvector('koine', ${separated(db, textOfPost(db))})
                   || array_to_tsvector(array[${MARK.author}::text || p.author_id])
        from posts p join taken t on t.post_id = p.id
      on conflict (post_id) do update set words = excluded.words
    )
    select count(*)::int as count from taken`;
  return row.count;
}

/** Of `posts p`. */
export function textOfPost(db: Db) {
  return db`(coalesce(p.title || ${'\n'}::text, '') || p.body)`;
}

/** Everything is indexed anew, beside what is indexed already. @returns how many messages and posts that are, about */
export async function forgetSearchPositions(db: Db): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    with rooms as (update search_positions set seq = 0),
         posts as (insert into post_search_queue (post_id) select id from posts on conflict (post_id) do nothing)
    select (select count(*) from messages)::int + (select count(*) from posts)::int as count`;
  return row.count;
}
