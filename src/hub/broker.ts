/** The seam between nodes: what one publishes reaches every node that has subscribed to that stream. */

/**
 * What travels. `events` carry a seq and are repaired from the log when lost; `notices` (presence) are of the moment:
 * they reach who listens now and are nowhere kept.
 */
export type Parcel<Event, Notice> = { readonly events: readonly Event[]; readonly notices: readonly Notice[] };

export type Broker<Event, Notice> = {
  publish(streamId: number, parcel: Parcel<Event, Notice>): void;
  /** Resolves once parcels published from now on will arrive. One handler a stream. */
  subscribe(streamId: number, handler: (parcel: Parcel<Event, Notice>) => void): Promise<void>;
  unsubscribe(streamId: number): void;
  close(): Promise<void>;
};
