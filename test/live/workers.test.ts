/** `WORKERS=3 npm start` behaves like one server, for users and operators. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { atEnd, eventually, folder } from '../support/conditions.ts';
import { privatePlaces } from '../support/harness.ts';
import { bodiesOf, type EventReader, openEvents, openLive } from '../support/koine-live.ts';
import { member } from '../support/koine-people.ts';
import { connect, loungeAccount, join as loungeJoin, relaySignIn, relayToken } from '../support/people.ts';
import type { TestSocket } from '../support/socket.ts';

const WORKERS = 3;
/** Messages per person. */
const SAID = 20;
/**
 * Connections are distributed round-robin: this many sockets reach all workers, with or without sign-ins between them.
 */
const PEOPLE = ['ann', 'bob', 'cid', 'dee', 'eve', 'fay'];

type Running = {
  pid: number;
  url: string;
  wsUrl: string;
  line: string;
  /** Everything on stdout so far. */
  output: () => string;
  kill(signal: NodeJS.Signals): void;
  ended: Promise<{ code: number | null; err: string }>;
};

function run(t: TestContext, settings: Record<string, string>) {
  const cheap = { ARGON2_MEMORY: '8', ARGON2_PASSES: '1', SOCKET_RATE: '10000', LOG_LEVEL: 'silent', PORT: '0' };
  const env = { PATH: process.env.PATH, ...cheap, ...settings };
  const child = spawn(process.execPath, ['bin/server.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(t, () => child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'exit'), text(child.stderr)]).then(([[code], err]) => ({ code, err }));
  return { child, ended };
}

async function start(t: TestContext, settings: Record<string, string>): Promise<Running> {
  const { child, ended } = run(t, settings);
  const lines: string[] = [];
  const firstLine = new Promise<string>((resolve, reject) => {
    const reader = createInterface(child.stdout);
    reader.on('line', (line) => {
      lines.push(line);
      if (line.startsWith('Koine listens')) resolve(line);
    });
    reader.once('close', () => reject(new Error(`it ended: ${lines.join('\n')}`)));
  });
  const line = await firstLine;
  const url = /listens on (\S+)/.exec(line)?.[1] as string;
  const pid = child.pid as number;
  const kill = (signal: NodeJS.Signals) => void process.kill(pid, signal);
  return { pid, url, wsUrl: url.replace('http', 'ws'), line, output: () => lines.join('\n'), kill, ended };
}

type Process = { pid: number; parent: number; command: string };

async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [status, command] = await Promise.all([
        readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      // A zombie has no command line.
      return { pid: Number(pid), parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command };
    }),
  );
  return found.filter(({ command }) => command !== '');
}

async function workersOf({ pid }: Running): Promise<number[]> {
  const own = (await processes()).filter(({ parent, command }) => parent === pid && command.includes('worker.js'));
  return own.map((worker) => worker.pid);
}

async function alive(pids: readonly number[]): Promise<number[]> {
  const all = new Set((await processes()).map(({ pid }) => pid));
  return pids.filter((pid) => all.has(pid));
}

function bodies(socket: TestSocket): unknown[] {
  return socket.json.map(({ body }) => body);
}

/** All people in the lobby, spread over the workers. */
async function lobbyOf(t: TestContext, server: Running): Promise<{ tokens: string[]; sockets: TestSocket[] }> {
  const tokens: string[] = [];
  for (const name of PEOPLE) tokens.push(await relayToken(server, name));
  const sockets: TestSocket[] = [];
  for (const token of tokens) sockets.push(await connect(t, server, token));
  return { tokens, sockets };
}

/** Resolves when every socket receives every other's messages, so all of them are in. */
async function untilAllHear(sockets: readonly TestSocket[], word: string): Promise<void> {
  for (const [index, socket] of sockets.entries()) socket.send(`${word} ${index}`);
  for (const socket of sockets)
    await socket.until(`all of ${word}`, (one) =>
      sockets.every((_, index) => bodies(one).includes(`${word} ${index}`)),
    );
}

