/**
 * The broker of many nodes: one Redis channel a stream. A batch reaches this node's own receiver synchronously and the other
 * nodes at the end of the tick, one message a stream. Redis may be slow, unavailable or wiped: the log has what it loses.
 */
import { randomBytes } from 'node:crypto';
import { withinDeadline } from '../../deadline.ts';
import type { Signal } from '../log.ts';
import type { Broker, EventBatch, Receiver } from './broker.ts';
import { seal, unseal } from './seal.ts';
import { eventsOnly, TickOutbox } from './tick-outbox.ts';

type OnMessage = (message: Buffer, channel: Buffer) => void;

/** The part of a Redis client that is used here. */
export type PubSubClient = {
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channels: string | string[], listener: OnMessage, bufferMode: true): Promise<unknown>;
  unsubscribe(channels: string, listener: OnMessage, bufferMode: true): Promise<unknown>;
};

/** `client`: null while Redis is unavailable. */
export type RedisSource = { readonly client: PubSubClient | null; onReady(listener: () => void): void };

export type RedisBrokerOptions<Event, S extends Signal> = {
  /** Nodes with the same name and key relay batches. */
  readonly name: string;
  /** Authenticates messages: a client that can write to Redis but lacks the key cannot forge events. */
  readonly key: Uint8Array;
  /** Validates a batch from outside; null: malformed. */
  readonly read: (value: unknown) => EventBatch<Event, S> | null;
  readonly warn: (message: string) => void;
};

/** Bytes in flight to Redis. Beyond this, batches are dropped, and the other nodes read the events from the log. */
const MAX_IN_FLIGHT = 16 * 1_048_576;
/** How long subscribing and closing wait for Redis, in ms. */
const DEADLINE = 1_000;
/** Characters of the sending node's id at the start of a message. */
const NODE_ID = 16;
const LOSS = 'loss';
/** At most one warning about ignored messages in this many ms: a sender may repeat them at any rate. */
const WARN_INTERVAL = 60_000;

