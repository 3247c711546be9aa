// The lives of simulated members: what those in front of a screen do, how often, and how all of them lose their connection.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member, Room } from './member.ts';

/** One member in this number reads the screen; the others are connected, and are sent everything. */
const PRESENT = 5;
/** Seconds between two losses of a member's connection, on average, and how long it is then away. */
const CONNECTED = 600;
const AWAY = { least: 1, most: 10 };
/** One returning member in this number restarts the app. */
const NEW_STARTS = 4;
/** Seconds that writing a message takes. */
const WRITING = { least: 1, most: 4 };
/** Posts that are liked and commented: the newest that the process knows. */
const KNOWN_POSTS = 100;

/** The share of messages to each kind of room, by the most members it has. */
const AUDIENCES = [
  { share: 0.45, most: 2 },
  { share: 0.4, most: 10 },
  { share: 0.12, most: 50 },
  { share: 0.025, most: 500 },
  { share: 0.005, most: Number.POSITIVE_INFINITY },
];

/** `every`: seconds on average between two of them, of one member in front of the screen. */
interface Deed {
  name: string;
  every: number;
  act(life: Life): Promise<unknown>;
}

export const DEEDS: Deed[] = [
  { name: 'read', every: 20, act: (life) => life.read() },
  { name: 'talk', every: 30, act: (life) => life.talk() },
  { name: 'feed', every: 60, act: (life) => life.openFeed() },
  { name: 'react', every: 60, act: (life) => life.react() },
  { name: 'like', every: 180, act: (life) => life.like() },
  { name: 'comment', every: 600, act: (life) => life.comment() },
  { name: 'post', every: 900, act: (life) => life.post() },
  { name: 'upload', every: 1_800, act: (life) => life.upload() },
];

/** The parts that lives of a process share. */
export interface Scenery {
  picture: Buffer;
  posts: string[];
}

export class Life {
  readonly #member: Member;
  readonly #scenery: Scenery;
  #isOver = false;
  /** The message read last. */
  #last: { room: Room; seq: number } | null = null;

  constructor(member: Member, scenery: Scenery) {
    this.#member = member;
    this.#scenery = scenery;
  }

  begin(index: number): void {
    this.#watch(this.#member.rooms.find(({ members = [] }) => members.length > 2));
    void this.#loseConnections();
    if (index % PRESENT !== 0) return;
    for (const deed of DEEDS) void this.#keepDoing(deed);
  }

  end(): void {
    this.#isOver = true;
    this.#member.leave();
  }

  async read(): Promise<void> {
    const room = this.#choose();
    const { items } = await this.#member.call<{ items: { seq: number }[] }>(`/rooms/${room.id}/messages?limit=50`);
    const seq = Math.max(0, ...items.map((message) => message.seq));
    this.#last = seq > 0 ? { room, seq } : null;
    if (seq > 0) await this.#member.call(`/rooms/${room.id}/read`, { method: 'PUT', json: { seq } });
    this.#watch(room);
  }

  async talk(): Promise<void> {
    const room = this.#choose();
    this.#member.send({ type: 'typing', room: room.id });
    await sleep(between(WRITING) * 1_000);
    if (this.#member.isLive) await this.#member.say(room, words(20, 160));
  }

  openFeed = async (): Promise<void> => {
    const { items } = await this.#member.call<{ items: { id: string }[] }>('/posts?limit=20');
    this.#scenery.posts = items.map(({ id }) => id);
  };

  async react(): Promise<void> {
    if (!this.#last) return;
    const { room, seq } = this.#last;
    await this.#member.call(`/rooms/${room.id}/messages/${seq}/reactions/%F0%9F%91%8D`, { method: 'PUT' });
  }

  async like(): Promise<void> {
    const post = this.#aPost();
    if (post) await this.#member.call(`/posts/${post}/like`, { method: 'PUT' });
  }

  async comment(): Promise<void> {
    const post = this.#aPost();
    if (post) await this.#member.call(`/posts/${post}/comments`, { method: 'POST', json: { body: words(20, 200) } });
  }

  async post(): Promise<void> {
    const made = await this.#member.call<{ id: string }>('/posts', { method: 'POST', json: { body: words(60, 400) } });
    this.#scenery.posts = [made.id, ...this.#scenery.posts].slice(0, KNOWN_POSTS);
  }

  async upload(): Promise<void> {
    const file = await this.#member.call<{ id: string }>('/files', { method: 'POST', bytes: this.#scenery.picture });
    await this.#member.say(this.#choose(), 'a picture', [file.id]);
  }

  async #keepDoing({ name, every, act }: Deed): Promise<void> {
    const { log } = this.#member.world;
    for (;;) {
      await sleep(exponential(every) * 1_000);
      if (this.#isOver) return;
      if (!this.#member.isLive) continue;
      try {
        await act(this);
        log.did(name);
      } catch (error) {
        // A member who lost the connection meanwhile sends again later.
        if (this.#member.isLive) log.failedAt(name, (error as Error).message);
      }
    }
  }

  async #loseConnections(): Promise<void> {
    for (;;) {
      await sleep(exponential(CONNECTED) * 1_000);
      if (this.#isOver) return;
      if (!this.#member.isLive) continue;
      this.#member.disconnect();
      await sleep(between(AWAY) * 1_000);
      if (this.#isOver) return;
      await (Math.random() * NEW_STARTS < 1 ? this.#member.arrive() : this.#member.connect());
      this.#member.world.log.did('come back');
    }
  }

  /** Watches the people on the screen. */
  #watch(room: Room | undefined): void {
    if (room?.members) this.#member.send({ type: 'watch', people: room.members.map(({ id }) => id) });
  }

  #choose(): Room {
    let left = Math.random();
    const most = AUDIENCES.find(({ share }) => {
      left -= share;
      return left < 0;
    })?.most;
    const fitting = this.#member.rooms.filter((room) => audienceOf(room) === (most ?? 2));
    return oneOf(fitting.length > 0 ? fitting : this.#member.rooms) as Room;
  }

  #aPost(): string | undefined {
    return oneOf(this.#scenery.posts);
  }
}

function audienceOf({ kind, membersCount = 2 }: Room): number | undefined {
  if (kind === 'lobby') return Number.POSITIVE_INFINITY;
  return AUDIENCES.find(({ most }) => membersCount <= most)?.most;
}

function oneOf<T>(all: readonly T[]): T | undefined {
  return all[Math.floor(Math.random() * all.length)];
}

function between({ least, most }: { least: number; most: number }): number {
  return least + Math.random() * (most - least);
}

function exponential(mean: number): number {
  return -Math.log(1 - Math.random()) * mean;
}

function words(least: number, most: number): string {
  return LOREM.slice(0, Math.floor(between({ least, most })));
}

const LOREM = 'Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt. '.repeat(5);
