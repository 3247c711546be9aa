/**
 * One WebSocket that is served: its frames pass the rate limits on their way to the handler that the dialect returned.
 * Thousands are open: what they share is in one place, and none has functions of its own.
 */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { SocketHandler } from '../dialects/dialect.ts';
import { AppError } from '../errors.ts';
import { CLOSE, type FailureReason } from '../hub/close-codes.ts';
import type { Connection, ConnectionOptions, Ending } from '../hub/connection.ts';
import { FrameScanner, type Scan } from '../hub/frame-scanner.ts';
import type { FrameMeter } from '../limits/frame-rates.ts';
import type { Limits } from '../limits/limits.ts';
import type { SocketCounts } from '../operations/socket-counts.ts';
import type { SocketFailures, SocketOrigin } from '../operations/socket-failures.ts';
import type { AnonymousSockets } from './anonymous-sockets.ts';

/** Messages of one socket that may be in progress. At the limit the socket is not read (backpressure). */
const MAX_IN_PROGRESS = 64;
/** How long a socket above its rate limit is not read, in ms. */
const FLOOD_PAUSE = 250;
/** Time between two reads of a socket that the server has closed and the client has not, in ms. */
const CLOSED_READ_INTERVAL = 100;

/** The parts that the sockets of a dialect share. */
export type Serving = {
  readonly dialect: string;
  readonly limits: Limits;
  readonly anonymous: AnonymousSockets;
  readonly counts: SocketCounts;
  readonly failures: SocketFailures;
  readonly connect: (ws: WebSocket, socket: Socket, how: ConnectionOptions) => Connection;
  readonly accepting: () => boolean;
};

/** `client`: the address that limits count by. */
export type Upgraded = { readonly reqId: string; readonly client: string; readonly pings: boolean };

/** A socket of ws whose events are calls: an emitter's table of listeners would take 280 bytes a socket. */
export class ServedWebSocket extends WebSocket {
  served: ServedSocket | null = null;

  override emit(event: string | symbol, ...[first, second]: unknown[]): boolean {
    const { served } = this;
    if (served === null) return false;
    if (event === 'message') served.message(first as Buffer, second as boolean);
    else if (event === 'ping') served.ping(first as Buffer);
    else if (event === 'pong') served.pong();
    else if (event === 'error') served.malformed();
    else if (event === 'close') served.ended(first as number);
    return true;
  }
}

export class ServedSocket implements ConnectionOptions, Ending {
  readonly pings: boolean;
  readonly #serving: Serving;
  readonly #ws: ServedWebSocket;
  readonly #socket: Socket;
  readonly #reqId: string;
  readonly #client: string;
  readonly #connection: Connection;
  readonly #handler: SocketHandler;
  readonly #meter: FrameMeter;
  readonly #scanner = new FrameScanner();
  #inProgress = 0;
  #slowed: NodeJS.Timeout | null = null;
  /** Whether bytes are discarded, except for the client's close frame; and whether all are. */
  #dropping = false;
  #over = false;

