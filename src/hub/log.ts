/** The log of events as live delivery reads it, and how its events reach sockets. */

/** An entry of the log. Seqs increase by one; a gap that the log confirms is a deleted entry. */
export type Entry = { readonly seq: number };

/** Something worth telling now only: it is not stored and has no seq. A newer one with the same key replaces one that waits. */
export type Signal = { readonly key: string };

/**
 * The next events, oldest first. `complete`: the log has no more. `floor`: events up to this seq have been pruned, as of the
 * same read.
 */
export type LogPage<Event> = { readonly events: readonly Event[]; readonly complete: boolean; readonly floor: number };

/** The event log: the source of truth behind the live delivery. */
export type Log<Event extends Entry> = {
  /** A page can be short because its events are large. */
  after(streamId: number, seq: number, limit: number): Promise<LogPage<Event>>;
  /** Oldest first. */
  latest(streamId: number, limit: number): Promise<Event[]>;
  /** The newest seq of each stream. */
  heads(streamIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
};

/** The log as a stream reads it: the hub batches reads of heads. */
export type StreamLog<Event extends Entry> = Pick<Log<Event>, 'after' | 'latest'> & {
  headOf(streamId: number): Promise<number>;
};

/** Encodes an event for a dialect, once for all its sockets; null: the dialect doesn't show it. */
export type Encoder<Event, S extends Signal = Signal> = {
  /** Of the stream, where readers know it by a name. */
  readonly name?: string;
  readonly event: (event: Event) => string | null;
  /** Without it, the dialect shows no signals. */
  readonly signal?: (signal: S) => string | null;
  /** Whether it encodes for one connection only: its frames are not kept for later ones. */
  readonly personal?: boolean;
};

export type Listener<Event> = { event?: (event: Event) => void };

/** The account whose act an event shows: connections that hide it are not sent the event. Null: nobody's. */
export type AuthorOf<Event> = (event: Event) => number | null;
