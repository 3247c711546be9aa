/** The window of a stream: its newest events, in memory, contiguous up to the cursor. */
import type { Entry } from './log.ts';

export class Window<Event extends Entry> {
  /** Events up to this seq are in the log only. */
  floor = 0;
  /** How many events stay. */
  readonly keep: number;
  #events: Event[] = [];

  constructor(keep: number) {
    this.keep = keep;
  }

  /** `events`: the newest of the log, oldest first. `head`: the stream's head when they were read. */
  fill(events: readonly Event[], head: number): void {
    this.#events = [...events];
    // Earlier events may have been deleted, or pruned: only the log knows.
    this.floor = (events[0]?.seq ?? head + 1) - 1;
  }

  /** @returns whether old events were dropped. They are dropped in bulk, since removing one by one costs more. */
  push(events: readonly Event[]): boolean {
    for (const event of events) this.#events.push(event);
    const surplus = this.#events.length - this.keep;
    if (surplus < this.keep) return false;
    this.floor = (this.#events[surplus - 1] as Event).seq;
    this.#events = this.#events.slice(surplus);
    return true;
  }

  /** Replaces each event by what `change` returns; null drops it. @returns the seqs of the changed events */
  revise(change: (event: Event) => Event | null): number[] {
    const changed: number[] = [];
    this.#events = this.#events.flatMap((event) => {
      const revised = change(event);
      if (revised !== event) changed.push(event.seq);
      return revised ?? [];
    });
    return changed;
  }

  /** The events after `seq`, oldest first. */
  *after(seq: number): Generator<Event> {
    for (let index = this.#indexAfter(seq); index < this.#events.length; index += 1) yield this.#events[index] as Event;
  }

  /** The seq before the newest `count` events that match `counts`; null: the window doesn't reach back that far. */
  seqBeforeLatest(count: number, counts: (event: Event) => boolean, cursor: number): number | null {
    let missing = count;
    if (missing === 0) return cursor;
    for (let index = this.#events.length - 1; index >= 0; index -= 1) {
      const event = this.#events[index] as Event;
      if (counts(event)) missing -= 1;
      if (missing === 0) return index === 0 ? this.floor : (this.#events[index - 1] as Event).seq;
    }
    return this.floor === 0 ? 0 : null;
  }

  #indexAfter(seq: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle] as Event).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
