/** Live delivery: this node's open streams, its connections and their heartbeat. It knows no SQL and no dialect. */
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import DataLoader from 'dataloader';
import type { Broker } from './brokers/broker.ts';
import { BEHIND, CLOSE } from './close-codes.ts';
import {
  Connection,
  type ConnectionLimits,
  type ConnectionOptions,
  type Ending,
  type Following,
  type Peer,
} from './connection.ts';
import { gathering } from './gathering.ts';
import { HubCounts } from './hub-counts.ts';
import type { AuthorOf, Encoder, Entry, Listener, Log, Signal, StreamLog } from './log.ts';
import { Signals } from './signals.ts';
import { SilentPeers } from './silent-peers.ts';
import {
  type ReadEvents,
  type Reader,
  type Removes,
  type Revises,
  Stream,
  type StreamParts,
  streamParts,
} from './stream.ts';
import { Tick } from './tick.ts';

export type HubOptions<Event extends Entry> = ConnectionLimits & {
  /** Seconds between two pings; for sockets without pings, the silence after which TCP probes the peer. */
  readonly heartbeat: number;
  /** By stream: how many of its newest events stay in memory (default: none). Streams that are replayed need some. */
  readonly keep?: ReadonlyMap<number, number>;
  /** How long the hub waits for a missing event before it reads it from the log, in ms. */
  readonly patience?: number;
  readonly removes?: Removes<Event>;
  readonly authorOf?: AuthorOf<Event>;
  readonly revises?: Revises<Event>;
};

/** Facts that a replay may know already. */
export type Known<Event extends Entry> = {
  /** The events after the client's position. */
  readonly read?: ReadEvents<Event>;
  /** The head when the account's access was checked: an event after it that removes the account ends the replay. */
  readonly checkedAt?: number;
  /** Whether the client goes on from where it was: if events after that have been pruned, it is closed. */
  readonly resumes?: boolean;
};

type Published<Event> = (streamId: number, events: readonly Event[]) => void;

/** How often the heads of open streams are compared with the log, in ms. */
const HEAD_CHECK = 1_000;
/**
 * Streams whose heads one statement reads. With fewer open streams, two checks find a last event whose batch was lost; with
 * more, the checks rotate through the streams.
 */
const HEADS_AT_ONCE = 1_000;
/** How long such streams gather after others, in ms: thousands of clients may come at once. */
const HEADS_GATHER = 20;
/** Head checks after which an unused stream is closed. Clients that lost their connection reconnect sooner. */
const UNUSED_CHECKS = 60;
/** Slices of a heartbeat, so that thousands of pings don't leave at once. */
const SLICES = 30;
/** Slices between two checks of the peers that get no pings. */
const LOOK_SLICES = 10;
const REPLAY_CHUNK = 128 * 1024;
/** How long a replay waits for a client to read on, in ms. */
const REPLAY_DEADLINE = 30_000;
/** How long a replay waits for this node to get as far as the client is, in ms. */
const REACH_DEADLINE = 10_000;
const CLOSE_DEADLINE = 3_000;

export class Hub<Event extends Entry, S extends Signal = Signal> {
  readonly counts = new HubCounts();
  readonly #broker: Broker<Event, S>;
  readonly #heads: Log<Event>['heads'];
  readonly #options: HubOptions<Event>;
  readonly #tick = new Tick(this.counts);
  readonly #streams = new Map<number, Stream<Event, S>>();
  /** Streams that are being opened. */
  readonly #loading = new Map<number, Promise<Stream<Event, S>>>();
  readonly #streamParts: StreamParts<Event>;
  readonly #signals: Signals<S>;
  readonly #publishedListeners: Published<Event>[] = [];
  readonly #lossListeners: (() => void)[] = [];
  readonly #connections: Set<Connection>[] = Array.from({ length: SLICES }, () => new Set());
  readonly #ending: Ending = { closed: (connection) => this.#forget(connection) };
  readonly #silentPeers: SilentPeers;
  /** Nearly all accounts have one socket or two. */
  readonly #byAccount = new Map<number, readonly Connection[]>();
  readonly #timers: NodeJS.Timeout[];
  #slice = 0;
  #checking = false;
  /** Streams of which batches may have been lost, and the streams that the rotation checks next. */
  #suspects = new Set<number>();
  #rotation: number[] = [];

