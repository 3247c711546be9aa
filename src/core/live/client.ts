/** One live connection of an account: the streams that it follows, the people that it watches, the rooms whose positions it is sent. */
import type { ClosedFor, Connection, Ending } from '../../hub/connection.ts';
import { Recent } from '../../limits/recent.ts';
import type { Sql } from '../../store/database.ts';
import type { Event, KoineHub, KoineStream } from '../events/events.ts';
import type { Actor } from '../model.ts';
import type { Presence } from '../presence/presence.ts';
import { enterRoom } from '../rooms/room-access.ts';
import { farewell } from './farewell.ts';
import { type Follower, Follows } from './follows.ts';
import type { HeadOf, Heads, HeadWatcher } from './heads.ts';
import type { Pulse } from './pulse.ts';
import type { Reset, Resuming } from './resuming.ts';
import {
  type Head,
  type LiveFrames,
  type PersonNow,
  type Positions,
  portionsOf,
  roomOf,
  roomStream,
  type StreamEncoder,
  type StreamEncoders,
} from './streams.ts';
import type { SignalTyping } from './typing.ts';
import type { PeopleWatcher, Watching } from './watching.ts';

/** Whole ms: a number that takes no memory of its own. */
export function clock(): number {
  return Math.floor(performance.now());
}

/** How long an answer in several frames waits for the client to read one, in ms. */
const DRAINED = 30_000;

/** The parts of this node that its live connections share. */
export type LiveParts = {
  readonly sql: Sql;
  readonly hub: KoineHub;
  readonly resuming: Resuming;
  readonly heads: Heads;
  readonly watching: Watching;
  readonly typing: SignalTyping;
  readonly presence: Pick<Presence, 'countOnline'>;
  readonly encoderOf: StreamEncoders;
  readonly pulse: Pulse<LiveClient>;
  /** All of them. */
  readonly clients: Set<LiveClient>;
};

/** Rooms whose positions a connection is sent, most recently active first. */
const MAX_HEADS = 1_000;
/** Rooms of which a connection remembers the ids. */
const MAX_ROOMS = 200;

export class LiveClient implements HeadWatcher, PeopleWatcher, Follower, Ending {
  readonly connection: Connection;
  readonly frames: LiveFrames;
  /** Times of `clock`: when the client was heard last, and was sent a beat. */
  heardAt = clock();
  beatAt = clock();
  readonly #actor: Actor;
  readonly #parts: LiveParts;
  readonly #follows: Follows;
  /** Whether it is sent the positions of rooms that it does not follow, and the ids of those. */
  #tellsHeads = false;
  #watched: Set<number> | null = null;
  /** Heads of rooms to tell it, by uid. */
  #heads: Map<string, Head & { readonly id: number }> | null = null;
  #people: Map<string, PersonNow> | null = null;
  #watchesPeople = false;
  /** How many accounts were online when the client was last sent the number. */
  #online = -1;
  /** Ids of rooms by uid. */
  #rooms: Recent<number> | null = null;
  #lookups: Promise<unknown> | null = null;

  constructor(
    parts: LiveParts,
    { connection, actor, frames }: { connection: Connection; actor: Actor; frames: LiveFrames },
  ) {
    this.#parts = parts;
    this.#actor = actor;
    this.connection = connection;
    this.frames = frames;
    this.#follows = new Follows(parts, this);
    connection.announcer = this;
    connection.onClose(this);
    parts.clients.add(this);
  }

  heard(): void {
    this.heardAt = clock();
  }

  farewell(closed: ClosedFor): string {
    return farewell(this.frames, closed);
  }

  get accountId(): number {
    return this.#actor.id;
  }

  get accountUid(): string {
    return this.#actor.uid;
  }

  encoderOf(name: string, stream: KoineStream): StreamEncoder {
    return this.#parts.encoderOf(this.frames, name, stream);
  }

  onReset({ name, seq }: Reset): void {
    this.connection.sendText(this.frames.reset(name, seq));
  }

