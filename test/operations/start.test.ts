/** Output and exit of `npm start`, as a person at the terminal sees it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { startFailure } from '../../src/process/start-failure.ts';
import { startServer } from '../../src/server.ts';
import { atEnd, folder } from '../support/conditions.ts';
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

/** A start within this process is refused, for a reason in one line that matches all patterns. */
async function assertFails(settings: Record<string, string>, ...says: RegExp[]): Promise<void> {
  const isPlain = (error: unknown) => {
    const reason = startFailure(error);
    for (const pattern of [/^.+$/, ...says]) assert.match(reason, pattern);
    assert.doesNotMatch(reason, /hunter2/);
    return true;
  };
  await assert.rejects(async () => startServer(loadConfig({ LOG_LEVEL: 'silent', PORT: '0', ...settings })), isPlain);
}

function assertStarted({ code, out, err }: Ended, dataDir: string): void {
  const line =
    /^Koine listens on http:\/\/127\.0\.0\.1:\d+ \| database: embedded PostgreSQL 18\.\d+ \| broker: in memory \| files: \S+ \| data: (\S+)\nBegin here, once: http:\/\/127\.0\.0\.1:\d+\/app\/setup#[\w-]{32}\n$/;
  assert.equal(line.exec(out)?.[1], dataDir);
  assert.deepEqual([code, err], [0, '']);
}

/** The files below a folder that not exactly their owner may read. */
async function notPrivate(place: string): Promise<string[]> {
  const paths = (await readdir(place, { recursive: true })).map((name) => join(place, name));
  assert.ok(paths.includes(join(place, 'secrets', 'jwt')));
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode & 0o777 })));
  return modes.filter(({ mode }) => (mode & 0o477) !== 0o400).map(({ path, mode }) => `${path} ${mode.toString(8)}`);
}

test('a start in an empty folder prints one line with all locations, a second one meanwhile is refused, and a signal ends it gracefully', async (t) => {
  const DATA_DIR = join(await folder(t), 'data');
  assertStarted(await start(t, { DATA_DIR }, (_line, stop) => stop('SIGTERM')), DATA_DIR);
  assert.deepEqual(await notPrivate(DATA_DIR), []);

  let second: Promise<Ended> | undefined;
  const first = await start(t, { DATA_DIR }, (line, stop) => {
    const url = /listens on (\S+)/.exec(line)?.[1];
    second = start(t, { DATA_DIR });
    void second
      .then(() => fetch(`${url}/status`))
      .then(async (answer) => assert.deepEqual(await answer.json(), { status: 'ok' }))
      .finally(() => stop('SIGINT'));
  });
  assertStarted(first, DATA_DIR);
  assertRefused((await second) as Ended, /in use by another/);
});

test('an address, a port or a database that cannot be had is refused with the setting to change', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  atEnd(t, () => other.close());
  const { port } = other.address() as AddressInfo;
  const places = await privatePlaces(t);
  assertRefused(await start(t, { ...places, PORT: String(port) }), new RegExp(`port ${port} is in use`), /PORT/);
  await assertFails({ ...places, HOST: '192.0.2.1' }, /no address 192\.0\.2\.1/, /HOST/);
  const nowhere = new URL(places.DATABASE_URL);
  nowhere.pathname = '/nowhere';
  await assertFails({ ...places, DATABASE_URL: nowhere.href }, /DATABASE_URL/, /"nowhere" does not exist/);
  const unreachable = 'postgres://koine:hunter2@127.0.0.1:1/koine';
  await assertFails({ ...places, DATABASE_URL: unreachable }, /DATABASE_URL/, /ECONNREFUSED/);
});

test('a data directory that is a file, inside one, or impossible to create is refused', async (t) => {
  const file = join(await folder(t), 'file');
  await writeFile(file, '');
  await assertFails({ DATA_DIR: file }, /DATA_DIR \S+ is not a folder/);
  await assertFails({ DATA_DIR: join(file, 'data') }, /DATA_DIR \S+ is not a folder, or is inside a file/);
  await assertFails({ DATA_DIR: '/proc/x' }, /DATA_DIR \/proc\/x cannot be created/);
});

test('an old Node.js or a missing package is reported in one line', async (t) => {
  const place = await folder(t);
  const old = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.18.3'})";
  assertRefused(await runIn(place, ['--import', old, SERVER]), /Node\.js 20\.19 or later is needed, this is 20\.18\.3/);
  for (const name of ['bin', 'scripts', 'dist/entries', 'package.json'])
    await cp(name, join(place, name), { recursive: true });
  assertRefused(await runIn(place, ['bin/server.js']), /a package is not installed: run npm ci/, /Cannot find package/);
});

test('the start line has the public URL too, and misspelt settings, migrations and an unreachable Redis are logged', async (t) => {
  const cwd = await folder(t);
  const places = { DATABASE_URL: await emptyDatabase(t), DATA_DIR: join(cwd, 'data'), PORT: '0' };
  const dotEnv = [
    'PUBLIC_URL=https://chat.example.org',
    'WORKRES=2',
    'JWT_SECRET',
    'ANYTHING=else',
    'REDIS_PASSWORD=x',
  ];
  await writeFile(join(cwd, '.env'), dotEnv.join('\n'));
  const REDIS_URL = 'redis://koine:hunter2@127.0.0.1:1/3';
  const env = {
    PATH: process.env.PATH,
    ...places,
    REDIS_URL,
    MESAGE_LENGTH: '5',
    KOINE_PORT: '80',
    SOMEBODY_ELSES: 'setting',
  };
  const child = spawn(process.execPath, [SERVER], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  atEnd(t, () => child.kill('SIGKILL'));
  const ended = Promise.all([once(child, 'exit'), text(child.stderr)]);
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.includes('Koine listens')) child.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [[0, null], '']);
  assert.match(
    out,
    /Koine listens on http:\/\/127\.0\.0\.1:\d+ \| public: https:\/\/chat\.example\.org \| database: PostgreSQL at .* \| broker: Redis at 127\.0\.0\.1:1 \|/,
  );
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

  assert.ok(
    messages.some((line) =>
      /^Redis is away, nodes hear of each other by way of the database: .*ECONNREFUSED/.test(line),
    ),
    out,
  );
  assert.doesNotMatch(out, /hunter2/);

  const checked = await runIn(cwd, [resolve('bin/koine.js'), 'check-config', '--json'], {
    DATABASE_URL: places.DATABASE_URL,
  });
  assert.deepEqual(JSON.parse(checked.out).warnings, doubtful.slice(0, 3));
});

test('all invalid settings are reported in one line', async (t) => {
  const DATA_DIR = await folder(t);
  const ended = await start(t, { DATA_DIR, PORT: 'http', DIALECTS: 'relay,esperanto', JWT_SECRET: 'hunter2' });
  assertRefused(ended, /PORT/, /"esperanto"/, /JWT_SECRET must have at least 32 characters/);
  assert.doesNotMatch(ended.err, /hunter2/);
});
