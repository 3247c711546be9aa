/** Node processes on one PostgreSQL and one Redis, each with its own proxy to the database. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { findRedisServer, freePort, type RedisProcess, startRedis } from '../support/redis.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const NODES = 3;
const METRICS_TOKEN = 'a token of the fault tests';
/** How long a node may take to start or stop, in ms. */
const PROCESS_DEADLINE = 60_000;
/** Without durability at power cuts; only crashes of PostgreSQL itself are tested. */
const POSTGRES = { fsync: 'off', full_page_writes: 'off', max_connections: '100' };
const LOG_LINES = 30;
/** Our own to the database. */
const CONNECTIONS = 3;

export class Node {
  readonly name: string;
  readonly proxy: TcpProxy;
  readonly #settings: Record<string, string>;
  readonly #onCrash: (text: string) => void;
  #child: ChildProcess | null = null;
  #log: string[] = [];
  #ending = false;
  /** Whether it is suspended (SIGSTOP). */
  frozen = false;

  constructor(name: string, proxy: TcpProxy, settings: Record<string, string>, onCrash: (text: string) => void) {
    this.name = name;
    this.proxy = proxy;
    this.#settings = settings;
    this.#onCrash = onCrash;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#settings.PORT}`;
  }

  get wsUrl(): string {
    return this.url.replace('http', 'ws');
  }

  get isUp(): boolean {
    return this.#child !== null && !this.#ending;
  }

  /** Retries while the database is down. */
  async start(): Promise<void> {
    const deadline = Date.now() + PROCESS_DEADLINE;
    while (!(await this.#launch()))
      if (Date.now() > deadline) throw new Error(`${this.name} does not start\n${this.log}`);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#ending = true;
    const exited = once(child, 'exit');
    child.kill(signal);
    const killed = setTimeout(() => {
      this.#onCrash(`${this.name} did not end at ${signal}`);
      child.kill('SIGKILL');
    }, PROCESS_DEADLINE);
    await exited;
    clearTimeout(killed);
    this.#child = null;
    this.#ending = false;
  }

  freeze(): void {
    this.frozen = true;
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.frozen = false;
    this.#child?.kill('SIGCONT');
  }

  setClock(shift: number): void {
    this.#child?.send({ shift });
  }

  get log(): string {
    return this.#log.join('\n');
  }

  /** Events that this process backfilled from the log because their batches were lost. */
  async repaired(): Promise<number> {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    try {
      const answer = await fetch(`${this.url}/metrics`, { headers, signal: AbortSignal.timeout(2_000) });
      return Number(/^koine_gap_repaired_events_total (\d+)/m.exec(await answer.text())?.[1] ?? 0);
    } catch {
      return 0;
    }
  }

  /** @returns false if it exited before listening */
  async #launch(): Promise<boolean> {
    const argv = ['--import', new URL('clock.js', import.meta.url).href, 'bin/server.js'];
    const env = { PATH: process.env.PATH, ...this.#settings };
    const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const exited = once(child, 'exit').then(() => false);
    const listening = new Promise<boolean>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        createInterface(stream as NonNullable<typeof stream>).on('line', (line) => {
          this.#log = [...this.#log, line].slice(-LOG_LINES);
          if (line.includes('listens on')) resolve(true);
        });
    });
    if (!(await Promise.race([listening, exited]))) return false;
    this.#child = child;
    void exited.then(() => {
      if (this.#child !== child || this.#ending) return;
      this.#child = null;
      this.#onCrash(`${this.name} ended by itself:\n${this.log}`);
    });
    return true;
  }
}

export class Cluster {
  readonly nodes: Node[] = [];
  /** For files that end with it. */
  readonly folder: string;
  readonly #postgres: EmbeddedPostgres;
  readonly #redisProgram: string;
  #redis: RedisProcess;
  #sql: Sql;