/** Events and signals of the native API reach its sockets and readers on all workers, in one order. */
async function speakNatively(t: TestContext, server: Running): Promise<void> {
  const [ann, bob] = [await member(server, 'native-ann'), await member(server, 'native-bob')];
  const group = { kind: 'group', title: 'Workers', members: [bob.id] };
  const room = await ann.do<{ id: string; seq: number }>('POST', '/rooms', group);
  const stream = `room:${room.id}`;
  const { epoch } = await bob.get<{ epoch: string }>('/sync');
  const sockets: TestSocket[] = [];
  const readers: EventReader[] = [];
  for (let count = 0; count < 2 * WORKERS; count += 1) {
    const socket = await openLive(t, server, bob);
    socket.send({ type: 'hello', epoch, have: { [stream]: room.seq } });
    await socket.frameWith({ type: 'live' });
    sockets.push(socket);
    const reader = await openEvents(t, bob);
    await reader.until('that it is live', ({ types }) => types.includes('live'));
    readers.push(reader);
  }
  const said = Array.from({ length: SAID }, (_, index) => `native ${index}`);
  for (const body of said) await ann.do('POST', `/rooms/${room.id}/messages`, { body });
  for (const socket of sockets) await socket.until('all of it', () => isDeepStrictEqual(bodiesOf(socket), said));
  for (const reader of readers) await reader.until('all of it', () => isDeepStrictEqual(reader.bodies, said));
  sockets[0]?.send({ type: 'typing', room: room.id });
  for (const socket of sockets) await socket.frameWith({ type: 'typing', stream });
  for (const { close } of readers) close();
  for (const socket of sockets) socket.ws.close();
}

const METRICS_TOKEN = 'a token for the metrics';
const SOCKETS = 'koine_sockets_open{dialect="relay"';

