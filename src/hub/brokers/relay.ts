/**
 * The relay between the workers of one machine: the parent process forwards each worker's batches, unparsed, to the workers
 * that subscribe to the stream. Channels have a bound in each direction; the receiver is told when batches were dropped.
 */

/** The batches of a stream that one tick published, as JSON. */
export type StreamBatches = { readonly streamId: number; readonly batches: string };

export type RelayMessage =
  | { readonly kind: 'subscribe' | 'subscribed' | 'unsubscribe'; readonly streamId: number }
  | { readonly kind: 'batches'; readonly streams: readonly StreamBatches[] }
  /** The receiver may have missed batches. */
  | { readonly kind: 'loss' };

/** An ordered channel to another process. */
export type Channel = {
  /** `sent` is called once the message has left, or has failed. */
  send(message: RelayMessage, sent: () => void): void;
  onMessage(listener: (message: RelayMessage) => void): void;
};

/** Characters in flight on a channel. Beyond this, batches are dropped, and the receiver reads the events from the log. */
const MAX_IN_FLIGHT = 16 * 1_048_576;

/** The sending endpoint of a channel. Drops batches when too many wait, and reports the loss once half of the room is free. */
export class Endpoint {
  readonly #channel: Channel;
  readonly #onOverflow: () => void;
  #inFlight = 0;
  #dropped = false;
  #drained: (() => void)[] = [];

  /** `onOverflow` is called once for each run of dropped batches. */
  constructor(channel: Channel, onOverflow: () => void) {
    this.#channel = channel;
    this.#onOverflow = onOverflow;
  }

  /** Whether much is queued: then signals are dropped. */
  get isLate(): boolean {
    return this.#inFlight > MAX_IN_FLIGHT / 2;
  }

  send(message: RelayMessage): void {
    this.#channel.send(message, () => {});
  }

  sendBatches(streams: readonly StreamBatches[]): void {
    if (this.#inFlight > MAX_IN_FLIGHT) {
      if (!this.#dropped) this.#onOverflow();
      this.#dropped = true;
      return;
    }
    const size = streams.reduce((sum, { batches }) => sum + batches.length, 0);
    this.#inFlight += size;
    this.#channel.send({ kind: 'batches', streams }, () => this.#sent(size));
  }

  /** Resolves when no batch is in flight. */
  async drained(): Promise<true> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
    return true;
  }

  #sent(size: number): void {
    this.#inFlight -= size;
    if (this.#dropped && this.#inFlight <= MAX_IN_FLIGHT / 2) {
      this.#dropped = false;
      this.send({ kind: 'loss' });
    }
    if (this.#inFlight === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }
}

type Worker = { readonly endpoint: Endpoint; readonly subscriptions: Set<number> };

export class Relay {
  readonly #workers = new Set<Worker>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @returns a function that removes the worker */
  join(channel: Channel): () => void {
    const endpoint = new Endpoint(channel, () =>
      this.#warn('a worker does not keep up: events are dropped, and it reads them from the log'),
    );
    const worker = { endpoint, subscriptions: new Set<number>() };
    this.#workers.add(worker);
    channel.onMessage((message) => this.#receive(worker, message));
    return () => this.#workers.delete(worker);
  }

  #receive(from: Worker, message: RelayMessage): void {
    if (message.kind === 'batches') this.#forward(from, message.streams);
    else if (message.kind === 'loss') for (const { endpoint } of this.#others(from)) endpoint.send(message);
    else if (message.kind === 'unsubscribe') from.subscriptions.delete(message.streamId);
    else if (message.kind === 'subscribe') {
      from.subscriptions.add(message.streamId);
      from.endpoint.send({ kind: 'subscribed', streamId: message.streamId });
    }
  }

  #forward(from: Worker, streams: readonly StreamBatches[]): void {
    for (const { endpoint, subscriptions } of this.#others(from)) {
      const wanted = streams.filter(({ streamId }) => subscriptions.has(streamId));
      if (wanted.length > 0) endpoint.sendBatches(wanted);
    }
  }

  #others(from: Worker): Worker[] {
    return [...this.#workers].filter((worker) => worker !== from);
  }
}
