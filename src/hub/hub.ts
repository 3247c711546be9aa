/** Live delivery: the open streams of this node, its connections, and their heartbeat. Knows no SQL and no dialect. */
import type { Socket } from 'node:net';
import DataLoader from 'dataloader';
import type { WebSocket } from 'ws';
import type { Broker, Parcel } from './brokers/broker.ts';
import { CLOSE } from './close-codes.ts';
import { Connection, type ConnectionLimits, type ConnectionOptions } from './connection.ts';
import { HubCounts } from './hub-counts.ts';
import type { Encoder, Entry, Listener, Log, StreamLog } from './log.ts';
import { SilentPeers } from './silent-peers.ts';
import { Stream } from './stream.ts';
import { Turn } from './turn.ts';

export type HubOptions = ConnectionLimits & {
  /** Seconds between pings; without them, the silence after which a peer is probed. */
  readonly heartbeat: number;
  /** How many of its newest events stay in memory, by stream; none where it doesn't say. For streams that are replayed. */
  readonly keep?: ReadonlyMap<number, number>;
  /** How long what is missing may be on its way before it is read from the log, in ms. */
  readonly patience?: number;
};

/** How often heads of open streams are compared with the log, in ms. */
const HEAD_CHECK = 1_000;
/**
 * Streams whose heads are compared at once. With fewer open streams, a last event whose parcel was lost is found within two
 * checks; with more, the checks take turns.
 */
const HEADS_AT_ONCE = 1_000;
/** Head checks after which a stream that nobody uses is closed: those who lost their connection come back by then. */
const UNUSED_CHECKS = 60;
/** A heartbeat is spread over this many slices, so that thousands of pings don't leave at once. */
const SLICES = 30;
/** Slices between two looks at the peers that get no pings. */
const LOOK_SLICES = 10;
const REPLAY_CHUNK = 128 * 1024;
/** How long a replay waits for a client to read on, in ms. */
const REPLAY_DEADLINE = 30_000;
const CLOSE_DEADLINE = 3_000;

export class Hub<Event extends Entry> {
  readonly counts = new HubCounts();
  readonly #broker: Broker<Event>;
  readonly #log: StreamLog<Event>;
  readonly #heads: Log<Event>['heads'];
  readonly #options: HubOptions;
  readonly #turn = new Turn(this.counts);
  readonly #streams = new Map<number, { stream: Stream<Event>; ready: Promise<Stream<Event>> }>();
  readonly #connections: Set<Connection>[] = Array.from({ length: SLICES }, () => new Set());
  readonly #silentPeers: SilentPeers;
  readonly #byAccount = new Map<number, Set<Connection>>();
  readonly #timers: NodeJS.Timeout[];
  #slice = 0;
  #checking = false;
  /** Streams whose parcels may have been lost, and those that are next in turn to be checked. */
  #suspects = new Set<number>();
  #turnOf: number[] = [];

  constructor(broker: Broker<Event>, log: Log<Event>, options: HubOptions) {
    this.#broker = broker;
    // Streams that are opened in one turn of the event loop are read by one statement.
    const heads = new DataLoader<number, number>(
      async (ids) => {
        const found = await log.heads(ids);
        return ids.map((id) => found.get(id) ?? 0);
      },
      { cache: false, maxBatchSize: HEADS_AT_ONCE },
    );
    this.#log = {
      after: (...page) => log.after(...page),
      latest: (...page) => log.latest(...page),
      headOf: (id) => heads.load(id),
    };
    this.#heads = (ids) => log.heads(ids);
    this.#options = options;
    this.#silentPeers = new SilentPeers(options.heartbeat * 1_000);
    this.#timers = [
      setInterval(() => this.#beat(), (options.heartbeat * 1_000) / SLICES).unref(),
      setInterval(() => this.#tick(), HEAD_CHECK).unref(),
    ];
    broker.onLoss(() => {
      this.#suspects = new Set(this.#streams.keys());
      void this.#checkHeads();
    });
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#connections.reduce((sum, slice) => sum + slice.size, 0);
  }

