/**
 * One stream on this node: each follower gets every event exactly once, in order of seq, whatever the broker drops, duplicates
 * or delays. Missing events are read from the log before later ones are delivered (repair).
 */

import type { EventBatch } from './brokers/broker.ts';
import type { Connection } from './connection.ts';
import { Followers, type Frames } from './followers.ts';
import { HubCounts } from './hub-counts.ts';
import type { Encoder, Entry, Listener, StreamLog } from './log.ts';
import { Window } from './window.ts';

const PAGE = 500;
const RETRY_MS = 250;
/** How long a missing event may take to arrive before it is read from the log, in ms: batches of nodes cross each other. */
const PATIENCE = 25;
/** Events kept that arrived before their predecessors. Beyond this, they are dropped and read from the log later. */
const MAX_EARLY = 2 * PAGE;

export class Stream<Event extends Entry> {
  readonly id: number;
  /** Everything up to this seq has been delivered to the followers. */
  cursor = 0;

  readonly #log: StreamLog<Event>;
  readonly #keep: number;
  readonly #patience: number;
  readonly #counts: HubCounts;
  readonly #followers: Followers<Event>;
  readonly #window: Window<Event>;
  readonly #listeners = new Set<Listener<Event>>();
  /** The newest known seq; above the cursor while events are missing. */
  #target = 0;
  /** Events that arrived before their predecessors, unordered. */
  #early: Event[] = [];
  #loading = true;
  #repairing = false;
  #patienceTimer: NodeJS.Timeout | null = null;
  #awaited: { readonly seq: number; readonly resolve: () => void }[] = [];
  #closed = false;
  #pins = 0;
  #unusedChecks = 0;
  /** The event of this node whose delivery is timed; one at a time. */
  #timed: { seq: number; publishedAt: number } | null = null;

  /** `keep`: how many of the newest events stay in memory. `patience`: ms to wait for a missing event before a repair. */
  constructor(id: number, log: StreamLog<Event>, keep: number, counts = new HubCounts(), patience = PATIENCE) {
    this.id = id;
    this.#log = log;
    this.#keep = keep;
    this.#window = new Window(keep);
    this.#followers = new Followers(keep > 0);
    this.#counts = counts;
    this.#patience = patience;
  }

