/** Gathers what one turn of the event loop sends: each socket is written once, at the turn's end. */
import { HubCounts } from './hub-counts.ts';

/** What is written at the turn's end. */
export type Flushable = { flush(): void };

export class Turn {
  readonly counts: HubCounts;
  #waiting: Flushable[] = [];

  constructor(counts = new HubCounts()) {
    this.counts = counts;
  }

  /** Has the connection flushed when this turn ends. Called at most once a turn for each (see Connection.send). */
  add(connection: Flushable): void {
    if (this.#waiting.length === 0) this.#begin();
    this.#waiting.push(connection);
  }

  #begin(): void {
    this.counts.turnBegins();
    setImmediate(() => this.#end());
  }

  #end(): void {
    const connections = this.#waiting;
    this.#waiting = [];
    for (const connection of connections) connection.flush();
    this.counts.turnEnds();
  }
}