  /** Streams that somebody here uses. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Bytes that wait for all sockets together, and for the slowest one. */
  backlog(): { all: number; slowest: number } {
    let all = 0;
    let slowest = 0;
    for (const slice of this.#connections)
      for (const { backlog } of slice) {
        all += backlog;
        slowest = Math.max(slowest, backlog);
      }
    return { all, slowest };
  }

  // Publishing (core only)

  publish(streamId: number, events: readonly Event[]): void {
    const last = events.at(-1);
    if (last) this.#streams.get(streamId)?.stream.published(last.seq);
    this.#broker.publish(streamId, { events });
  }

  // Connections

  connect(ws: WebSocket, socket: Socket, options: ConnectionOptions): Connection {
    const connection = new Connection(ws, socket, this.#turn, this.#options, options);
    if (!options.pings) connection.onClose.push(this.#silentPeers.add(socket, () => connection.terminate()));
    const slice = this.#connections[Math.floor(Math.random() * SLICES)] as Set<Connection>;
    slice.add(connection);
    connection.onClose.push(() => {
      slice.delete(connection);
      this.#forget(connection);
    });
    return connection;
  }

  /** Says whose socket this is, so that it ends with its session. */
  identify(connection: Connection, identity: NonNullable<Connection['identity']>): void {
    connection.identity = identity;
    const own = this.#byAccount.get(identity.accountId);
    if (own) own.add(connection);
    else this.#byAccount.set(identity.accountId, new Set([connection]));
  }

  /** The sockets of an account on this node, at this moment. */
  socketsOf(accountId: number): readonly Connection[] {
    return [...(this.#byAccount.get(accountId) ?? [])];
  }

  // Streams

  /** Opens a stream, once; it stays open while somebody follows it. */
  open(streamId: number): Promise<Stream<Event>> {
    const known = this.#streams.get(streamId);
    if (known) return known.ready;
    const { keep, patience } = this.#options;
    const stream = new Stream<Event>(streamId, this.#log, keep?.get(streamId) ?? 0, this.counts, patience);
    const ready = this.#load(stream);
    this.#streams.set(streamId, { stream, ready });
    ready.catch(() => this.#drop(stream));
    return ready;
  }

  /** Changes events in memory as they were changed in the log; null: they are in it no more. */
  revise(change: (event: Event) => Event | null): void {
    for (const { stream } of this.#streams.values()) stream.revise(change);
  }

  /** Calls back for everything that happens in a stream. */
  async listen(streamId: number, listener: Listener<Event>): Promise<() => void> {
    const stream = await this.open(streamId);
    return stream.listen(listener);
  }

  /**
   * Backfill: sends what happened after `seq`, as fast as the client reads. Cutover: in the same instant in which the connection
   * has caught up with the live delivery, it joins it, so that no event is left out or sent twice.
   * @returns false when the client went away, or stopped reading, before it had caught up
   */
  async replay(stream: Stream<Event>, connection: Connection, encoder: Encoder<Event>, seq: number): Promise<boolean> {
    const unpin = stream.pin();
    try {
      return await this.#catchUp(stream, connection, encoder, seq);
    } finally {
      unpin();
    }
  }

  /** Closes every socket and waits until they are gone, or cuts them off at the deadline. */
  async closeConnections(): Promise<void> {
    const open = this.#connections.flatMap((slice) => [...slice]);
    const gone = Promise.all(open.map((one) => new Promise<void>((resolve) => one.onClose.push(resolve))));
    for (const connection of open) connection.close(CLOSE.restarting);
    const cut = setTimeout(() => {
      for (const connection of open) connection.terminate();
    }, CLOSE_DEADLINE);
    await gone;
    clearTimeout(cut);
  }

  /** Closes what is open. What was published before that still reaches the other nodes. */
  async close(): Promise<void> {
    await this.closeConnections();
    for (const timer of this.#timers) clearInterval(timer);
    for (const { stream } of this.#streams.values()) stream.close();
    await this.#broker.close();
  }

  async #catchUp(
    stream: Stream<Event>,
    connection: Connection,
    encoder: Encoder<Event>,
    seq: number,
  ): Promise<boolean> {
    for (let reached = seq; reached < stream.cursor; ) {
      const { bytes, count, upTo } = await stream.framesAfter(reached, connection, encoder, REPLAY_CHUNK);
      connection.send(bytes, count);
      reached = upTo;
      if (!(await connection.drained(REPLAY_DEADLINE))) {
        connection.close(CLOSE.tooSlow);
        return false;
      }
    }
    // At once after the last look at the cursor: a microtask in between would be enough for an event to slip through.
    if (connection.open) stream.follow(connection, encoder);
    return connection.open;
  }

  async #load(stream: Stream<Event>): Promise<Stream<Event>> {
    await this.#broker.subscribe(stream.id, (parcel: Parcel<Event>) => stream.receive(parcel));
    await stream.load();
    return stream;
  }

  #drop(stream: Stream<Event>): void {
    stream.close();
    this.#streams.delete(stream.id);
    this.#broker.unsubscribe(stream.id);
  }

  #forget(connection: Connection): void {
    if (connection.identity === null) return;
    const { accountId } = connection.identity;
    const own = this.#byAccount.get(accountId);
    own?.delete(connection);
    if (own?.size === 0) this.#byAccount.delete(accountId);
  }

  /** One slice of the heartbeat: a client that stayed silent for two is gone, one whose session is over is told so. */
  #beat(): void {
    this.#slice = (this.#slice + 1) % SLICES;
    const now = Date.now();
    for (const connection of this.#connections[this.#slice] as Set<Connection>) {
      if (connection.missed >= 2) {
        connection.terminate();
      } else if (connection.identity !== null && connection.identity.expiresAt.getTime() <= now) {
        connection.close(CLOSE.signedOut);
      } else if (connection.pings) {
        connection.missed += 1;
        connection.ping();
      }
    }
    if (this.#slice % LOOK_SLICES === 0) void this.#silentPeers.look();
  }

  #tick(): void {
    for (const { stream } of this.#streams.values()) if (stream.unused(UNUSED_CHECKS)) this.#drop(stream);
    if (this.#turnOf.length === 0) this.#turnOf = [...this.#streams.keys()];
    for (const id of this.#turnOf.splice(0, HEADS_AT_ONCE)) this.#suspects.add(id);
    void this.#checkHeads();
  }

  /** Finds events whose parcel never came. */
  async #checkHeads(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      while (this.#suspects.size > 0) {
        const ids = [...this.#suspects].slice(0, HEADS_AT_ONCE);
        for (const id of ids) this.#suspects.delete(id);
        for (const [id, head] of await this.#heads(ids)) this.#streams.get(id)?.stream.hearOf(head);
      }
    } catch {
      // The database is away; readiness tells, and the next checks find what was missed.
      for (const id of this.#streams.keys()) this.#suspects.add(id);
    } finally {
      this.#checking = false;
    }
  }
}
