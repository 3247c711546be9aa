// The native suite: what a client of the native API waits for. One account, many rooms, an idle server.
import { gzipSync } from 'node:zlib';
import WebSocket from 'ws';
import type { Sql } from '../src/store/database.ts';
import { withDatabase } from './database.ts';
import { nativeFanOut } from './native-fan-out.ts';
import { type Column, emptySeries, type Figures, latencyColumns, latencyOf, type Series } from './report.ts';
import { type ServerName, signUp } from './servers.ts';
import type { Case, Options, Stage, Suite } from './suite.ts';

const ROOMS = 200;
/** Rooms in an answer. */
const PAGE = 99;
const RESUMED_ROOMS = 50;
const MISSED_MESSAGES = 200;
/** A tail needs many. */
const ECHOES_A_SAMPLE = 10;

const sizeColumns: Column[] = [
  { heading: 'KiB', figure: 'kibibytes', digits: 1 },
  { heading: 'KiB gzip', figure: 'compressedKibibytes', digits: 1 },
];

/** Of an insert, which no message can beat: the commit waits for the disk. */
const bareColumns: Column[] = [
  { heading: 'insert p50', figure: 'bareP50Ms', digits: 2 },
  { heading: 'insert p99', figure: 'bareP99Ms', digits: 2 },
];

export const native: Suite = {
  cases: (stage, options) => ({
    sync: {
      ...caseOf(`a snapshot of ${ROOMS} rooms (GET /v1/sync, then pages of /v1/rooms)`, { rooms: ROOMS }),
      columns: [...latencyColumns, ...sizeColumns],
      measure: (name) => repeat(stage, options, name, measureSync),
    },
    resume: {
      ...caseOf(`connect and resume ${RESUMED_ROOMS} rooms with ${MISSED_MESSAGES} missed messages (/v1/live)`, {
        rooms: RESUMED_ROOMS,
        missed: MISSED_MESSAGES,
      }),
      measure: (name) => repeat(stage, options, name, measureResume),
    },
    echo: {
      ...caseOf('send a message and see its event (/v1/live), in turn with a bare insert into the same database', {}),
      columns: [...latencyColumns, ...bareColumns],
      measure: (name) => repeat(stage, options, name, measureEcho),
    },
    'fan-out': nativeFanOut(stage, options),
  }),
};

function caseOf(title: string, settings: Record<string, number>): Omit<Case, 'measure'> {
  return { title, settings, servers: ['koine'], columns: latencyColumns, mainFigure: 'p50Ms' };
}

interface Room {
  id: string;
  seq: number;
}
interface Snapshot {
  epoch: string;
  rooms: Room[];
}

