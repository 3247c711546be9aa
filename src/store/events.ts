/** The event log: streams, their heads, and reading what happened after a given seq. */
import { AppError } from '../errors.ts';
import type { Db } from './database.ts';
import { messagePayload } from './message-payload.ts';

/** One entry of a stream. A message is read from `messages`, where `payload` is null and the other columns are set. */
export type EventRow = {
  stream_id: number;
  seq: number;
  kind: string;
  payload: Record<string, unknown>;
};

/** Bytes of an event's payload as JSON; a constraint of the table has the same bound, in bytes of jsonb. */
export const MAX_EVENT_BYTES = 524_288;

/** @throws AppError `too_large` */
export function toPayload(data: object): string {
  const payload = JSON.stringify(data);
  // A UTF-16 unit has three bytes at most: most payloads need no closer look.
  if (payload.length * 3 > MAX_EVENT_BYTES && Buffer.byteLength(payload) > MAX_EVENT_BYTES)
    throw new AppError('too_large', { message: `an event may have ${MAX_EVENT_BYTES} bytes` });
  return payload;
}

/** Holds the stream until the transaction ends: nobody else adds to it meanwhile. */
export async function lockStream(db: Db, streamId: number): Promise<void> {
  await db`select from streams where id = ${streamId} for no key update`;
}

/** Holds the streams until the transaction ends. They are locked in order of id. */
export async function lockStreams(db: Db, streamIds: readonly number[]): Promise<void> {
  if (streamIds.length === 0) return;
  await db`select from streams where id = any(${streamIds as number[]}::int[]) order by id for no key update`;
}

/** The own streams of these accounts, by account. */
export async function findAccountStreams(db: Db, accountIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const rows = await db<{ id: number; stream_id: number }[]>`
    select id, stream_id from accounts where id = any(${accountIds as number[]}::int[])`;
  return new Map(rows.map(({ id, stream_id }) => [id, stream_id]));
}

/** The account whose own stream it is. */
export async function findStreamOwner(db: Db, streamId: number): Promise<number | null> {
  const [row] = await db<{ id: number }[]>`select id from accounts where stream_id = ${streamId}`;
  return row?.id ?? null;
}

/**
 * Appends events in the order given. The stream's row stays locked until the transaction ends, which is what orders commits.
 * @returns the seq of the last
 */
export async function insertEvents(
  db: Db,
  streamId: number,
  events: readonly { kind: string; data: object }[],
): Promise<number> {
  const [row] = await db<[{ head: number }]>`
    with advanced as (
      update streams set head = head + ${events.length}::int where id = ${streamId} returning id, head
    ), added as (
      insert into events (stream_id, seq, kind, payload)
      select a.id, a.head - ${events.length}::int + e.n, e.kind, e.payload::jsonb
        from advanced a
       cross join unnest(${events.map(({ kind }) => kind)}::text[], ${events.map(({ data }) => toPayload(data))}::text[])
             with ordinality as e (kind, payload, n)
    )
    select head from advanced`;
  return row.head;
}

/**
 * Appends events to several streams, those of each in the order given. The streams are locked in order of id.
 * @returns the seqs, in the order of the events; null: the stream is gone
 */
export async function insertEventsInStreams(
  db: Db,
  events: readonly { streamId: number; kind: string; data: object }[],
): Promise<(number | null)[]> {
  const rows = await db<{ seq: number | null }[]>`
    with input as (
      select * from unnest(${events.map(({ streamId }) => streamId)}::int[], ${events.map(({ kind }) => kind)}::text[],
                           ${events.map(({ data }) => toPayload(data))}::text[])
        with ordinality as e (stream_id, kind, payload, n)
    ), counts as (
      select stream_id, count(*) as n from input group by stream_id
    ), locked as (
      select id from streams where id in (select stream_id from counts) order by id for no key update
    ), advanced as (
      update streams s set head = s.head + c.n from locked l join counts c on c.stream_id = l.id where s.id = l.id
      returning s.id, s.head - c.n as base
    ), numbered as (
      select i.*, a.base + row_number() over (partition by i.stream_id order by i.n) as seq
        from input i join advanced a on a.id = i.stream_id
    ), added as (
      insert into events (stream_id, seq, kind, payload) select stream_id, seq, kind, payload::jsonb from numbered
    )
    select a.seq from input i left join numbered a using (n) order by i.n`;
  return rows.map(({ seq }) => seq);
}

/** The result of a statement that stores rows and assigns their seqs. `at`: Unix milliseconds. */
export type InsertedRow = { id: number; at: number; seq: number };

