/**
 * Runs the tests: one real PostgreSQL for all of them, with a template of the migrated schema from which each server
 * under test gets a database of its own in milliseconds. `npm test -- <files>` runs some of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { TEMPLATE_DATABASE } from './support/harness.ts';
import { findRedisServer, startRedis } from './support/redis.ts';

/** The tests never need what a power cut would lose, nor replication, without which a database is copied sooner. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '1GB',
  autovacuum: 'off',
  max_connections: '400',
  shared_buffers: '256MB',
};

/** Processes that the tests are shared out among; a few for each core, so that the last of them don't wait for one. */
const GROUPS = 8;

/** Copying a database takes 30 ms in memory, ten times that on a disk. */
const MEMORY = '/dev/shm';
const MEMORY_NEEDED = 4 * 1024 ** 3;

const folder = await mkdtemp(join(await quickestPlace(), 'koine-test-'));
const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), { settings: SETTINGS });
const redis = await redisForTests();
let code = 1;
try {
  const { host, port, username, password } = postgres.connection;
  const socket = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  const databaseUrl = (name: string) =>
    `postgres://${username}:${password}@${socket ? 'localhost' : host}:${port}/${name}${socket}`;
  await makeTemplate(databaseUrl);
  code = await runTests({ KOINE_TEST_DATABASE_URL: databaseUrl('postgres'), KOINE_TEST_REDIS_URL: redis.url });
} finally {
  await redis.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(code);

async function quickestPlace(): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize >= MEMORY_NEEDED ? MEMORY : tmpdir();
}

async function makeTemplate(databaseUrl: (name: string) => string): Promise<void> {
  const admin = openDatabase(databaseUrl('postgres'), 1);
  await admin.unsafe(`create database ${TEMPLATE_DATABASE}`);
  await admin.end();
  const template = openDatabase(databaseUrl(TEMPLATE_DATABASE), 1);
  await migrate(template);
  await template.end();
}

/** That of REDIS_URL, or one of our own. */
async function redisForTests(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env.REDIS_URL;
  if (url) return { url, stop: async () => {} };
  const program = findRedisServer();
  if (program !== null) return startRedis(program);
  process.stdout.write('Left out: what needs Redis. There is no REDIS_URL and no redis-server on the PATH.\n');
  return { url: '', stop: async () => {} };
}

async function runTests(urls: Record<string, string>): Promise<number> {
  const words = process.argv.slice(2);
  const flags = words.filter((word) => word.startsWith('-'));
  const named = words.filter((word) => !word.startsWith('-'));
  const files = named.length > 0 ? named.map(built) : await inGroups(await testFiles());
  const concurrency = `--test-concurrency=${1 + Math.max(2, availableParallelism())}`;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--test', '--test-reporter=spec', concurrency, ...flags, ...files],
    {
      stdio: 'inherit',
      env: { ...process.env, REDIS_URL: '', ...urls },
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode ?? 1;
}

/**
 * Files that import the tests, some each: a process of its own for each file would spend a third of the whole time on
 * loading the same modules. In one process, tests run one after the other.
 */
async function inGroups(files: readonly string[]): Promise<string[]> {
  return Promise.all(
    Array.from({ length: GROUPS }, async (_, group) => {
      const own = files.filter((_, index) => index % GROUPS === group);
      const path = join(folder, `group-${group}.test.mjs`);
      await writeFile(path, own.map((file) => `import ${JSON.stringify(pathToFileURL(built(file)).href)};\n`).join(''));
      return path;
    }),
  );
}

/** Where the build has a source. */
function built(file: string): string {
  return join('dist', relative('.', file)).replace(/\.ts$/, '.js');
}

async function testFiles(): Promise<string[]> {
  const folders = ['test', 'src'];
  const found = await Promise.all(
    folders.map(async (name) => (await readdir(name, { recursive: true })).map((file) => join(name, file))),
  );
  return found
    .flat()
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .sort();
}
