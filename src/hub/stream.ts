/**
 * One stream as this node sees it: how far it has been delivered, its newest events, and who follows it. Every
 * follower sees the events in order of seq, each once and none left out, whatever the broker drops, doubles or
 * delays: what is missing is read from the log before anything later is shown.
 */
import type { Parcel } from './brokers/broker.ts';
import type { Connection } from './connection.ts';
import { frameText } from './frame.ts';
import { HubCounts } from './hub-counts.ts';

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

/** The text a dialect shows for an event, null where it shows nothing. Called once for all its sockets. */
export type Encoder<Event> = {
  readonly event: (event: Event) => string | null;
};

export type Listener<Event> = { event?: (event: Event) => void };

const PAGE = 500;
const RETRY_MS = 250;
/** How long what is missing may be on its way before it is read from the log, in ms: nodes' parcels cross each other. */
const PATIENCE = 25;
/** Events that came too early and are kept; what comes on top of them is read from the log when its turn comes. */
const MAX_EARLY = 2 * PAGE;
const EMPTY = Buffer.alloc(0);

/** The followers that are shown the same bytes. `frames` runs beside the stream's `recent` events, filled as needed. */
class Group<Event> {
  readonly followers = new Set<Connection>();
  readonly encoder: Encoder<Event>;
  frames: (Buffer | undefined)[];

  constructor(encoder: Encoder<Event>, length: number) {
    this.encoder = encoder;
    this.frames = new Array(length);
  }

  encode(event: Event): Buffer {
    const text = this.encoder.event(event);
    return text === null ? EMPTY : frameText(text);
  }

  /** Encodes each event once, for everybody; nothing where nobody is. */
  deliver(events: readonly Event[]): void {
    if (this.followers.size === 0) {
      this.frames.length += events.length;
      return;
    }
    const frames = events.map((event) => this.encode(event));
    for (const frame of frames) this.frames.push(frame);
    this.send(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames), shown(frames));
  }

  /** `count`: how many frames these are. */
  send(frames: Buffer, count: number): void {
    if (frames.length === 0) return;
    for (const follower of this.followers) follower.send(frames, count);
  }
}

/** How many of the frames there are: an event that a dialect doesn't show has none. */
function shown(frames: readonly Buffer[]): number {
  let count = 0;
  for (const frame of frames) if (frame.length > 0) count += 1;
  return count;
}

export class Stream<Event extends Entry> {
  readonly id: number;
  /** Everything up to this seq has been delivered to the followers. */
  cursor = 0;

  readonly #log: Log<Event>;
  readonly #keep: number;
  readonly #patience: number;
  readonly #counts: HubCounts;
  readonly #groups = new Map<Encoder<Event>, Group<Event>>();
  readonly #listeners = new Set<Listener<Event>>();
  /** The newest events, contiguous up to the cursor. Events with a seq up to `#floor` are only in the log. */
  #recent: Event[] = [];
  #floor = 0;
  /** The newest seq heard of; above the cursor while something is missing. */
  #target = 0;
  /** Came before what is to be delivered before them; in no order. */
  #early: Event[] = [];
  #loading = true;
  #repairing = false;
  #patienceTimer: NodeJS.Timeout | null = null;
  #awaited: { readonly seq: number; readonly resolve: () => void }[] = [];
  #closed = false;
  #pins = 0;
  #unusedChecks = 0;
  /** An event of this node's own whose way to the sockets is timed; one at a time. */
  #timed: { seq: number; publishedAt: number } | null = null;

  /** `keep`: how many of the newest events stay in memory. `patience`: ms that what is missing may take to arrive. */
  constructor(id: number, log: Log<Event>, keep: number, counts = new HubCounts(), patience = PATIENCE) {
    this.id = id;
    this.#log = log;
    this.#keep = keep;
    this.#counts = counts;
    this.#patience = patience;
  }