  constructor(
    serving: Serving,
    { ws, socket }: { ws: ServedWebSocket; socket: Socket },
    { reqId, client, pings }: Upgraded,
    open: (connection: Connection) => SocketHandler,
  ) {
    const { limits, anonymous, counts } = serving;
    this.pings = pings;
    this.#serving = serving;
    this.#ws = ws;
    this.#socket = socket;
    this.#reqId = reqId;
    this.#client = client;
    this.#connection = serving.connect(ws, socket, this);
    this.#connection.onClose(this);
    limits.openSockets.add(client);
    anonymous.add(client, this.#connection);
    counts.opens();
    ws.served = this;
    this.#handler = open(this.#connection);
    this.#meter = limits.frames.meter(this.#connection, client, this.#handler);
    this.#readThroughScanner();
  }

  onFailure(cause: unknown): FailureReason {
    return this.#serving.failures.closes(cause, this.#origin);
  }

  /** The socket is gone. */
  ended(code: number): void {
    this.#serving.counts.closes(this.#connection.closedWith ?? code);
    this.#connection.closed();
  }

  closed(): void {
    this.#serving.limits.openSockets.remove(this.#client);
    this.#serving.anonymous.remove(this.#client, this.#connection);
    if (this.#slowed !== null) clearTimeout(this.#slowed);
  }

  /** A frame was malformed. ws closes the socket with the matching code (1002, 1007, 1009). */
  malformed(): void {
    this.#over = true;
  }

  message(data: Buffer, isBinary: boolean): void {
    this.#connection.missed = 0;
    this.#serving.counts.framesIn += 1;
    if (!this.#connection.open || !this.#serving.accepting()) return;
    const retryAfter = this.#takeFrames(1);
    if (retryAfter > 0) this.#handler.onRefused(new AppError('rate_limited', { retryAfter }));
    else if (isBinary) this.#handler.onBinary();
    else void this.#handleText(data.toString());
  }

  pong(): void {
    this.#connection.missed = 0;
  }

  ping(data: Buffer): void {
    this.#connection.missed = 0;
    if (this.#slowed === null) this.#connection.pong(data);
  }

  get #origin(): SocketOrigin {
    return { reqId: this.#reqId, dialect: this.#serving.dialect };
  }

  async #handleText(text: string): Promise<void> {
    this.#inProgress += 1;
    if (this.#inProgress === MAX_IN_PROGRESS) this.#connection.pause();
    try {
      await this.#handler.onText(text);
    } catch (cause) {
      this.#handler.onRefused(this.#serving.failures.refusesFrame(cause, this.#origin));
    }
    if (this.#inProgress === MAX_IN_PROGRESS) this.#connection.resume();
    this.#inProgress -= 1;
  }

  /** Takes frames from the rate limits. @returns 0, or the seconds until the next frame is allowed */
  #takeFrames(frames: number): number {
    const some = frames === 1 ? 1 : Math.min(frames, Math.max(1, this.#meter.left));
    const retryAfter = this.#meter.take(some);
    if (retryAfter === 0 && some === frames) {
      this.#connection.frameTaken();
      return 0;
    }
    this.#connection.framesRefused(retryAfter === 0 ? frames - some : frames);
    this.#slowDown();
    return Math.max(1, retryAfter);
  }

  /** Frames already read are answered; later ones stay in the client's buffers. */
  #slowDown(): void {
    if (this.#slowed !== null) return;
    this.#connection.pause();
    this.#slowed = setTimeout(() => {
      this.#slowed = null;
      this.#connection.resume();
    }, FLOOD_PAUSE);
  }

  /**
   * Inspects chunks before ws does: ws does not report fragments of a message, and reads a whole chunk before a pause
   * takes effect. Bytes behind the limit, and everything later except the client's close frame, are discarded.
   */
  #readThroughScanner(): void {
    const [read] = this.#socket.listeners('data') as [(chunk: Buffer) => void];
    this.#socket.off('data', read);
    this.#socket.on('data', (chunk: Buffer) => {
      const part = this.#over ? null : this.#inspect(chunk);
      if (part !== null) read.call(this.#socket, part);
    });
  }

  /** @returns what ws shall read of it, if anything */
  #inspect(chunk: Buffer): Buffer | null {
    const { end, closes } = this.#scan(chunk);
    if (this.#dropping) {
      if (closes) this.#ws.terminate();
      return null;
    }
    this.#dropping = end < chunk.length;
    this.#over = closes && !this.#dropping;
    return this.#dropping ? chunk.subarray(0, end) : chunk;
  }

  #scan(chunk: Buffer): Scan {
    const connection = this.#connection;
    if (!connection.open) {
      // The client may still send as fast as it can: it is read slowly, only to find its close frame.
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), CLOSED_READ_INTERVAL).unref();
      return this.#scanner.scan(chunk, Number.POSITIVE_INFINITY);
    }
    const scan = this.#scanner.scan(chunk, this.#meter.leftOnceKnown + connection.refusalsLeft + 1);
    if (scan.quiet > 0) this.#takeFrames(scan.quiet);
    // Frames in the chunk up to the limit are still answered; the rest is discarded.
    if (scan.end < chunk.length) setImmediate(() => connection.close(CLOSE.flooding));
    return scan;
  }
}
