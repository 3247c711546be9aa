/** Starts the server under test and watches it: liveness, logged errors, memory. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** No rate limits, and only the server's own errors are logged. */
export const SETTINGS = {
  PORT: '0',
  ARGON2_MEMORY: '8',
  ARGON2_PASSES: '1',
  LOG_LEVEL: 'error',
  RATE_LIMITS: 'off',
  SOCKET_RATE: '1000000',
  SOCKET_BACKLOG: '67108864',
  ACCESS_TOKEN_TTL: '24h',
};

export type Held = { heapUsed: number; rss: number };

/** Deadline of a start, a memory report or a stop, in ms. */
const PATIENCE = 60_000;
const LOGGED = 20_000;

export class Target {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #log: () => string;

  private constructor(child: ChildProcess, url: string, log: () => string) {
    this.#child = child;
    this.url = url;
    this.#log = log;
  }

  static async start(settings: Record<string, string>): Promise<Target> {
    const child = fork(new URL('./server.js', import.meta.url), {
      execArgv: ['--expose-gc', '--enable-source-maps'],
      env: { PATH: process.env.PATH, ...settings },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-LOGGED);
      });
    const signal = AbortSignal.timeout(PATIENCE);
    const began = once(child, 'message', { signal }) as Promise<[{ url: string }]>;
    const [first] = await Promise.race([began, once(child, 'exit', { signal })]);
    if (typeof first !== 'object' || first === null) throw new Error(`the server did not start\n${log}`);
    return new Target(child, first.url, () => log);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The tail of its log: errors only. */
  get log(): string {
    return this.#log();
  }

  async held(): Promise<Held> {
    const answer = once(this.#child, 'message', { signal: AbortSignal.timeout(PATIENCE) });
    this.#child.send('memory');
    return (await answer)[0] as Held;
  }

  async stop(): Promise<void> {
    if (!this.alive) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE);
    await gone;
    clearTimeout(late);
  }
}
