/**
 * One stream on this node: each follower gets every event exactly once, in order of seq, whatever the broker drops, duplicates
 * or delays. Missing events are read from the log before later ones are delivered (repair).
 */

import type { EventBatch } from './brokers/broker.ts';
import { BEHIND } from './close-codes.ts';
import type { Connection, Following } from './connection.ts';
import { Followers, type Frames } from './followers.ts';
import { HubCounts } from './hub-counts.ts';
import type { AuthorOf, Encoder, Entry, Listener, Signal, StreamLog } from './log.ts';
import { Window } from './window.ts';

const PAGE = 500;
const RETRY_MS = 250;
/** How long a missing event may take to arrive before it is read from the log, in ms: batches of nodes cross each other. */
const PATIENCE = 25;
/** Events kept that arrived before their predecessors. Beyond this, they are dropped and read from the log later. */
const MAX_EARLY = 2 * PAGE;

const NONE: readonly never[] = [];
const NOTHING: Frames = { bytes: Buffer.alloc(0), count: 0 };

/** The account that an event takes out of the stream: it may not follow from there on. Null: none. */
export type Removes<Event> = (event: Event) => number | null;

/** How an event changes earlier ones that are in memory, as they were changed in the log; null: not at all. */
export type Revises<Event> = (event: Event) => ((kept: Event) => Event | null) | null;

/** The parts that the streams of a node share: thousands are open. */
export type StreamParts<Event extends Entry> = {
  readonly log: StreamLog<Event>;
  readonly counts: HubCounts;
  /** Ms to wait for a missing event before a repair. */
  readonly patience: number;
  readonly removes: Removes<Event>;
  readonly authorOf: AuthorOf<Event>;
  readonly revises: Revises<Event>;
};

export function streamParts<Event extends Entry>(
  log: StreamLog<Event>,
  given: Partial<Omit<StreamParts<Event>, 'log'>> = {},
): StreamParts<Event> {
  const none = () => null;
  return { log, counts: new HubCounts(), patience: PATIENCE, removes: none, authorOf: none, revises: none, ...given };
}

/** A part of a replay: frames, and the seq that the connection has reached with them. */
export type Part = Frames & {
  readonly upTo: number;
  /** Whether the next event was one that this account may not see any more. */
  readonly removed: boolean;
  /** Whether events that the client lacks have been pruned. Then there are no frames: some encoders note what they encode. */
  readonly pruned: boolean;
};

/** Events that were read from the log, oldest first. `upTo`: everything up to this seq was read. */
export type ReadEvents<Event> = { readonly events: readonly Event[]; readonly upTo: number };

/** A connection that is being replayed to. */
export type Reader<Event extends Entry, S extends Signal = Signal> = {
  readonly connection: Connection;
  readonly encoder: Encoder<Event, S>;
  /** The head when the account's access was checked: only removals after it count. */
  readonly checkedAt?: number;
  /** Whether the client goes on from where it was, and lacks what has been pruned since. */
  readonly resumes?: boolean;
};

export class Stream<Event extends Entry, S extends Signal = Signal> {
  readonly id: number;
  /** Everything up to this seq has been delivered to the followers. */
  cursor = 0;

  readonly #parts: StreamParts<Event>;
  readonly #followers: Followers<Event, S>;
  /** Null: no events are kept, as in most of thousands of streams. */
  readonly #window: Window<Event> | null;
  #listeners: readonly Listener<Event>[] = NONE;
  /** The newest known seq; above the cursor while events are missing. */
  #target = 0;
  /** Events that arrived before their predecessors, unordered. */
  #early: readonly Event[] = NONE;
  #loading = true;
  #repairing = false;
  #patienceTimer: NodeJS.Timeout | null = null;
  #awaited: { readonly seq: number; readonly resolve: () => void }[] | null = null;
  #closed = false;
  #pins = 0;
  #unusedChecks = 0;
  /** The event of this node whose delivery is timed; one at a time. */
  #timed: { seq: number; publishedAt: number } | null = null;

  /** `keep`: how many of the newest events stay in memory. */
  constructor(id: number, parts: StreamParts<Event>, keep = 0) {
    this.id = id;
    this.#parts = parts;
    this.#window = keep === 0 ? null : new Window(keep);
    this.#followers = new Followers(id, keep > 0, parts.authorOf);
  }

  /** Whether the stream was unused in more than `checks` calls in a row. */
  isUnused(checks: number): boolean {
    const used = this.#loading || this.#repairing || this.#pins > 0 || this.#listeners.length > 0;
    this.#unusedChecks = used || !this.#followers.isEmpty ? 0 : this.#unusedChecks + 1;
    return this.#unusedChecks > checks;
  }

  /** It was just asked for. */
  touch(): void {
    this.#unusedChecks = 0;
  }

  /** Keeps the stream in use until the returned function is called. */
  pin(): () => void {
    this.#pins += 1;
    return () => {
      this.#pins -= 1;
    };
  }