export class RedisBroker<Event, S extends Signal = Signal> implements Broker<Event, S> {
  readonly #redis: RedisSource;
  readonly #options: RedisBrokerOptions<Event, S>;
  readonly #prefix: string;
  readonly #id = randomBytes(NODE_ID / 2).toString('hex');
  readonly #receivers = new Map<number, Receiver<Event, S>>();
  readonly #lossListeners: (() => void)[] = [];
  readonly #outbox = new TickOutbox<Event, S>((gathered) => {
    for (const [streamId, batches] of gathered) this.#send(streamId, batches);
  });
  #inFlight = 0;
  /** A batch was dropped, and the other nodes have not been told yet. */
  #dropped = false;
  #drained: (() => void) | null = null;
  #closed = false;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: RedisSource, options: RedisBrokerOptions<Event, S>) {
    this.#redis = redis;
    this.#options = options;
    this.#prefix = `koine:${options.name}:events:`;
    redis.onReady(() => void this.#resubscribe());
  }

  publish(streamId: number, batch: EventBatch<Event, S>): void {
    if (this.#closed) return;
    this.#outbox.add(streamId, batch);
    this.#receivers.get(streamId)?.receive(batch);
  }

  async subscribe(streamId: number, receiver: Receiver<Event, S>): Promise<void> {
    this.#receivers.set(streamId, receiver);
    const subscribed = this.#subscribeTo([this.#channel(streamId)]);
    const inTime = await withinDeadline(subscribed, DEADLINE);
    // A stream is read after this call, so it has all earlier events. A subscription that is confirmed later needs a head check.
    if (!inTime) void subscribed.then((done) => done && this.#reportLoss());
  }

  unsubscribe(streamId: number): void {
    this.#receivers.delete(streamId);
    this.#redis.client?.unsubscribe(this.#channel(streamId), this.#receive, true).catch(() => {});
  }

  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  /** Flushes, waiting up to the deadline. The Redis connection belongs to the caller. */
  async close(): Promise<void> {
    this.#outbox.flush();
    this.#closed = true;
    this.#receivers.clear();
    if (this.#inFlight === 0) return;
    await withinDeadline(
      new Promise<true>((resolve) => {
        this.#drained = () => resolve(true);
      }),
      DEADLINE,
    );
  }

  #channel(streamId: number): string {
    return `${this.#prefix}${streamId}`;
  }

  /** @returns whether Redis has confirmed the subscription */
  async #subscribeTo(channels: string[]): Promise<boolean> {
    try {
      const { client } = this.#redis;
      if (client === null) return false;
      await client.subscribe(channels, this.#receive, true);
      return true;
    } catch {
      // The connection broke; `#resubscribe` runs on the next one.
      return false;
    }
  }

  /** A new connection: Redis has no subscriptions of this node, and batches published meanwhile were lost. */
  async #resubscribe(): Promise<void> {
    if (this.#closed) return;
    const channels = [...this.#receivers.keys()].map((id) => this.#channel(id));
    if (await this.#subscribeTo([`${this.#prefix}${LOSS}`, ...channels])) this.#reportLoss();
    this.#publishLoss();
  }

  #send(streamId: number, gathered: readonly EventBatch<Event, S>[]): void {
    const { client } = this.#redis;
    const batches = client === null || this.#inFlight > MAX_IN_FLIGHT / 2 ? eventsOnly(gathered) : gathered;
    if (batches.length === 0) return;
    if (client === null || this.#inFlight > MAX_IN_FLIGHT) {
      if (client !== null && !this.#dropped)
        this.#options.warn('Redis does not keep up: events are dropped, and other nodes read them from the log');
      this.#dropped = true;
      return;
    }
    const channel = this.#channel(streamId);
    const message = seal(this.#options.key, channel, this.#id + JSON.stringify(batches));
    this.#inFlight += message.length;
    const settled = () => {
      this.#inFlight -= message.length;
      if (this.#inFlight === 0) this.#drained?.();
    };
    client.publish(channel, message).then(
      () => {
        settled();
        this.#publishLoss();
      },
      () => {
        settled();
        this.#dropped = true;
      },
    );
  }

  /** Tells the other nodes to check their heads, since they cannot notice a dropped batch. */
  #publishLoss(): void {
    const { client } = this.#redis;
    if (!this.#dropped || client === null || this.#inFlight > MAX_IN_FLIGHT / 2) return;
    this.#dropped = false;
    const channel = `${this.#prefix}${LOSS}`;
    client.publish(channel, seal(this.#options.key, channel, this.#id)).catch(() => {
      this.#dropped = true;
    });
  }

  #reportLoss(): void {
    for (const listener of this.#lossListeners) listener();
  }

  readonly #receive = (message: Buffer, channelName: Buffer): void => {
    const channel = channelName.toString('latin1');
    const suffix = channel.slice(this.#prefix.length);
    const content = unseal(this.#options.key, channel, message);
    if (content === null) this.#warnIgnored(suffix, 'it is not signed with the secret of this installation');
    // Redis echoes this node's own messages, which were delivered before.
    else if (!content.startsWith(this.#id)) this.#dispatch(suffix, content.slice(NODE_ID));
  };

  #dispatch(suffix: string, text: string): void {
    if (suffix === LOSS) {
      this.#reportLoss();
      return;
    }
    const receiver = this.#receivers.get(Number(suffix));
    // Unsubscribed while the connection was down.
    if (receiver === undefined) this.unsubscribe(Number(suffix));
    else for (const batch of this.#readBatches(text, suffix)) receiver.receive(batch);
  }

  #readBatches(text: string, suffix: string): EventBatch<Event, S>[] {
    const batches: EventBatch<Event, S>[] = [];
    for (const value of parseArray(text)) {
      const batch = this.#options.read(value);
      if (batch === null) this.#warnIgnored(suffix, 'it is malformed');
      else batches.push(batch);
    }
    return batches;
  }

  #warnIgnored(suffix: string, why: string): void {
    const now = performance.now();
    if (now - this.#warnedAt < WARN_INTERVAL) return;
    this.#warnedAt = now;
    this.#options.warn(`Ignored a message from Redis on stream ${suffix}: ${why}`);
  }
}

/** A value that is not a JSON array counts as one malformed batch. */
function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
}
