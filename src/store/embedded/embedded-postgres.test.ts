import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { eventually } from '../../../test/support/conditions.ts';
import { findPostgresBinaries, linkLibraries } from './binaries.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { EmbeddedPostgresError } from './error.ts';
import { findPostmaster } from './postmaster.ts';

/** By data directory, for the clean-up. */
const started = new Map<string, EmbeddedPostgres[]>();
/** The data directory that the first test to need one has made; the others get copies: initdb takes half a second. */
let made: Promise<string> | undefined;

test('a first start makes a database that can be used, and a later one finds its data', async (t) => {
  const dir = await temporaryDirectory(t);
  const first = await start(dir);
  assert.match(first.version, /^18\./);
  assert.equal(first.tookOver, false);
  await query(first, 'create table notes as select 1 as id');
  await first.stop();
  await first.stop();
  assert.deepEqual(await findPostmaster(dir), {});

  const second = await start(dir);
  assert.equal(second.tookOver, false);
  assert.deepEqual(await query(second, 'select id from notes'), [{ id: 1 }]);
});

test('the database is durable, checksummed, UTF-8 and closed to the network unless told otherwise', async (t) => {
  const dir = await existingDatabase(t);
  const database = await start(dir, { settings: { work_mem: '5MB', fsync: 'on' } });
  const names = ['fsync', 'synchronous_commit', 'data_checksums', 'server_encoding', 'listen_addresses', 'work_mem'];
  const [row] = await query(
    database,
    `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(',')}`,
  );
  assert.deepEqual(Object.values(row ?? {}), ['on', 'on', 'on', 'UTF8', '', '5MB']);
  assert.equal((await stat(join(dir, 'koine-password'))).mode & 0o777, 0o600);
  const [rule] = await query(database, 'select array_agg(distinct auth_method) as methods from pg_hba_file_rules');
  assert.deepEqual(rule, { methods: ['scram-sha-256'] });
});

test('a database left running by a killed process is taken over with what was committed', async (t) => {
  const dir = await existingDatabase(t);
  const killed = await startElsewhere(t, dir);
  const before = await findPostmaster(dir);
  await kill(killed);

  const database = await start(dir);
  assert.equal(database.tookOver, true);
  assert.equal((await findPostmaster(dir)).postmaster?.pid, before.postmaster?.pid);
  assert.deepEqual(await query(database, 'select id from kept'), [{ id: 7 }]);
  await database.stop();
  assert.deepEqual(await findPostmaster(dir), {});
});

test('a database is not taken from a process that lives', async (t) => {
  const dir = await existingDatabase(t);
  const owner = await start(dir);
  await assert.rejects(startEmbeddedPostgres(dir), isPlain(/in use by another running Koine/));
  assert.deepEqual(await query(owner, 'select 1 as one'), [{ one: 1 }]);
});

test('a database that is shutting down is waited for and then started', async (t) => {
  const dir = await existingDatabase(t);
  await kill(await startElsewhere(t, dir));
  process.kill(await postmasterPid(dir), 'SIGINT');
  const database = await start(dir);
  assert.deepEqual(await query(database, 'select id from kept'), [{ id: 7 }]);
});

test('a pid file needs no hand when its process is dead, or is another program by now', async (t) => {
  const dir = await existingDatabase(t);
  const stranger = spawn('sleep', ['60']);
  t.after(() => stranger.kill());
  for (const reuse of [false, true]) {
    await kill(await startElsewhere(t, dir));
    const pid = await postmasterPid(dir);
    process.kill(pid, 'SIGKILL');
    if (reuse) await replacePid(dir, pid, stranger.pid ?? 0);
    const database = await start(dir);
    assert.equal(database.tookOver, false);
    assert.deepEqual(await query(database, 'select id from kept limit 1'), [{ id: 7 }]);
    await database.stop();
  }
});

test('a database that dies under us comes back at the same place', async (t) => {
  const dir = await existingDatabase(t);
  const troubles: string[] = [];
  const database = await start(dir, { onTrouble: (message) => troubles.push(message) });
  const sql = postgres({ ...database.connection, max: 1, backoff: () => 0.02 });
  t.after(() => sql.end());
  await sql`select 1`;
  process.kill(await postmasterPid(dir), 'SIGKILL');
  await eventually('the loss', async () => troubles.length > 0);
  assert.deepEqual(troubles, ['the connection to the embedded PostgreSQL was lost']);
  await eventually('an answer', () => sql`select 1`.catch(() => null));
});

