/** The log of events as live delivery reads it, and how what is in it reaches people. */

/** An entry of the log. Seqs rise by one; a gap that the log confirms is an entry that was deleted. */
export type Entry = { readonly seq: number };

/** The truth behind the live delivery. */
export type Log<Event extends Entry> = {
  /** The next events, oldest first. `complete`: there are no more than these; a page may be short for being large. */
  after(streamId: number, seq: number, limit: number): Promise<{ events: readonly Event[]; complete: boolean }>;
  /** Oldest first. */
  latest(streamId: number, limit: number): Promise<Event[]>;
  /** The newest seq of each stream. */
  heads(streamIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
};

/** The log as a stream reads it: the hub gathers reads of heads. */
export type StreamLog<Event extends Entry> = Pick<Log<Event>, 'after' | 'latest'> & {
  headOf(streamId: number): Promise<number>;
};

/** The text a dialect shows for an event, null where it shows nothing. Called once for all its sockets. */
export type Encoder<Event> = {
  readonly event: (event: Event) => string | null;
};

export type Listener<Event> = { event?: (event: Event) => void };
