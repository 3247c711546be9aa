/** What happens, as facts: the kinds of events, how they are committed, and how the log is read back. */
import type { Broker } from '../hub/broker.ts';
import type { Hub } from '../hub/hub.ts';
import type { Log } from '../hub/stream.ts';
import type { Sql } from '../store/database.ts';
import { deleteEventsBefore, type EventRow, findHeads, listEventsAfter, listLatestEvents } from '../store/events.ts';
import type { Account, Person } from './accounts.ts';

/** Who comes to the lobby and goes. */
export const PRESENCE_STREAM = 0;
/** Facts about accounts that every node must act on. */
export const ACCOUNTS_STREAM = 1;
/** The lobby, by the id that the first migration gave it. */
export const LOBBY_STREAM = 2;
/** Posts, comments and likes. */
export const BOARD_STREAM = 3;

/** Who did something, as events carry it. */
export type Author = { readonly id: number; readonly uid: string; readonly username: string };

/**
 * `at`: Unix milliseconds, the time of storing. `author` is the account itself: what of it is for others to see is up to
 * `accounts.show` (`showToMembers` where one text goes to many).
 */
export type Message = {
  readonly id: number;
  readonly roomId: number;
  readonly author: Account;
  readonly body: string;
  readonly at: number;
};

/** Times are Unix milliseconds. */
export type Comment = {
  readonly id: number;
  readonly postId: number;
  readonly author: Person;
  readonly body: string;
  readonly createdAt: number;
};

/** As somebody sees it, with its newest comments, oldest first. Times are Unix milliseconds. */
export type Post = {
  readonly id: number;
  readonly uid: string;
  readonly author: Person;
  readonly title: string | null;
  readonly body: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly likesCount: number;
  readonly commentsCount: number;
  /** By whoever sees it. */
  readonly liked: boolean;
  readonly comments: readonly Comment[];
};

/** What was committed. `seq` orders a stream's events. */
export type Event =
  | { readonly kind: 'message.created'; readonly seq: number; readonly data: Message }
  /** `sessionId` null: all sessions of the account. */
  | {
      readonly kind: 'session.ended';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly sessionId: string | null };
    }
  | { readonly kind: 'account.deleted'; readonly seq: number; readonly data: { readonly accountId: number } }
  /** Posts and comments in events are as nobody in particular sees them. */
  | { readonly kind: 'post.created' | 'post.edited'; readonly seq: number; readonly data: Post }
  | {
      readonly kind: 'post.deleted';
      readonly seq: number;
      readonly data: { readonly id: number; readonly uid: string };
    }
  | {
      readonly kind: 'post.liked';
      readonly seq: number;
      readonly data: { readonly id: number; readonly uid: string; readonly likesCount: number };
    }
  | { readonly kind: 'comment.created'; readonly seq: number; readonly data: Comment }
  | {
      readonly kind: 'comment.deleted';
      readonly seq: number;
      readonly data: { readonly id: number; readonly postId: number };
    }
  /** The first socket of an account has come to the lobby, the last one has gone. `at`: Unix milliseconds. */
  | {
      readonly kind: 'member.joined' | 'member.left';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly username: string; readonly at: number };
    }
  /** An account's one place at that door is on `node` now. */
  | {
      readonly kind: 'place.taken';
      readonly seq: number;
      readonly data: { readonly accountId: number; readonly via: string; readonly node: string };
    };

export type KoineHub = Hub<Event>;
export type KoineBroker = Broker<Event>;

/** The streams that newcomers are given the past of: how many of their events the hub keeps in memory. */
export const KEPT_EVENTS: ReadonlyMap<number, number> = new Map([[LOBBY_STREAM, 1_024]]);

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

/** A node that has been away for longer starts anew. */
const KEPT_DAYS = 2;
const PRUNED_AT_ONCE = 1_000;

/** Deletes old events, in bites, so that nobody waits for it. Messages are not events of that table, and stay. */
export async function pruneEvents(sql: Sql): Promise<void> {
  while ((await deleteEventsBefore(sql, KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
}

/** The log holds what this code wrote there (store/events.ts, and the commands of core). */
function toEvent(row: EventRow): Event {
  return { kind: row.kind, seq: row.seq, data: row.payload } as Event;
}
