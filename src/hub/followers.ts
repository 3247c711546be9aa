/** The followers of a stream (fan-out), grouped by framing and encoder: each event is encoded and framed once a group. */
import type { CloseReason } from './close-codes.ts';
import type { Connection, Following } from './connection.ts';
import type { Framing } from './frame.ts';
import type { AuthorOf, Encoder, Entry, Signal } from './log.ts';
import { Members } from './members.ts';

/** Whole frames. `count`: how many. */
export type Frames = { readonly bytes: Buffer; readonly count: number };

const EMPTY = Buffer.alloc(0);

/** Connections that are sent the same bytes. There are thousands of streams with few followers each, so fields are created lazily. */
class Group<Event extends Entry, S extends Signal> implements Following {
  readonly streamId: number;
  readonly members = new Members<Connection>();
  readonly encoder: Encoder<Event, S>;
  readonly framing: Framing;
  /** Null: it is of no stream. */
  readonly #owner: Followers<Event, S> | null;
  /** Frames of the events in the stream's window, by seq, made on demand. */
  #kept: Map<number, Buffer> | null = null;

  constructor(
    streamId: number,
    { encoder, framing }: { encoder: Encoder<Event, S>; framing: Framing },
    owner: Followers<Event, S> | null,
  ) {
    this.streamId = streamId;
    this.encoder = encoder;
    this.framing = framing;
    this.#owner = owner;
  }

  get name(): string | undefined {
    return this.encoder.name;
  }

  add(connection: Connection): void {
    this.members.add(connection);
    connection.following = connection.following.concat(this);
  }

  end(connection: Connection): void {
    if (!this.members.delete(connection)) return;
    connection.following = connection.following.filter((other) => other !== this);
    if (this.members.size === 0) this.#owner?.drop(this);
  }

  encode(event: Event): Buffer {
    const text = this.encoder.event(event);
    return text === null ? EMPTY : this.framing(text);
  }

  encodeOnce(event: Event): Buffer {
    if (this.encoder.personal) return this.encode(event);
    this.#kept ??= new Map();
    const known = this.#kept.get(event.seq);
    if (known !== undefined) return known;
    const frame = this.encode(event);
    this.#kept.set(event.seq, frame);
    return frame;
  }

  forget(seqs: Iterable<number>): void {
    for (const seq of seqs) this.#kept?.delete(seq);
  }

  /** A linear scan suffices: nearly all frames are made in order of seq. */
  forgetUpTo(seq: number): void {
    for (const kept of this.#kept?.keys() ?? []) if (kept <= seq) this.#kept?.delete(kept);
  }

  /** `others`: the frames for a member that hides somebody. */
  send({ bytes, count }: Frames, others: (member: Connection) => Frames): void {
    if (bytes.length === 0) return;
    for (const member of this.members) {
      if (!hidesSomebody(member)) {
        member.send(bytes, count);
        continue;
      }
      const own = others(member);
      if (own.bytes.length > 0) member.send(own.bytes, own.count);
    }
  }

  signal(signal: S): void {
    const text = this.members.size === 0 ? null : (this.encoder.signal?.(signal) ?? null);
    if (text === null) return;
    const frame = this.framing(text);
    for (const member of this.members) member.offer(frame);
  }
}

export class Followers<Event extends Entry, S extends Signal = Signal> {
  readonly #streamId: number;
  readonly #keeps: boolean;
  readonly #authorOf: AuthorOf<Event>;
  #groups: readonly Group<Event, S>[] = [];

  /** `keeps`: whether frames are cached for later backfills; the stream says when they are no longer needed. */
  constructor(streamId: number, keeps: boolean, authorOf: AuthorOf<Event> = () => null) {
    this.#streamId = streamId;
    this.#keeps = keeps;
    this.#authorOf = authorOf;
  }

  get isEmpty(): boolean {
    return this.#groups.every((group) => group.members.size === 0);
  }

  /** Until its `end`; the connection's close does the same. */
  add(connection: Connection, encoder: Encoder<Event, S>): Following {
    const group = this.#group(connection.framing, encoder);
    group.add(connection);
    return group;
  }

  /** Removes the connections of an account. */
  dismiss(accountId: number): void {
    for (const group of this.#groups)
      for (const member of [...group.members]) if (member.identity?.accountId === accountId) group.end(member);
  }

  /** Removes all followers, and closes their connections. */
  closeAll(reason: CloseReason): void {
    for (const group of this.#groups)
      for (const member of [...group.members]) {
        group.end(member);
        member.close(reason);
      }
  }

  signal(signal: S): void {
    for (const group of this.#groups) group.signal(signal);
  }

  deliver(events: readonly Event[]): void {
    for (const group of this.#groups)
      if (group.members.size > 0)
        group.send(this.#framesOf(group, events), (member) => this.#framesOf(group, this.#seenBy(member, events)));
  }

  /** The frames that `deliver` would send to that connection. `kept`: the events are in the stream's window. */
  frames(events: readonly Event[], connection: Connection, encoder: Encoder<Event, S>, kept: boolean): Frames {
    const { framing } = connection;
    const group = encoder.personal
      ? new Group(this.#streamId, { encoder, framing }, null)
      : this.#group(framing, encoder);
    return this.#framesOf(group, this.#seenBy(connection, events), kept);
  }

  #seenBy(connection: Connection, events: readonly Event[]): readonly Event[] {
    if (!hidesSomebody(connection)) return events;
    return events.filter((event) => !connection.hidden?.has(this.#authorOf(event) ?? Number.NaN));
  }

  forget(seqs: readonly number[]): void {
    for (const group of this.#groups) group.forget(seqs);
  }

  forgetUpTo(seq: number): void {
    for (const group of this.#groups) group.forgetUpTo(seq);
  }

  /** Its last member takes the group along. A delivery goes on with the groups that there were. */
  drop(group: Group<Event, S>): void {
    this.#groups = this.#groups.filter((other) => other !== group);
  }

  #framesOf(group: Group<Event, S>, events: readonly Event[], kept = true): Frames {
    const frames = events.map((event) => (this.#keeps && kept ? group.encodeOnce(event) : group.encode(event)));
    let count = 0;
    for (const frame of frames) if (frame.length > 0) count += 1;
    return { bytes: frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames), count };
  }

  #group(framing: Framing, encoder: Encoder<Event, S>): Group<Event, S> {
    // A personal encoder has one connection, and a group of its own.
    const known = encoder.personal
      ? undefined
      : this.#groups.find((group) => group.encoder === encoder && group.framing === framing);
    if (known) return known;
    const group = new Group(this.#streamId, { encoder, framing }, this);
    this.#groups = this.#groups.concat(group);
    return group;
  }
}

function hidesSomebody({ hidden }: Connection): boolean {
  return hidden !== null && hidden.size > 0;
}
