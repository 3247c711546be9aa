/** The server as `npm start` runs it, in its own process, with its output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { atEnd, Watched } from './conditions.ts';

/** A first start creates a database, which is slow on a busy machine. In ms. */
const START = 60_000;

/** The beginning of the warning of a server run by root. */
export const AS_ROOT = 'Koine runs as root';

export class ServerProcess extends Watched {
  url = '';
  /** Everything on stdout and stderr. */
  output = '';
  protected ended = false;
  readonly #child;

  constructor(t: TestContext, settings: Record<string, string>) {
    super();
    const env = {
      PATH: process.env.PATH,
      PORT: '0',
      ARGON2_MEMORY: '8',
      ARGON2_PASSES: '1',
      DISK_RESERVE: '0',
      ...settings,
    };
    this.#child = spawn(process.execPath, ['bin/server.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    atEnd(t, () => this.#child.kill('SIGKILL'));
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.change();
      });
    this.#child.once('exit', () => {
      this.ended = true;
      this.change();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get wsUrl(): string {
    return this.url.replace(/^http/, 'ws');
  }

  /** The log lines, without the warning about root. */
  get lines(): Record<string, unknown>[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .filter((line) => !line.includes(AS_ROOT))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const exit = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    await exit;
  }

  async kill(): Promise<void> {
    const exit = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await exit;
  }

  protected get over(): boolean {
    return this.ended;
  }

  protected describe(): string {
    return `the server wrote ${this.output}`;
  }
}

/** A process that has started listening. */
export async function startProcess(t: TestContext, settings: Record<string, string>): Promise<ServerProcess> {
  const server = new ServerProcess(t, settings);
  server.url = await server.until('the start line', ({ output }) => /listens on (\S+)/.exec(output)?.[1], START);
  return server;
}
