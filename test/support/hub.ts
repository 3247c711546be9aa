/** In-memory surroundings of the hub: a log, a lossy and duplicating broker, and sockets that record writes. */
import { Writable } from 'node:stream';
import { WebSocket } from 'ws';
import type { Broker, EventBatch, Receiver } from '../../src/hub/brokers/broker.ts';
import { FAILURE } from '../../src/hub/close-codes.ts';
import { Connection, type ConnectionOptions } from '../../src/hub/connection.ts';
import type { Encoder, Log, LogPage, StreamLog } from '../../src/hub/log.ts';
import { Tick } from '../../src/hub/tick.ts';

export type TestEvent = { readonly seq: number };
export type TestBatch = EventBatch<TestEvent>;
export type TestEncoder = Encoder<TestEvent>;

export const LIMITS = {
  backlog: 64 * 1_048_576,
  heartbeat: 3_600,
  keep: new Map([[1, 1_024]]),
  patience: 1,
};

/** For connections whose failures are ignored. */
export const UNLOGGED: ConnectionOptions = { pings: true, onFailure: () => FAILURE.internal };

export function events(from: number, to: number): TestEvent[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({ seq: from + index }));
}

export function batch(...seqs: number[]): TestBatch {
  return { events: seqs.map((seq) => ({ seq })) };
}

/** Encodes an event as its seq. */
export function plainEncoder(): TestEncoder {
  return { event: ({ seq }) => String(seq) };
}

/** Waits for a number of microtasks. */
export async function ticks(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await null;
}

export class MemoryLog implements Log<TestEvent>, StreamLog<TestEvent> {
  /** Oldest first. */
  entries: TestEvent[];
  head: number;
  floor = 0;
  /** Number of reads that fail before one succeeds. */
  failures = 0;
  reads = 0;
  /** Microtasks that reads take, round-robin. */
  readonly #delays: readonly number[];

  constructor(entries: readonly TestEvent[] = [], delays: readonly number[] = [1]) {
    this.entries = [...entries];
    this.head = entries.at(-1)?.seq ?? 0;
    this.#delays = delays;
  }

  /** Commits the next `count` events. */
  commit(count: number): TestEvent[] {
    const added = events(this.head + 1, this.head + count);
    this.entries.push(...added);
    this.head += count;
    return added;
  }

  /** Forgets the events up to `floor`, which were not deleted. */
  prune(floor: number): void {
    this.floor = floor;
    this.entries = this.entries.filter(({ seq }) => seq > floor);
  }

  delete(...seqs: number[]): void {
    this.entries = this.entries.filter(({ seq }) => !seqs.includes(seq));
  }

  async headOf(): Promise<number> {
    await this.#read();
    return this.head;
  }

  async after(_streamId: number, seq: number, limit: number): Promise<LogPage<TestEvent>> {
    await this.#read();
    const { floor } = this;
    const found = this.entries.filter((entry) => entry.seq > seq).slice(0, limit);
    await this.#read();
    return { events: found, complete: found.length < limit, floor };
  }

  async latest(_streamId: number, limit: number): Promise<TestEvent[]> {
    await this.#read();
    return this.entries.slice(-limit);
  }

  async heads(streamIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
    await this.#read();
    return new Map(streamIds.map((id) => [id, this.head]));
  }

  async #read(): Promise<void> {
    this.reads += 1;
    await ticks(this.#delays[this.reads % this.#delays.length] as number);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the log is away');
    }
  }
}

/** Delivers only what a test passes on. */
export class DeafBroker implements Broker<TestEvent> {
  receiver: Receiver<TestEvent> = { receive: () => {} };
  /** Reports lost batches to the hub. */
  lose: () => void = () => {};

  publish(): void {}

  async subscribe(_streamId: number, receiver: Receiver<TestEvent>): Promise<void> {
    this.receiver = receiver;
  }

  unsubscribe(): void {}

  onLoss(listener: () => void): void {
    this.lose = listener;
  }

  async close(): Promise<void> {}
}

/** A socket that records writes; `slow`: it accepts each write a turn later. */
export class Recorder {
  readonly ws: WebSocket;
  readonly socket: Writable;
  #chunks: Buffer[] = [];

  constructor({ slow = false } = {}) {
    this.ws = { readyState: WebSocket.OPEN, close() {}, terminate() {}, ping() {} } as unknown as WebSocket;
    this.socket = new Writable({
      highWaterMark: slow ? 16 : 1_048_576,
      write: (chunk: Buffer, _encoding, done) => {
        this.#chunks.push(chunk);
        if (slow) setImmediate(done);
        else done();
      },
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The texts received; frames are short, so each header has two bytes. */
  get texts(): string[] {
    const { bytes } = this;
    const texts: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 2 + (bytes[at + 1] as number);
      texts.push(bytes.toString('utf8', at + 2, end));
      at = end;
    }
    return texts;
  }

  get seqs(): number[] {
    return this.texts.map(Number);
  }

  /** A connection that the test flushes. */
  connection(options: Partial<ConnectionOptions> = {}): Connection {
    return new Connection(this.ws, this.socket as never, new Tick(), LIMITS, { ...UNLOGGED, ...options });
  }
}

/** For a machine that is busy with other things, in ms. */
const PATIENCE = 60_000;
/** Turns without a pause. What takes longer waits for a timer. */
const BUSY_TURNS = 50;

/** Runs turns of the event loop until the condition holds. */
export async function turnsUntil(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (let turn = 0; !condition(); turn += 1) {
    if (Date.now() > deadline) throw new Error(`waited for ${what}`);
    await new Promise((resolve) => (turn < BUSY_TURNS ? setImmediate(resolve) : setTimeout(resolve, 1)));
  }
}
