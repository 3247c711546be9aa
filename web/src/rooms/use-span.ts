import type { MessageState } from '@koine/client';
import { useMemo, useState } from 'preact/hooks';

/** Rows in the page at a time, and how many come and go at once. */
const MOST = 400;
const STEP = 100;

type Paging = { readonly older: () => void; readonly newer: () => void };

/**
 * The part of a room's messages that is in the page: a bounded number, however far one scrolls. Beyond its edges, the part
 * moves over what is known already, or asks for more.
 */
export function useSpan(items: readonly MessageState[], { older, newer }: Paging) {
  /** The last message in the page; null: the last one that is known. */
  const [last, setLast] = useState<number | null>(null);
  const found = last === null ? -1 : items.findLastIndex(({ seq }) => seq <= last);
  const end = found < 0 ? items.length : found + 1;
  const start = Math.max(0, end - MOST);
  const endAt = (index: number) => setLast(index >= items.length ? null : (items[index - 1]?.seq ?? null));
  return {
    shown: useMemo(() => items.slice(start, end), [items, start, end]),
    /** The message above the part; undefined: there is none. */
    above: items[start - 1],
    isAtEnd: end === items.length,
    reset: () => setLast(null),
    onNearStart: () => (start > 0 ? endAt(end - STEP) : older()),
    onNearEnd: () => (end < items.length ? endAt(end + STEP) : newer()),
  };
}
