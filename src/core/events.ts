/** What happens, as facts: the kinds of events and notices, how they are committed, and how the log is read back. */
import type { Broker } from '../hub/broker.ts';
import type { Hub } from '../hub/hub.ts';
import type { Log } from '../hub/stream.ts';
import type { Sql } from '../store/database.ts';
import { type EventRow, findHeads, listEventsAfter, listLatestEvents } from '../store/events.ts';

/** Facts about accounts that every node must act on. */
export const ACCOUNTS_STREAM = 1;

/** Who wrote something, as events carry it: all that a dialect may show of them beside it (store/events.ts has the same). */
export type Author = {
  readonly id: number;
  readonly uid: string;
  readonly username: string;
  readonly email: string | null;
};

/** `at`: Unix milliseconds, the time of storing. */
export type Message = {
  readonly id: number;
  readonly roomId: number;
  readonly author: Author;
  readonly body: string;
  readonly at: number;
};

/** What was committed. `seq` orders a stream's events. */
export type Event =
  | { readonly kind: 'message.created'; readonly seq: number; readonly data: Message }
  /** `sessionId` null: all sessions of the account. */
  | {
      readonly kind: 'session.ended';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly sessionId: string | null };
    };

/** What is of the moment only. `at`: Unix milliseconds. */
export type Notice = { readonly kind: 'member.joined' | 'member.left'; readonly username: string; readonly at: number };

export type KoineHub = Hub<Event, Notice>;
export type KoineBroker = Broker<Event, Notice>;

/** The event log as the hub reads it. */
export function eventLog(sql: Sql): Log<Event> {
  return {
    after: async (streamId, seq, limit) => (await listEventsAfter(sql, streamId, seq, limit)).map(toEvent),
    latest: async (streamId, limit) => (await listLatestEvents(sql, streamId, limit)).map(toEvent),
    heads: async (streamIds) => {
      const rows = streamIds.length === 0 ? [] : await findHeads(sql, streamIds);
      return new Map(rows.map((row) => [row.id, row.head]));
    },
  };
}

/** The log holds what this code wrote there (store/events.ts, and the commands of core). */
function toEvent(row: EventRow): Event {
  return { kind: row.kind, seq: row.seq, data: row.payload } as Event;
}