test('stopping while the database is being brought back leaves nothing running', async (t) => {
  const dir = await existingDatabase(t);
  const troubles: string[] = [];
  const database = await start(dir, { onTrouble: (message) => troubles.push(message) });
  process.kill(await postmasterPid(dir), 'SIGKILL');
  await eventually('the loss', async () => troubles.length === 1);
  await database.stop();
  assert.equal((await findPostmaster(dir)).postmaster, undefined);
});

test('a log that has grown is put aside while the database runs, which goes on writing to it', async (t) => {
  const dir = await existingDatabase(t);
  const rotations: string[] = [];
  let aside = '';
  const onRotation = (message: string) => {
    rotations.push(message);
    // The next one replaces it.
    aside += readFileSync(`${dir}.log.1`, 'utf8');
  };
  const database = await start(dir, { logBytes: 10, logCheckMs: 100, onRotation });
  await eventually('the log that is put aside', async () => /ready to accept connections/.test(aside));
  assert.match(rotations[0] ?? '', /postgres\.log had \d+ KiB and was emptied; its content is in \S+\.log\.1$/);
  await database.stop();
  assert.match(await readFile(`${dir}.log`, 'utf8'), /database system is shut down/);
});

test('the leftovers of a killed initdb are deleted', async (t) => {
  const dir = await existingDatabase(t);
  await mkdir(`${dir}.init-a1B2c3/data/base`, { recursive: true });
  await start(dir);
  assert.deepEqual((await readdir(join(dir, '..'))).sort(), ['postgres', 'postgres.log']);
});

test('two starts at once: one has the database, the other says so', async (t) => {
  const dir = await temporaryDirectory(t);
  const both = await Promise.allSettled([start(dir), start(dir)]);
  const refused = both.filter((one) => one.status === 'rejected');
  assert.equal(refused.length, 1);
  assert.match(String(refused[0]?.reason), /in use by another running Koine/);
  const winner = both.find((one) => one.status === 'fulfilled');
  assert.deepEqual(winner && (await query(winner.value, 'select 1 as one')), [{ one: 1 }]);
});

test('a path too long for a socket is served through loopback, and taken over through it', async (t) => {
  const dir = await existingDatabase(t, 'long'.repeat(30));
  await kill(await startElsewhere(t, dir));
  const database = await start(dir);
  assert.equal(database.tookOver, true);
  assert.equal(database.connection.host, '127.0.0.1');
  assert.deepEqual(await query(database, 'select id from kept'), [{ id: 7 }]);
});

test('odd characters in the path do no harm', async (t) => {
  const database = await start(await temporaryDirectory(t, `it's, "a: b" = ü`));
  assert.deepEqual(await query(database, 'select 1 as one'), [{ one: 1 }]);
});

test('a database of another major version is refused', async (t) => {
  const dir = await temporaryDirectory(t);
  await mkdir(dir);
  await writeFile(join(dir, 'PG_VERSION'), '16\n');
  await assert.rejects(startEmbeddedPostgres(dir), isPlain(/made by PostgreSQL 16, this is PostgreSQL 18/));
});

test('a directory that holds something else, or cannot be made, is refused', async (t) => {
  const dir = await temporaryDirectory(t);
  await mkdir(join(dir, 'photos'), { recursive: true });
  await assert.rejects(startEmbeddedPostgres(dir), isPlain(/is not empty and holds no PostgreSQL database/));
  await writeFile(join(dir, 'file'), '');
  await assert.rejects(startEmbeddedPostgres(join(dir, 'file', 'postgres')), isPlain(/cannot start: (ENOTDIR|EEXIST)/));
});

test('a start that fails says why in one line', async (t) => {
  const dir = await existingDatabase(t);
  const attempt = startEmbeddedPostgres(dir, { settings: { shared_buffers: 'much' } });
  await assert.rejects(attempt, isPlain(/did not start: FATAL: .*"shared_buffers": "much".*postgres\.log/));
});

test('a platform without binaries is told to set DATABASE_URL', async () => {
  await assert.rejects(findPostgresBinaries('/nowhere', 'plan9-vax'), isPlain(/for plan9-vax .*set DATABASE_URL/));
});

