// Sockets of /v1/live on raw TCP. Frames are handed on as bytes: parsing each one would measure the load generator.
import { connect, type Socket } from 'node:net';
import { CLOSE, clientFrame, PING, pong, TEXT, upgradeRequest } from './wire.ts';

const READ_SIZE = 256 * 1024;
/** For the beginning of a frame from an earlier read. */
const HEADROOM = 1024 * 1024;

export interface LiveHandlers {
  onOpen(): void;
  /** The bytes are another frame's afterwards. */
  onText(bytes: Buffer): void;
  /** Once; `reason`: why it ended, or did not begin. */
  onEnd(reason: string): void;
}

/** Sockets that read into one buffer. */
export class LiveSockets {
  readonly #from: string;
  readonly #arena = Buffer.allocUnsafeSlow(HEADROOM + READ_SIZE);

  /** `from`: the loopback address that they come from. */
  constructor(from: string) {
    this.#from = from;
  }

  open(port: number, token: string, handlers: LiveHandlers): LiveSocket {
    const socket = connect({
      host: '127.0.0.1',
      port,
      localAddress: this.#from,
      noDelay: true,
      onread: {
        buffer: this.#arena.subarray(HEADROOM),
        callback: (size) => {
          live.read(this.#arena, HEADROOM, HEADROOM + size);
          return true;
        },
      },
    });
    const live = new LiveSocket(socket, handlers);
    socket.write(upgradeRequest('/v1/live', port, token));
    return live;
  }
}

export class LiveSocket {
  readonly #socket: Socket;
  readonly #handlers: LiveHandlers;
  #isUpgraded = false;
  #reason = 'connection closed';
  /** The beginning of an incomplete frame. */
  #tail = Buffer.alloc(0);

  constructor(socket: Socket, handlers: LiveHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.on('error', (error) => {
      this.#reason = error.message;
    });
    socket.once('close', () => handlers.onEnd(this.#reason));
  }

  send(frame: object): void {
    this.#socket.write(clientFrame(JSON.stringify(frame)));
  }

  /** As a network that is gone. */
  drop(): void {
    this.#socket.destroy();
  }

  /** New bytes are between `start` and `end`; there is space before them. */
  read(arena: Buffer, start: number, end: number): void {
    let at = start - this.#tail.length;
    if (at < 0) throw new Error('a frame that does not fit');
    this.#tail.copy(arena, at);
    if (!this.#isUpgraded) at = this.#upgrade(arena, at, end);
    if (this.#isUpgraded) at = this.#walk(arena, at, end);
    this.#tail = at === end ? EMPTY : Buffer.from(arena.subarray(at, end));
  }

  /** @returns the position of the first frame */
  #upgrade(arena: Buffer, at: number, end: number): number {
    const answer = arena.subarray(at, end);
    const headEnd = answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return at;
    this.#isUpgraded = answer.toString('latin1', 0, 12).endsWith(' 101');
    if (this.#isUpgraded) {
      this.#handlers.onOpen();
      return at + headEnd + 4;
    }
    this.#reason = `upgrade refused: ${answer.toString('utf8', 0, 300)}`;
    this.#socket.destroy();
    return end;
  }

  /** @returns the position of the incomplete frame */
  #walk(arena: Buffer, from: number, end: number): number {
    let at = from;
    while (end - at >= 2) {
      let body = at + 2;
      let length = (arena[at + 1] as number) & 0x7f;
      if (length === 126 && end - at >= 4) {
        body = at + 4;
        length = arena.readUInt16BE(at + 2);
      } else if (length === 127 && end - at >= 10) {
        body = at + 10;
        length = Number(arena.readBigUInt64BE(at + 2));
      } else if (length > 125) break;
      if (body + length > end) break;
      this.#take((arena[at] as number) & 0x0f, arena.subarray(body, body + length));
      at = body + length;
    }
    return at;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.#handlers.onText(payload);
    else if (opcode === PING) this.#socket.write(pong(payload));
    else if (opcode === CLOSE) {
      this.#reason = `closed by the server: ${payload.length < 2 ? 1005 : payload.readUInt16BE(0)} ${payload.subarray(2)}`;
      this.#socket.end();
    }
  }
}

const EMPTY = Buffer.alloc(0);
