// The servers under test: their start, their readiness check, and Koine's accounts.
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveOrder } from './orders.ts';
import { postmasters, programVersion } from './process-stats.ts';
import type { Child, Processes } from './processes.ts';
import type { LoopDelay } from './watched-koine.ts';

export const SERVER_NAMES = ['koine', 'socket.io', 'ws', 'express'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

interface Kind {
  /** In the benchmark's folder; for Koine, in the checkout under test. */
  file: string;
  /** A path that returns 200 once the server is up. */
  statusPath: string;
  env: Record<string, string>;
}

const kinds: Record<ServerName, Kind> = {
  koine: {
    file: 'bin/server.js',
    statusPath: '/status',
    // As `npm start` sets it; rate limits are off, except the one on frames, which is set out of reach.
    env: { MALLOC_ARENA_MAX: '2', LOG_LEVEL: 'warn', SOCKET_RATE: '1000000', RATE_LIMITS: 'off' },
  },
  'socket.io': { file: 'peers/socket-io.ts', statusPath: '/', env: {} },
  ws: { file: 'peers/ws-loop.ts', statusPath: '/', env: {} },
  express: { file: 'peers/express-sequelize.ts', statusPath: '/status', env: { JWT_SECRET: 'only for the benchmark' } },
};

const START_MS = 60_000;
const POLL_MS = 5;

export interface Server {
  name: ServerName;
  port: number;
  pid: number;
  /** From spawn to the first successful HTTP answer. */
  startMs: number;
  /** Its processes by the names under which their CPU time is reported. */
  watch: Record<string, number>;
  /** Rejects with the process's last output when it ends. */
  ended(): Promise<never>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Of a watched Koine: delay of its event loop since the last call. */
  loopDelay(): Promise<LoopDelay>;
  stop(): Promise<void>;
}

/** `env`: settings beyond the benchmark's own. `folder`: the checkout under test. */
interface KoineUnderTest {
  env: Record<string, string>;
  folder: string;
}

interface Place {
  env?: Record<string, string>;
  port?: number;
}

export class Servers {
  /** Of the database in a data directory; null before one has run, or with another database. */
  databaseVersion: string | null = null;
  readonly #processes: Processes;
  /** The folder of the servers' data. */
  readonly workDir: string;
  readonly #koine: KoineUnderTest;

  constructor(processes: Processes, workDir: string, koine: KoineUnderTest) {
    this.#processes = processes;
    this.workDir = workDir;
    this.#koine = koine;
  }

  newDataDir(): Promise<string> {
    return mkdtemp(join(this.workDir, 'data-'));
  }

  /** `env`: additional settings. `port`: any by default. */
  start(name: ServerName, dataDir: string, place: Place = {}): Promise<Server> {
    const file = name === 'koine' ? this.#koineFile() : resolve(import.meta.dirname, kinds[name].file);
    return this.#start(name, dataDir, { ...place, file, ipc: false });
  }

  /** Koine with a monitor of its event loop in the process. */
  startWatchedKoine(dataDir: string): Promise<Server> {
    return this.#start('koine', dataDir, { file: 'watched-koine.ts', ipc: true });
  }

  #koineFile(): string {
    const file = resolve(this.#koine.folder, kinds.koine.file);
    // Checkouts from before there was a build.
    return existsSync(file) ? file : resolve(this.#koine.folder, 'src/main.ts');
  }

  async #start(
    name: ServerName,
    dataDir: string,
    { file, ipc, ...place }: { file: string; ipc: boolean } & Place,
  ): Promise<Server> {
    const { statusPath, env } = kinds[name];
    const port = place.port ?? (await freePort());
    const begin = performance.now();
    const child = this.#processes.start(name, resolve(import.meta.dirname, file), {
      ipc,
      // Neither the user's environment nor an .env file in the working directory affects the server.
      cwd: this.workDir,
      env: {
        ...pick(process.env, ['PATH', 'HOME', 'USER', 'LANG']),
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: dataDir,
        ...env,
        ...place.env,
        ...(name === 'koine' ? this.#koine.env : {}),
      },
    });
    await answering(child, `http://127.0.0.1:${port}${statusPath}`);
    const startMs = performance.now() - begin;
    const [postmaster] = dataDir ? postmasters(dataDir) : [];
    if (postmaster) this.databaseVersion ??= programVersion(postmaster);
    return {
      name,
      port,
      pid: child.pid,
      startMs,
      watch: { server: child.pid, ...(postmaster ? { database: postmaster } : {}) },
      ended: () => child.whenEnded(),
      kill: () => child.kill(),
      loopDelay: () => giveOrder<object, LoopDelay>(child, {}),
      stop: () => child.stop(),
    };
  }
}

export const senderName = (index: number): string => `sender${index}`;

/** Creates accounts and signs them in; the tokens outlive a restart of the server. */
export async function signUp(port: number, count: number): Promise<string[]> {
  const post = async (path: string, body: Record<string, string>) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { token: string };
  };
  const tokens: string[] = [];
  for (let i = 0; i < count; i++) {
    const account = { email: `sender${i}@example.com`, password: 'correct horse battery' };
    await post('/createUser', { ...account, username: senderName(i) });
    tokens.push((await post('/login', account)).token);
  }
  return tokens;
}

async function answering(child: Child, url: string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (!(await answersOk(url))) {
    if (child.ended) throw new Error(child.exitReport);
    if (performance.now() > deadline) throw new Error(`no answer from ${url} in ${START_MS} ms\n${child.output}`);
    await sleep(POLL_MS);
  }
}

function answersOk(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function pick(env: NodeJS.ProcessEnv, names: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.filter((name) => name in env).map((name) => [name, env[name]]));
}
