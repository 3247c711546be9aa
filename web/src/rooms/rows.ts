/** The rows of a timeline, from top to bottom. */
import type { MessageState, Outgoing } from '@koine/client';
import { dayKey } from '../i18n/time.ts';

/** The rows of one day. */
export type Day = { readonly day: number; readonly rows: readonly Row[] };

export type Row =
  | { readonly kind: 'unread'; readonly key: string }
  /** `isFirst`: it shows its author. */
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageState; readonly isFirst: boolean }
  | { readonly kind: 'outgoing'; readonly key: string; readonly outgoing: Outgoing; readonly isFirst: boolean };

/** Messages of one author within this time are one group, in ms. */
const GROUP = 5 * 60_000;

type Last = { readonly author: string; readonly at: number; readonly day: number };

type Given = {
  readonly items: readonly MessageState[];
  readonly outgoing: readonly Outgoing[];
  readonly me: string;
  /** The last message that was read when the room was opened; null: there is no line. */
  readonly readSeq: number | null;
  /** Authors whose messages the reader does not want to see. */
  readonly blocked: Readonly<Record<string, true>>;
};

export function daysOf({ items, outgoing, me, readSeq, blocked }: Given): Day[] {
  const days: Day[] = [];
  let rows: Row[] = [];
  let last: Last | null = null;
  let isLineDue = readSeq !== null;

  function begin(author: string, createdAt: string): boolean {
    const at = Date.parse(createdAt);
    const day = dayKey(createdAt);
    if (last?.day !== day) {
      rows = [];
      days.push({ day, rows });
    }
    const isFirst = last?.author !== author || last.day !== day || at - last.at > GROUP;
    last = { author, at, day };
    return isFirst;
  }

  for (const message of items) {
    if (blocked[message.author]) continue;
    const isFirst = begin(message.author, message.createdAt);
    const startsUnread = isLineDue && readSeq !== null && message.seq > readSeq && message.author !== me;
    if (startsUnread) {
      rows.push({ kind: 'unread', key: 'unread' });
      isLineDue = false;
    }
    const alone = isFirst || startsUnread || message.replyTo !== undefined;
    rows.push({ kind: 'message', key: `m${message.seq}`, message, isFirst: alone });
  }
  for (const one of outgoing) {
    const isFirst = begin(me, one.createdAt) || one.replyTo !== undefined;
    rows.push({ kind: 'outgoing', key: `o${one.key}`, outgoing: one, isFirst });
  }
  return days;
}
