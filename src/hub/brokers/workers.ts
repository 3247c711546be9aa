/**
 * The broker of a worker: a batch reaches the worker's own receiver synchronously and goes to the relay in the parent process
 * at the endpoint of the tick. The log has the events that are dropped on the way.
 */

import { withinDeadline } from '../../deadline.ts';
import type { Signal } from '../log.ts';
import type { Broker, EventBatch, Receiver } from './broker.ts';
import { type Channel, Endpoint, type RelayMessage, type StreamBatches } from './relay.ts';
import { eventsOnly, TickOutbox } from './tick-outbox.ts';

/** How long subscribing and closing wait for the relay, in ms. */
const DEADLINE = 1_000;

export class WorkersBroker<Event, S extends Signal = Signal> implements Broker<Event, S> {
  readonly #endpoint: Endpoint;
  readonly #receivers = new Map<number, Receiver<Event, S>>();
  readonly #lossListeners: (() => void)[] = [];
  /** Subscriptions without a confirmation yet. Confirmations arrive in the same order. */
  readonly #unconfirmed: (() => void)[] = [];
  readonly #outbox = new TickOutbox<Event, S>((gathered) => {
    const streams = [...gathered].flatMap(([streamId, all]): StreamBatches[] => {
      const batches = this.#endpoint.isLate ? eventsOnly(all) : all;
      return batches.length === 0 ? [] : [{ streamId, batches: JSON.stringify(batches) }];
    });
    if (streams.length > 0) this.#endpoint.sendBatches(streams);
  });
  #closed = false;

  constructor(channel: Channel, warn: (message: string) => void) {
    this.#endpoint = new Endpoint(channel, () =>
      warn('the parent process does not keep up: events are dropped, and the other workers read them from the log'),
    );
    channel.onMessage((message) => this.#receive(message));
  }

  publish(streamId: number, batch: EventBatch<Event, S>): void {
    if (this.#closed) return;
    this.#outbox.add(streamId, batch);
    this.#receivers.get(streamId)?.receive(batch);
  }

  async subscribe(streamId: number, receiver: Receiver<Event, S>): Promise<void> {
    this.#receivers.set(streamId, receiver);
    const confirmed = new Promise<true>((resolve) => this.#unconfirmed.push(() => resolve(true)));
    this.#endpoint.send({ kind: 'subscribe', streamId });
    const inTime = await withinDeadline(confirmed, DEADLINE);
    // A stream is read after this call, so it has all earlier events. A subscription that is confirmed later needs a head check.
    if (!inTime) void confirmed.then(() => this.#reportLoss());
  }

  unsubscribe(streamId: number): void {
    this.#receivers.delete(streamId);
    this.#endpoint.send({ kind: 'unsubscribe', streamId });
  }

  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  /** Flushes, waiting up to the deadline. The channel belongs to the caller. */
  async close(): Promise<void> {
    this.#outbox.flush();
    this.#closed = true;
    this.#receivers.clear();
    await withinDeadline(this.#endpoint.drained(), DEADLINE);
  }

  #receive(message: RelayMessage): void {
    if (message.kind === 'subscribed') this.#unconfirmed.shift()?.();
    else if (message.kind === 'loss') this.#reportLoss();
    else if (message.kind === 'batches') for (const stream of message.streams) this.#deliver(stream);
  }

  /** Batches of other workers are not validated: they run this same program. */
  #deliver({ streamId, batches }: StreamBatches): void {
    const receiver = this.#receivers.get(streamId);
    if (receiver === undefined) return;
    for (const batch of JSON.parse(batches) as EventBatch<Event, S>[]) receiver.receive(batch);
  }

  #reportLoss(): void {
    for (const listener of this.#lossListeners) listener();
  }
}
