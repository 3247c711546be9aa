/**
 * `kill -9` under load: no acknowledged message is lost or duplicated, the next start needs no intervention, and
 * members of the lobby can sign in at once.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../support/conditions.ts';
import { connect, relaySignIn, relayToken } from '../support/people.ts';
import type { TestSocket } from '../support/socket.ts';

/** All but one kill the database too. `npm run test:faults` kills for hours. */
const ROUNDS = 3;
const TALKERS = ['ann', 'bob', 'eve', 'joe'];
/** Own echoes that each client receives in a round before the kill. */
const ECHOES = 100;
/** Messages in flight per client. */
const IN_FLIGHT = 20;

type Process = { url: string; wsUrl: string; kill(signal: NodeJS.Signals): Promise<void> };

/** The server as `npm start` runs it, with the embedded database. */
async function startProcess(t: TestContext, dataDir: string, settings: Record<string, string>): Promise<Process> {
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ARGON2_MEMORY: '8',
    ARGON2_PASSES: '1',
    SOCKET_RATE: '100000',
    DATABASE_URL: '',
    ...settings,
  };
  const child = spawn(process.execPath, ['bin/server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  atEnd(t, () => child.kill('SIGKILL'));
  for await (const line of createInterface(child.stdout)) {
    const url = /listens on (\S+)/.exec(line)?.[1];
    if (url)
      return {
        url,
        wsUrl: url.replace('http', 'ws'),
        kill: async (signal) => {
          child.kill(signal);
          await exited;
        },
      };
  }
  throw new Error('the server ended before it listened');
}

async function killDatabase(dataDir: string): Promise<void> {
  const [pid] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
}

/** Keeps that many messages in flight until the socket closes. */
function talk(socket: TestSocket, name: string, round: number): void {
  let said = 0;
  const more = () => {
    while (!socket.closed && said - heardOf(socket, name).length < IN_FLIGHT) socket.send(`${name}.${round}.${said++}`);
  };
  socket.ws.on('message', more);
  more();
}

/** Messages of one client that this socket received in this round. */
function heardOf(socket: TestSocket, name: string): string[] {
  return socket.json.filter((frame) => frame.from === name).map((frame) => frame.body as string);
}

test('kills under load lose and duplicate no message', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'koine-crash-'));
  atEnd(t, () => rm(dataDir, { recursive: true, force: true }));
  // If the test fails half-way, the database must still be stopped.
  atEnd(t, () => killDatabase(dataDir).catch(() => {}));
  const acknowledged: string[] = [];
  const tokens = new Map<string, string>();

  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await startProcess(t, dataDir, { RELAY_HISTORY: '0' });
    // Ann and the others were in relay's lobby when the server was killed; none may be "Already in".
    if (round > 0)
      assert.equal((await relaySignIn(server, 'ann')).status, 200, 'the first request after the start line');
    for (const name of TALKERS) if (!tokens.has(name)) tokens.set(name, await relayToken(server, name));
    const sockets = await Promise.all(TALKERS.map((name) => connect(t, server, tokens.get(name) as string)));
    for (const [index, name] of TALKERS.entries()) talk(sockets[index] as TestSocket, name, round);
    await sockets[0]?.until('echoes', (socket) => heardOf(socket, 'ann').length >= ECHOES);
    await server.kill('SIGKILL');
    // In every other round the database is killed too, as if the machine failed; otherwise it survives the server.
    if (round % 2 === 0) await killDatabase(dataDir);
    await Promise.all(sockets.map((socket) => socket.untilClosed()));
    for (const [index, name] of TALKERS.entries()) acknowledged.push(...heardOf(sockets[index] as TestSocket, name));
  }

  const server = await startProcess(t, dataDir, { RELAY_HISTORY: '1000000' });
  const reader = await connect(t, server, tokens.get('ann') as string);
  reader.send('the end');
  await reader.until('the whole history', ({ frames }) => frames.at(-1)?.includes('the end'));
  await server.kill('SIGTERM');
  const stored = reader.json.map((frame) => frame.body as string);

  assert.ok(acknowledged.length >= ROUNDS * ECHOES);
  const known = new Set(stored);
  assert.deepEqual(
    acknowledged.filter((body) => !known.has(body)),
    [],
    'lost',
  );
  assert.equal(known.size, stored.length, 'doubled');
  for (const name of TALKERS) {
    const own = stored.filter((body) => body.startsWith(`${name}.`));
    assert.deepEqual(own, own.toSorted(byRoundAndCount), `${name}'s messages are out of order`);
  }
});

function byRoundAndCount(a: string, b: string): number {
  const [, round = 0, count = 0] = a.split('.').map(Number);
  const [, otherRound = 0, otherCount = 0] = b.split('.').map(Number);
  return round - otherRound || count - otherCount;
}
