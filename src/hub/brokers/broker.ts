/** The seam between nodes: a batch that one node publishes reaches every node that subscribes to the stream. */

/** A batch of events on its way. Lost events are repaired from the log by their seq. */
export type EventBatch<Event> = { readonly events: readonly Event[] };

export type Broker<Event> = {
  /** Calls this node's own handler before it returns. */
  publish(streamId: number, batch: EventBatch<Event>): void;
  /**
   * Resolves once batches published from now on will arrive, or at a deadline; then `onLoss` reports when they do. One handler
   * a stream.
   */
  subscribe(streamId: number, handler: (batch: EventBatch<Event>) => void): Promise<void>;
  unsubscribe(streamId: number): void;
  /** Subscribes to reports that batches for this node may have been lost. */
  onLoss(listener: () => void): void;
  close(): Promise<void>;
};
