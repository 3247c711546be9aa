/**
 * The broker of a worker: what it publishes is handed over here at once, and goes to the exchange of its machine when
 * the turn ends. What is dropped on the way, the log has.
 */

import { withinDeadline } from '../../deadline.ts';
import type { Broker, Parcel } from './broker.ts';
import { type Bundle, type ExchangeMessage, type Line, LineEnd } from './relay.ts';
import { TurnOutbox } from './turn-outbox.ts';

/** How long a subscription, or a goodbye, waits for the exchange, in ms. */
const DEADLINE = 1_000;

export class WorkersBroker<Event> implements Broker<Event> {
  readonly #end: LineEnd;
  readonly #handlers = new Map<number, (parcel: Parcel<Event>) => void>();
  readonly #lossListeners: (() => void)[] = [];
  /** Subscriptions that wait for their confirmation, which come in order. */
  readonly #unconfirmed: (() => void)[] = [];
  readonly #outbox = new TurnOutbox<Event>((gathered) => {
    const bundles = [...gathered].map(
      ([streamId, parcels]): Bundle => ({ streamId, parcels: JSON.stringify(parcels) }),
    );
    this.#end.sendParcels(bundles);
  });
  #closed = false;

  constructor(line: Line, warn: (message: string) => void) {
    this.#end = new LineEnd(line, () => warn('the other workers are not told in time: parcels are left to the log'));
    line.onMessage((message) => this.#receive(message));
  }

  publish(streamId: number, parcel: Parcel<Event>): void {
    if (this.#closed) return;
    this.#outbox.add(streamId, parcel);
    this.#handlers.get(streamId)?.(parcel);
  }

  async subscribe(streamId: number, handler: (parcel: Parcel<Event>) => void): Promise<void> {
    this.#handlers.set(streamId, handler);
    const confirmed = new Promise<true>((resolve) => this.#unconfirmed.push(() => resolve(true)));
    this.#end.tell({ kind: 'subscribe', streamId });
    const inTime = await withinDeadline(confirmed, DEADLINE);
    // Streams are read after this: what comes in until then is in what they read. Later, somebody has to look again.
    if (!inTime) void confirmed.then(() => this.#tellLoss());
  }

  unsubscribe(streamId: number): void {
    this.#handlers.delete(streamId);
    this.#end.tell({ kind: 'unsubscribe', streamId });
  }

  onLoss(listener: () => void): void {
    this.#lossListeners.push(listener);
  }

  /** What was published has left, or is given up. The line is not this one's to close. */
  async close(): Promise<void> {
    this.#outbox.flush();
    this.#closed = true;
    this.#handlers.clear();
    await withinDeadline(this.#end.drained(), DEADLINE);
  }

  #receive(message: ExchangeMessage): void {
    if (message.kind === 'subscribed') this.#unconfirmed.shift()?.();
    else if (message.kind === 'loss') this.#tellLoss();
    else if (message.kind === 'parcels') for (const bundle of message.bundles) this.#deliver(bundle);
  }

  /** The other workers are this very program: what they send is what this one would. */
  #deliver({ streamId, parcels }: Bundle): void {
    const handler = this.#handlers.get(streamId);
    if (handler === undefined) return;
    for (const parcel of JSON.parse(parcels) as Parcel<Event>[]) handler(parcel);
  }

  #tellLoss(): void {
    for (const listener of this.#lossListeners) listener();
  }
}
