// All client sockets of a benchmark, on raw TCP. Frames are counted by their headers; only senders look further, for
// the marker of their own echo. Decoding each frame would measure the load generator.
import { connect, type Socket } from 'node:net';
import { markerDistance, Sender } from './sender.ts';
import { CLOSE, clientFrame, PING, type ProtocolName, pong, protocols, TEXT, upgradeRequest } from './wire.ts';

const READ_SIZE = 256 * 1024;
const HEADROOM = 64 * 1024;
const BEAT = '{"type":"beat"}';
const HEARTBEATS = new Map<ProtocolName, string>([
  ['socket.io', '2'],
  ['koine', BEAT],
]);
const HEARTBEAT_ANSWERS = new Map<ProtocolName, Buffer>([
  ['socket.io', clientFrame('3')],
  ['koine', clientFrame(BEAT)],
]);
/** Of the type, in a frame `{"type":"…`. */
const TYPE_AT = 9;

interface Client {
  index: number;
  socket: Socket;
  upgraded: boolean;
  /** Greeting frames seen. */
  greeted: number;
  closed: string | null;
  /** The beginning of an incomplete frame. */
  tail: Buffer;
  tailSize: number;
  sender: Sender | null;
  onReady(): void;
}

/**
 * Source addresses and ports, assigned in sequence: an address has only 28,000 ephemeral ports, and the kernel searches
 * ever longer for a free one.
 */
export interface Origin {
  address: string;
  firstPort: number;
}

/** Collects the echoes of a run. */
export interface EchoLog {
  /** Whether an echo is followed by the sender's next message. */
  sending: boolean;
  /** Delay of that message. */
  pauseMs: number;
  sent: number;
  echoes: number;
  /** Milliseconds per echo. */
  latencies: number[];
  /** When the last echo came, and the longest time between two. */
  echoedAt: number;
  silenceMs: number;
  onEchoes(): void;
}

export class Swarm {
  /** Messages received per socket since the last reset. */
  readonly received: Uint32Array;
  readonly #clients: Client[] = [];
  readonly #port: number;
  readonly #protocol: ProtocolName;
  readonly #textSize: number;
  readonly #from: Origin | undefined;
  readonly #hello: string;
  readonly #room: string;
  // One read buffer for all sockets, with headroom for the beginning of a frame from an earlier read.
  readonly #arena = Buffer.allocUnsafeSlow(HEADROOM + READ_SIZE);
  #markerDistance = 0;
  #log: EchoLog | null = null;

  constructor(options: {
    port: number;
    protocol: ProtocolName;
    textSize: number;
    capacity: number;
    from?: Origin;
    hello?: string;
    room?: string;
  }) {
    this.#port = options.port;
    this.#protocol = options.protocol;
    this.#textSize = options.textSize;
    this.#from = options.from;
    this.#hello = options.hello ?? '';
    this.#room = options.room ?? '';
    this.received = new Uint32Array(options.capacity);
  }

  get size(): number {
    return this.#clients.length;
  }

