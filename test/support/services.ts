/** Services shared by a test run: a PostgreSQL with a template of the migrated schema, and a Redis. */
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { TEMPLATE_DATABASE } from './harness.ts';
import { findRedisServer, startRedis } from './redis.ts';

/** Tests need neither durability nor replication, and databases are copied faster without. */
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

/** Copying a database takes 30 ms in memory, and ten times that on a disk. */
const MEMORY = '/dev/shm';
const MEMORY_NEEDED = 4 * 1024 ** 3;

export type Services = {
  /** The tests' environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes leftovers of killed tests; somebody else's Redis is left alone. */
  clear(): Promise<void>;
  stop(): Promise<void>;
};

/** @param folder stores the database */
export async function startServices(folder: string): Promise<Services> {
  const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), { settings: SETTINGS });
  const redis = await redisForTests();
  const { host, port, username, password } = postgres.connection;
  const socket = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  const databaseUrl = (name: string) =>
    `postgres://${username}:${password}@${socket ? 'localhost' : host}:${port}/${name}${socket}`;
  const stop = async () => {
    await redis.stop();
    await postgres.stop();
  };
  try {
    await makeTemplate(databaseUrl);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { KOINE_TEST_DATABASE_URL: databaseUrl('postgres'), KOINE_TEST_REDIS_URL: redis.url, REDIS_URL: '' },
    clear: async () => {
      await dropTestDatabases(databaseUrl('postgres'));
      if (redis.own) await flush(redis.url);
    },
    stop,
  };
}

export async function quickestPlace(): Promise<string> {
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

/** The Redis of REDIS_URL, or one of our own. */
async function redisForTests(): Promise<{ url: string; own: boolean; stop(): Promise<void> }> {
  const url = process.env.REDIS_URL;
  if (url) return { url, own: false, stop: async () => {} };
  const program = findRedisServer();
  if (program !== null) return { ...(await startRedis(program)), own: true };
  process.stdout.write('Left out: what needs Redis. There is no REDIS_URL and no redis-server on the PATH.\n');
  return { url: '', own: false, stop: async () => {} };
}

async function dropTestDatabases(url: string): Promise<void> {
  const admin = openDatabase(url, 1);
  const left = await admin<{ datname: string }[]>`select datname from pg_database where starts_with(datname, 'test_')`;
  for (const { datname } of left) await admin.unsafe(`drop database if exists ${datname} with (force)`);
  await admin.end();
}

async function flush(url: string): Promise<void> {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  await client.flushAll();
  client.destroy();
}
