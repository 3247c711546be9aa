/** Resuming: which of a client's positions can be resumed from, and what it missed since. */
import type { ReadEvents } from '../../hub/stream.ts';
import { Buckets } from '../../limits/buckets.ts';
import type { Rate } from '../../limits/rates.ts';
import type { Sql } from '../../store/database.ts';
import type { EventRow } from '../../store/events.ts';
import {
  findPositions,
  listMissedEvents,
  type PositionRow,
  type WantedPositions,
  type WantedRooms,
} from '../../store/positions.ts';
import { batched } from '../events/batched.ts';
import { BOARD_STREAM, type Event } from '../events/events.ts';
import type { Hydration } from '../events/hydration.ts';
import { isUid } from '../text.ts';
import type { Cursor } from './cursor.ts';
import { BOARD, MAX_FOLLOWED, ME, type Positions, roomOf, roomStream } from './streams.ts';

/** A position from which the client is sent every event. `head`: of the stream, when access was checked. */
export type Resumed = {
  readonly name: string;
  readonly streamId: number;
  readonly seq: number;
  readonly head: number;
};
/** The stream has to be fetched again; `seq`: its head, 0 where the client has no access. */
export type Reset = { readonly name: string; readonly seq: number };

export type Resumption = {
  readonly epoch: string;
  /** The account's own stream first. */
  readonly resumed: readonly Resumed[];
  readonly resets: readonly Reset[];
  /** The account's own stream. */
  readonly me: PositionRow;
  readonly rooms: readonly PositionRow[];
};

/** `epoch` null: the current one. */
export type Wanted = { readonly epoch: string | null; readonly have: Positions } & WantedRooms;

export type Resuming = {
  /** One statement, which others share. A stream that the account may not see is answered like one that does not exist. */
  resume(accountId: number, wanted: Wanted): Promise<Resumption>;
  /**
   * From a cursor, or (null) from now on: the account's own stream, the board, and its rooms, of which that number are followed that
   * the cursor does not know. A stream that is reset is followed from its head. One statement, which others share.
   */
  resumeFrom(accountId: number, cursor: Cursor | null, newest: number): Promise<Resumption>;
  /**
   * Missed events of these streams, as far as one statement reads them; a stream that is not there has not been read. Of one that
   * has been pruned since its position was checked there is nothing.
   */
  readMissed(resumed: readonly Resumed[]): Promise<ReadonlyMap<number, ReadEvents<Event>>>;
};

/** Missed events that a client is sent when it resumes: of one stream, of all. */
const MAX_MISSED = 1_000;
const MAX_MISSED_IN_ALL = 10_000;
/**
 * Events that an account is told after it was away, however often it asks (on this node). Beyond, its streams are reset: what it
 * fetches then counts as requests.
 */
const MISSED_BY_ACCOUNT: Rate = { points: 20_000, seconds: 120 };
/** Events that are read with one statement, and their bytes. The rest is read stream by stream. */
const READ_AT_ONCE = 2_000;
const READ_BYTES = 4 * 1_048_576;
/** Connections whose positions one statement reads, when many resume. */
const RESUMED_TOGETHER = { most: 64, gather: 20 };