  /**
   * Follows the streams from these positions. `heads`: whether to send the newest positions of other rooms, now and from now on.
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
      this.#tellsHeads = true;
      const rooms = resumption.rooms.map(({ uid, head, ...room }) => ({ ...room, uid: uid as string, seq: head }));
      this.#watchRooms(rooms);
      for (const room of rooms) if (this.#watched?.has(room.id)) this.onHead(room, room.mentioned);
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
    return this.#follows.inTurn(() => {
      const ended = this.#follows.unfollow(streams);
      const rooms = ended.map(({ streamId, name = '' }) => ({ id: streamId, uid: roomOf(name), seq: 0 }));
      this.#watchRooms(rooms.flatMap(({ uid, ...room }) => (uid === null ? [] : { ...room, uid })));
    });
  }

  /**
   * The id of the room, for commands that check access themselves. Those who ask are answered in their order, so that what they do
   * then is in order too.
   * @throws AppError `not_found`
   */
  roomIdOf(uid: string): Promise<number> {
    const found = (this.#lookups ?? Promise.resolve()).then(async () => {
      const known = this.#follows.idOf(roomStream(uid)) ?? this.#rooms?.get(uid);
      const id = known ?? (await enterRoom(this.#parts.sql, this.#actor, { uid })).id;
      if (known !== undefined) return known;
      this.#rooms ??= new Recent(MAX_ROOMS);
      this.#rooms.set(uid, id);
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
      this.#people = null;
      for (const portion of portionsOf(people)) {
        this.#sendPeople(portion);
        if (!(await this.connection.drained(DRAINED))) return;
      }
    });
  }

  onHead({ id, uid, seq }: HeadOf, mentioned: boolean): void {
    this.#heads ??= new Map();
    const before = this.#heads.get(uid)?.mentioned ?? false;
    this.#heads.set(uid, { id, seq, mentioned: mentioned || before });
    this.#parts.pulse.touch(this);
  }

  onPerson(uid: string, now: PersonNow): void {
    this.#people ??= new Map();
    this.#people.set(uid, { ...this.#people.get(uid), ...now });
    this.#parts.pulse.touch(this);
  }

  /** Sends what has changed since the last time. */
  flush(): void {
    if (!this.connection.open) return;
    this.#sendHeads();
    const people = this.#people;
    this.#people = null;
    if (!this.#watchesPeople || (people === null && this.#parts.presence.countOnline() === this.#online)) return;
    this.#sendPeople(people ?? new Map());
  }

  #sendHeads(): void {
    if (this.#heads === null) return;
    const followed = this.#follows.ids();
    const told = [...this.#heads].filter(([, { id }]) => !followed.has(id) && this.#watched?.has(id));
    this.#heads = null;
    if (told.length === 0) return;
    const heads = told.map(([uid, { seq, mentioned }]) => [roomStream(uid), { seq, mentioned }] as const);
    this.connection.sendText(this.frames.heads(new Map(heads)));
  }

  #sendPeople(people: ReadonlyMap<string, PersonNow>): void {
    this.#online = this.#parts.presence.countOnline();
    this.connection.sendText(this.frames.people(this.#online, people));
  }

  onOwnEvent(event: Event): void {
    if (event.kind === 'room.joined') this.#watchRooms([event.data]);
    if (event.kind === 'room.left') {
      this.#watched?.delete(event.data.id);
      this.#parts.heads.unwatch(this, event.data.id);
    }
  }

  /** Of a room that it follows, it is sent every event. */
  #watchRooms(rooms: readonly HeadOf[]): void {
    if (!this.#tellsHeads || !this.connection.open) return;
    const followed = this.#follows.ids();
    for (const room of rooms) {
      if (followed.has(room.id)) continue;
      this.#watched ??= new Set();
      this.#watched.add(room.id);
      this.#parts.heads.watch(this, room);
    }
  }

  closed(): void {
    this.#parts.clients.delete(this);
    for (const id of this.#watched ?? []) this.#parts.heads.unwatch(this, id);
    this.#parts.watching.unwatch(this);
    this.#parts.pulse.forget(this);
  }
}