/** A metric's values by worker, over a new connection, which may reach any worker. */
async function metricByWorker({ url }: Running, name: string): Promise<Map<string, number>> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}`, connection: 'close' };
  // A connection that was being passed to a killed worker gets no response.
  const signal = AbortSignal.timeout(5_000);
  const text = await (await fetch(`${url}/metrics`, { headers, signal })).text();
  const samples = text.split('\n').filter((line) => line.startsWith(name));
  return new Map(
    samples.map((line) => [/worker="(\d)"/.exec(line)?.[1] ?? '', Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((all, one) => all + one, 0);
}

type Served = { server: Running; sockets: TestSocket[] };

/** @returns the server, and the sockets of its people in the lobby */
async function serveAndRestart(t: TestContext, dataDir: string): Promise<Served> {
  const settings = { DATA_DIR: dataDir, DATABASE_CONNECTIONS: '30', LOG_LEVEL: 'error', METRICS_TOKEN };
  const server = await start(t, { WORKERS: String(WORKERS), ...settings });
  assert.match(server.line, / \| workers: 3 \| database: embedded PostgreSQL .* \| broker: between the workers \| /);
  const workers = await workersOf(server);
  assert.equal(workers.length, WORKERS);
  const { tokens, sockets } = await lobbyOf(t, server);
  await untilAllHear(sockets, 'hello');
  await speakNatively(t, server);
  const { token: watcher } = await loungeAccount(server, 'Watcher');
  const watchers: TestSocket[] = [];
  for (let count = 0; count < 2 * WORKERS; count += 1) watchers.push(await loungeJoin(t, server, watcher));
  for (let count = 0; count < SAID; count += 1)
    for (const [index, one] of sockets.entries()) one.send(`${index}.${count}`);
  const total = sockets.length * (SAID + 1);
  await Promise.all(sockets.map((socket) => socket.until('everything', ({ frames }) => frames.length >= total)));
  for (const socket of sockets) assert.deepEqual(bodies(socket), bodies(sockets[0] as TestSocket));
  // Any worker returns all metrics.
  for (let scrapes = 0; scrapes < WORKERS; scrapes += 1) {
    const open = await metricByWorker(server, SOCKETS);
    assert.deepEqual([...open.keys()].sort(), ['1', '2', '3']);
    assert.equal(sum(open.values()), sockets.length);
    const started = await metricByWorker(server, 'process_start_time_seconds');
    assert.ok([...started.values()].every((seconds) => seconds > 1e9));
    const pools = await metricByWorker(server, 'koine_database_connections_limit');
    assert.deepEqual([...pools.values()], [30, 30, 30]);
  }

  // Sockets of that worker break, the others stay open.
  process.kill(workers[0] as number, 'SIGKILL');
  const broken = await eventually('the sockets of that worker to break', async () => {
    const open = await metricByWorker(server, SOCKETS).catch(() => new Map<string, number>());
    const closed = sockets.filter(({ closed }) => closed);
    return closed.length > 0 && sum(open.values()) + closed.length === sockets.length && closed;
  });
  await eventually('a word about it', async () =>
    /worker \d exited \(SIGKILL\) and is restarted/.test(server.output()),
  );
  // By then its people can sign in, and everybody sees them leave once.
  const gone = PEOPLE.filter((_, index) => broken.includes(sockets[index] as TestSocket));
  for (const name of gone) assert.equal((await relaySignIn(server, name)).status, 200, name);
  const stayed = watchers.filter(({ closed }) => closed === null);
  assert.ok(stayed.length > 0);
  const told = (socket: TestSocket) =>
    socket.json.flatMap(({ type, msg }) => (type === 'user_left' ? [(msg as { username: string }).username] : []));
  for (const socket of stayed)
    await socket.until('their going', (one) => gone.every((name) => told(one).includes(name)));
  const left = sockets.filter((socket) => !broken.includes(socket));
  assert.ok(broken.length > 0 && left.length > 0);
  const back = await Promise.all(broken.map((socket) => connect(t, server, tokens[sockets.indexOf(socket)] as string)));
  await untilAllHear([...left, ...back], 'again');
  await eventually('a new worker', async () => (await workersOf(server)).length === WORKERS);
  await eventually('figures of all', async () => {
    const ready = await metricByWorker(server, 'koine_ready').catch(() => null);
    return ready?.size === WORKERS;
  });
  for (const socket of stayed) {
    const left = told(socket).filter((name) => name !== 'Watcher');
    assert.deepEqual(left.sort(), gone.sort());
  }
  return { server, sockets: [...left, ...back] };
}

/** The parent of a server whose people are in the lobby is killed; another server takes over, and ends gracefully. */
async function killAndTakeOver(t: TestContext, dataDir: string, { server: first, sockets }: Served): Promise<void> {
  const workers = await workersOf(first);
  await untilAllHear(sockets, 'before');
  first.kill('SIGKILL');
  await Promise.all(sockets.map((socket) => socket.untilClosed()));
  await eventually('the workers to end', async () => (await alive(workers)).length === 0);
  // The database left running was started for fewer connections.
  const { port } = new URL(first.url);
  const second = await start(t, { DATA_DIR: dataDir, WORKERS: '2', PORT: port, DATABASE_CONNECTIONS: '60' });
  assert.equal((await relaySignIn(second, 'ann')).status, 200, 'the first request after the start line');
  const after = await connect(t, second, await relayToken(second, 'gus'));
  await after.frameWith({ body: 'before 0' });

  const ofDatabase = (await processes()).filter(({ command }) => command.includes(dataDir)).map(({ pid }) => pid);
  const ofServer = await workersOf(second);
  assert.ok(ofDatabase.length > 0 && ofServer.length === 2);
  second.kill('SIGTERM');
  assert.equal((await after.untilClosed()).code, 1012);
  assert.deepEqual(await second.ended, { code: 0, err: '' });
  assert.deepEqual(await alive([...ofDatabase, ...ofServer]), []);
}

test("members on different workers receive each other's messages in one order; a killed worker is restarted, and a killed parent takes all along", async (t) => {
  const dataDir = join(await folder(t), 'data');
  await killAndTakeOver(t, dataDir, await serveAndRestart(t, dataDir));
});

test('a worker that cannot start ends the whole server with one line', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  atEnd(t, () => other.close());
  const { port } = other.address() as AddressInfo;
  const { ended } = run(t, { ...(await privatePlaces(t)), PORT: String(port), WORKERS: '2' });
  const { code, err } = await ended;
  assert.equal(code, 1);
  assert.equal(err, `Koine cannot start: port ${port} is in use on 127.0.0.1; choose another with PORT\n`);
});
