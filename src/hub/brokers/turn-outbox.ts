/** What is published in one turn of the event loop, gathered by stream, so that it leaves for the other nodes together. */
import type { Parcel } from './broker.ts';

type Gathered<Event> = ReadonlyMap<number, readonly Parcel<Event>[]>;

export class TurnOutbox<Event> {
  readonly #send: (gathered: Gathered<Event>) => void;
  #waiting = new Map<number, Parcel<Event>[]>();

  /** `send` is called when the turn ends, if there is anything. */
  constructor(send: (gathered: Gathered<Event>) => void) {
    this.#send = send;
  }

  add(streamId: number, parcel: Parcel<Event>): void {
    if (this.#waiting.size === 0) setImmediate(() => this.flush());
    const waiting = this.#waiting.get(streamId);
    if (waiting) waiting.push(parcel);
    else this.#waiting.set(streamId, [parcel]);
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    if (waiting.size > 0) this.#send(waiting);
  }
}
