/** Gathers what one turn of the event loop sends: each socket is written once, at the turn's end. */
import type { Connection } from './connection.ts';

export class Turn {
  #waiting: Connection[] = [];

  /** Has the connection flushed when this turn ends. Called at most once a turn for each (see Connection.send). */
  add(connection: Connection): void {
    if (this.#waiting.length === 0) setImmediate(() => this.#end());
    this.#waiting.push(connection);
  }

  #end(): void {
    const connections = this.#waiting;
    this.#waiting = [];
    for (const connection of connections) connection.flush();
  }
}
