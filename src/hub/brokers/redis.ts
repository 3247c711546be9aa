/**
 * The broker of many nodes: a Redis channel a stream. What this node publishes is handed over here at once and sent to
 * the others when the turn ends, as one message a stream. Redis may be slow, away or wiped: what it loses, the log has.
 */
import { randomBytes } from 'node:crypto';
import { withinDeadline } from '../../deadline.ts';
import type { Broker, Parcel } from './broker.ts';
import { seal, unseal } from './seal.ts';
import { TurnOutbox } from './turn-outbox.ts';

type OnMessage = (message: Buffer, channel: Buffer) => void;

/** As much of a Redis client as is used here. */
export type Channels = {
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channels: string | string[], listener: OnMessage, bufferMode: true): Promise<unknown>;
  unsubscribe(channels: string, listener: OnMessage, bufferMode: true): Promise<unknown>;
};

/** `client`: null while Redis is away. */
export type RedisSource = { readonly client: Channels | null; onReady(listener: () => void): void };

export type RedisBrokerOptions<Event> = {
  /** Nodes of one name and one key hear each other. */
  readonly name: string;
  /** Authenticates messages: whoever can write to Redis, but has no key, can say nothing. */
  readonly key: Uint8Array;
  /** What came from outside as a parcel, null where it is none. */
  readonly read: (value: unknown) => Parcel<Event> | null;
  readonly warn: (message: string) => void;
};

/** Bytes that may be on their way to Redis; what comes on top of them is left to the log. */
const MAX_IN_FLIGHT = 16 * 1_048_576;
/** How long a subscription, or a goodbye, waits for Redis, in ms. */
const DEADLINE = 1_000;
/** Characters that say which node a message is from. */
const NODE_ID = 16;
const LOSS = 'loss';
/** Ignored messages are logged at most this often, in ms: a sender may repeat them at any rate. */
const WARN_INTERVAL = 60_000;

export class RedisBroker<Event> implements Broker<Event> {
  readonly #redis: RedisSource;
  readonly #options: RedisBrokerOptions<Event>;
  readonly #prefix: string;
  readonly #id = randomBytes(NODE_ID / 2).toString('hex');
  readonly #handlers = new Map<number, (parcel: Parcel<Event>) => void>();
  readonly #lossListeners: (() => void)[] = [];
  readonly #outbox = new TurnOutbox<Event>((gathered) => {
    for (const [streamId, parcels] of gathered) this.#send(streamId, parcels);
  });
  #inFlight = 0;
  /** Something was left out, and the other nodes have not been told yet. */
  #dropped = false;
  #drained: (() => void) | null = null;
  #closed = false;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(redis: RedisSource, options: RedisBrokerOptions<Event>) {
    this.#redis = redis;
    this.#options = options;
    this.#prefix = `koine:${options.name}:events:`;
    redis.onReady(() => void this.#ready());
  }

  publish(streamId: number, parcel: Parcel<Event>): void {
    if (this.#closed) return;
    this.#outbox.add(streamId, parcel);
    this.#handlers.get(streamId)?.(parcel);
  }

  async subscribe(streamId: number, handler: (parcel: Parcel<Event>) => void): Promise<void> {
    this.#handlers.set(streamId, handler);
    const subscribed = this.#listen([this.#channel(streamId)]);
    const inTime = await withinDeadline(subscribed, DEADLINE);
    // Streams are read after this: what comes in until then is in what they read. Later, somebody has to look again.
    if (!inTime) void subscribed.then((done) => done && this.#tellLoss());
  }

  unsubscribe(streamId: number): void {
    this.#handlers.delete(streamId);
    this.#redis.client?.unsubscribe(this.#channel(streamId), this.#receive, true).catch(() => {});
  }

  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  /** What was published has left, or is given up. The connection is not this one's to close. */
  async close(): Promise<void> {
    this.#outbox.flush();
    this.#closed = true;
    this.#handlers.clear();
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

  /** @returns whether Redis has confirmed it */
  async #listen(channels: string[]): Promise<boolean> {
    try {
      const { client } = this.#redis;
      if (client === null) return false;
      await client.subscribe(channels, this.#receive, true);
      return true;
    } catch {
      // The connection broke; the next one begins with all subscriptions.
      return false;
    }
  }

  /** A new connection: Redis has forgotten who listens, and what was published meanwhile has not come. */
  async #ready(): Promise<void> {
    if (this.#closed) return;
    const channels = [...this.#handlers.keys()].map((id) => this.#channel(id));
    if (await this.#listen([`${this.#prefix}${LOSS}`, ...channels])) this.#tellLoss();
    this.#tellOthersOfLoss();
  }

  #send(streamId: number, parcels: readonly Parcel<Event>[]): void {
    const { client } = this.#redis;
    if (client === null || this.#inFlight > MAX_IN_FLIGHT) {
      if (client !== null && !this.#dropped) this.#options.warn('Redis does not keep up: parcels are left to the log');
      this.#dropped = true;
      return;
    }
    const channel = this.#channel(streamId);
    const message = seal(this.#options.key, channel, this.#id + JSON.stringify(parcels));
    this.#inFlight += message.length;
    const settled = () => {
      this.#inFlight -= message.length;
      if (this.#inFlight === 0) this.#drained?.();
    };
    client.publish(channel, message).then(
      () => {
        settled();
        this.#tellOthersOfLoss();
      },
      () => {
        settled();
        this.#dropped = true;
      },
    );
  }

  /** The other nodes cannot know what they were not sent. */
  #tellOthersOfLoss(): void {
    const { client } = this.#redis;
    if (!this.#dropped || client === null || this.#inFlight > MAX_IN_FLIGHT / 2) return;
    this.#dropped = false;
    const channel = `${this.#prefix}${LOSS}`;
    client.publish(channel, seal(this.#options.key, channel, this.#id)).catch(() => {
      this.#dropped = true;
    });
  }

  #tellLoss(): void {
    for (const listener of this.#lossListeners) listener();
  }

  readonly #receive = (message: Buffer, channelName: Buffer): void => {
    const channel = channelName.toString('latin1');
    const place = channel.slice(this.#prefix.length);
    const content = unseal(this.#options.key, channel, message);
    if (content === null) this.#ignored(place, 'it is not signed with the secret of this installation');
    // Redis sends this node's own messages back to it; they were delivered long ago.
    else if (!content.startsWith(this.#id)) this.#take(place, content.slice(NODE_ID));
  };

  #take(place: string, text: string): void {
    if (place === LOSS) {
      this.#tellLoss();
      return;
    }
    const handler = this.#handlers.get(Number(place));
    // Unsubscribed while the connection was away.
    if (handler === undefined) this.unsubscribe(Number(place));
    else for (const parcel of this.#parcelsOf(text, place)) handler(parcel);
  }

  #parcelsOf(text: string, place: string): Parcel<Event>[] {
    const parcels: Parcel<Event>[] = [];
    for (const value of parseArray(text)) {
      const parcel = this.#options.read(value);
      if (parcel === null) this.#ignored(place, 'it is malformed');
      else parcels.push(parcel);
    }
    return parcels;
  }

  #ignored(place: string, why: string): void {
    const now = performance.now();
    if (now - this.#warnedAt < WARN_INTERVAL) return;
    this.#warnedAt = now;
    this.#options.warn(`Ignored a message from Redis on stream ${place}: ${why}`);
  }
}

/** What is not an array of JSON is one thing that is no parcel. */
function parseArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [undefined];
  }
}
