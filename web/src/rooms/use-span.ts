import type { MessageState } from '@koine/client';
import { useMemo, useReducer, useRef, useState } from 'preact/hooks';

/** Rows in the page: at first, at most, and how many come and go at once. */
const FEW = 60;
const MOST = 400;
const STEP = 100;

type Paging = {
  /** Whether the reader sees the newest message, and is to see what comes. */
  readonly follows: boolean;
  readonly older: () => void;
  readonly newer: () => void;
};

/**
 * The part of a room's messages that is in the page: a bounded number, however far one scrolls and however many arrive.
 * Beyond its edges, the part grows or moves over what is known already, or asks for more.
 */
export function useSpan(items: readonly MessageState[], { follows, older, newer }: Paging) {
  const [count, setCount] = useState(FEW);
  const [, renderAgain] = useReducer((times: number) => times + 1, 0);
  /** The last message in the page. It stays the last one, whatever arrives, for those who read what is above. */
  const last = useRef<number | null>(null);
  const found = follows ? -1 : items.findLastIndex(({ seq }) => seq <= (last.current ?? 0));
  const end = found < 0 ? items.length : found + 1;
  const start = Math.max(0, end - count);
  last.current = items[end - 1]?.seq ?? null;

  function endAt(index: number): void {
    last.current = items[Math.min(index, items.length) - 1]?.seq ?? null;
    renderAgain(0);
  }

  const grow = () => setCount(Math.min(MOST, count + STEP));
  return {
    shown: useMemo(() => items.slice(start, end), [items, start, end]),
    /** The message above the part; undefined: there is none. */
    above: items[start - 1],
    isAtEnd: end === items.length,
    reset: () => {
      setCount(FEW);
      endAt(items.length);
    },
    onNearStart: () => {
      if (start === 0) older();
      else if (count < MOST) grow();
      else endAt(end - STEP);
    },
    onNearEnd: () => {
      if (end === items.length) newer();
      else {
        grow();
        endAt(end + STEP);
      }
    },
  };
}