  constructor(broker: Broker<Event, S>, log: Log<Event>, options: HubOptions<Event>) {
    this.#broker = broker;
    this.#signals = new Signals((streamId, signals) => broker.publish(streamId, { events: [], signals }));
    // One statement reads the heads of all streams that are opened together.
    const heads = new DataLoader<number, number>(
      async (ids) => {
        const found = await log.heads(ids);
        return ids.map((id) => found.get(id) ?? 0);
      },
      { cache: false, maxBatchSize: HEADS_AT_ONCE, batchScheduleFn: gathering(HEADS_GATHER) },
    );
    const streamLog: StreamLog<Event> = {
      after: (...page) => log.after(...page),
      latest: (...page) => log.latest(...page),
      headOf: (id) => heads.load(id),
    };
    this.#heads = (ids) => log.heads(ids);
    this.#options = options;
    this.#streamParts = streamParts(streamLog, { ...options, counts: this.counts });
    this.#silentPeers = new SilentPeers(options.heartbeat * 1_000);
    this.#timers = [
      setInterval(() => this.#heartbeat(), (options.heartbeat * 1_000) / SLICES).unref(),
      setInterval(() => this.#checkStreams(), HEAD_CHECK).unref(),
    ];
    broker.onLoss(() => {
      this.#suspects = new Set(this.#streams.keys());
      void this.#checkHeads();
      for (const listener of this.#lossListeners) listener();
    });
  }

  /** How many sockets are open. */
  get size(): number {
    return this.#connections.reduce((sum, slice) => sum + slice.size, 0);
  }

  /** How many streams are open. */
  get streams(): number {
    return this.#streams.size;
  }

  /** Bytes that wait to be sent: of all sockets together, and of the slowest one. */
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
    if (last) this.#streams.get(streamId)?.published(last.seq);
    this.#broker.publish(streamId, { events });
    for (const listener of this.#publishedListeners) listener(streamId, events);
  }

  /** Passes a signal on to the stream's followers, and to those who listen to that channel, on all nodes. */
  signal(streamId: number, signal: S): void {
    this.#signals.add(streamId, signal);
  }

  /** `listener` is called with all events that this node publishes. */
  onPublished(listener: Published<Event>): void {
    this.#publishedListeners.push(listener);
  }

  /** Subscribes to a channel that has signals only: its number is no stream's. */
  async listenToSignals(channel: number, listener: (signal: S) => void): Promise<void> {
    await this.#broker.subscribe(channel, {
      receive: ({ signals = [] }) => {
        for (const signal of signals) listener(signal);
      },
    });
  }

  /** `listener` is called when signals and events for this node may have been lost. */
  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  // Connections

