/**
 * The parent of several workers: prepares the database, starts the workers on one port, relays event batches between
 * them, restarts workers that exit, and stops them gracefully. If the parent dies, the cluster module ends every
 * worker.
 */
import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { withinDeadline } from '../deadline.ts';
import { Relay } from '../hub/brokers/relay.ts';
import { createLogger } from '../operations/log.ts';
import { MetricsRelay } from '../operations/worker-metrics.ts';
import type { KoineServer } from '../server.ts';
import { buildWithClose, type OnClose, type PreparedDatabase, prepareInstallation } from './installation.ts';
import { setupUrl } from './setup-url.ts';
import {
  channelToWorker,
  type FromWorker,
  metricsChannelToWorker,
  type Ready,
  type ToWorker,
} from './worker-channel.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long workers may take to stop, in ms, before they are killed; it leaves time to stop the database. */
const STOP_DEADLINE = 7_000;
/** Restart backoff of a worker, in ms: doubles with each attempt until the worker has run for a while. */
const MIN_BACKOFF = 100;
const MAX_BACKOFF = 5_000;
const STABLE_AFTER = 30_000;
/**
 * How long the other workers may take to remove the presence entries of an exited worker, in ms. Otherwise its lease
 * expires.
 */
const PRESENCE_DEADLINE = 1_000;

type Running = { readonly worker: Worker; readonly node: string };

/** @throws an Error with a one-line message; completed steps are rolled back */
export function startWorkers(config: Config, environment: Environment): Promise<KoineServer> {
  return buildWithClose(async (onClose) => build(config, environment, onClose));
}

async function build(config: Config, environment: Environment, onClose: OnClose) {
  const logger = createLogger(config.logLevel);
  const { setupCode, ...database } = await prepareInstallation(config, logger, onClose);
  const pool = new WorkerPool(environment, database, logger);
  onClose(() => pool.stop());
  const { url, parts } = await pool.start(config.workers);
  return { url, setupUrl: setupUrl(config, url, setupCode), parts: { ...parts, workers: config.workers } };
}

class WorkerPool {
  readonly #environment: Environment;
  readonly #database: PreparedDatabase;
  readonly #logger: Logger;
  readonly #relay: Relay;
  readonly #metrics = new MetricsRelay();
  readonly #workers = new Set<Worker>();
  readonly #stopping = new AbortController();
  /** Node ids of exited workers whose presence entries may still exist, each with the callback for their removal. */
  readonly #ended = new Map<string, () => void>();

  constructor(environment: Environment, database: PreparedDatabase, logger: Logger) {
    this.#environment = environment;
    this.#database = database;
    this.#logger = logger;
    this.#relay = new Relay((message) => logger.warn(message));
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('worker.js', import.meta.url)),
      execArgv: [...process.execArgv, '--enable-source-maps'],
      // Structured clone passes batches as plain strings; the default (JSON) would escape them for each worker.
      serialization: 'advanced',
    });
  }

  /** @throws if a worker cannot start: the others would fail for the same reason */
  async start(count: number): Promise<Ready> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const forked = await Promise.all(numbers.map((number) => this.#fork(number)));
    for (const [index, running] of forked.entries()) void this.#keepRunning(index + 1, running);
    return (forked[0] as { ready: Ready }).ready;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const workers = [...this.#workers];
    const gone = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) send(worker, { kind: 'stop' });
    const cut = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL');
    }, STOP_DEADLINE);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  async #fork(number: number): Promise<Running & { ready: Ready }> {
    const worker = cluster.fork();
    const node = randomUUID();
    this.#workers.add(worker);
    const leave = this.#relay.join(channelToWorker(worker));
    const leaveMetrics = this.#metrics.join(metricsChannelToWorker(worker));
    worker.once('exit', () => {
      leave();
      leaveMetrics();
      this.#workers.delete(worker);
    });
    const own = { number, scheduledJobs: number === 1, node };
    const start = { environment: this.#environment, database: this.#database, ...own };
    let ended: string[] = [];
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'presence-ended') this.#forget([message.node]);
      if (message.kind === 'ready') this.#forget(ended);
      if (message.kind !== 'listening') return;
      ended = [...this.#ended.keys()];
      // The stop message was sent before this worker could receive it.
      if (this.#stopping.signal.aborted) send(worker, { kind: 'stop' });
      else send(worker, { kind: 'start', ...start, ended });
    });
    return { worker, node, ready: await untilReady(worker, number) };
  }

  async #keepRunning(number: number, first: Running): Promise<void> {
    let backoff = MIN_BACKOFF;
    for (let running: Running | null = first; !this.#stopping.signal.aborted; ) {
      const started = Date.now();
      if (running !== null) {
        const reason = await exitOf(running.worker);
        if (this.#stopping.signal.aborted) return;
        await this.#endPresence(running.node);
        this.#logger.error(`worker ${number} exited (${reason}) and is restarted`);
      }
      if (Date.now() - started > STABLE_AFTER) backoff = MIN_BACKOFF;
      await sleep(backoff, undefined, { signal: this.#stopping.signal }).catch(() => {});
      backoff = Math.min(backoff * 2, MAX_BACKOFF);
      running = await this.#restart(number);
    }
  }

  /**
   * After another worker, or the next one to start, has removed the entries, the accounts can sign in again and are
   * seen to leave.
   */
  async #endPresence(node: string): Promise<void> {
    const ended = new Promise<true>((resolve) => this.#ended.set(node, () => resolve(true)));
    for (const worker of this.#workers) send(worker, { kind: 'worker-ended', node });
    if (this.#workers.size > 0) await withinDeadline(ended, PRESENCE_DEADLINE);
  }

  #forget(nodes: readonly string[]): void {
    for (const node of nodes) {
      this.#ended.get(node)?.();
      this.#ended.delete(node);
    }
  }

  async #restart(number: number): Promise<Running | null> {
    if (this.#stopping.signal.aborted) return null;
    try {
      return await this.#fork(number);
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        this.#logger.error(`worker ${number} cannot start: ${(error as Error).message}`);
      return null;
    }
  }
}

function send(worker: Worker, message: ToWorker): void {
  // An exited worker receives nothing; its `exit` event handles that.
  worker.send(message, () => {});
}

/** @throws an Error with the worker's reason */
function untilReady(worker: Worker, number: number): Promise<Ready> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve(message);
      if (message.kind === 'failed') reject(new Error(message.reason));
    });
    worker.once('exit', (code, signal) =>
      reject(new Error(`worker ${number} exited during its start (${signal ?? `code ${code}`})`)),
    );
  });
}

async function exitOf(worker: Worker): Promise<string> {
  const [code, signal] = await once(worker, 'exit');
  return signal ?? `code ${code}`;
}