class Caller {
  readonly #port: number;
  readonly #token: string;

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  async call<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.#port}/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** @returns milliseconds from the call to `live`, and the socket */
  async live(snapshot: Snapshot, rooms: readonly Room[]): Promise<{ took: number; socket: WebSocket }> {
    const have = Object.fromEntries(rooms.map(({ id, seq }) => [`room:${id}`, seq]));
    const began = performance.now();
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/v1/live`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', epoch: snapshot.epoch, have })));
    await framesUntil(socket, ({ type }) => type === 'live');
    return { took: performance.now() - began, socket };
  }
}

interface Frame {
  type: string;
  data?: { body?: string };
}

function framesUntil(socket: WebSocket, isLast: (frame: Frame) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const listener = (text: Buffer) => {
      if (!isLast(JSON.parse(text.toString()) as Frame)) return;
      socket.off('message', listener).off('error', reject);
      resolve();
    };
    socket.on('message', listener).on('error', reject);
  });
}

interface Scene {
  dataDir: string;
  reader: Caller;
  writer: Caller;
  rooms: Room[];
  samples: number;
}

async function repeat(
  stage: Stage,
  options: Options,
  name: ServerName,
  measure: (scene: Scene) => Promise<Figures>,
): Promise<Series[]> {
  const series = emptySeries(name);
  for (let i = 0; i < (options.repeat ?? (options.quick ? 1 : 3)); i++) {
    const dataDir = await stage.servers.newDataDir();
    const server = await stage.servers.start(name, dataDir);
    try {
      const [reader, writer] = (await signUp(server.port, 2)).map((token) => new Caller(server.port, token)) as [
        Caller,
        Caller,
      ];
      const { id } = await writer.call<{ id: string }>('/me');
      const rooms: Room[] = [];
      for (let room = 0; room < ROOMS; room++) {
        const made = await reader.call<Room>('/rooms', { kind: 'group', title: `Room ${room}`, members: [id] });
        const { seq } = await writer.call<Room>(`/rooms/${made.id}/messages`, { body: `What is said in room ${room}` });
        rooms.push({ id: made.id, seq });
      }
      series.repetitions.push(await measure({ dataDir, reader, writer, rooms, samples: options.quick ? 50 : 300 }));
    } finally {
      await server.stop();
    }
  }
  return [series];
}

async function measureSync({ reader, samples }: Scene): Promise<Figures> {
  const text = Buffer.from(JSON.stringify(await snapshotOf(reader)));
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    const began = performance.now();
    await snapshotOf(reader);
    times.push(performance.now() - began);
  }
  const compressed = gzipSync(text).length / 1_024;
  return { ...figuresOf(times), kibibytes: text.length / 1_024, compressedKibibytes: compressed };
}

/** All rooms: those that the snapshot has no space for are on pages of their own. */
async function snapshotOf(reader: Caller): Promise<object[]> {
  const answers: { next: string | null }[] = [await reader.call(`/sync?rooms=${PAGE}`)];
  for (let next = answers[0]?.next; next; next = answers.at(-1)?.next)
    answers.push(await reader.call(`/rooms?limit=${PAGE}&cursor=${next}`));
  return answers;
}

async function measureResume({ reader, writer, rooms, samples }: Scene): Promise<Figures> {
  const resumed = rooms.slice(0, RESUMED_ROOMS);
  const snapshot = await reader.call<Snapshot>('/sync?rooms=1');
  for (let i = 0; i < MISSED_MESSAGES; i++)
    await writer.call(`/rooms/${resumed[i % RESUMED_ROOMS]?.id}/messages`, { body: `Missed message ${i}` });
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    const { took, socket } = await reader.live(snapshot, resumed);
    times.push(took);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  }
  return figuresOf(times);
}

async function measureEcho({ dataDir, reader, rooms, samples }: Scene): Promise<Figures> {
  const [room] = rooms as [Room];
  const { socket } = await reader.live(await reader.call<Snapshot>('/sync?rooms=1'), [room]);
  const echo = async (i: number) => {
    const seen = framesUntil(socket, ({ type, data }) => type === 'message.created' && data?.body === `Message ${i}`);
    socket.send(JSON.stringify({ type: 'send', ref: i, room: room.id, body: `Message ${i}` }));
    await seen;
  };
  const [echoes, inserts] = await withDatabase(dataDir, async (sql) => {
    await sql`create table bare (id bigint generated always as identity primary key, body text not null)`;
    return inTurn(ECHOES_A_SAMPLE * samples, [echo, (i) => insertBare(sql, `Message ${i}`)]);
  });
  socket.close();
  const bare = latencyOf(inserts ?? []);
  return { ...figuresOf(echoes ?? []), bareP50Ms: bare.p50, bareP99Ms: bare.p99 };
}

async function insertBare(sql: Sql, body: string): Promise<void> {
  await sql`insert into bare (body) values (${body})`;
}

/** @returns ms of each deed, by deed; the first tenth is a warm-up */
async function inTurn(times: number, deeds: ((i: number) => Promise<void>)[]): Promise<number[][]> {
  const took: number[][] = deeds.map(() => []);
  for (let i = 0; i < times * 1.1; i++)
    for (const [index, deed] of deeds.entries()) {
      const began = performance.now();
      await deed(i);
      if (i >= times * 0.1) took[index]?.push(performance.now() - began);
    }
  return took;
}

function figuresOf(times: readonly number[]): Figures {
  const { p50, p99, max } = latencyOf(times);
  return { p50Ms: p50, p99Ms: p99, maxMs: max };
}
