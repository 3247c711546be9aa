/**
 * One stream as this node sees it: every follower is sent the events in order of seq, each once and none left out, whatever
 * the broker drops, doubles or delays. What is missing is read from the log before anything later is delivered (repair).
 */

import type { Parcel } from './brokers/broker.ts';
import type { Connection } from './connection.ts';
import { Followers, type Frames } from './followers.ts';
import { HubCounts } from './hub-counts.ts';
import type { Encoder, Entry, Listener, StreamLog } from './log.ts';
import { Window } from './window.ts';

const PAGE = 500;
const RETRY_MS = 250;
/** How long what is missing may be on its way before it is read from the log, in ms: nodes' parcels cross each other. */
const PATIENCE = 25;
/** Events that came too early and are kept; what comes on top of them is read from the log when its turn comes. */
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
  constructor(id: number, log: StreamLog<Event>, keep: number, counts = new HubCounts(), patience = PATIENCE) {
    this.id = id;
    this.#log = log;
    this.#keep = keep;
    this.#window = new Window(keep);
    this.#followers = new Followers(keep > 0);
    this.#counts = counts;
    this.#patience = patience;
  }

  /** Whether nobody has used the stream for so many calls in a row. */
  unused(checks: number): boolean {
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

  /** Reads the newest events. Parcels may arrive while it does. */
  async load(): Promise<void> {
    // The head first: an event that is committed between the two is then among the latest, and not passed over.
    const head = await this.#log.headOf(this.id);
    const newest = this.#keep === 0 ? [] : await this.#log.latest(this.id, this.#keep);
    this.cursor = newest.at(-1)?.seq ?? head;
    this.#window.fill(newest, head);
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

  /** Puts what `change` returns in each event's place, in memory; null drops it. What has been sent stays sent. */
  revise(change: (event: Event) => Event | null): void {
    this.#followers.forget(this.#window.revise(change));
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

  /** From now on the connection is sent what happens, until it ends or the returned function is called. */
  follow(connection: Connection, encoder: Encoder<Event>): () => void {
    return this.#followers.add(connection, encoder);
  }

  /**
   * Backfill: the frames of the next events after `seq`, about `bytes` of them at most, from memory where they are recent, else
   * from the log. `upTo`: the seq that is reached with them.
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
    // What the log has beyond the cursor is yet to be delivered live.
    const due = events.filter((event) => event.seq <= this.cursor);
    const last = due.at(-1)?.seq ?? seq;
    const more = !complete && due.length === events.length;
    const frames = this.#followers.frames(due, connection, encoder, false);
    return { ...frames, upTo: more ? last : Math.max(last, delivered) };
  }

  /** The seq before the newest `count` events of those that `counts` tells, or null where memory doesn't reach back that far. */
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
    const head = await this.#log.headOf(this.id);
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
    const dropped = this.#window.push(events);
    this.#moveTo((events[events.length - 1] as Event).seq);
    this.#followers.deliver(events);
    if (dropped) this.#followers.forgetUpTo(this.#window.floor);
    this.#time();
    for (const listener of this.#listeners) for (const event of events) listener.event?.(event);
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
}