  /** Whether the stream was unused in more than `checks` calls in a row. */
  isUnused(checks: number): boolean {
    const used = this.#loading || this.#repairing || this.#pins > 0 || this.#listeners.size > 0;
    this.#unusedChecks = used || !this.#followers.isEmpty ? 0 : this.#unusedChecks + 1;
    return this.#unusedChecks > checks;
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
    const head = await this.#log.headOf(this.id);
    const newest = this.#keep === 0 ? [] : await this.#log.latest(this.id, this.#keep);
    this.cursor = newest.at(-1)?.seq ?? head;
    this.#window.fill(newest, head);
    this.#loading = false;
    this.#deliverEarly();
    this.expectUpTo(Math.max(this.#target, head));
  }

  close(): void {
    this.#closed = true;
    if (this.#patienceTimer !== null) clearTimeout(this.#patienceTimer);
  }

  /** Called when this node hands its events up to this seq to the broker: starts to time their delivery. */
  published(seq: number): void {
    this.#timed ??= { seq, publishedAt: performance.now() };
  }

  receive(batch: EventBatch<Event>): void {
    if (batch.events.length > 0) this.#receiveEvents(batch.events);
  }

  /** Replaces each event in memory by what `change` returns; null drops it. Frames already sent are not recalled. */
  revise(change: (event: Event) => Event | null): void {
    this.#followers.forget(this.#window.revise(change));
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
        this.#awaited = this.#awaited.filter((other) => other !== wait);
        reject(new Error(`stream ${this.id} did not reach seq ${seq} within ${deadline} ms`));
      }, deadline);
      this.#awaited.push(wait);
      this.expectUpTo(seq);
    });
  }

  listen(listener: Listener<Event>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends the connection all events from now on, until it closes or calls the returned `unfollow`. */
  follow(connection: Connection, encoder: Encoder<Event>): () => void {
    return this.#followers.add(connection, encoder);
  }

  /**
   * Backfill: the frames of the next events after `seq`, at most about `bytes`, from the window in memory or else from the log.
   * `upTo`: the seq that the connection has reached with them.
   */
  async framesAfter(
    seq: number,
    connection: Connection,
    encoder: Encoder<Event>,
    bytes: number,
  ): Promise<Frames & { upTo: number }> {
    if (seq >= this.#window.floor) return this.#recentFrames(seq, connection, encoder, bytes);
    const delivered = this.cursor;
    const { events, complete } = await this.#log.after(this.id, seq, PAGE);
    // Events beyond the cursor will be delivered live.
    const due = events.filter((event) => event.seq <= this.cursor);
    const last = due.at(-1)?.seq ?? seq;
    const more = !complete && due.length === events.length;
    const frames = this.#followers.frames(due, connection, encoder, false);
    return { ...frames, upTo: more ? last : Math.max(last, delivered) };
  }

  /** The seq before the newest `count` events that match `counts`; null: the window doesn't reach back that far. */
  seqBeforeLatest(count: number, counts: (event: Event) => boolean = () => true): number | null {
    return this.#window.seqBeforeLatest(count, counts, this.cursor);
  }

  #recentFrames(
    seq: number,
    connection: Connection,
    encoder: Encoder<Event>,
    bytes: number,
  ): Frames & { upTo: number } {
    const pieces: Buffer[] = [];
    let size = 0;
    let shown = 0;
    let upTo = this.cursor;
    let last = seq;
    for (const event of this.#window.after(seq)) {
      if (size >= bytes) {
        upTo = last;
        break;
      }
      const frame = this.#followers.frames([event], connection, encoder, true);
      pieces.push(frame.bytes);
      size += frame.bytes.length;
      shown += frame.count;
      last = event.seq;
    }
    return { bytes: Buffer.concat(pieces, size), count: shown, upTo };
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
    for (const event of events) if (this.#early.length < MAX_EARLY) this.#early.push(event);
    if (!this.#loading) this.#deliverEarly();
  }

  /** Delivers the early events that now follow the cursor without a gap. */
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

  /** Waits for the events after `seq` to arrive, and waits again as long as the cursor advances; then repairs. */
  #waitFor(seq: number): void {
    this.#patienceTimer ??= setTimeout(() => {
      this.#patienceTimer = null;
      if (this.cursor >= this.#target || this.#repairing || this.#closed) return;
      if (this.cursor > seq) this.#waitFor(this.cursor);
      else void this.#repair();
    }, this.#patience);
  }

  /** Repair: reads missing events until the newest known seq is delivered. Retries while the log is unavailable. */
  async #repair(): Promise<void> {
    this.#repairing = true;
    if (this.cursor < this.#target) this.#counts.repairs += 1;
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
    const head = await this.#log.headOf(this.id);
    const { events, complete } = await this.#log.after(this.id, this.cursor, PAGE);
    this.#counts.repairedEvents += events.length;
    // Some may have arrived through the broker meanwhile.
    this.#deliver(events.filter((event) => event.seq > this.cursor));
    // Commits are in order of seq: a seq below a committed one that is not in the log has been deleted.
    if (complete) this.#moveTo(Math.max(this.cursor, Math.min(target, head)));
    if (head < target) this.#discardUnissued(target, head);
  }

  /** Forgets a seq that a message named but that the log never issued. */
  #discardUnissued(target: number, head: number): void {
    if (this.#target === target) this.#target = Math.max(head, this.cursor);
    this.#early = this.#early.filter((event) => event.seq <= head);
  }

  #deliver(events: readonly Event[]): void {
    if (events.length === 0) return;
    const dropped = this.#window.push(events);
    this.#moveTo((events[events.length - 1] as Event).seq);
    this.#followers.deliver(events);
    if (dropped) this.#followers.forgetUpTo(this.#window.floor);
    this.#observeDelivery();
    for (const listener of this.#listeners) for (const event of events) listener.event?.(event);
  }

  /** Waiters resume in a later microtask, after the events have been delivered to everybody else. */
  #moveTo(seq: number): void {
    this.cursor = seq;
    if (this.#awaited.length === 0) return;
    for (const wait of this.#awaited) if (wait.seq <= seq) wait.resolve();
    this.#awaited = this.#awaited.filter((wait) => wait.seq > seq);
  }

  #observeDelivery(): void {
    if (this.#timed === null || this.cursor < this.#timed.seq) return;
    this.#counts.delivers(this.#timed.publishedAt);
    this.#timed = null;
  }
}