/** For such a statement: takes the stream's lock and a number of seqs; they begin after `base`. */
export function advanceStream(db: Db, streamId: number, count: number) {
  return db`update streams set head = head + ${count}::int where id = ${streamId} returning head - ${count}::int as base`;
}

/** For such a statement: tells of what `told (id, created_at, seq, bytes)` has, by reference. `bytes`: of its texts. */
export function insertCreated(db: Db, streamId: number, kind: 'post.created' | 'comment.created') {
  return db`
    insert into events (stream_id, seq, kind, payload)
    select ${streamId}, seq, ${kind}, jsonb_build_object('id', id, 'bytes', bytes) from told`;
}

/** `created_at` as Unix milliseconds. */
export function milliseconds(db: Db) {
  return db`(extract(epoch from created_at) * 1000)::bigint`;
}

/** The heads of these streams. */
export async function findHeads(db: Db, streamIds: readonly number[]): Promise<{ id: number; head: number }[]> {
  return db<{ id: number; head: number }[]>`
    select id, head from streams where id = any(${streamIds as number[]}::int[])`;
}

/** An entry, or, where there is none, the floor alone. */
type Read = { readonly seq: number | null; readonly floor: number; readonly found: number };

/**
 * The next entries above `seq`, oldest first: as many as fit into about that number of bytes, and one at least.
 * `complete`: there are no more. `floor`: of the stream.
 */
export async function listEventsAfter(
  db: Db,
  streamId: number,
  { seq, limit, bytes }: { seq: number; limit: number; bytes: number },
): Promise<{ rows: EventRow[]; complete: boolean; floor: number }> {
  const read = await db<Read[]>`
    with entries as (
      (select stream_id, seq, kind, payload, octet_length(payload::text) as size from events
        where stream_id = ${streamId} and seq > ${seq} order by seq limit ${limit})
      union all
      (select m.room_id, m.seq, 'message.created', ${messagePayload(db)}, octet_length(m.body) from messages m
         join accounts a on a.id = m.author_id
        where m.room_id = ${streamId} and m.seq > ${seq} order by m.seq limit ${limit})
    ), sized as (
      select *, sum(size) over (order by seq) - size as before, count(*) over () as found
        from (select * from entries order by seq limit ${limit}) as page
    )
    select s.floor, e.stream_id, e.seq, e.kind, e.payload, e.found::int
      from streams s left join sized e on e.before < ${bytes}::bigint where s.id = ${streamId} order by e.seq`;
  const rows = read.filter((row): row is Read & EventRow => row.seq !== null);
  const found = rows[0]?.found ?? 0;
  return { rows, complete: rows.length === found && found < limit, floor: read[0]?.floor ?? 0 };
}

/** The newest entries, oldest first. */
export async function listLatestEvents(db: Db, streamId: number, limit: number): Promise<EventRow[]> {
  const rows = await db<EventRow[]>`
    select stream_id, seq, kind, payload from (
      (select stream_id, seq, kind, payload from events
        where stream_id = ${streamId} order by seq desc limit ${limit})
      union all
      (select m.room_id, m.seq, 'message.created', ${messagePayload(db)} from messages m
         join accounts a on a.id = m.author_id
        where m.room_id = ${streamId} order by m.seq desc limit ${limit})
    ) as entries order by seq desc limit ${limit}`;
  return rows.reverse();
}

/** The seq of the message that is `count` messages before the newest, 0 where there are fewer. Deleted ones do not count. */
export async function findSeqBeforeLatest(db: Db, roomId: number, count: number): Promise<number> {
  const [row] = await db<{ seq: number }[]>`
    select seq from messages where room_id = ${roomId} and deleted_at is null
     order by seq desc offset ${count} limit 1`;
  return row?.seq ?? 0;
}

/**
 * Deletes old events and raises the floors of their streams. Streams are locked in order of id, as writers lock them.
 * @returns how many
 */
export async function deleteEventsBefore(db: Db, days: number, limit: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    with old as (
      select stream_id, seq from events where at < now() - make_interval(days => ${days}) order by at limit ${limit}
    ), tops as (
      select stream_id, max(seq) as seq from old group by stream_id
    ), locked as (
      select id from streams where id in (select stream_id from tops) order by id for no key update
    ), raised as (
      update streams s set floor = greatest(s.floor, t.seq) from locked l join tops t on t.stream_id = l.id where s.id = l.id
      returning s.id
    ), deleted as (
      delete from events e using old o join raised r on r.id = o.stream_id
       where e.stream_id = o.stream_id and e.seq = o.seq
      returning 1
    )
    select count(*)::int as count from deleted`;
  return row.count;
}