export function createResuming(sql: Sql, { hydrate, bytesOf }: Hydration): Resuming {
  const budgets = new Buckets(MISSED_BY_ACCOUNT);
  const positionsOf = batched<WantedPositions, PositionRow[]>(RESUMED_TOGETHER, (wanted) =>
    findPositions(sql, BOARD_STREAM, wanted),
  );

  function judge(accountId: number, rows: ReadonlyMap<string, PositionRow>, have: Positions, isOfNow: boolean) {
    const judged = judgeUpTo(Math.min(MAX_MISSED_IN_ALL, budgets.left(`${accountId}`)), rows, have, isOfNow);
    budgets.charge(`${accountId}`, judged.missed);
    return judged;
  }

  return {
    resume: async (accountId, { epoch, have, ...wanted }): Promise<Resumption> => {
      const uids = Object.keys(have).flatMap((name) => roomOf(name.toLowerCase()) ?? []);
      const rows = await positionsOf({ accountId, uids: uids.filter(isUid), ...wanted });
      const byName = new Map(rows.map((row) => [nameOf(row), row]));
      const me = byName.get(ME) as PositionRow;
      const isOfNow = epoch === null || epoch === me.epoch;
      const rooms = rows.filter(({ uid }) => uid !== null);
      const { resumed, resets } = judge(accountId, byName, have, isOfNow);
      return { resumed, resets, epoch: me.epoch, me, rooms };
    },

    resumeFrom: async (accountId, cursor, newest): Promise<Resumption> => {
      const ids = cursor === null ? [] : [...cursor.positions.keys()];
      const rows = await positionsOf({ accountId, ids, newest });
      const byName = new Map(rows.map((row) => [nameOf(row), row]));
      const me = byName.get(ME) as PositionRow;
      const seqs = rows.map((row) => [nameOf(row), cursor === null ? row.head : cursor.positions.get(row.id)] as const);
      const have = Object.fromEntries(seqs.filter((pair): pair is [string, number] => pair[1] !== undefined));
      const { resumed, resets } = judge(accountId, byName, have, cursor === null || cursor.epoch === me.epoch);
      // A reader that is told what happened in its own stream hears there of the rooms that it does not know.
      const unknown = resumed[0]?.name === ME ? [] : seqs.filter(([, seq]) => seq === undefined);
      const lost = [...resets, ...unknown.map(([name]) => ({ name, seq: byName.get(name)?.head ?? 0 }))];
      const again = lost.map(({ name, seq }) => ({ name, streamId: byName.get(name)?.id as number, seq, head: seq }));
      const followed = ownFirst([...resumed, ...again]).slice(0, MAX_FOLLOWED);
      return { epoch: me.epoch, me, resumed: followed, resets: lost, rooms: rows.filter(({ uid }) => uid !== null) };
    },

    readMissed: async (resumed): Promise<ReadonlyMap<number, ReadEvents<Event>>> => {
      let count = 0;
      const wanted = resumed.filter(({ seq, head }) => {
        count += head - seq;
        return head > seq && count <= READ_AT_ONCE;
      });
      if (wanted.length === 0) return new Map();
      const missed = wanted.map(({ streamId, seq, head }) => ({ streamId, seq, upTo: head }));
      const { rows, complete } = await listMissedEvents(sql, missed, READ_BYTES);
      const page = fitting(rows, bytesOf);
      const cut = complete && page.length === rows.length ? null : page.at(-1);
      const events = await hydrate(page);
      const read = new Map<number, ReadEvents<Event>>();
      for (const { streamId, head } of wanted) {
        const own = events.get(streamId);
        if (own) read.set(streamId, { events: own, upTo: streamId === cut?.stream_id ? cut.seq : head });
      }
      return read;
    },
  };
}

function judgeUpTo(most: number, rows: ReadonlyMap<string, PositionRow>, have: Positions, isOfNow: boolean) {
  const resumed: Resumed[] = [];
  const resets: Reset[] = [];
  const judged = new Set<PositionRow>();
  let missed = 0;
  for (const [name, seq] of Object.entries(have)) {
    const row = rows.get(name.toLowerCase());
    // Ids may be written in capitals: a stream is followed once, however often it is named.
    if (row !== undefined && judged.has(row)) continue;
    if (row !== undefined) judged.add(row);
    const behind = row === undefined ? 0 : row.head - seq;
    const resumable = row !== undefined && isOfNow && seq >= row.floor && behind >= 0 && behind <= MAX_MISSED;
    if (resumable && missed + behind <= most) {
      missed += behind;
      resumed.push({ name: nameOf(row), streamId: row.id, seq, head: row.head });
    } else resets.push({ name, seq: row?.head ?? 0 });
  }
  return { resumed: ownFirst(resumed), resets, missed };
}

function ownFirst(resumed: readonly Resumed[]): Resumed[] {
  return [...resumed].sort((a, b) => Number(b.name === ME) - Number(a.name === ME));
}

function nameOf({ id, uid }: PositionRow): string {
  if (uid !== null) return roomStream(uid);
  return id === BOARD_STREAM ? BOARD : ME;
}

/** The first rows whose references fit. */
function fitting(rows: readonly EventRow[], bytesOf: Hydration['bytesOf']): readonly EventRow[] {
  let bytes = 0;
  const end = rows.findIndex((row) => {
    const full = bytes >= READ_BYTES;
    bytes += bytesOf(row);
    return full;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
