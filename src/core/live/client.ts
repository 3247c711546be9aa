/** One live connection of an account: what it follows, watches and is told in brief. */
import type { Connection } from '../../hub/connection.ts';
import { Recent } from '../../limits/recent.ts';
import type { Sql } from '../../store/database.ts';
import type { Event, KoineHub } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { Presence } from '../presence/presence.ts';
import { enterRoom } from '../rooms/room-access.ts';
import { farewell } from './farewell.ts';
import { createFollows, type Follows } from './follows.ts';
import type { Heads, HeadWatcher } from './heads.ts';
import type { Pulse } from './pulse.ts';
import type { Resuming } from './resuming.ts';
import {
  type createStreamEncoders,
  type Head,
  type LiveFrames,
  type PersonNow,
  type Positions,
  roomStream,
} from './streams.ts';
import type { createTyping } from './typing.ts';
import type { PeopleWatcher, Watching } from './watching.ts';

/** The parts of this node that its live connections share. */
export type LiveParts = {
  readonly sql: Sql;
  readonly hub: KoineHub;
  readonly resuming: Resuming;
  readonly heads: Heads;
  readonly watching: Watching;
  readonly typing: ReturnType<typeof createTyping>;
  readonly presence: Pick<Presence, 'countOnline'>;
  readonly encoderOf: ReturnType<typeof createStreamEncoders>;
  readonly pulse: Pulse<LiveClient>;
};

/** Rooms that a connection is told of in brief: those where somebody spoke last. */
const MAX_HEADS = 1_000;
/** Rooms of which a connection remembers the ids. */
const MAX_ROOMS = 200;

export class LiveClient implements HeadWatcher, PeopleWatcher {
  readonly accountUid: string;
  readonly connection: Connection;
  readonly frames: LiveFrames;
  /** Times of `performance.now()`: when the client was heard last, and was sent a beat. */
  heardAt = performance.now();
  beatAt = performance.now();
  readonly #actor: Actor;
  readonly #parts: LiveParts;
  readonly #follows: Follows;
  /** Ids of rooms of which it is told in brief, by uid; null: of none. */
  #watched: Map<string, number> | null = null;
  #heads = new Map<string, Head>();
  #people = new Map<string, PersonNow>();
  #watchesPeople = false;
  /** How many accounts were online, as the client was told. */
  #online = -1;
  /** Ids of rooms by uid. */
  readonly #rooms = new Recent<number>(MAX_ROOMS);
  #lookups: Promise<unknown> = Promise.resolve();

