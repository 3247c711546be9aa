/** Real Redis for tests: one for all of them (test/run.ts), behind a proxy that can be cut. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { findProgram } from './programs.ts';

/** For `test` and `describe`: tests that need Redis are skipped without one, as test/run.ts reports. */
export const REDIS_URL = process.env.KOINE_TEST_REDIS_URL ?? '';
export const NEEDS_REDIS = { skip: REDIS_URL === '' };

export type RedisProcess = { readonly url: string; stop(signal?: NodeJS.Signals): Promise<void> };

/** Redis or Valkey. */
export function findRedisServer(): string | null {
  return findProgram('redis-server', 'valkey-server');
}

/** Starts one without persistence, on loopback; `port` 0: any free port. */
export async function startRedis(program: string, port = 0): Promise<RedisProcess> {
  const chosen = port === 0 ? await freePort() : port;
  // Redis overwrites its environment: its working directory marks it for reaper.ts.
  const settings = { bind: '127.0.0.1', port: String(chosen), save: '', appendonly: 'no', dir: tmpdir() };
  const argv = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data;
      if (said.includes('Ready to accept connections')) resolve();
    });
    void ended.then(() => reject(new Error(`Redis ended before it was ready: ${said}`)));
  });
  return {
    url: `redis://127.0.0.1:${chosen}`,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
