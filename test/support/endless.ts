/** Run by test/runner.test.ts: starts the processes that tests start, prints their ids, and never ends. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createClient } from '@redis/client';
import { folder } from './conditions.ts';
import { REDIS_URL } from './redis.ts';
import { startProcess } from './server-process.ts';

/** The beginning of the line with the process ids. */
const READY = 'running: ';

test('a test that never ends', async (t) => {
  const data = await folder(t);
  const server = await startProcess(t, { DATA_DIR: data });
  // Ignores signals, in its own session.
  const program = 'trap "" INT TERM HUP; while :; do sleep 1; done';
  const deaf = spawn('sh', ['-c', program], { detached: true, stdio: 'ignore' });
  const databases = [
    join(data, 'postgres'),
    new URL(process.env.KOINE_TEST_DATABASE_URL ?? '').searchParams.get('host'),
  ];
  const postmasters = await Promise.all(databases.map((place) => postmasterPid(place ?? '')));
  const pids = [process.pid, server.pid, deaf.pid, ...postmasters, ...(await redisPids())];
  process.stderr.write(`${READY}${JSON.stringify({ pids, folder: process.env.TMPDIR })}\n`);
  await new Promise(() => setInterval(() => {}, 60_000));
});

async function redisPids(): Promise<number[]> {
  if (REDIS_URL === '') return [];
  const client = await createClient({ url: REDIS_URL }).connect();
  const info = await client.info('server');
  client.destroy();
  return [Number(/^process_id:(\d+)/m.exec(String(info))?.[1])];
}

async function postmasterPid(place: string): Promise<number> {
  return Number((await readFile(join(place, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}
