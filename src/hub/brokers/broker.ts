/** The seam between nodes: a batch that one node publishes reaches every node that subscribes to the stream. */
import type { Signal } from '../log.ts';

/** A batch on its way. Lost events are repaired from the log by their seq; lost signals are gone. */
export type EventBatch<Event, S extends Signal = Signal> = {
  readonly events: readonly Event[];
  readonly signals?: readonly S[];
};

/** Takes the batches of a stream. Thousands of streams are open: each is its own receiver, without a function in between. */
export type Receiver<Event, S extends Signal = Signal> = { receive(batch: EventBatch<Event, S>): void };

export type Broker<Event, S extends Signal = Signal> = {
  /** Calls this node's own receiver before it returns. */
  publish(streamId: number, batch: EventBatch<Event, S>): void;
  /**
   * Resolves once batches published from now on will arrive, or at a deadline; then `onLoss` reports when they do. One receiver
   * a stream.
   */
  subscribe(streamId: number, receiver: Receiver<Event, S>): Promise<void>;
  unsubscribe(streamId: number): void;
  /** Subscribes to reports that batches for this node may have been lost. */
  onLoss(listener: () => void): void;
  close(): Promise<void>;
};
