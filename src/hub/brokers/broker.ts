/** The seam between nodes: what one publishes reaches every node that has subscribed to that stream. */

/** What travels. Events carry a seq and are repaired from the log when lost. */
export type Parcel<Event> = { readonly events: readonly Event[] };

export type Broker<Event> = {
  /** This node's own handler is called before it returns. */
  publish(streamId: number, parcel: Parcel<Event>): void;
  /**
   * Resolves once parcels published from now on will arrive, or when it is clear that this has to wait: then `onLoss`
   * tells when they do. One handler a stream.
   */
  subscribe(streamId: number, handler: (parcel: Parcel<Event>) => void): Promise<void>;
  unsubscribe(streamId: number): void;
  /** Calls back when parcels may have been lost on their way here. */
  onLoss(listener: () => void): void;
  close(): Promise<void>;
};
