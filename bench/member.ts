// One simulated member: connects, follows and comes back as the SDK does (packages/client), in the same frames and calls. It keeps
// positions only, no state: thousands of them are in one process.
import { setTimeout as sleep } from 'node:timers/promises';
import { backoff } from '../packages/client/src/backoff.ts';
import { type CommunityLog, clock } from './community-log.ts';
import type { LiveSocket, LiveSockets } from './live-socket.ts';
import type { Call, MemberApi } from './member-api.ts';

export interface Room {
  id: string;
  kind: 'lobby' | 'direct' | 'group';
  membersCount?: number;
  seq: number;
  members?: { id: string }[];
}

/** The parts that members of a process share. */
export interface World {
  sockets: LiveSockets;
  api: MemberApi;
  log: CommunityLog;
}

/** For the answer to a frame, in ms. */
const ANSWER = 20_000;
/** Streams of a frame, in its first characters: `{"type":"message.created","stream":"room:…","seq":1,…` */
const HEAD = /^\{"type":"([a-z.]+)"(?:,"stream":"([^"]+)"(?:,"seq":(\d+))?)?/;
const HEAD_SIZE = 120;
const MARKER = Buffer.from(' ~');

export class Member {
  readonly world: World;
  readonly rooms: Room[] = [];
  readonly #port: number;
  readonly #token: string;
  readonly #positions = new Map<string, number>();
  readonly #answers = new Map<number, (frame: Answer) => void>();
  #epoch = '';
  #socket: LiveSocket | null = null;
  #refs = 0;
  #stays = false;
  #onLive: (() => void) | null = null;
  isLive = false;

  constructor(world: World, { port, token }: { port: number; token: string }) {
    this.world = world;
    this.#port = port;
    this.#token = token;
  }

  call<T>(path: string, call?: Call): Promise<T> {
    return this.world.api.call<T>({ port: this.#port, token: this.#token }, path, call);
  }

  /** Starts the app: fetches what it shows, then follows all of it. */
  async arrive(): Promise<void> {
    const { epoch, streams, rooms } = await this.call<Sync>('/sync');
    this.#epoch = epoch;
    for (const [name, seq] of Object.entries(streams)) this.#positions.set(name, seq);
    for (const { id, seq } of rooms) this.#positions.set(`room:${id}`, seq);
    this.rooms.splice(0, this.rooms.length, ...rooms);
    this.#stays = true;
    await this.connect();
  }

  /** Resumes where the last connection ended. @returns when all that was missed has come */
  async connect(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#open();
      } catch (error) {
        if (!this.#stays) return;
        this.world.log.failedAt('connect', (error as Error).message);
        await sleep(backoff(attempt, Math.random));
      }
    }
  }

  /** The network is gone. */
  disconnect(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.drop();
  }

  leave(): void {
    this.#stays = false;
    this.disconnect();
  }

  send(frame: object): void {
    this.#socket?.send(frame);
  }

  /** @returns the answer. @throws if it is a problem, or if there is none */
  ask<T>(frame: object): Promise<T> {
    this.#refs += 1;
    const ref = this.#refs;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle({ type: 'problem', ref, problem: { code: 'no answer' } }), ANSWER);
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        this.#answers.delete(ref);
        if (answer.type === 'result') resolve(answer.data as T);
        else reject(new Error(answer.problem.code));
      };
      this.#answers.set(ref, settle);
      this.send({ ...frame, ref });
    });
  }

  /** A text that tells when it was sent. */
  say(room: Room, text: string, files: readonly string[] = []): Promise<{ seq: number }> {
    const body = `${text}${MARKER}${Math.round(clock() * 1_000)}`;
    return this.ask({ type: 'send', room: room.id, body, key: `${Math.random()}`, ...(files.length > 0 && { files }) });
  }

  #open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onLive = resolve;
      const socket = this.world.sockets.open(this.#port, this.#token, {
        onOpen: () =>
          socket.send({ type: 'hello', epoch: this.#epoch, have: Object.fromEntries(this.#positions), heads: true }),
        onText: (bytes) => this.#hear(bytes),
        onEnd: (reason) => this.#ended(socket, reason, reject),
      });
      this.#socket = socket;
    });
  }

  #ended(socket: LiveSocket, reason: string, reject: (error: Error) => void): void {
    const wasLive = this.isLive;
    this.isLive = false;
    for (const settle of [...this.#answers.values()]) settle({ type: 'problem', ref: 0, problem: { code: 'offline' } });
    reject(new Error(reason));
    // The caller of `disconnect` reconnects it.
    if (this.#socket !== socket || !wasLive || !this.#stays) return;
    this.world.log.failedAt('socket', reason);
    void sleep(backoff(0, Math.random)).then(() => this.connect());
  }

  #hear(bytes: Buffer): void {
    const head = HEAD.exec(bytes.toString('latin1', 0, HEAD_SIZE));
    if (head === null) return;
    const [, type, stream, seq] = head;
    if (stream !== undefined && seq !== undefined && type !== 'reset') this.#positions.set(stream, Number(seq));
    if (type === 'message.created') this.#see(bytes);
    else if (type === 'live') this.#begin();
    else if (type === 'beat') this.send({ type: 'beat' });
    else if (type === 'result' || type === 'problem') {
      const answer = JSON.parse(bytes.toString()) as Answer;
      this.#answers.get(answer.ref)?.(answer);
    } else if (type === 'reset' && stream !== undefined) void this.#readAgain(stream, Number(seq));
  }

  #begin(): void {
    this.isLive = true;
    this.#onLive?.();
  }

  /** Missed messages are not timed. */
  #see(bytes: Buffer): void {
    if (!this.isLive) return;
    const at = bytes.indexOf(MARKER);
    if (at < 0) return;
    const from = at + MARKER.length;
    this.world.log.saw(Number(bytes.toString('latin1', from, bytes.indexOf('"', from))) / 1_000);
  }

  async #readAgain(stream: string, seq: number): Promise<void> {
    const room = this.rooms.find(({ id }) => stream === `room:${id}`);
    this.#positions.set(stream, seq);
    this.world.log.did('reset');
    if (room) await this.call(`/rooms/${room.id}/messages?limit=50`).catch(() => {});
    this.send({ type: 'follow', have: { [stream]: seq } });
  }
}

interface Sync {
  epoch: string;
  streams: { me: number; board: number };
  rooms: Room[];
}
type Answer = { ref: number } & ({ type: 'result'; data: unknown } | { type: 'problem'; problem: { code: string } });
