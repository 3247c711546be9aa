/** Windows of messages, which are in the order of their seqs. */
import type { MessageState, Timeline } from './state.ts';

/** By binary search; -1: not there. */
function indexOf(items: readonly MessageState[], seq: number): number {
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = (items[middle] as MessageState).seq;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function changeItem(
  items: readonly MessageState[],
  seq: number,
  change: (message: MessageState) => MessageState,
): readonly MessageState[] {
  const index = indexOf(items, seq);
  const message = items[index];
  const changed = message && change(message);
  return changed === undefined || changed === message ? items : items.with(index, changed);
}

export function findMessage(items: readonly MessageState[], seq: number): MessageState | undefined {
  return items[indexOf(items, seq)];
}

/** The window without its oldest messages, if it has more than that many. */
export function lastItems(timeline: Timeline, count: number): Timeline {
  if (timeline.items.length <= count) return timeline;
  const items = timeline.items.slice(-count);
  return { ...timeline, items, atStart: false, before: items[0]?.seq ?? timeline.after };
}
