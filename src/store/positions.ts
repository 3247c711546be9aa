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

/** Rooms by uid or id; and `newest`: that number of the account's own ones, most recently active first. */
export type WantedRooms = {
  readonly uids?: readonly string[];
  readonly ids?: readonly number[];
  readonly newest?: number;
};

/** The positions that an account wants. */
export type WantedPositions = WantedRooms & { readonly accountId: number };

/**
 * For each: the positions of the account's own stream, of the board, and of the wanted rooms that it may enter; in this order, the
 * newest rooms first. One statement.
 */
export async function findPositions(
  db: Db,
  boardId: number,
  wanted: readonly WantedPositions[],
): Promise<PositionRow[][]> {
  const uids = wanted.flatMap(({ uids = [] }, index) => uids.map((uid) => ({ n: index + 1, uid })));
  const ids = wanted.flatMap(({ ids = [] }, index) => ids.map((id) => ({ n: index + 1, id })));
  const rows = await db<(PositionRow & { n: number })[]>`
    with asked as (
      select * from unnest(${wanted.map(({ accountId }) => accountId)}::int[], ${wanted.map(({ newest = 0 }) => newest)}::int[])
        with ordinality as q (account_id, newest, n)
    ), own as (
      select q.n, r.id from asked q cross join lateral (
        select s.id from (
          select room_id from room_members where account_id = q.account_id and q.newest > 0
          union all
          select id from rooms where kind = 'lobby' and q.newest > 0
        ) as r
        join lateral (select id, active_at from streams where id = r.room_id offset 0) as s on true
        order by s.active_at desc, s.id desc limit q.newest
      ) as r
    ), named as (
      select w.n, r.id, r.kind from unnest(${uids.map(({ n }) => n)}::int[], ${uids.map(({ uid }) => uid)}::uuid[]) as w (n, uid)
        join rooms r on r.uid = w.uid
      union all
      select w.n, r.id, r.kind from unnest(${ids.map(({ n }) => n)}::int[], ${ids.map(({ id }) => id)}::int[]) as w (n, id)
        join rooms r on r.id = w.id
    ), visible as (
      select q.n, a.stream_id as id, null::uuid as uid, 0 as rank from asked q join accounts a on a.id = q.account_id
      union all
      select n, ${boardId}::int, null, 1 from asked
      union all
      select v.n, r.id, r.uid, 2 from (
        select n, id from own
        union
        select c.n, c.id from named c join asked q using (n)
         where c.kind = 'lobby'
            or exists (select from room_members m where m.room_id = c.id and m.account_id = q.account_id)
      ) as v join rooms r on r.id = v.id
    )
    select n::int, i.epoch, v.id, v.uid, s.head, s.floor,
           v.uid is not null and exists (
             select from mentions x
              where x.account_id = q.account_id and x.room_id = v.id and x.seq > (
                select read_seq from room_marks k where k.account_id = q.account_id and k.room_id = v.id)) as mentioned
      from visible v
      join asked q using (n)
      join installation i on i.id
      join lateral (select head, floor, active_at from streams where id = v.id offset 0) as s on true
     order by n, v.rank, s.active_at desc, v.id desc`;
  const found: PositionRow[][] = wanted.map(() => []);
  for (const { n, ...row } of rows) found[n - 1]?.push(row);
  return found;
}

/** The part of a stream that a reader has, and up to where it is to be read. */
export type Missed = { readonly streamId: number; readonly seq: number; readonly upTo: number };

/**
 * The entries of all these streams after the reader's positions, one stream after the other, oldest first: as many as have about
 * so many bytes; none of a stream of which some have been pruned. `complete`: that is all of them.
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
      join streams s on s.id = w.stream_id and s.floor <= w.seq
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
