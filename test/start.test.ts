/** What `npm start` prints and how it ends, as the person at the terminal sees it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { atEnd } from './conditions.ts';
import { privatePlaces } from './harness.ts';

type Ended = { code: number | null; out: string; err: string };

/** Runs the server with these settings; `onLine` is given what it says once it listens. */
async function start(
  t: TestContext,
  settings: Record<string, string>,
  onLine: (line: string, stop: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', PORT: '0', ...settings };
  const child = spawn(process.execPath, ['--import', './src/typescript.js', 'src/main.ts'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  atEnd(t, () => child.kill('SIGKILL'));
  child.stdout.once('data', (data: Buffer) => onLine(data.toString(), (signal) => child.kill(signal)));
  const exit = once(child, 'exit');
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, out, err };
}

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-start-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One line on stderr that says all of this, and exit code 1. */
function assertRefused(ended: Ended, ...says: RegExp[]): void {
  assert.equal(ended.code, 1);
  assert.equal(ended.out, '');
  assert.match(ended.err, /^Koine cannot start: .+\n$/);
  for (const pattern of says) assert.match(ended.err, pattern);
}

test('a start on nothing but an empty folder says in one line where everything is, and a signal ends it well', async (t) => {
  const DATA_DIR = join(await emptyFolder(t), 'data');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const ended = await start(t, { DATA_DIR }, (_line, stop) => stop(signal));
    const line =
      /^Koine listens on http:\/\/127\.0\.0\.1:\d+ \| database: embedded PostgreSQL 18\.\d+ \| broker: in memory \| files: \S+ \| data: (\S+)\n$/;
    assert.equal(line.exec(ended.out)?.[1], DATA_DIR);
    assert.equal(ended.err, '');
    assert.equal(ended.code, 0);
  }
  assert.equal((await stat(join(DATA_DIR, 'secrets', 'jwt'))).mode & 0o777, 0o600);
});

test('a port in use', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  atEnd(t, () => other.close());
  const { port } = other.address() as AddressInfo;
  const ended = await start(t, { ...(await privatePlaces(t)), PORT: String(port) });
  assertRefused(ended, new RegExp(`port ${port} is in use`), /PORT/);
});

test('a data directory that cannot be written to', async (t) => {
  const file = join(await emptyFolder(t), 'file');
  await writeFile(file, '');
  assertRefused(await start(t, { DATA_DIR: join(file, 'data') }), /DATA_DIR/, /cannot be written to/);
});

test('a data directory that another Koine is using, which goes on', async (t) => {
  const DATA_DIR = await emptyFolder(t);
  let second: Promise<Ended> | undefined;
  const first = await start(t, { DATA_DIR }, (line, stop) => {
    const url = /listens on (\S+)/.exec(line)?.[1];
    second = start(t, { DATA_DIR });
    void second
      .then(() => fetch(`${url}/status`))
      .then(async (answer) => assert.deepEqual(await answer.json(), { status: 'ok' }))
      .finally(() => stop('SIGTERM'));
  });
  assert.equal(first.code, 0);
  assertRefused((await second) as Ended, /in use by another/);
});

test('a database that is not there, and no password in the text', async (t) => {
  const DATA_DIR = await emptyFolder(t);
  const ended = await start(t, { DATA_DIR, DATABASE_URL: 'postgres://koine:hunter2@127.0.0.1:1/koine' });
  assertRefused(ended, /DATABASE_URL/, /ECONNREFUSED/);
  assert.doesNotMatch(ended.err, /hunter2/);
});

test('a Redis that is not there keeps nothing from starting; no password in what is said', async (t) => {
  const settings = { ...(await privatePlaces(t)), REDIS_URL: 'redis://koine:hunter2@127.0.0.1:1/3', LOG_LEVEL: 'info' };
  let said = '';
  const ended = await start(t, settings, (line, stop) => {
    said += line;
    stop('SIGTERM');
  });
  assert.equal(ended.code, 0);
  assert.match(ended.out, /\| broker: Redis at 127\.0\.0\.1:1 \|/);
  assert.match(ended.out, /Redis is away, nodes hear of each other by way of the database: .*ECONNREFUSED/);
  assert.doesNotMatch(said + ended.out + ended.err, /hunter2/);
});

test('a wrong name of the database', async (t) => {
  const places = await privatePlaces(t);
  const url = new URL(places.DATABASE_URL);
  url.pathname = '/nowhere';
  assertRefused(await start(t, { ...places, DATABASE_URL: url.href }), /DATABASE_URL/, /"nowhere" does not exist/);
});

test('bad settings, all in one line', async (t) => {
  const DATA_DIR = await emptyFolder(t);
  const ended = await start(t, { DATA_DIR, PORT: 'http', DIALECTS: 'relay,esperanto', JWT_SECRET: 'hunter2' });
  assertRefused(ended, /PORT/, /"esperanto"/, /JWT_SECRET must have at least 32 characters/);
  assert.doesNotMatch(ended.err, /hunter2/);
});

test('an address that this machine does not have', async (t) => {
  assertRefused(await start(t, { ...(await privatePlaces(t)), HOST: '192.0.2.1' }), /no address 192\.0\.2\.1/, /HOST/);
});
