/**
 * One live socket: what it is sent (gathered, bounded), whether it is still there, how often it was refused, and why it
 * was closed. Knows no dialect: frames go out as given and texts come in as received.
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { CLOSE, type CloseReason, type FailureReason } from './close-codes.ts';
import { type Framing, frameText } from './frame.ts';
import type { Turn } from './turn.ts';

export type ConnectionLimits = {
  /** Bytes that may wait to be sent. */
  readonly backlog: number;
};

/** Refused frames in a row, at which a client that ignores refusals is closed; and one that has not said who it is. */
const MAX_REFUSALS = 1_000;
const MAX_ANONYMOUS_REFUSALS = 250;
/** How long a closed socket may take to say goodbye, in ms. */
const CLOSE_DEADLINE = 5_000;

export type ConnectionOptions = {
  /** Whether the client may be pinged. One that may not is found gone by TCP alone. */
  readonly pings: boolean;
  /** How texts become bytes; by default, WebSocket frames. */
  readonly framing?: Framing;
  /** Called when a failure closes the socket: logs the cause and returns what the client is told. */
  readonly onFailure: (cause: unknown) => FailureReason;
};

/** Whose socket it is. */
export type Identity = { readonly accountId: number; readonly sessionId: string | null; readonly expiresAt: Date };

export class Connection {
  /** Set once the client has said who it is. */
  identity: Identity | null = null;
  /** Heartbeats without a sign of life. */
  missed = 0;
  /** Called once, when the socket is gone. */
  readonly onClose: (() => void)[] = [];
  /** Whether it is pinged: then its silence tells that it is gone. */
  readonly pings: boolean;
  /** Connections of one framing are sent the same bytes. */
  readonly framing: Framing;

  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #turn: Turn;
  readonly #limits: ConnectionLimits;
  readonly #onFailure: ConnectionOptions['onFailure'];
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #closing = false;
  #closedWith: number | null = null;
  #refusals = 0;
  #pauses = 0;

  constructor(
    ws: WebSocket,
    socket: Socket,
    turn: Turn,
    limits: ConnectionLimits,
    { pings, framing = frameText, onFailure }: ConnectionOptions,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.#turn = turn;
    this.#limits = limits;
    this.pings = pings;
    this.framing = framing;
    this.#onFailure = onFailure;
  }

  /** Whether frames still make sense. */
  get open(): boolean {
    return !this.#closing && this.#ws.readyState === WebSocket.OPEN;
  }

  /** The code that we closed it with, if it was us. */
  get closedWith(): number | null {
    return this.#closedWith;
  }

  /** Bytes that wait for this socket. */
  get backlog(): number {
    return this.#socket.writableLength + this.#pendingBytes;
  }

  sendText(text: string): void {
    this.send(this.framing(text));
  }

  /**
   * Queues `count` whole frames; they leave at the end of this turn of the event loop, with everything else that it brings.
   * A socket with more than its limit waiting already is closed as too slow instead.
   */
  send(frames: Uint8Array, count = 1): void {
    if (this.#closing) return;
    if (this.#pendingBytes === 0) {
      if (this.#socket.writableLength > this.#limits.backlog) {
        this.close(CLOSE.tooSlow);
        return;
      }
      this.#turn.add(this);
    }
    this.#pending.push(frames);
    this.#pendingBytes += frames.length;
    const { counts } = this.#turn;
    counts.framesOut += count;
    counts.bytesOut += frames.length;
  }

  /** Writes what was queued; called by the turn. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (!this.#socket.writable) return;
    if (pending.length === 1) {
      this.#socket.write(pending[0] as Uint8Array);
      return;
    }
    this.#socket.cork();
    for (const frames of pending) this.#socket.write(frames);
    this.#socket.uncork();
  }

  /**
   * Waits until everything queued so far has left for the kernel.
   * @returns false when the socket was closed meanwhile, or did not take it within `deadline` ms
   */
  drained(deadline: number): Promise<boolean> {
    this.flush();
    if (!this.#socket.writableNeedDrain) return Promise.resolve(this.open);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#socket.off('drain', done).off('close', done);
        resolve(this.open && !this.#socket.writableNeedDrain);
      };
      const timer = setTimeout(done, deadline);
      this.#socket.once('drain', done).once('close', done);
    });
  }

  /** Frames that may be refused before the client is closed. */
  get refusalsLeft(): number {
    return Math.max(0, (this.identity === null ? MAX_ANONYMOUS_REFUSALS : MAX_REFUSALS) - this.#refusals);
  }

  admitted(): void {
    this.#refusals = 0;
  }

  /** Frames were too many. Closes a client that goes on and on. */
  refused(frames: number): void {
    this.#refusals += frames;
    if (this.refusalsLeft === 0) this.close(CLOSE.flooding);
  }

  /**
   * Stops reading, so that a client waits in its own TCP window rather than in our memory, until `resume` has been called as
   * often as this.
   */
  pause(): void {
    this.#pauses += 1;
    if (this.#pauses === 1) this.#ws.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#ws.resume();
  }

  ping(): void {
    if (this.open) this.#ws.ping();
  }

  /** Answers a ping, unless the client doesn't read its answers. */
  pong(data: Buffer): void {
    if (this.open && this.#socket.writableLength <= this.#limits.backlog) this.#ws.pong(data);
  }

  /** Sends what is queued, then the close frame. A client that doesn't answer in time is cut off. */
  close(reason: CloseReason): void {
    if (!this.#closing) this.#sayGoodbye(reason);
  }

  /** As `close`, after a failure. */
  fail(cause: unknown): void {
    if (!this.#closing) this.#sayGoodbye(this.#onFailure(cause));
  }

  #sayGoodbye({ code, reason }: CloseReason | FailureReason): void {
    this.flush();
    this.#closing = true;
    this.#closedWith = code;
    this.#ws.close(code, reason);
    const timer = setTimeout(() => this.#ws.terminate(), CLOSE_DEADLINE);
    timer.unref();
    this.onClose.push(() => clearTimeout(timer));
  }

  /** Drops the socket without a word. */
  terminate(): void {
    this.#closing = true;
    this.#ws.terminate();
  }

  /** Takes back what is in `onClose`. */
  offClose(listener: () => void): void {
    const index = this.onClose.indexOf(listener);
    if (index >= 0) this.onClose.splice(index, 1);
  }

  /** Called once, when the socket is gone. */
  closed(): void {
    this.#closing = true;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const listener of this.onClose.splice(0)) listener();
  }
}