  /** Whether nobody has used the stream for so many calls in a row. */
  unused(checks: number): boolean {
    const used = this.#loading || this.#repairing || this.#pins > 0 || this.#listeners.size > 0;
    const followed = [...this.#groups.values()].some((group) => group.followers.size > 0);
    this.#unusedChecks = used || followed ? 0 : this.#unusedChecks + 1;
    return this.#unusedChecks > checks;
  }

  /** Keeps the stream in use until the returned function is called. */
  pin(): () => void {
    this.#pins += 1;
    return () => {
      this.#pins -= 1;
    };
  }

  /** Reads the newest events. Parcels may arrive while it does. */
  async load(): Promise<void> {
    // The head first: an event that is committed between the two is then among the latest, and not passed over.
    const heads = await this.#log.heads([this.id]);
    const head = heads.get(this.id) ?? 0;
    this.#recent = this.#keep === 0 ? [] : await this.#log.latest(this.id, this.#keep);
    this.cursor = this.#recent.at(-1)?.seq ?? head;
    this.#floor = this.#recent.length < this.#keep ? 0 : (this.#recent[0]?.seq ?? head + 1) - 1;
    this.#loading = false;
    this.#deliverEarly();
    this.hearOf(Math.max(this.#target, head));
  }

  close(): void {
    this.#closed = true;
    if (this.#patienceTimer !== null) clearTimeout(this.#patienceTimer);
  }

  /** This node has committed events up to this seq, and tells the broker now. */
  published(seq: number): void {
    this.#timed ??= { seq, publishedAt: performance.now() };
  }

  receive(parcel: Parcel<Event>): void {
    if (parcel.events.length > 0) this.#receiveEvents(parcel.events);
  }

  /** Drops such events from memory. */
  forget(isGone: (event: Event) => boolean): void {
    const kept = this.#recent.map((event) => !isGone(event));
    this.#recent = this.#recent.filter((_, index) => kept[index]);
    // Those not made yet are holes, over which `filter` would step.
    for (const group of this.#groups.values())
      group.frames = Array.from(group.frames).filter((_, index) => kept[index]);
  }

  /** There is an event of this seq: if it doesn't arrive by itself, it is fetched. */
  hearOf(seq: number): void {
    if (seq <= this.cursor) return;
    this.#target = Math.max(this.#target, seq);
    if (!this.#loading && !this.#repairing) this.#waitFor(this.cursor);
  }

  /**
   * Resolves once everything up to `seq` has been delivered.
   * @throws when that takes longer than `deadline` ms
   */
  reached(seq: number, deadline: number): Promise<void> {
    if (seq <= this.cursor) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wait = { seq, resolve: () => resolve(clearTimeout(timer)) };
      const timer = setTimeout(() => {
        this.#awaited = this.#awaited.filter((other) => other !== wait);
        reject(new Error(`stream ${this.id} has not come to ${seq} in time`));
      }, deadline);
      this.#awaited.push(wait);
      this.hearOf(seq);
    });
  }

  listen(listener: Listener<Event>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on the connection is sent what happens. */
  follow(connection: Connection, encoder: Encoder<Event>): void {
    const { followers } = this.#group(encoder);
    followers.add(connection);
    connection.onClose.push(() => followers.delete(connection));
  }

  /**
   * The frames of the next events after `seq`, at most about `bytes` of them: from memory where they are recent, else
   * from the log.
   */
  async framesAfter(
    seq: number,
    encoder: Encoder<Event>,
    bytes: number,
  ): Promise<{ frames: Buffer; count: number; upTo: number }> {
    if (seq >= this.#floor) return this.#recentFrames(seq, encoder, bytes);
    const delivered = this.cursor;
    const { events, complete } = await this.#log.after(this.id, seq, PAGE);
    // What the log has beyond the cursor is yet to be delivered live.
    const due = events.filter((event) => event.seq <= this.cursor);
    const group = this.#group(encoder);
    const last = due.at(-1)?.seq ?? seq;
    const more = !complete && due.length === events.length;
    const frames = due.map((event) => group.encode(event));
    return {
      frames: Buffer.concat(frames),
      count: shown(frames),
      upTo: more ? last : Math.max(last, delivered),
    };
  }

  /** The seq before the newest `count` events, or null where memory doesn't reach back that far. */
  seqBeforeLatest(count: number): number | null {
    if (count === 0) return this.cursor;
    const index = this.#recent.length - count;
    if (index > 0) return (this.#recent[index - 1] as Event).seq;
    const all = index === 0 || this.#floor === 0;
    return all ? this.#floor : null;
  }

  #recentFrames(seq: number, encoder: Encoder<Event>, bytes: number): { frames: Buffer; count: number; upTo: number } {
    const group = this.#group(encoder);
    const found: Buffer[] = [];
    let size = 0;
    let upTo = this.cursor;
    for (let index = this.#indexAfter(seq); index < this.#recent.length; index += 1) {
      const event = this.#recent[index] as Event;
      if (size >= bytes) break;
      const frame = group.frames[index] ?? group.encode(event);
      group.frames[index] = frame;
      found.push(frame);
      size += frame.length;
      upTo = index === this.#recent.length - 1 ? this.cursor : event.seq;
    }
    return { frames: Buffer.concat(found, size), count: shown(found), upTo };
  }

  /** The place of the first recent event above `seq`. */
  #indexAfter(seq: number): number {
    let low = 0;
    let high = this.#recent.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#recent[middle] as Event).seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #group(encoder: Encoder<Event>): Group<Event> {
    let group = this.#groups.get(encoder);
    if (group === undefined) {
      group = new Group(encoder, this.#recent.length);
      this.#groups.set(encoder, group);
    }
    return group;
  }

  #receiveEvents(events: readonly Event[]): void {
    const fresh = (events[0] as Event).seq > this.cursor ? events : events.filter((event) => event.seq > this.cursor);
    if (fresh.length === 0) return;
    const last = (fresh[fresh.length - 1] as Event).seq;
    const contiguous = (fresh[0] as Event).seq === this.cursor + 1 && last === this.cursor + fresh.length;
    if (contiguous && !this.#loading) {
      this.#deliver(fresh);
      this.#deliverEarly();
    } else {
      this.#keepEarly(fresh);
      this.hearOf(last);
    }
  }

  #keepEarly(events: readonly Event[]): void {
    for (const event of events) if (this.#early.length < MAX_EARLY) this.#early.push(event);
    if (!this.#loading) this.#deliverEarly();
  }

  /** Those among the early ones whose turn has come. */
  #deliverEarly(): void {
    if (this.#early.length === 0) return;
    this.#early.sort((a, b) => a.seq - b.seq);
    const due: Event[] = [];
    let next = this.cursor + 1;
    let at = 0;
    for (; at < this.#early.length; at += 1) {
      const event = this.#early[at] as Event;
      if (event.seq > next) break;
      if (event.seq < next) continue;
      due.push(event);
      next += 1;
    }
    this.#early.splice(0, at);
    this.#deliver(due);
  }

  /** Gives what comes after `seq` a moment to arrive by itself, and again as long as it does arrive. */
  #waitFor(seq: number): void {
    this.#patienceTimer ??= setTimeout(() => {
      this.#patienceTimer = null;
      if (this.cursor >= this.#target || this.#repairing || this.#closed) return;
      if (this.cursor > seq) this.#waitFor(this.cursor);
      else void this.#repair();
    }, this.#patience);
  }

  /** Reads what is missing, until the newest seq heard of has been delivered. Tries again while the log is away. */
  async #repair(): Promise<void> {
    this.#repairing = true;
    if (this.cursor < this.#target) this.#counts.repairs += 1;
    while (this.cursor < this.#target && !this.#closed) {
      try {
        await this.#readOn(this.#target);
        this.#deliverEarly();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#repairing = false;
    // It may have been deleted meanwhile.
    this.#timed = null;
  }

  async #readOn(target: number): Promise<void> {
    const heads = await this.#log.heads([this.id]);
    const head = heads.get(this.id) ?? 0;
    const { events, complete } = await this.#log.after(this.id, this.cursor, PAGE);
    this.#counts.repairedEvents += events.length;
    // Some may have arrived by themselves meanwhile.
    this.#deliver(events.filter((event) => event.seq > this.cursor));
    // Commits are in order of seq: what the log doesn't show below a seq that was committed has been deleted.
    if (complete) this.#moveTo(Math.max(this.cursor, Math.min(target, head)));
    if (head < target) this.#disbelieve(target, head);
  }

  /** The log had not given out a seq that somebody spoke of: no node of this database did. */
  #disbelieve(target: number, head: number): void {
    if (this.#target === target) this.#target = Math.max(head, this.cursor);
    this.#early = this.#early.filter((event) => event.seq <= head);
  }

  #deliver(events: readonly Event[]): void {
    if (events.length === 0) return;
    for (const event of events) this.#recent.push(event);
    this.#moveTo((events[events.length - 1] as Event).seq);
    for (const group of this.#groups.values()) group.deliver(events);
    this.#time();
    for (const listener of this.#listeners) for (const event of events) listener.event?.(event);
    this.#trim();
  }

  /** Who waits for it hears of it when all others have. */
  #moveTo(seq: number): void {
    this.cursor = seq;
    if (this.#awaited.length === 0) return;
    for (const wait of this.#awaited) if (wait.seq <= seq) wait.resolve();
    this.#awaited = this.#awaited.filter((wait) => wait.seq > seq);
  }

  #time(): void {
    if (this.#timed === null || this.cursor < this.#timed.seq) return;
    this.#counts.delivers(this.#timed.publishedAt);
    this.#timed = null;
  }

  /** Forgets old events now and then rather than one at a time. */
  #trim(): void {
    const surplus = this.#recent.length - this.#keep;
    if (surplus < this.#keep) return;
    this.#floor = (this.#recent[surplus - 1] as Event).seq;
    this.#recent = this.#recent.slice(surplus);
    for (const group of this.#groups.values()) group.frames = group.frames.slice(surplus);
  }
}
