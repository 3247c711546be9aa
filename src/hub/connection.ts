/**
 * One live connection, a socket or an answer without an end: its outgoing queue (gathered per tick, bounded), its liveness, its
 * count of refused frames and its close code. It knows no dialect: it sends frames as given and hands over texts as received.
 */
import type { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import { CLOSE, type CloseReason, type FailureReason } from './close-codes.ts';
import { type Framing, frameText } from './frame.ts';
import type { Tick } from './tick.ts';

export type ClosedFor = CloseReason | FailureReason;

export type ConnectionLimits = {
  /** Bytes that may wait to be sent, beyond which the socket is too slow. */
  readonly backlog: number;
};

/** Refused frames in a row after which the socket is closed, with and without a bound account. */
const MAX_REFUSALS = 1_000;
const MAX_ANONYMOUS_REFUSALS = 250;
/** How long a client may take to answer the close frame, in ms. */
const CLOSE_DEADLINE = 5_000;
/** Bytes that wait for a client that does not keep up. */
const LATE = 16_384;

/** The part of a WebSocket that a connection needs; for other framings, the same over an answer. */
export type Peer = Pick<WebSocket, 'readyState' | 'close' | 'terminate' | 'pause' | 'resume' | 'ping' | 'pong'>;

export type ConnectionOptions = {
  /** Whether the client may be pinged. Without pings, only TCP finds out that it has vanished. */
  readonly pings: boolean;
  /** How texts become bytes; default: WebSocket frames. */
  readonly framing?: Framing;
  /** Called when a failure closes the socket: logs the cause and returns the close reason. */
  onFailure(cause: unknown): FailureReason;
};

/** A part that ends with its connection. Thousands of connections have several: an object that is there is less than a closure. */
export type Ending = { closed(connection: Connection): void };

/** The account and session that a socket is bound to, and when that ends (Unix ms). */
export type Identity = { readonly accountId: number; readonly sessionId: string | null; readonly expiresAt: number };

/** The live delivery of a stream to a connection. */
export type Following = {
  readonly streamId: number;
  /** Of the stream, for its readers. */
  readonly name: string | undefined;
  end(connection: Connection): void;
};

const NONE: readonly never[] = [];

export class Connection {
  /** Null until the client has authenticated. */
  identity: Identity | null = null;
  /** Accounts whose events it is not sent; null: it is sent everybody's. */
  hidden: ReadonlySet<number> | null = null;
  /** Heartbeats without an answer. */
  missed = 0;
  /** Ended when the socket is gone. */
  following: readonly Following[] = NONE;
  /** The part of the heartbeat that it is in. */
  slice = 0;
  /** Has the last text, before the server closes the connection; for dialects that announce it. */
  announcer: { farewell(reason: ClosedFor): string } | null = null;

  readonly #peer: Peer;
  readonly #sink: Writable;
  readonly #tick: Tick;
  readonly #limits: ConnectionLimits;
  readonly #options: ConnectionOptions;
  #endings: readonly Ending[] = NONE;
  #pending: readonly Uint8Array[] = NONE;
  #pendingBytes = 0;
  #closing = false;
  #closedWith: number | null = null;
  #refusals = 0;
  #pauses = 0;

  constructor(peer: Peer, sink: Writable, tick: Tick, limits: ConnectionLimits, options: ConnectionOptions) {
    this.#peer = peer;
    this.#sink = sink;
    this.#tick = tick;
    this.#limits = limits;
    this.#options = options;
  }

  /** Whether the heartbeat pings it. */
  get pings(): boolean {
    return this.#options.pings;
  }

  /** Connections with the same framing can be sent the same bytes. */
  get framing(): Framing {
    return this.#options.framing ?? frameText;
  }

  /** Whether frames can still be sent. */
  get open(): boolean {
    return !this.#closing && this.#peer.readyState === WebSocket.OPEN;
  }

  /** The code that this server closed it with; null: it did not. */
  get closedWith(): number | null {
    return this.#closedWith;
  }

  /** Bytes that wait to be sent on this socket. */
  get backlog(): number {
    return this.#sink.writableLength + this.#pendingBytes;
  }

  sendText(text: string): void {
    this.send(this.framing(text));
  }

  /**
   * Queues `count` whole frames, which are written at the end of this tick with everything else that it queues. Backpressure: a
   * socket that already has more than its limit waiting is closed as too slow instead.
   */
  send(frames: Uint8Array, count = 1): void {
    if (this.#closing) return;
    if (this.#pendingBytes === 0) {
      if (this.#sink.writableLength > this.#limits.backlog) {
        this.close(CLOSE.tooSlow);
        return;
      }
      this.#tick.add(this);
    }
    this.#queue(frames);
    this.#pendingBytes += frames.length;
    const { counts } = this.#tick;
    counts.framesOut += count;
    counts.bytesOut += frames.length;
  }

  /** Sends a frame that is of use only now: it is dropped while the client does not keep up. */
  offer(frames: Uint8Array, count = 1): void {
    if (this.#sink.writableLength <= LATE) this.send(frames, count);
  }

  /** An array exists only while something waits. */
  #queue(frames: Uint8Array): void {
    if (this.#pending === NONE) this.#pending = [frames];
    else (this.#pending as Uint8Array[]).push(frames);
  }

  /** Writes what was queued; called by the tick. */
  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = NONE;
    this.#pendingBytes = 0;
    if (!this.#sink.writable) return;
    if (pending.length === 1) {
      this.#sink.write(pending[0] as Uint8Array);
      return;
    }
    this.#sink.cork();
    for (const frames of pending) this.#sink.write(frames);
    this.#sink.uncork();
  }

  /**
   * Waits until the kernel has taken everything queued so far.
   * @returns false if the socket closed meanwhile, or did not take it within `deadline` ms
   */
  drained(deadline: number): Promise<boolean> {
    this.flush();
    if (!this.#sink.writableNeedDrain) return Promise.resolve(this.open);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#sink.off('drain', done).off('close', done);
        resolve(this.open && !this.#sink.writableNeedDrain);
      };
      const timer = setTimeout(done, deadline);
      this.#sink.once('drain', done).once('close', done);
    });
  }

  /** Frames that may still be framesRefused before the socket is closed. */
  get refusalsLeft(): number {
    return Math.max(0, (this.identity === null ? MAX_ANONYMOUS_REFUSALS : MAX_REFUSALS) - this.#refusals);
  }

  frameTaken(): void {
    this.#refusals = 0;
  }

  /** Counts frames framesRefused by the rate limit. Closes a client that ignores refusals. */
  framesRefused(frames: number): void {
    this.#refusals += frames;
    if (this.refusalsLeft === 0) this.close(CLOSE.flooding);
  }

  /**
   * Backpressure on the client: stops reading, so that its frames wait in its TCP window and not in our memory, until `resume`
   * has been called as often as this.
   */
  pause(): void {
    this.#pauses += 1;
    if (this.#pauses === 1) this.#peer.pause();
  }

  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#peer.resume();
  }

  ping(): void {
    if (this.open) this.#peer.ping();
  }

  /** Answers a ping, unless the client doesn't read the answers. */
  pong(data: Buffer): void {
    if (this.open && this.#sink.writableLength <= this.#limits.backlog) this.#peer.pong(data);
  }

  /** Sends the queue, then the close frame. Terminates a client that doesn't answer in time. */
  close(reason: CloseReason): void {
    if (!this.#closing) this.#beginClose(reason);
  }

  /** As `close`, after a failure. */
  fail(cause: unknown): void {
    if (!this.#closing) this.#beginClose(this.#options.onFailure(cause));
  }

  #beginClose(closed: ClosedFor): void {
    if (this.announcer !== null && this.#peer.readyState === WebSocket.OPEN)
      this.#queue(this.framing(this.announcer.farewell(closed)));
    this.flush();
    this.#closing = true;
    this.#closedWith = closed.code;
    this.#peer.close(closed.code, closed.reason);
    const timer = setTimeout(() => this.#peer.terminate(), CLOSE_DEADLINE);
    timer.unref();
    this.onClose({ closed: () => clearTimeout(timer) });
  }

  /** Ends the socket without a close frame. */
  terminate(): void {
    this.#closing = true;
    this.#peer.terminate();
  }

  /** `ending` is told once, when the socket is gone. (`concat` makes an array of just that size, where `push` reserves more.) */
  onClose(ending: Ending): void {
    this.#endings = this.#endings.concat(ending);
  }

  /** Called once by the gateway, when the socket is gone. */
  closed(): void {
    this.#closing = true;
    this.#pending = NONE;
    this.#pendingBytes = 0;
    const { following } = this;
    const endings = this.#endings;
    this.following = this.#endings = NONE;
    for (const one of following) one.end(this);
    for (const ending of endings) ending.closed(this);
  }
}
