/**
 * The parent of several workers: prepares what they share, starts them on one port, brings parcels from one to the
 * others, starts anew what dies, and stops them in order. When it dies itself, the cluster module ends every worker.
 */
import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { withinDeadline } from '../deadline.ts';
import { Exchange } from '../hub/brokers/relay.ts';
import { createLogger } from '../operations/log.ts';
import { MetricsExchange } from '../operations/worker-metrics.ts';
import type { KoineServer } from '../server.ts';
import { buildWithClose, type OnClose, type PreparedDatabase, prepareInstallation } from './installation.ts';
import { type FromWorker, lineToWorker, metricsLineToWorker, type Ready, type ToWorker } from './worker-channel.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long the workers have for stopping, in ms; then they are cut off, and the database still has its time. */
const STOP_DEADLINE = 7_000;
/** The wait before a worker is started anew, in ms: doubled each time until it has run for a while. */
const SHORTEST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
const SETTLED = 30_000;
/** How long the others have for taking the people of a worker that ended out of the lobby, in ms. Later, its lease runs out. */
const PLACES_DEADLINE = 1_000;

type Running = { readonly worker: Worker; readonly node: string };

/** @throws an Error whose message is one clear line, having undone what it had begun */
export function startWorkers(config: Config, environment: Environment): Promise<KoineServer> {
  return buildWithClose(async (onClose) => build(config, environment, onClose));
}

async function build(config: Config, environment: Environment, onClose: OnClose) {
  const logger = createLogger(config.logLevel);
  const database = await prepareInstallation(config, logger, onClose);
  const crew = new Crew(environment, database, logger);
  onClose(() => crew.stop());
  const { url, parts } = await crew.start(config.workers);
  return { url, parts: { ...parts, workers: config.workers } };
}

class Crew {
  readonly #environment: Environment;
  readonly #database: PreparedDatabase;
  readonly #logger: Logger;
  readonly #exchange: Exchange;
  readonly #metrics = new MetricsExchange();
  readonly #workers = new Set<Worker>();
  readonly #stopping = new AbortController();
  /** Nodes of workers that ended, whose people may still be in the lobby; and what to call when they no longer are. */
  readonly #ended = new Map<string, () => void>();

  constructor(environment: Environment, database: PreparedDatabase, logger: Logger) {
    this.#environment = environment;
    this.#database = database;
    this.#logger = logger;
    this.#exchange = new Exchange((message) => logger.warn(message));
    cluster.setupPrimary({
      exec: fileURLToPath(new URL('worker.js', import.meta.url)),
      execArgv: [...process.execArgv, '--enable-source-maps'],
      // Parcels go through as the strings that they are; the default would escape them anew for each worker.
      serialization: 'advanced',
    });
  }

  /** @throws where one of them cannot start: the rest would not do better */
  async start(count: number): Promise<Ready> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const begun = await Promise.all(numbers.map((number) => this.#begin(number)));
    for (const [index, running] of begun.entries()) void this.#keepRunning(index + 1, running);
    return (begun[0] as { ready: Ready }).ready;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    const workers = [...this.#workers];
    const gone = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) tell(worker, { kind: 'stop' });
    const cut = setTimeout(() => {
      for (const worker of workers) worker.process.kill('SIGKILL');
    }, STOP_DEADLINE);
    await Promise.all(gone);
    clearTimeout(cut);
  }

  async #begin(number: number): Promise<Running & { ready: Ready }> {
    const worker = cluster.fork();
    const node = randomUUID();
    this.#workers.add(worker);
    const leave = this.#exchange.join(lineToWorker(worker));
    const leaveMetrics = this.#metrics.join(metricsLineToWorker(worker));
    worker.once('exit', () => {
      leave();
      leaveMetrics();
      this.#workers.delete(worker);
    });
    const own = { number, chores: number === 1, node };
    const start = { environment: this.#environment, database: this.#database, ...own };
    let ended: string[] = [];
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'places-ended') this.#forget([message.node]);
      if (message.kind === 'ready') this.#forget(ended);
      if (message.kind !== 'listening') return;
      ended = [...this.#ended.keys()];
      // One that came up while the rest was told to stop has not heard it.
      if (this.#stopping.signal.aborted) tell(worker, { kind: 'stop' });
      else tell(worker, { kind: 'start', ...start, ended });
    });
    return { worker, node, ready: await untilReady(worker, number) };
  }

  async #keepRunning(number: number, first: Running): Promise<void> {
    let pause = SHORTEST_PAUSE;
    for (let running: Running | null = first; !this.#stopping.signal.aborted; ) {
      const begun = Date.now();
      if (running !== null) {
        const how = await endOf(running.worker);
        if (this.#stopping.signal.aborted) return;
        await this.#endPlaces(running.node);
        this.#logger.error(`worker ${number} ended (${how}); another takes its place`);
      }
      if (Date.now() - begun > SETTLED) pause = SHORTEST_PAUSE;
      await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      running = await this.#tryAgain(number);
    }
  }

  /** Once one of the others, or the next that starts, has ended them, its people may sign in again and are seen to leave. */
  async #endPlaces(node: string): Promise<void> {
    const ended = new Promise<true>((resolve) => this.#ended.set(node, () => resolve(true)));
    for (const worker of this.#workers) tell(worker, { kind: 'worker-ended', node });
    if (this.#workers.size > 0) await withinDeadline(ended, PLACES_DEADLINE);
  }

  #forget(nodes: readonly string[]): void {
    for (const node of nodes) {
      this.#ended.get(node)?.();
      this.#ended.delete(node);
    }
  }

  async #tryAgain(number: number): Promise<Running | null> {
    if (this.#stopping.signal.aborted) return null;
    try {
      return await this.#begin(number);
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        this.#logger.error(`worker ${number} cannot start: ${(error as Error).message}`);
      return null;
    }
  }
}

function tell(worker: Worker, message: ToWorker): void {
  // One that is gone hears nothing; its end is told by another event.
  worker.send(message, () => {});
}

/** @throws an Error with the worker's own line */
function untilReady(worker: Worker, number: number): Promise<Ready> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') resolve(message);
      if (message.kind === 'failed') reject(new Error(message.line));
    });
    worker.once('exit', (code, signal) =>
      reject(new Error(`worker ${number} ended at its start (${signal ?? `code ${code}`})`)),
    );
  });
}

/** How it ended, when it does. */
async function endOf(worker: Worker): Promise<string> {
  const [code, signal] = await once(worker, 'exit');
  return signal ?? `code ${code}`;
}
