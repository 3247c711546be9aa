/** Output and exit of `npm start`, as a person at the terminal sees it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../support/conditions.ts';
import { emptyDatabase, privatePlaces } from '../support/harness.ts';

const SERVER = resolve('bin/server.js');

type Ended = { code: number | null; out: string; err: string };

/** Runs the server with these settings; `onLine` receives its start line. */
async function start(
  t: TestContext,
  settings: Record<string, string>,
  onLine: (line: string, stop: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Ended> {
  const env = { PATH: process.env.PATH, LOG_LEVEL: 'silent', PORT: '0', ...settings };
  const child = spawn(process.execPath, ['bin/server.js'], {
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

/** Runs one of our files in another working directory. */
async function runIn(cwd: string, argv: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, argv, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

/** One line on stderr that matches all patterns, and exit code 1. */
function assertRefused(ended: Ended, ...says: RegExp[]): void {
  assert.equal(ended.code, 1);
  assert.equal(ended.out, '');
  assert.match(ended.err, /^Koine cannot start: .+\n$/);
  for (const pattern of says) assert.match(ended.err, pattern);
}

test('a start in an empty folder prints one line with all locations, and a signal ends it gracefully', async (t) => {
  const DATA_DIR = join(await emptyFolder(t), 'data');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const ended = await start(t, { DATA_DIR }, (_line, stop) => stop(signal));
    const line =
      /^Koine listens on http:\/\/127\.0\.0\.1:\d+ \| database: embedded PostgreSQL 18\.\d+ \| broker: in memory \| files: \S+ \| data: (\S+)\nBegin here, once: http:\/\/127\.0\.0\.1:\d+\/app\/setup#[\w-]{32}\n$/;
    assert.equal(line.exec(ended.out)?.[1], DATA_DIR);
    assert.equal(ended.err, '');
    assert.equal(ended.code, 0);
  }
  assert.equal((await stat(join(DATA_DIR, 'secrets', 'jwt'))).mode & 0o777, 0o600);
});

test('a port in use is refused with the setting to change', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  atEnd(t, () => other.close());
  const { port } = other.address() as AddressInfo;
  const ended = await start(t, { ...(await privatePlaces(t)), PORT: String(port) });
  assertRefused(ended, new RegExp(`port ${port} is in use`), /PORT/);
});

test('a port in use is refused with several workers too', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  atEnd(t, () => other.close());
  const { port } = other.address() as AddressInfo;
  const ended = await start(t, { ...(await privatePlaces(t)), PORT: String(port), WORKERS: '2' });
  assertRefused(ended, new RegExp(`port ${port} is in use`), /PORT/);
});

test('a data directory that is a file, inside one, or impossible to create is refused', async (t) => {
  const file = join(await emptyFolder(t), 'file');
  await writeFile(file, '');
  assertRefused(await start(t, { DATA_DIR: file }), /DATA_DIR \S+ is not a folder/);
  assertRefused(await start(t, { DATA_DIR: join(file, 'data') }), /DATA_DIR \S+ is not a folder, or is inside a file/);
  assertRefused(await start(t, { DATA_DIR: '/proc/x' }), /DATA_DIR \/proc\/x cannot be created/);
});

test('an old Node.js or a missing package is reported in one line', async (t) => {
  const folder = await emptyFolder(t);
  const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.18.3'})";
  assertRefused(
    await runIn(folder, ['--import', old, SERVER]),
    /Node\.js 20\.19 or later is needed, this is 20\.18\.3/,
  );
  for (const name of ['bin', 'scripts', 'dist', 'package.json'])
    await cp(name, join(folder, name), { recursive: true });
  assertRefused(
    await runIn(folder, ['bin/server.js']),
    /a package is not installed: run npm ci/,
    /Cannot find package/,
  );
});

test('the start line has the public URL too, and misspelt settings and migrations are logged', async (t) => {
  const cwd = await emptyFolder(t);
  const places = { DATABASE_URL: await emptyDatabase(t), DATA_DIR: join(cwd, 'data'), PORT: '0' };
  const dotEnv = [
    'PUBLIC_URL=https://chat.example.org',
    'WORKRES=2',
    'JWT_SECRET',
    'ANYTHING=else',
    'REDIS_PASSWORD=x',
  ];
  await writeFile(join(cwd, '.env'), dotEnv.join('\n'));
  const env = { PATH: process.env.PATH, ...places, MESAGE_LENGTH: '5', KOINE_PORT: '80', SOMEBODY_ELSES: 'setting' };
  const child = spawn(process.execPath, [SERVER], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(t, () => child.kill('SIGKILL'));
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.includes('Koine listens')) child.kill('SIGTERM');
  }
  assert.match(out, /Koine listens on http:\/\/127\.0\.0\.1:\d+ \| public: https:\/\/chat\.example\.org \| database/);
  const messages = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).msg as string);
  const doubtful = [
    'line 3 of .env has no "="',
    'WORKRES in .env: no such setting; did you mean WORKERS?',
    'ANYTHING in .env: no such setting',
    'MESAGE_LENGTH in the environment: no such setting; did you mean MESSAGE_LENGTH?',
    'KOINE_PORT in the environment: no such setting; did you mean PORT?',
  ];
  assert.deepEqual(messages.slice(0, doubtful.length), doubtful);
  assert.match(messages[doubtful.length] ?? '', /^applying \d+ migrations: 0\d+\S+ to \S+$/);
  assert.match(messages[doubtful.length + 1] ?? '', /^applied \d+ migrations in \d+\.\d s$/);

  const checked = await runIn(cwd, [resolve('bin/koine.js'), 'check-config', '--json'], {
    DATABASE_URL: places.DATABASE_URL,
  });
  assert.deepEqual(JSON.parse(checked.out).warnings, doubtful.slice(0, 3));
});

test('a data directory in use by another Koine is refused, and the other goes on', async (t) => {
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

test('an unreachable database is reported without its password', async (t) => {
  const DATA_DIR = await emptyFolder(t);
  const ended = await start(t, { DATA_DIR, DATABASE_URL: 'postgres://koine:hunter2@127.0.0.1:1/koine' });
  assertRefused(ended, /DATABASE_URL/, /ECONNREFUSED/);
  assert.doesNotMatch(ended.err, /hunter2/);
});

test('an unreachable Redis does not prevent the start and is reported without its password', async (t) => {
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

test('a wrong database name is reported', async (t) => {
  const places = await privatePlaces(t);
  const url = new URL(places.DATABASE_URL);
  url.pathname = '/nowhere';
  assertRefused(await start(t, { ...places, DATABASE_URL: url.href }), /DATABASE_URL/, /"nowhere" does not exist/);
});

test('all invalid settings are reported in one line', async (t) => {
  const DATA_DIR = await emptyFolder(t);
  const ended = await start(t, { DATA_DIR, PORT: 'http', DIALECTS: 'relay,esperanto', JWT_SECRET: 'hunter2' });
  assertRefused(ended, /PORT/, /"esperanto"/, /JWT_SECRET must have at least 32 characters/);
  assert.doesNotMatch(ended.err, /hunter2/);
});

test('an address that this machine does not have is refused', async (t) => {
  assertRefused(await start(t, { ...(await privatePlaces(t)), HOST: '192.0.2.1' }), /no address 192\.0\.2\.1/, /HOST/);
});
