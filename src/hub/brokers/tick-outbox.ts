/** Gathers the batches of one tick by stream, so that they leave for the other nodes together. */
import type { Signal } from '../log.ts';
import type { EventBatch } from './broker.ts';

type Gathered<Event, S extends Signal> = ReadonlyMap<number, readonly EventBatch<Event, S>[]>;

/** For a channel that does not keep up: signals would arrive late, and are dropped first. */
export function eventsOnly<Event, S extends Signal>(batches: readonly EventBatch<Event, S>[]): EventBatch<Event, S>[] {
  return batches.flatMap(({ events }) => (events.length > 0 ? [{ events }] : []));
}

export class TickOutbox<Event, S extends Signal = Signal> {
  readonly #send: (gathered: Gathered<Event, S>) => void;
  #waiting = new Map<number, EventBatch<Event, S>[]>();

  /** `send` is called at the end of a tick that added batches. */
  constructor(send: (gathered: Gathered<Event, S>) => void) {
    this.#send = send;
  }

  add(streamId: number, batch: EventBatch<Event, S>): void {
    if (this.#waiting.size === 0) setImmediate(() => this.flush());
    const waiting = this.#waiting.get(streamId);
    if (waiting) waiting.push(batch);
    else this.#waiting.set(streamId, [batch]);
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    if (waiting.size > 0) this.#send(waiting);
  }
}
