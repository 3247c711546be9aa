/** Gathers the batches of one tick by stream, so that they leave for the other nodes together. */
import type { EventBatch } from './broker.ts';

type Gathered<Event> = ReadonlyMap<number, readonly EventBatch<Event>[]>;

export class TickOutbox<Event> {
  readonly #send: (gathered: Gathered<Event>) => void;
  #waiting = new Map<number, EventBatch<Event>[]>();

  /** `send` is called at the end of a tick that added batches. */
  constructor(send: (gathered: Gathered<Event>) => void) {
    this.#send = send;
  }

  add(streamId: number, batch: EventBatch<Event>): void {
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
