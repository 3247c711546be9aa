/** The streams that one connection follows. */
import { AppError } from '../../errors.ts';
import type { Connection, Following } from '../../hub/connection.ts';
import type { Event, KoineHub, KoineStream } from '../events/events.ts';
import type { Reset, Resumed, Resuming, Resumption } from './resuming.ts';
import { MAX_FOLLOWED, ME, type Positions, roomStream, type StreamEncoder } from './streams.ts';

/** A connection that follows streams, and its callbacks. */
export type Follower = {
  readonly connection: Connection;
  readonly accountId: number;
  encoderOf(name: string, stream: KoineStream): StreamEncoder;
  onReset(reset: Reset): void;
  /** Called for each event of the account's own stream, also while the client does not follow it. */
  onOwnEvent(event: Event): void;
};

export type FollowsParts = { readonly hub: KoineHub; readonly resuming: Resuming };

/** Thousands of connections have one: it is a class, and keeps little. The connection has the list. */
export class Follows {
  readonly #parts: FollowsParts;
  readonly #follower: Follower;
  /** Rooms that the account has just joined, with the positions that it was shown. */
  #joined: Map<string, number> | null = null;
  /** Whether the client is shown the events of the account's own stream. This node hears them in any case. */
  #ownIsShown = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: FollowsParts, follower: Follower) {
    this.#parts = parts;
    this.#follower = follower;
  }

  /** Work on the streams of one connection is done in turn. */
  inTurn<T>(work: () => Promise<T> | T): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The id of the stream, if it is followed. */
  idOf(name: string): number | undefined {
    return this.#followed.find((one) => one.name === name)?.streamId;
  }

  /** The ids of all streams that are followed. */
  ids(): ReadonlySet<number> {
    return new Set(this.#followed.map(({ streamId }) => streamId));
  }

  get #followed(): Connection['following'] {
    return this.#follower.connection.following;
  }

  #names(): ReadonlySet<string | undefined> {
    return new Set(this.#followed.map(({ name }) => name));
  }

  /** @throws AppError `invalid`: too many streams */
  async follow({ resumed, resets, me }: Resumption): Promise<void> {
    const followed = this.#names();
    const more = resumed.filter(({ name }) => !followed.has(name));
    if (this.#followed.length + more.length > MAX_FOLLOWED)
      throw new AppError('invalid', { message: `a connection follows at most ${MAX_FOLLOWED} streams` });
    this.unfollow(resets.map(({ name }) => name));
    for (const reset of resets) this.#follower.onReset(reset);
    // The account's own stream comes first, if the client asks for it.
    if (resumed[0]?.name === ME) this.#ownIsShown = true;
    const own = { name: ME, streamId: me.id, seq: me.head, head: me.head };
    const heeded = followed.has(ME) || resumed[0]?.name === ME ? [] : [own];
    await this.#begin([...heeded, ...resumed]);
  }

  /** @returns those that were followed */
  unfollow(names: readonly string[]): readonly Following[] {
    if (names.includes(ME)) this.#ownIsShown = false;
    return this.#end(new Set(names.map((name) => name.toLowerCase()).filter((name) => name !== ME)));
  }

  #end(names: ReadonlySet<string>): readonly Following[] {
    const ended = this.#followed.filter(({ name }) => name !== undefined && names.has(name));
    for (const one of ended) one.end(this.#follower.connection);
    return ended;
  }

  /** Opens the streams, reads what was missed in all of them, and sends it one stream after the other. */
  async #begin(resumed: readonly Resumed[]): Promise<void> {
    const { hub, resuming } = this.#parts;
    const { connection } = this.#follower;
    const opened = await openAll(hub, resumed);
    try {
      const missed = await resuming.readMissed(resumed);
      for (const [index, { name, streamId, seq, head }] of resumed.entries()) {
        const stream = opened[index]?.stream as KoineStream;
        this.#end(new Set([name]));
        const read = missed.get(streamId);
        const known = { resumes: true, checkedAt: head, ...(read && { read }) };
        const encoder = this.#encoderOf(name, stream);
        await hub.replay(stream, connection, encoder, seq, known);
      }
    } finally {
      for (const { unpin } of opened) unpin();
    }
  }

  /** The account's own stream says which rooms are followed from now on. */
  #encoderOf(name: string, stream: KoineStream): StreamEncoder {
    const encoder = this.#follower.encoderOf(name, stream);
    return name === ME ? new OwnEncoder(this, encoder) : encoder;
  }

  /** An event of the account's own stream. @returns whether the client is shown it */
  heeds(event: Event): boolean {
    if (event.kind === 'room.joined') this.#follow(roomStream(event.data.uid), event.data.seq);
    if (event.kind === 'room.left') {
      this.#joined?.delete(roomStream(event.data.uid));
      this.#end(new Set([roomStream(event.data.uid)]));
    }
    this.#follower.onOwnEvent(event);
    return this.#ownIsShown;
  }

  /** The account has joined that room. Rooms that it joins until its turn are followed together. */
  #follow(name: string, seq: number): void {
    if (this.#joined === null) {
      this.#joined = new Map();
      this.inTurn(() => this.#followJoined()).catch((error: unknown) => this.#follower.connection.fail(error));
    }
    this.#joined.set(name, seq);
  }

  async #followJoined(): Promise<void> {
    const followed = this.#names();
    const fresh = [...(this.#joined ?? [])].filter(([name]) => !followed.has(name));
    this.#joined = null;
    const free = MAX_FOLLOWED - this.#followed.length;
    const have: Positions = Object.fromEntries(fresh.slice(0, free));
    const { connection, accountId } = this.#follower;
    if (!connection.open || fresh.length === 0) return;
    // The client may follow them in place of others.
    for (const [name, seq] of fresh.slice(free)) this.#follower.onReset({ name, seq });
    const { resumed, resets } = await this.#parts.resuming.resume(accountId, { epoch: null, have });
    for (const reset of resets) if (reset.seq > 0) this.#follower.onReset(reset);
    await this.#begin(resumed);
  }
}

/** The encoder of an account's own stream, for one connection. */
class OwnEncoder implements StreamEncoder {
  readonly name = ME;
  readonly personal = true;
  readonly #follows: Follows;
  readonly #shown: StreamEncoder;

  constructor(follows: Follows, shown: StreamEncoder) {
    this.#follows = follows;
    this.#shown = shown;
  }

  event(event: Event): string | null {
    return this.#follows.heeds(event) ? this.#shown.event(event) : null;
  }
}

/** @throws what opening one of them throws; then none is held */
async function openAll(hub: KoineHub, resumed: readonly Resumed[]) {
  const opened = await Promise.allSettled(
    resumed.map(async ({ streamId }) => {
      const stream = await hub.open(streamId);
      return { stream, unpin: stream.pin() };
    }),
  );
  const failed = opened.find((one) => one.status === 'rejected');
  const held = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (failed === undefined) return held;
  for (const { unpin } of held) unpin();
  throw failed.reason;
}
