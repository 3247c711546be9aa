/** An answer without an end in place of a WebSocket: the client reads, and sends nothing. */
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { Peer } from './connection.ts';

export class AnswerPeer implements Peer {
  readonly #answer: Writable;

  constructor(answer: Writable) {
    this.#answer = answer;
  }

  get readyState(): Peer['readyState'] {
    return this.#answer.writable ? WebSocket.OPEN : WebSocket.CLOSED;
  }

  close(): void {
    this.#answer.end();
  }

  terminate(): void {
    this.#answer.destroy();
  }

  pause(): void {}
  resume(): void {}
  ping(): void {}
  pong(): void {}
}
