/** Positions in streams as an account may see them, and what it missed since. */
import type { Db } from './database.ts';
import type { EventRow } from './events.ts';
import { messagePayload } from './message-payload.ts';

/** `uid`: of a room; null: the account's own stream, or the board. `mentioned`: after what the account has read. */
export type PositionRow = {
  epoch: string;
  id: number;
  uid: string | null;
  head: number;
  floor: number;
  mentioned: boolean;
};

/** Rooms by uid or id; and `newest`: so many of the account's own ones, those where somebody spoke last first. */
export type WantedRooms = {
  readonly uids?: readonly string[];
  readonly ids?: readonly number[];
  readonly newest?: number;
};

/**
 * The positions of the account's own stream, of the board, and of the wanted rooms that it may enter; in this order, the newest
 * rooms first.
 */
export async function findPositions(
  db: Db,
  accountId: number,
  boardId: number,
  { uids = [], ids = [], newest = 0 }: WantedRooms,
): Promise<PositionRow[]> {
  return db<PositionRow[]>`
    with own as (
      select s.id from (
        select room_id from room_members where account_id = ${accountId} and ${newest} > 0
        union all
        select id from rooms where kind = 'lobby' and ${newest} > 0
      ) as r
      join lateral (select id, active_at from streams where id = r.room_id offset 0) as s on true
      order by s.active_at desc, s.id desc limit ${newest}
    ), named as (
      select r.id from rooms r
       where (r.uid = any(${uids as string[]}::uuid[]) or r.id = any(${ids as number[]}::int[]))
         and (r.kind = 'lobby'
              or exists (select from room_members m where m.room_id = r.id and m.account_id = ${accountId}))
    ), visible as (
      select stream_id as id, null::uuid as uid, 0 as n from accounts where id = ${accountId}
      union all
      select ${boardId}::int, null, 1
      union all
      select r.id, r.uid, 2 from (select id from own union select id from named) as v join rooms r on r.id = v.id
    )
    select i.epoch, v.id, v.uid, s.head, s.floor,
           v.uid is not null and exists (
             select from mentions x
              where x.account_id = ${accountId} and x.room_id = v.id and x.seq > (
                select read_seq from room_marks k where k.account_id = ${accountId} and k.room_id = v.id)) as mentioned
      from visible v
      join installation i on i.id
      join lateral (select head, floor, active_at from streams where id = v.id offset 0) as s on true
     order by v.n, s.active_at desc, v.id desc`;
}

/** What a reader has of a stream, and up to where it is to be read. */
export type Missed = { readonly streamId: number; readonly seq: number; readonly upTo: number };

/**
 * The entries of all these streams after the reader's positions, one stream after the other, oldest first: as many as have about
 * so many bytes. `complete`: that is all of them.
 */
export async function listMissedEvents(
  db: Db,
  missed: readonly Missed[],
  bytes: number,
): Promise<{ rows: EventRow[]; complete: boolean }> {
  const rows = await db<(EventRow & { found: number })[]>`
    with entries as (
      select w.n, e.* from unnest(
        ${missed.map(({ streamId }) => streamId)}::int[],
        ${missed.map(({ seq }) => seq)}::bigint[],
        ${missed.map(({ upTo }) => upTo)}::bigint[]) with ordinality as w (stream_id, seq, up_to, n)
      cross join lateral (
        (select stream_id, seq, kind, payload, octet_length(payload::text) as size from events
          where stream_id = w.stream_id and seq > w.seq and seq <= w.up_to order by seq)
        union all
        (select m.room_id, m.seq, 'message.created', ${messagePayload(db)}, octet_length(m.body) from messages m
           join accounts a on a.id = m.author_id
          where m.room_id = w.stream_id and m.seq > w.seq and m.seq <= w.up_to order by m.seq)
      ) as e
    ), sized as (
      select *, sum(size) over (order by n, seq) - size as before, count(*) over () as found from entries
    )
    select stream_id, seq, kind, payload, found::int from sized where before < ${bytes}::bigint order by n, seq`;
  return { rows, complete: rows.length === (rows[0]?.found ?? 0) };
}

/** The identity of the log: a position of another epoch says nothing about it. */
export async function findEpoch(db: Db): Promise<string> {
  const [row] = await db<[{ epoch: string }]>`select epoch from installation where id`;
  return row.epoch;
}
