/** Runs Koine's commands as a person at a terminal does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { atEnd, Watched } from './conditions.ts';

/** npm, two workers and a database take longer than most of what tests wait for, in ms. */
export const START = 60_000;
const SETTINGS = {
  PORT: '0',
  ARGON2_MEMORY: '8',
  ARGON2_PASSES: '1',
  LOG_LEVEL: 'warn',
  DISK_RESERVE: '0',
  npm_config_update_notifier: '',
};

/** A command in its own process group, as terminals and service managers start it, and its output. */
export class Run extends Watched {
  output = '';
  code: number | null | undefined;
  readonly child: ChildProcess;

  constructor(t: TestContext, [file = '', ...args]: readonly string[], settings: Record<string, string>, cwd?: string) {
    super();
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, SHELL: '/bin/sh', ...SETTINGS, ...settings };
    this.child = spawn(file, args, { env, cwd, stdio: 'pipe', detached: true });
    atEnd(t, () => {
      if (this.code === undefined) this.signal('SIGKILL', 'group');
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.change();
      });
    void once(this.child, 'close').then(([code]) => {
      this.code = code;
      this.change();
    });
  }

  signal(signal: NodeJS.Signals, to: 'process' | 'group' = 'process'): void {
    const pid = this.child.pid as number;
    process.kill(to === 'group' ? -pid : pid, signal);
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  async untilListening(): Promise<{ url: string; wsUrl: string }> {
    const url = await this.until('the start line', ({ output }) => /listens on (http:\S+)/.exec(output)?.[1], START);
    return { url, wsUrl: url.replace('http', 'ws') };
  }

  protected get over(): boolean {
    return this.code !== undefined;
  }

  protected describe(): string {
    return `it ended with ${this.code} and wrote ${this.output}`;
  }
}

export async function isRunning(pid: number): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command !== '';
}
