/** The followers of a stream (fan-out), grouped by framing and encoder: each event is encoded and framed once a group. */
import type { Connection } from './connection.ts';
import type { Framing } from './frame.ts';
import type { Encoder, Entry, Signal } from './log.ts';

/** Whole frames. `count`: how many. */
export type Frames = { readonly bytes: Buffer; readonly count: number };

const EMPTY = Buffer.alloc(0);

/** Connections that are sent the same bytes. */
class Group<Event extends Entry, S extends Signal> {
  /** Each with what takes it out of the group. */
  readonly members = new Map<Connection, () => void>();
  readonly #encoder: Encoder<Event, S>;
  readonly #framing: Framing;
  /** Frames of the events in the stream's window, by seq, made on demand. */
  readonly #kept = new Map<number, Buffer>();

  constructor(encoder: Encoder<Event, S>, framing: Framing) {
    this.#encoder = encoder;
    this.#framing = framing;
  }

  encode(event: Event): Buffer {
    const text = this.#encoder.event(event);
    return text === null ? EMPTY : this.#framing(text);
  }

  encodeOnce(event: Event): Buffer {
    if (this.#encoder.personal) return this.encode(event);
    const known = this.#kept.get(event.seq);
    if (known !== undefined) return known;
    const frame = this.encode(event);
    this.#kept.set(event.seq, frame);
    return frame;
  }

  forget(seqs: Iterable<number>): void {
    for (const seq of seqs) this.#kept.delete(seq);
  }

  /** A linear scan suffices: nearly all frames are made in order of seq. */
  forgetUpTo(seq: number): void {
    for (const kept of this.#kept.keys()) if (kept <= seq) this.#kept.delete(kept);
  }

  send({ bytes, count }: Frames): void {
    if (bytes.length === 0) return;
    for (const member of this.members.keys()) member.send(bytes, count);
  }

  signal(signal: S): void {
    const text = this.members.size === 0 ? null : (this.#encoder.signal?.(signal) ?? null);
    if (text === null) return;
    const frame = this.#framing(text);
    for (const member of this.members.keys()) member.offer(frame);
  }
}

export class Followers<Event extends Entry, S extends Signal = Signal> {
  readonly #keeps: boolean;
  readonly #groups = new Map<Framing, Map<Encoder<Event, S>, Group<Event, S>>>();

  /** `keeps`: whether frames are cached for later backfills; the stream says when they are no longer needed. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get isEmpty(): boolean {
    for (const group of this.#all()) if (group.members.size > 0) return false;
    return true;
  }

  /** @returns `unfollow`; the connection's close does the same */
  add(connection: Connection, encoder: Encoder<Event, S>): () => void {
    const { framing } = connection;
    const group = this.#group(framing, encoder);
    const remove = () => {
      connection.offClose(remove);
      // The last one takes the group along: an encoder may be one connection's own.
      if (!group.members.delete(connection) || group.members.size > 0) return;
      const groups = this.#groups.get(framing);
      if (groups?.get(encoder) === group) groups.delete(encoder);
    };
    group.members.set(connection, remove);
    connection.onClose.push(remove);
    return remove;
  }

  /** Takes out the connections of an account. */
  dismiss(accountId: number): void {
    for (const group of [...this.#all()])
      for (const [member, remove] of [...group.members]) if (member.identity?.accountId === accountId) remove();
  }

  signal(signal: S): void {
    for (const group of this.#all()) group.signal(signal);
  }

  deliver(events: readonly Event[]): void {
    for (const group of this.#all()) if (group.members.size > 0) group.send(this.#framesOf(group, events));
  }

  /** The frames that `deliver` would send to that connection. `kept`: the events are in the stream's window. */
  frames(events: readonly Event[], connection: Connection, encoder: Encoder<Event, S>, kept: boolean): Frames {
    const { framing } = connection;
    const group = encoder.personal ? new Group(encoder, framing) : this.#group(framing, encoder);
    return this.#framesOf(group, events, kept);
  }

  forget(seqs: readonly number[]): void {
    for (const group of this.#all()) group.forget(seqs);
  }

  forgetUpTo(seq: number): void {
    for (const group of this.#all()) group.forgetUpTo(seq);
  }

  #framesOf(group: Group<Event, S>, events: readonly Event[], kept = true): Frames {
    const frames = events.map((event) => (this.#keeps && kept ? group.encodeOnce(event) : group.encode(event)));
    let count = 0;
    for (const frame of frames) if (frame.length > 0) count += 1;
    return { bytes: frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames), count };
  }

  *#all(): Generator<Group<Event, S>> {
    for (const groups of this.#groups.values()) yield* groups.values();
  }

  #group(framing: Framing, encoder: Encoder<Event, S>): Group<Event, S> {
    const groups = this.#groups.get(framing) ?? new Map<Encoder<Event, S>, Group<Event, S>>();
    this.#groups.set(framing, groups);
    const group = groups.get(encoder) ?? new Group(encoder, framing);
    groups.set(encoder, group);
    return group;
  }
}
