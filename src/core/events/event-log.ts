/** The event log: how events are read back and pruned. */

import type { Log } from '../../hub/log.ts';
import type { Sql } from '../../store/database.ts';
import { deleteEventsBefore, type EventRow, findHeads, listEventsAfter, listLatestEvents } from '../../store/events.ts';
import type { ShowPerson } from '../model.ts';
import type { Event } from './events.ts';
import { createHydration } from './hydration.ts';

/** Bytes in a page of the log: payloads, and what they refer to. */
const PAGE_BYTES = 4 * 1_048_576;
/** Retention. A node that was disconnected for longer starts again. */
const KEPT_DAYS = 2;
const PRUNED_AT_ONCE = 1_000;

/** The event log as the hub reads it. */
export function eventLog(sql: Sql, show: ShowPerson): Log<Event> {
  const { hydrate, bytesOf } = createHydration(sql, show);

  /** The first rows whose references fit into a page. */
  function fitting(rows: readonly EventRow[]): readonly EventRow[] {
    let bytes = 0;
    const end = rows.findIndex((row) => {
      const full = bytes >= PAGE_BYTES;
      bytes += bytesOf(row);
      return full;
    });
    return end === -1 ? rows : rows.slice(0, end);
  }

  return {
    after: async (streamId, seq, limit) => {
      // A page of which nothing is left is skipped, since readers go on from the last event.
      for (let from = seq; ; ) {
        const page = { seq: from, limit, bytes: PAGE_BYTES };
        const { rows, complete, floor } = await listEventsAfter(sql, streamId, page);
        const fit = fitting(rows);
        const events = (await hydrate(fit)).get(streamId) ?? [];
        const isLast = complete && fit.length === rows.length;
        if (events.length > 0 || isLast) return { events, complete: isLast, floor };
        from = (fit.at(-1) as EventRow).seq;
      }
    },
    latest: async (streamId, limit) =>
      (await hydrate(await listLatestEvents(sql, streamId, limit))).get(streamId) ?? [],
    heads: async (streamIds) => {
      const rows = streamIds.length === 0 ? [] : await findHeads(sql, streamIds);
      return new Map(rows.map((row) => [row.id, row.head]));
    },
  };
}

/** Deletes old events in small batches, so that no lock is held for long. Messages are in another table, and stay. */
export async function pruneEvents(sql: Sql): Promise<void> {
  while ((await deleteEventsBefore(sql, KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
}