test('missing library links are made, once, by however many processes', async (t) => {
  const root = await fakePackage(t);
  const made = await Promise.all([linkLibraries(root, `${root}.lib`), linkLibraries(root, `${root}.lib`)]);
  assert.deepEqual(made, [undefined, undefined]);
  assert.equal(await readlink(join(root, 'native/lib/libpq.so.5')), 'libpq.so.5.18');
});

test('library links go to the spare directory where the package cannot be written', async (t) => {
  if (process.platform !== 'linux') return t.skip('needs a directory that refuses even root');
  const root = await fakePackage(t);
  await rm(join(root, 'native/lib'), { recursive: true });
  await symlink('/sys/kernel', join(root, 'native/lib'));
  const spare = `${root}.lib`;
  for (const _again of [1, 2]) assert.equal(await linkLibraries(root, spare), spare);
  assert.equal(await readlink(join(spare, 'libpq.so.5')), join(root, 'native/lib/libpq.so.5.18'));
});

test('links that are there already are left alone', async (t) => {
  const root = await fakePackage(t);
  await linkLibraries(root, `${root}.lib`);
  const before = await lstat(join(root, 'native/lib/libpq.so.5'));
  await linkLibraries(root, `${root}.lib`);
  assert.equal((await lstat(join(root, 'native/lib/libpq.so.5'))).ino, before.ino);
});

/** A path, not yet made, below a temporary directory; what was started on it is stopped, then all of it goes, with the test. */
async function temporaryDirectory(t: TestContext, below = '.'): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'koine-postgres-'));
  const dir = join(parent, below, 'postgres');
  t.after(async () => {
    await Promise.all((started.get(dir) ?? []).map((one) => one.stop()));
    await endOrphan(dir);
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  });
  return dir;
}

/** A stopped database below a temporary directory. */
async function existingDatabase(t: TestContext, below?: string): Promise<string> {
  made ??= makeDatabase();
  const dir = await temporaryDirectory(t, below);
  await mkdir(join(dir, '..'), { recursive: true });
  await promisify(execFile)('cp', ['-a', await made, dir]);
  return dir;
}

async function makeDatabase(): Promise<string> {
  const dir = join(await mkdtemp(join(tmpdir(), 'koine-postgres-')), 'postgres');
  await (await startEmbeddedPostgres(dir, { settings: { fsync: 'off' } })).stop();
  return dir;
}

async function endOrphan(dir: string): Promise<void> {
  const { postmaster } = await findPostmaster(dir);
  if (postmaster === undefined) return;
  process.kill(postmaster.pid, 'SIGQUIT');
  await eventually('its end', async () => (await findPostmaster(dir)).postmaster === undefined);
}

async function start(dir: string, options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres(dir, { ...options, settings: { fsync: 'off', ...options.settings } });
  started.set(dir, [...(started.get(dir) ?? []), database]);
  return database;
}

async function query(database: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres({ ...database.connection, max: 1 });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

/** Another process starts the database, commits a row and then idles. */
async function startElsewhere(t: TestContext, dir: string): Promise<ChildProcess> {
  const program = `
    import postgres from 'postgres';
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded-postgres.js', import.meta.url).href)};
    const database = await startEmbeddedPostgres(process.argv[1]);
    const sql = postgres({ ...database.connection, onnotice: () => {} });
    await sql\`create table if not exists kept (id int)\`;
    await sql\`insert into kept values (7)\`;
    process.stdout.write('ready\\n');`;
  const args = ['--input-type=module', '--eval', program, dir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(createInterface(child.stdout), 'line');
  assert.equal(line, 'ready');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function postmasterPid(dir: string): Promise<number> {
  const { postmaster } = await findPostmaster(dir);
  assert.ok(postmaster);
  return postmaster.pid;
}

async function replacePid(dir: string, from: number, to: number): Promise<void> {
  for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
    const text = await readFile(join(dir, name), 'utf8');
    await writeFile(join(dir, name), text.replace(String(from), String(to)));
  }
}

async function fakePackage(t: TestContext): Promise<string> {
  const root = join(await temporaryDirectory(t), '..', 'package');
  await mkdir(join(root, 'native/lib'), { recursive: true });
  await writeList(root, 'libpq.so.5.18');
  return root;
}

async function writeList(root: string, source: string): Promise<void> {
  const list = [{ source: `native/lib/${source}`, target: 'native/lib/libpq.so.5' }];
  await writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(list));
}

function isPlain(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof EmbeddedPostgresError);
    assert.match(error.message, pattern);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}