  private constructor(folder: string, postgres: EmbeddedPostgres, redisProgram: string, redis: RedisProcess) {
    this.folder = folder;
    this.#postgres = postgres;
    this.#redisProgram = redisProgram;
    this.#redis = redis;
    this.#sql = openDatabase(postgres.connection, CONNECTIONS);
  }

  /** `settings`: of PostgreSQL. */
  static async start(
    onCrash: (text: string) => void,
    settings: Record<string, string> = {},
    nodes = NODES,
  ): Promise<Cluster> {
    const redisProgram = findRedisServer();
    if (redisProgram === null) throw new Error('the fault tests kill and start a Redis: put redis-server on the PATH');
    const folder = await mkdtemp(join(tmpdir(), 'koine-faults-'));
    const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), {
      settings: { ...POSTGRES, ...settings },
    });
    const cluster = new Cluster(folder, postgres, redisProgram, await startRedis(redisProgram));
    for (let index = 0; index < nodes; index += 1) cluster.nodes.push(await cluster.#node(`node ${index}`, onCrash));
    // The first node applies the migrations.
    for (const node of cluster.nodes) await node.start();
    return cluster;
  }

  /** A direct connection to the database, without proxy. */
  get sql(): Sql {
    return this.#sql;
  }

  async restartRedis(pause: () => Promise<void>): Promise<void> {
    const port = Number(new URL(this.#redis.url).port);
    await this.#redis.stop('SIGKILL');
    await pause();
    this.#redis = await startRedis(this.#redisProgram, port);
  }

  /** For commands of operators. */
  get commandSettings(): Record<string, string> {
    const { host, port, username, password, database } = this.#postgres.connection;
    const url = new URL(`postgres://${username}:${password}@localhost:${port}/${database}`);
    if (host.startsWith('/')) url.searchParams.set('host', host);
    else url.hostname = host;
    return { DATABASE_URL: url.href, DATA_DIR: join(this.folder, 'commands') };
  }

  /** Empties the database and runs that; nothing else of Koine is connected meanwhile. The nodes must be stopped. */
  async withEmptyDatabase(work: () => Promise<void>): Promise<void> {
    for (const { proxy } of this.nodes) proxy.cut();
    await this.#sql.unsafe('drop schema if exists relay, public cascade; create schema public');
    await this.#sql.end();
    try {
      await work();
    } finally {
      this.#sql = openDatabase(this.#postgres.connection, CONNECTIONS);
    }
  }

  get dataDirectory(): string {
    return join(this.folder, 'postgres');
  }

  get redisUrl(): string {
    return this.#redis.url;
  }

  /** `SIGINT`: a fast shutdown, `SIGQUIT`: an immediate one. It is restarted automatically. */
  async endPostgres(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const [pid] = (await readFile(join(this.dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(pid), signal);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) node.thaw();
    await Promise.all(this.nodes.map((node) => node.end('SIGKILL')));
    await Promise.all(this.nodes.map((node) => node.proxy.close()));
    await this.#sql.end({ timeout: 1 });
    await this.#redis.stop('SIGKILL');
    await this.#postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #node(name: string, onCrash: (text: string) => void): Promise<Node> {
    const { host, port, username, password, database } = this.#postgres.connection;
    const target = host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port };
    const proxy = await TcpProxy.open(target);
    const settings = {
      PORT: String(await freePort()),
      DATA_DIR: join(this.folder, name.replace(' ', '-')),
      DATABASE_URL: `postgres://${username}:${password}@127.0.0.1:${proxy.port}/${database}`,
      REDIS_URL: this.#redis.url,
      JWT_SECRET: 'a secret that all nodes of the fault tests share',
      METRICS_TOKEN,
      LOG_LEVEL: 'warn',
      ARGON2_MEMORY: '8',
      ARGON2_PASSES: '1',
      SOCKET_RATE: '100000',
      RELAY_HISTORY: '20',
      RATE_LIMITS: 'off',
    };
    return new Node(name, proxy, settings, onCrash);
  }
}