  /** `sink`: takes the frames, if not the socket itself. */
  connect(peer: Peer, socket: Socket, options: ConnectionOptions, sink: Writable = socket): Connection {
    const connection = new Connection(peer, sink, this.#tick, this.#options, options);
    if (!options.pings) connection.onClose(this.#silentPeers.add(socket, connection));
    connection.slice = Math.floor(Math.random() * SLICES);
    this.#connections[connection.slice]?.add(connection);
    connection.onClose(this.#ending);
    return connection;
  }

  /** Binds a socket to an account and a session, so that it closes with the session. */
  identify(connection: Connection, identity: NonNullable<Connection['identity']>): void {
    connection.identity = identity;
    const own = this.#byAccount.get(identity.accountId);
    this.#byAccount.set(identity.accountId, own?.concat(connection) ?? [connection]);
  }

  /** A snapshot of the account's sockets on this node. */
  socketsOf(accountId: number): readonly Connection[] {
    return this.#byAccount.get(accountId) ?? [];
  }

  // Streams

  /** Opens a stream (idempotent). It stays open while it has followers. */
  open(streamId: number): Promise<Stream<Event, S>> {
    const known = this.#streams.get(streamId);
    known?.touch();
    if (known) return this.#loading.get(streamId) ?? Promise.resolve(known);
    const stream = new Stream<Event, S>(streamId, this.#streamParts, this.#options.keep?.get(streamId));
    const loading = this.#load(stream);
    this.#streams.set(streamId, stream);
    this.#loading.set(streamId, loading);
    loading.then(
      () => this.#loading.delete(streamId),
      () => this.#drop(stream),
    );
    return loading;
  }

  /** Changes events in memory as they were changed in the log; null drops an event. */
  revise(change: (event: Event) => Event | null): void {
    for (const stream of this.#streams.values()) stream.revise(change);
  }

  /** Subscribes to all events of a stream. */
  async listen(streamId: number, listener: Listener<Event>): Promise<() => void> {
    const stream = await this.open(streamId);
    return stream.listen(listener);
  }

  /**
   * Backfill: sends the events after `seq` as fast as the client reads (backpressure). Cutover: the connection joins the live
   * delivery in the same instant in which it has caught up, so that no event is left out or sent twice.
   * @returns null if the client disconnected, stopped reading, lost events, or may not follow any more, before it had caught up
   */
  async replay(
    stream: Stream<Event, S>,
    connection: Connection,
    encoder: Encoder<Event, S>,
    seq: number,
    known: Known<Event> = {},
  ): Promise<Following | null> {
    const unpin = stream.pin();
    try {
      return await this.#catchUp(stream, { connection, encoder, seq, ...known });
    } finally {
      unpin();
    }
  }

  /** Closes every socket and waits until all are gone; terminates the rest at the deadline. */
  async closeConnections(): Promise<void> {
    const open = this.#connections.flatMap((slice) => [...slice]);
    const gone = Promise.all(
      open.map((one) => new Promise<void>((resolve) => one.onClose({ closed: () => resolve() }))),
    );
    for (const connection of open) connection.close(CLOSE.restarting);
    const cut = setTimeout(() => {
      for (const connection of open) connection.terminate();
    }, CLOSE_DEADLINE);
    await gone;
    clearTimeout(cut);
  }

  /** Closes all connections and streams. Events published before still reach the other nodes. */
  async close(): Promise<void> {
    await this.closeConnections();
    for (const timer of this.#timers) clearInterval(timer);
    this.#signals.close();
    for (const stream of this.#streams.values()) stream.close();
    await this.#broker.close();
  }

  async #catchUp(
    stream: Stream<Event, S>,
    { seq, read, ...reader }: Reader<Event, S> & Known<Event> & { seq: number },
  ): Promise<Following | null> {
    const { connection, encoder } = reader;
    // This node may not have got as far as the one that the client comes from.
    if (seq > stream.cursor) await stream.reached(seq, REACH_DEADLINE);
    let unsent = read;
    for (let reached = seq; reached < stream.cursor; unsent = undefined) {
      const part = unsent ? stream.framesOf(unsent, reader) : await stream.framesAfter(reached, reader, REPLAY_CHUNK);
      if (part.pruned) {
        connection.close(BEHIND);
        return null;
      }
      if (part.count > 0) connection.send(part.bytes, part.count);
      if (part.removed) return null;
      reached = Math.max(reached, part.upTo);
      if (!(await connection.drained(REPLAY_DEADLINE))) {
        connection.close(CLOSE.tooSlow);
        return null;
      }
    }
    // Synchronously after the cursor was compared: an event could slip through in a microtask between the two.
    return connection.open ? stream.follow(connection, encoder) : null;
  }

  async #load(stream: Stream<Event, S>): Promise<Stream<Event, S>> {
    await this.#broker.subscribe(stream.id, stream);
    await stream.load();
    return stream;
  }

  #drop(stream: Stream<Event, S>): void {
    stream.close();
    this.#streams.delete(stream.id);
    this.#loading.delete(stream.id);
    this.#broker.unsubscribe(stream.id);
  }

  #forget(connection: Connection): void {
    this.#connections[connection.slice]?.delete(connection);
    if (connection.identity === null) return;
    const { accountId } = connection.identity;
    const others = this.socketsOf(accountId).filter((other) => other !== connection);
    if (others.length === 0) this.#byAccount.delete(accountId);
    else this.#byAccount.set(accountId, others);
  }

  /** One slice of the heartbeat: terminates clients that missed two pings, closes sockets of expired sessions. */
  #heartbeat(): void {
    this.#slice = (this.#slice + 1) % SLICES;
    const now = Date.now();
    for (const connection of this.#connections[this.#slice] as Set<Connection>) {
      if (connection.missed >= 2) {
        connection.terminate();
      } else if (connection.identity !== null && connection.identity.expiresAt <= now) {
        connection.close(CLOSE.signedOut);
      } else if (connection.pings) {
        connection.missed += 1;
        connection.ping();
      }
    }
    if (this.#slice % LOOK_SLICES === 0) void this.#silentPeers.check();
  }

  #checkStreams(): void {
    for (const stream of this.#streams.values()) if (stream.isUnused(UNUSED_CHECKS)) this.#drop(stream);
    if (this.#rotation.length === 0) this.#rotation = [...this.#streams.keys()];
    for (const id of this.#rotation.splice(0, HEADS_AT_ONCE)) this.#suspects.add(id);
    void this.#checkHeads();
  }

  /** Finds events whose batch never arrived. */
  async #checkHeads(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    try {
      while (this.#suspects.size > 0) {
        const ids = [...this.#suspects].slice(0, HEADS_AT_ONCE);
        for (const id of ids) this.#suspects.delete(id);
        for (const [id, head] of await this.#heads(ids)) this.#streams.get(id)?.expectUpTo(head);
      }
    } catch {
      // The database is unavailable, which readiness reports. The next checks find the missed events.
      for (const id of this.#streams.keys()) this.#suspects.add(id);
    } finally {
      this.#checking = false;
    }
  }
}