  constructor(
    parts: LiveParts,
    { connection, actor, frames }: { connection: Connection; actor: Actor; frames: LiveFrames },
  ) {
    this.#parts = parts;
    this.#actor = actor;
    this.accountUid = actor.uid;
    this.connection = connection;
    this.frames = frames;
    this.#follows = createFollows(parts, {
      connection,
      accountId: actor.id,
      encoderOf: (name, stream) => parts.encoderOf(frames, name, stream),
      onReset: ({ name, seq }) => connection.sendText(frames.reset(name, seq)),
      onOwnEvent: (event) => this.#heed(event),
    });
    connection.farewell = (closed) => farewell(frames, closed);
    connection.onClose.push(() => this.#end());
  }

  /**
   * Follows the streams from these positions. `heads`: tells the newest positions of other rooms, now and from now on.
   * @throws AppError `invalid`: too many streams
   */
  hello({ epoch, have, heads }: { epoch: string; have: Positions; heads: boolean }): Promise<void> {
    return this.#follows.inTurn(async () => {
      if (heads) await this.#parts.heads.listen();
      const newest = heads ? MAX_HEADS : 0;
      const resumption = await this.#parts.resuming.resume(this.#actor.id, { epoch, have, newest });
      await this.#follows.follow(resumption);
      if (!this.connection.open) return;
      this.connection.sendText(this.frames.live());
      if (!heads) return;
      this.#watched = new Map();
      for (const { id, uid, head, mentioned } of resumption.rooms) {
        this.#watchRoom(id, uid as string, head);
        this.onHead(uid as string, head, mentioned);
      }
      this.flush();
    });
  }

  /** @throws AppError `invalid`: too many streams */
  follow(have: Positions): Promise<void> {
    return this.#follows.inTurn(async () =>
      this.#follows.follow(await this.#parts.resuming.resume(this.#actor.id, { epoch: null, have })),
    );
  }

  unfollow(streams: readonly string[]): Promise<void> {
    return this.#follows.inTurn(() => this.#follows.unfollow(streams));
  }

  /**
   * The id of the room, for commands that check access themselves. Those who ask are answered in their order, so that what they do
   * then is in order too.
   * @throws AppError `not_found`
   */
  roomIdOf(uid: string): Promise<number> {
    const found = this.#lookups.then(async () => {
      const known = this.#follows.idOf(roomStream(uid)) ?? this.#rooms.get(uid);
      const id = known ?? (await enterRoom(this.#parts.sql, this.#actor, { uid })).id;
      if (known === undefined) this.#rooms.set(uid, id);
      return id;
    });
    this.#lookups = found.catch(() => {});
    return found;
  }

  /** @throws AppError `not_found` */
  async type(roomUid: string): Promise<void> {
    const followed = this.#follows.idOf(roomStream(roomUid));
    const id = followed ?? (await enterRoom(this.#parts.sql, this.#actor, { uid: roomUid })).id;
    await this.#parts.typing(this.#actor, id);
  }

  /** Replaces the list before it. */
  watch(uids: readonly string[]): Promise<void> {
    return this.#follows.inTurn(async () => {
      const people = await this.#parts.watching.watch(this, uids);
      if (!this.connection.open) this.#parts.watching.unwatch(this);
      this.#watchesPeople = true;
      this.#people.clear();
      this.#sendPeople(people);
    });
  }

  onHead(roomUid: string, seq: number, mentioned: boolean): void {
    const before = this.#heads.get(roomUid)?.mentioned ?? false;
    this.#heads.set(roomUid, { seq, mentioned: mentioned || before });
    this.#parts.pulse.touch(this);
  }

  onPerson(uid: string, now: PersonNow): void {
    this.#people.set(uid, { ...this.#people.get(uid), ...now });
    this.#parts.pulse.touch(this);
  }

  /** Sends what has changed since the last time. */
  flush(): void {
    if (!this.connection.open) return;
    const heads = new Map([...this.#heads].flatMap(([uid, head]) => this.#unfollowed(uid, head)));
    this.#heads.clear();
    if (heads.size > 0) this.connection.sendText(this.frames.heads(heads));
    const people = this.#people;
    if (!this.#watchesPeople || (people.size === 0 && this.#parts.presence.countOnline() === this.#online)) return;
    if (people.size > 0) this.#people = new Map();
    this.#sendPeople(people);
  }

  #unfollowed(uid: string, head: Head): [string, Head][] {
    const name = roomStream(uid);
    return this.#follows.idOf(name) !== undefined || !this.#watched?.has(uid) ? [] : [[name, head]];
  }

  #sendPeople(people: ReadonlyMap<string, PersonNow>): void {
    this.#online = this.#parts.presence.countOnline();
    this.connection.sendText(this.frames.people(this.#online, people));
  }

  #heed(event: Event): void {
    if (this.#watched === null) return;
    if (event.kind === 'room.joined') this.#watchRoom(event.data.id, event.data.uid, event.data.seq);
    if (event.kind === 'room.left') {
      this.#watched.delete(event.data.uid);
      this.#parts.heads.unwatch(this, event.data.id);
    }
  }

  #watchRoom(id: number, uid: string, seq: number): void {
    if (this.#watched === null || !this.connection.open) return;
    this.#watched.set(uid, id);
    this.#parts.heads.watch(this, { id, uid, seq });
  }

  #end(): void {
    for (const id of this.#watched?.values() ?? []) this.#parts.heads.unwatch(this, id);
    this.#parts.watching.unwatch(this);
    this.#parts.pulse.forget(this);
  }
}
