/** The seam between nodes: what one publishes reaches every node that has subscribed to that stream. */

/**
 * What travels. `events` carry a seq and are repaired from the log when lost; `notices` (presence) are of the moment:
 * they reach who listens now and are nowhere kept.
 */
export type Parcel<Event, Notice> = { readonly events: readonly Event[]; readonly notices: readonly Notice[] };

export type Broker<Event, Notice> = {
  /** This node's own handler is called before it returns. */
  publish(streamId: number, parcel: Parcel<Event, Notice>): void;
  /**
   * Resolves once parcels published from now on will arrive, or when it is clear that this has to wait: then `onLoss`
   * tells when they do. One handler a stream.
   */
  subscribe(streamId: number, handler: (parcel: Parcel<Event, Notice>) => void): Promise<void>;
  unsubscribe(streamId: number): void;
  /** Calls back when parcels may have been lost on their way here. */
  onLoss(listener: () => void): void;
  close(): Promise<void>;
};
