/** The event log: how events are stored, read back and pruned. */

import type { Log } from '../../hub/log.ts';
import { listNewestComments } from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import { deleteEventsBefore, type EventRow, findHeads, listEventsAfter, listLatestEvents } from '../../store/events.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import { type Comment, type ShowPerson, toMessage } from '../model.ts';
import { COMMENTS_OF_ONE, toComment } from '../posts/comments.ts';
import type { StoredEdit } from './append.ts';
import type { Event } from './events.ts';

/** Bytes in a page of the log: payloads, and the comments that belong to them. */
const PAGE_BYTES = 4 * 1_048_576;
/** Retention. A node that was disconnected for longer starts anew. */
const KEPT_DAYS = 2;
const PRUNED_AT_ONCE = 1_000;

/** The event log as the hub reads it. */
export function eventLog(sql: Sql, show: ShowPerson): Log<Event> {
  async function toEvent({ kind, seq, payload }: EventRow): Promise<Event> {
    // No validation: the log has only what this code wrote. Earlier versions stored the comments of an edit.
    if (kind === 'message.created') return { kind, seq, data: toMessage(payload, SOME_MEMBER, show) };
    if (kind !== 'post.edited' || 'comments' in payload) return { kind, seq, data: payload } as Event;
    const { newestComment, ...post } = payload as unknown as StoredEdit;
    return { kind, seq, data: { ...post, comments: await commentsUpTo(post.id, newestComment) } };
  }

  /**
   * The comments that the edit showed, without those deleted since. Later comments have events of their own, which follow: ids
   * of a post's comments are in the order of their commits.
   */
  async function commentsUpTo(postId: number, newest: number): Promise<Comment[]> {
    if (newest === 0) return [];
    const rows = await listNewestComments(sql, [{ postId, upTo: newest }], COMMENTS_OF_ONE);
    return rows.map((row) => toComment(row, null, show));
  }

  return {
    after: async (streamId, seq, limit) => {
      const { rows, complete } = await listEventsAfter(sql, streamId, { seq, limit, bytes: PAGE_BYTES });
      const events: Event[] = [];
      for (let bytes = 0; events.length < rows.length && bytes < PAGE_BYTES; ) {
        const event = await toEvent(rows[events.length] as EventRow);
        if (event.kind === 'post.edited') bytes += COMMENTS_OF_ONE.bytes;
        events.push(event);
      }
      return { events, complete: complete && events.length === rows.length };
    },
    latest: async (streamId, limit) => Promise.all((await listLatestEvents(sql, streamId, limit)).map(toEvent)),
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
