/** The broker of a single node: it hands each batch over synchronously. */
import type { Signal } from '../log.ts';
import type { Broker, EventBatch, Receiver } from './broker.ts';

export class MemoryBroker<Event, S extends Signal = Signal> implements Broker<Event, S> {
  readonly #receivers = new Map<number, Receiver<Event, S>>();

  publish(streamId: number, batch: EventBatch<Event, S>): void {
    this.#receivers.get(streamId)?.receive(batch);
  }

  async subscribe(streamId: number, receiver: Receiver<Event, S>): Promise<void> {
    this.#receivers.set(streamId, receiver);
  }

  unsubscribe(streamId: number): void {
    this.#receivers.delete(streamId);
  }

  onLoss(): void {}

  async close(): Promise<void> {
    this.#receivers.clear();
  }
}