  /** Reads the newest events. Batches may arrive meanwhile. */
  async load(): Promise<void> {
    // The head first: an event committed between the two reads is then among the latest, and is not skipped.
    const head = await this.#parts.log.headOf(this.id);
    const newest = this.#window === null ? NONE : await this.#parts.log.latest(this.id, this.#window.keep);
    // Events up to the head that were not read have been deleted.
    this.cursor = Math.max(head, newest.at(-1)?.seq ?? 0);
    this.#window?.fill(newest, head);
    this.#loading = false;
    this.#deliverEarly();
    this.expectUpTo(this.#target);
  }

  close(): void {
    this.#closed = true;
    if (this.#patienceTimer !== null) clearTimeout(this.#patienceTimer);
  }

  /** Called when this node hands its events up to this seq to the broker: starts to time their delivery. */
  published(seq: number): void {
    this.#timed ??= { seq, publishedAt: performance.now() };
  }

  receive({ events, signals = [] }: EventBatch<Event, S>): void {
    if (events.length > 0) this.#receiveEvents(events);
    for (const signal of signals) this.#followers.signal(signal);
  }

  /** Replaces each event in memory by what `change` returns; null drops it. Frames already sent are not recalled. */
  revise(change: (event: Event) => Event | null): void {
    if (this.#window !== null) this.#followers.forget(this.#window.revise(change));
  }

  /** An event with this seq exists: if its batch doesn't arrive, it is read from the log. */
  expectUpTo(seq: number): void {
    if (seq <= this.cursor) return;
    this.#target = Math.max(this.#target, seq);
    if (!this.#loading && !this.#repairing) this.#waitFor(this.cursor);
  }

  /**
   * Resolves once everything up to `seq` has been delivered.
   * @throws Error after `deadline` ms
   */
  reached(seq: number, deadline: number): Promise<void> {
    if (seq <= this.cursor) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wait = { seq, resolve: () => resolve(clearTimeout(timer)) };
      const timer = setTimeout(() => {
        this.#awaited = this.#awaited?.filter((other) => other !== wait) ?? null;
        reject(new Error(`stream ${this.id} did not reach seq ${seq} within ${deadline} ms`));
      }, deadline);
      this.#awaited ??= [];
      this.#awaited.push(wait);
      this.expectUpTo(seq);
    });
  }

  listen(listener: Listener<Event>): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Sends the connection all events from now on, until it closes or that is ended. */
  follow(connection: Connection, encoder: Encoder<Event, S>): Following {
    return this.#followers.add(connection, encoder);
  }

  /** Backfill: the frames of the next events after `seq`, at most about `bytes`, from the window in memory or else from the log. */
  async framesAfter(seq: number, reader: Reader<Event, S>, bytes: number): Promise<Part> {
    if (seq >= (this.#window?.floor ?? this.cursor)) return this.#recentFrames(seq, reader, bytes);
    const delivered = this.cursor;
    const { events, complete, floor } = await this.#parts.log.after(this.id, seq, PAGE);
    if (reader.resumes && floor > seq) return { ...NOTHING, upTo: seq, removed: false, pruned: true };
    // Commits are in order of seq: what was committed before the read and is not in it has been deleted.
    const isRead = complete || (events.at(-1)?.seq ?? 0) >= delivered;
    return this.framesOf({ events, upTo: isRead ? delivered : seq }, reader);
  }

  /** The frames of events that were read from the log; those beyond the cursor will be delivered live. */
  framesOf({ events, upTo }: ReadEvents<Event>, reader: Reader<Event, S>): Part {
    const due = events.filter((event) => event.seq <= this.cursor);
    const { seen, removed } = this.#visible(due, reader);
    const frames = this.#followers.frames(seen, reader.connection, reader.encoder, false);
    const last = due.at(-1)?.seq ?? 0;
    return { ...frames, upTo: Math.max(last, Math.min(upTo, this.cursor)), removed, pruned: false };
  }

  /** The events up to the one that removes the reader's account, which it still sees. */
  #visible(events: readonly Event[], { connection, checkedAt }: Reader<Event, S>) {
    if (checkedAt === undefined) return { seen: events, removed: false };
    const end = events.findIndex(
      (event) => event.seq > checkedAt && this.#parts.removes(event) === connection.identity?.accountId,
    );
    return end === -1 ? { seen: events, removed: false } : { seen: events.slice(0, end + 1), removed: true };
  }

  /** The seq before the newest `count` events that match `counts`; null: the window doesn't reach back that far. */
  seqBeforeLatest(count: number, counts: (event: Event) => boolean = () => true): number | null {
    if (this.#window === null) return count === 0 ? this.cursor : null;
    return this.#window.seqBeforeLatest(count, counts, this.cursor);
  }

  #recentFrames(seq: number, reader: Reader<Event, S>, bytes: number): Part {
    const { seen, removed } = this.#visible([...(this.#window?.after(seq) ?? [])], reader);
    const part = (upTo: number, removed: boolean): Part => {
      return { bytes: Buffer.concat(pieces, size), count: shown, upTo, removed, pruned: false };
    };
    const pieces: Buffer[] = [];
    let size = 0;
    let shown = 0;
    let last = seq;
    for (const event of seen) {
      if (size >= bytes) return part(last, false);
      const frame = this.#followers.frames([event], reader.connection, reader.encoder, true);
      pieces.push(frame.bytes);
      size += frame.bytes.length;
      shown += frame.count;
      last = event.seq;
    }
    return part(this.cursor, removed);
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
      this.expectUpTo(last);
    }
  }

  #keepEarly(events: readonly Event[]): void {
    this.#early = [...this.#early, ...events].slice(0, MAX_EARLY);
    if (!this.#loading) this.#deliverEarly();
  }

  /** Delivers the early events that now follow the cursor without a gap. */
  #deliverEarly(): void {
    if (this.#early.length === 0) return;
    const early = [...this.#early].sort((a, b) => a.seq - b.seq);
    const due: Event[] = [];
    let next = this.cursor + 1;
    let at = 0;
    for (; at < early.length; at += 1) {
      const event = early[at] as Event;
      if (event.seq > next) break;
      if (event.seq < next) continue;
      due.push(event);
      next += 1;
    }
    this.#early = at === early.length ? NONE : early.slice(at);
    this.#deliver(due);
  }

  /** Waits for the events after `seq` to arrive, and waits again as long as the cursor advances; then repairs. */
  #waitFor(seq: number): void {
    this.#patienceTimer ??= setTimeout(() => {
      this.#patienceTimer = null;
      if (this.cursor >= this.#target || this.#repairing || this.#closed) return;
      if (this.cursor > seq) this.#waitFor(this.cursor);
      else void this.#repair();
    }, this.#parts.patience);
  }

  /** Repair: reads missing events until the newest known seq is delivered. Retries while the log is unavailable. */
  async #repair(): Promise<void> {
    this.#repairing = true;
    if (this.cursor < this.#target) this.#parts.counts.repairs += 1;
    while (this.cursor < this.#target && !this.#closed) {
      try {
        await this.#readMissing(this.#target);
        this.#deliverEarly();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#repairing = false;
    // The timed event may have been deleted meanwhile.
    this.#timed = null;
  }

  async #readMissing(target: number): Promise<void> {
    const head = await this.#parts.log.headOf(this.id);
    const { events, complete, floor } = await this.#parts.log.after(this.id, this.cursor, PAGE);
    if (floor > this.cursor) this.#skipTo(floor);
    this.#parts.counts.repairedEvents += events.length;
    // Some may have arrived through the broker meanwhile.
    this.#deliver(events.filter((event) => event.seq > this.cursor));
    // Commits are in order of seq: a seq below a committed one that is not in the log has been deleted.
    if (complete) this.#moveTo(Math.max(this.cursor, Math.min(target, head)));
    if (head < target) this.#discardUnissued(target, head);
  }

  /** Events up to `floor` were pruned before they were delivered. */
  #skipTo(floor: number): void {
    this.#window?.fill([], floor);
    this.#followers.forgetUpTo(floor);
    this.#followers.closeAll(BEHIND);
  }

  /** Forgets a seq that a message named but that the log never issued. */
  #discardUnissued(target: number, head: number): void {
    if (this.#target === target) this.#target = Math.max(head, this.cursor);
    this.#early = this.#early.filter((event) => event.seq <= head);
  }

  #deliver(events: readonly Event[]): void {
    if (events.length === 0) return;
    const dropped = this.#window?.push(events) ?? false;
    this.#moveTo((events[events.length - 1] as Event).seq);
    this.#fanOut(events);
    if (dropped) this.#followers.forgetUpTo(this.#window?.floor ?? 0);
    if (this.#window !== null) this.#reviseBy(events);
    this.#observeDelivery();
    for (const listener of this.#listeners) for (const event of events) listener.event?.(event);
  }

  /** An account that an event removes gets nothing that comes after it. */
  #fanOut(events: readonly Event[]): void {
    let from = 0;
    for (const [index, event] of events.entries()) {
      const removed = this.#parts.removes(event);
      if (removed === null) continue;
      this.#followers.deliver(events.slice(from, index + 1));
      this.#followers.dismiss(removed);
      from = index + 1;
    }
    if (from < events.length) this.#followers.deliver(from === 0 ? events : events.slice(from));
  }

  /** Waiters resume in a later microtask, after the events have been delivered to everybody else. */
  #moveTo(seq: number): void {
    this.cursor = seq;
    if (this.#awaited === null) return;
    for (const wait of this.#awaited) if (wait.seq <= seq) wait.resolve();
    const left = this.#awaited.filter((wait) => wait.seq > seq);
    this.#awaited = left.length === 0 ? null : left;
  }

  #reviseBy(events: readonly Event[]): void {
    for (const event of events) {
      const change = this.#parts.revises(event);
      if (change !== null) this.revise(change);
    }
  }

  #observeDelivery(): void {
    if (this.#timed === null || this.cursor < this.#timed.seq) return;
    this.#parts.counts.delivers(this.#timed.publishedAt);
    this.#timed = null;
  }
}
