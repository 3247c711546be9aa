/** The broker of a single node: it hands each batch over synchronously. */
import type { Signal } from '../log.ts';
import type { Broker, EventBatch } from './broker.ts';

export class MemoryBroker<Event, S extends Signal = Signal> implements Broker<Event, S> {
  readonly #handlers = new Map<number, (batch: EventBatch<Event, S>) => void>();

  publish(streamId: number, batch: EventBatch<Event, S>): void {
    this.#handlers.get(streamId)?.(batch);
  }

  async subscribe(streamId: number, handler: (batch: EventBatch<Event, S>) => void): Promise<void> {
    this.#handlers.set(streamId, handler);
  }

  unsubscribe(streamId: number): void {
    this.#handlers.delete(streamId);
  }

  onLoss(): void {}

  async close(): Promise<void> {
    this.#handlers.clear();
  }
}
