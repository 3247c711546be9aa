/** Rows of messages. */
import postgres from 'postgres';
import type { Db } from './database.ts';
import { messagePayload } from './message-payload.ts';

export type NewMessageRows = { roomIds: number[]; authorIds: number[]; bodies: string[] };
/** `at`: Unix milliseconds. */
export type InsertedMessageRow = { id: number; room_id: number; author_id: number; seq: number; at: number };
/** `payload`: what its `message.created` says. */
export type MessageRow = { payload: Record<string, unknown> };

/**
 * Stores a batch in one statement, each room's messages in the order given. Streams are locked in order of id, so two
 * nodes with batches for the same rooms wait for each other and never deadlock. Messages of authors who
 * are not members of the room are left out.
 * @returns one row a stored message, those of one room in the order given
 * @throws what `isStrangersMessage` knows, when its author was taken out of the room while this waited for others
 */
export async function insertMessages(db: Db, rows: NewMessageRows): Promise<InsertedMessageRow[]> {
  return db<InsertedMessageRow[]>`
    with input as (
      select i.* from unnest(${rows.roomIds}::int[], ${rows.authorIds}::int[], ${rows.bodies}::text[])
        with ordinality as i (room_id, author_id, body, n)
        join rooms r on r.id = i.room_id
        left join room_members m on m.room_id = i.room_id and m.account_id = i.author_id
       where r.kind = 'lobby' or m.account_id is not null
    ), counts as (
      select room_id, count(*) as n from input group by room_id
    ), locked as (
      select id from streams where id in (select room_id from counts) order by id for update
    ), advanced as (
      update streams s set head = s.head + c.n, active_at = date_trunc('milliseconds', clock_timestamp())
        from locked l join counts c on c.room_id = l.id
       where s.id = l.id
      returning s.id, s.head - c.n as base
    )
    insert into messages (room_id, seq, author_id, body, created_at)
    select i.room_id, a.base + row_number() over (partition by i.room_id order by i.n), i.author_id, i.body,
           date_trunc('milliseconds', clock_timestamp())
      from input i join advanced a on a.id = i.room_id
     order by i.room_id, i.n
    returning id, room_id, author_id, seq, (extract(epoch from created_at) * 1000)::float8 as at`;
}

/** Whether the database refused a message because its author is not (any more) a member of the room. */
export function isStrangersMessage(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === 'KO001';
}

/**
 * The newest messages of a room after the first `skip`, oldest first. A seq doesn't tell how many there are above it
 * (some may be gone), so those are counted, in the index alone; never more than there can be.
 */
export async function listMessagesAfterSkip(
  db: Db,
  roomId: number,
  skip: number,
  limit: number,
): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId} and m.seq <= (
         select seq from messages
          where room_id = ${roomId} and (select head from streams where id = ${roomId}) > ${skip}
          order by seq desc offset ${skip} limit 1)
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/**
 * The newest messages of a room with an id below that, oldest first. Within a room, ids rise with seqs: the place of
 * the id, which may be gone or of another room, is found by halving.
 */
export async function listMessagesBefore(db: Db, roomId: number, id: number, limit: number): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    with recursive place (below, above) as (
      select 0::bigint, head + 1 from streams where id = ${roomId}
      union all
      select case when probe.id < ${id} then probe.seq else place.below end,
             case when probe.id < ${id} then place.above else (place.below + place.above) / 2 end
        from place
        left join lateral (
          select m.id, m.seq from messages m
           where m.room_id = ${roomId} and m.seq >= (place.below + place.above) / 2
           order by m.seq limit 1) as probe on true
       where place.above - place.below > 1
    )
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId} and m.seq <= (select max(below) from place)
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/** The newest messages of a room, oldest first. */
export async function listLatestMessages(db: Db, roomId: number, limit: number): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select payload from (
      select m.seq, ${messagePayload(db)} as payload
        from messages m
        join accounts a on a.id = m.author_id
       where m.room_id = ${roomId}
       order by m.seq desc limit ${limit}
    ) as page order by seq`;
}

/** These messages of a room, by seq; those that are gone are left out. */
export async function findMessages(db: Db, roomId: number, seqs: readonly number[]): Promise<MessageRow[]> {
  return db<MessageRow[]>`
    select ${messagePayload(db)} as payload
      from messages m
      join accounts a on a.id = m.author_id
     where m.room_id = ${roomId} and m.seq = any(${seqs as number[]}::bigint[])
     order by m.seq`;
}
