/** The broker of a single node: it hands each batch over synchronously. */
import type { Broker, EventBatch } from './broker.ts';

export class MemoryBroker<Event> implements Broker<Event> {
  readonly #handlers = new Map<number, (batch: EventBatch<Event>) => void>();

  publish(streamId: number, batch: EventBatch<Event>): void {
    this.#handlers.get(streamId)?.(batch);
  }

  async subscribe(streamId: number, handler: (batch: EventBatch<Event>) => void): Promise<void> {
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
