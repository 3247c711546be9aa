/** The broker of a single node: a parcel is handed over at once. */
import type { Broker, Parcel } from './broker.ts';

export class MemoryBroker<Event> implements Broker<Event> {
  readonly #handlers = new Map<number, (parcel: Parcel<Event>) => void>();

  publish(streamId: number, parcel: Parcel<Event>): void {
    this.#handlers.get(streamId)?.(parcel);
  }

  async subscribe(streamId: number, handler: (parcel: Parcel<Event>) => void): Promise<void> {
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
