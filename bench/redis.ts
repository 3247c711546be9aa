// The Redis that nodes share: from REDIS_URL, or a redis-server from the PATH on a free port.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Processes } from './processes.ts';
import { freePort } from './servers.ts';

export interface Redis {
  url: string;
  stop(): Promise<void>;
}

const START_MS = 10_000;

/** @throws if there is none */
export async function startRedis(processes: Processes): Promise<Redis> {
  const given = process.env.REDIS_URL;
  if (given) return { url: given, stop: async () => {} };
  const port = await freePort();
  const options = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no'];
  const child = processes.startProgram('redis-server', ['redis-server', ...options], { cwd: '/var/tmp' });
  const deadline = performance.now() + START_MS;
  while (!(await answers(port))) {
    if (child.ended || performance.now() > deadline) throw new Error(`no redis-server: ${child.output}`);
    await sleep(20);
  }
  return { url: `redis://127.0.0.1:${port}`, stop: () => child.stop() };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => {});
    socket.once('close', () => resolve(false));
  });
}
