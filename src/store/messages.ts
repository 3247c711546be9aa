/** Rows of messages. */
import type { Db } from './database.ts';

export type NewMessageRows = { roomIds: number[]; authorIds: number[]; bodies: string[] };
/** `at`: Unix milliseconds. */
export type InsertedMessageRow = { id: number; room_id: number; seq: number; at: number };

/**
 * Stores a batch in one statement, each room's messages in the order given. Streams are locked in order of id, so two
 * nodes with batches for the same rooms wait for each other and never deadlock.
 * @returns one row a message, those of one room in the order given
 */
export async function insertMessages(db: Db, rows: NewMessageRows): Promise<InsertedMessageRow[]> {
  return db<InsertedMessageRow[]>`
    with input as (
      select * from unnest(${rows.roomIds}::int[], ${rows.authorIds}::int[], ${rows.bodies}::text[])
        with ordinality as i (room_id, author_id, body, n)
    ), counts as (
      select room_id, count(*) as n from input group by room_id
    ), locked as (
      select id from streams where id in (select room_id from counts) order by id for update
    ), advanced as (
      update streams s set head = s.head + c.n
        from locked l join counts c on c.room_id = l.id
       where s.id = l.id
      returning s.id, s.head - c.n as base
    )
    insert into messages (room_id, seq, author_id, body, created_at)
    select i.room_id, a.base + row_number() over (partition by i.room_id order by i.n), i.author_id, i.body,
           date_trunc('milliseconds', clock_timestamp())
      from input i join advanced a on a.id = i.room_id
     order by i.room_id, i.n
    returning id, room_id, seq, (extract(epoch from created_at) * 1000)::float8 as at`;
}
