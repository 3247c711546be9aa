/** Gathers the writes of one tick of the event loop: each socket is written once, at the end of the tick. */
import { HubCounts } from './hub-counts.ts';

/** Something with queued writes, such as a connection. */
export type Flushable = { flush(): void };

export class Tick {
  readonly counts: HubCounts;
  #waiting: Flushable[] = [];

  constructor(counts = new HubCounts()) {
    this.counts = counts;
  }

  /** Flushes the connection when this tick ends. Called at most once a tick for each (see Connection.send). */
  add(connection: Flushable): void {
    if (this.#waiting.length === 0) this.#begin();
    this.#waiting.push(connection);
  }

  #begin(): void {
    this.counts.tickBegins();
    setImmediate(() => this.#end());
  }

  #end(): void {
    const connections = this.#waiting;
    this.#waiting = [];
    for (const connection of connections) connection.flush();
    this.counts.tickEnds();
  }
}