  /** Reasons for closed sockets, with their counts. */
  get closed(): Record<string, number> {
    const reasons: Record<string, number> = {};
    for (const { closed } of this.#clients) if (closed !== null) reasons[closed] = (reasons[closed] ?? 0) + 1;
    return reasons;
  }

  /**
   * Opens one more socket and waits for the server's greeting.
   * @returns a promise that resolves when the socket is closed
   */
  async open(token: string, port = this.#port): Promise<{ gone: Promise<void> }> {
    const index = this.#clients.length;
    return await new Promise((resolve, reject) => {
      let isGone = () => {};
      const gone = new Promise<void>((end) => {
        isGone = end;
      });
      const socket = connect({
        host: '127.0.0.1',
        port,
        ...(this.#from && { localAddress: this.#from.address, localPort: this.#from.firstPort + index }),
        noDelay: true,
        onread: {
          buffer: this.#arena.subarray(HEADROOM),
          callback: (size) => {
            this.#read(client, size);
            return true;
          },
        },
      });
      const client: Client = {
        index,
        socket,
        upgraded: false,
        greeted: 0,
        closed: null,
        tail: Buffer.alloc(0),
        tailSize: 0,
        sender: null,
        onReady: () => resolve({ gone }),
      };
      this.#clients.push(client);
      socket.on('error', (error) => {
        client.closed ??= error.message;
      });
      socket.on('close', () => {
        client.closed ??= 'connection closed';
        isGone();
        reject(new Error(`socket ${index}: ${client.closed}`));
      });
      socket.write(upgradeRequest(protocols[this.#protocol].path, port, token));
    });
  }

  /** Makes the first sockets senders, one per window, and reports their echoes to `log`. */
  enlist(windows: number[], firstSequence: number, log: EchoLog): Sender[] {
    this.#log = log;
    this.received.fill(0);
    return windows.map((window, id) => {
      const client = this.#clients[id];
      if (!client) throw new Error(`${windows.length} senders need as many sockets`);
      client.sender = new Sender({
        socket: client.socket,
        id,
        window,
        firstSequence,
        textSize: this.#textSize,
        say: (text) => protocols[this.#protocol].say(text, this.#room),
      });
      return client.sender;
    });
  }

  /** Destroys every socket without a close handshake. */
  drop(): void {
    for (const { socket } of this.#clients) socket.destroy();
  }

  discharge(): void {
    this.#log = null;
    for (const client of this.#clients) client.sender = null;
  }

  #read(client: Client, size: number): void {
    const arena = this.#arena;
    const end = HEADROOM + size;
    let at = HEADROOM - client.tailSize;
    client.tail.copy(arena, at, 0, client.tailSize);
    if (!client.upgraded) at = this.#upgrade(client, at, end);
    if (client.upgraded) at = this.#walk(client, at, end);
    this.#keepTail(client, at, end);
  }

  /** Walks over the complete frames between `at` and `end`. @returns the position of the incomplete one */
  #walk(client: Client, from: number, end: number): number {
    const arena = this.#arena;
    const { answers, greeting } = protocols[this.#protocol];
    const greetings = greeting.length;
    const { sender } = client;
    const now = sender ? performance.now() : 0;
    let at = from;
    let messages = 0;
    let echoes = 0;
    while (end - at >= 2) {
      let body = at + 2;
      let length = (arena[at + 1] as number) & 0x7f;
      if (length === 126) {
        body = at + 4;
        if (body > end) break;
        length = ((arena[at + 2] as number) << 8) | (arena[at + 3] as number);
      } else if (length === 127) {
        throw new Error('a server frame of more than 64 KB');
      }
      const next = body + length;
      if (next > end) break;
      // Once a socket is greeted, only texts have that length.
      if (length >= this.#textSize && client.greeted === greetings) {
        const isAnswer = answers !== 0 && arena[body + TYPE_AT] === answers;
        if (!isAnswer) messages++;
        if (sender && !isAnswer && this.#isEcho(sender, body, next, now)) echoes++;
      } else {
        this.#answer(client, (arena[at] as number) & 0x0f, arena.subarray(body, next));
      }
      at = next;
    }
    this.received[client.index] = (this.received[client.index] as number) + messages;
    if (sender && echoes > 0) this.#goOn(sender, echoes, now);
    return at;
  }

  #isEcho(sender: Sender, body: number, end: number, now: number): boolean {
    this.#markerDistance ||= markerDistance(this.#arena.subarray(body, end));
    const latency = sender.echo(this.#arena, end - this.#markerDistance, now);
    if (latency < 0) return false;
    this.#log?.latencies.push(latency);
    return true;
  }

  #goOn(sender: Sender, echoes: number, now: number): void {
    const log = this.#log;
    if (!log) return;
    log.echoes += echoes;
    log.silenceMs = Math.max(log.silenceMs, now - log.echoedAt);
    log.echoedAt = now;
    if (log.pauseMs === 0) this.#say(log, sender, echoes, now);
    else setTimeout(() => this.#say(log, sender, echoes, performance.now()), log.pauseMs);
    log.onEchoes();
  }

  #say(log: EchoLog, sender: Sender, count: number, now: number): void {
    if (!log.sending) return;
    log.sent += count;
    sender.send(count, now);
  }

  /** Answers greetings and heartbeats. */
  #answer(client: Client, opcode: number, payload: Buffer): void {
    const { greeting } = protocols[this.#protocol];
    if (opcode === PING) {
      client.socket.write(pong(payload));
    } else if (opcode === CLOSE) {
      client.closed ??= `closed by the server: ${payload.length < 2 ? 1005 : payload.readUInt16BE(0)} ${payload.subarray(2)}`;
    } else if (opcode === TEXT && client.greeted < greeting.length) {
      const reply = greeting[client.greeted++];
      if (reply) client.socket.write(clientFrame(reply));
      if (client.greeted === greeting.length) client.onReady();
    } else if (HEARTBEATS.get(this.#protocol) === payload.toString()) {
      client.socket.write(HEARTBEAT_ANSWERS.get(this.#protocol) as Buffer);
    }
  }

  /** Finds the end of the handshake response. @returns the position of the first frame */
  #upgrade(client: Client, at: number, end: number): number {
    const answer = this.#arena.subarray(at, end);
    const headEnd = answer.indexOf('\r\n\r\n');
    if (headEnd < 0) return at;
    if (!answer.toString('latin1', 0, 12).endsWith(' 101')) {
      client.closed = `upgrade refused: ${answer.toString('utf8', 0, 500)}`;
      client.socket.destroy();
      return end;
    }
    client.upgraded = true;
    if (this.#hello) client.socket.write(clientFrame(this.#hello));
    if (protocols[this.#protocol].greeting.length === 0) client.onReady();
    return at + headEnd + 4;
  }

  #keepTail(client: Client, at: number, end: number): void {
    const size = end - at;
    if (size > HEADROOM) throw new Error('a server frame that does not fit');
    if (size > client.tail.length) client.tail = Buffer.allocUnsafeSlow(Math.max(512, size));
    this.#arena.copy(client.tail, 0, at, end);
    client.tailSize = size;
  }
}
