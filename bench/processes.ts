// Tracks every process that a benchmark starts, so that none outlives it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_MS = 12_000;
const OUTPUT_KEPT = 8_000;

export class Child {
  readonly name: string;
  readonly process: ChildProcess;
  readonly pid: number;
  /** The tail of stdout and stderr. */
  output = '';

  constructor(name: string, process: ChildProcess) {
    this.name = name;
    this.process = process;
    if (!process.pid) throw new Error(`${name} could not be started`);
    this.pid = process.pid;
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output = (this.output + text).slice(-OUTPUT_KEPT);
      });
    }
  }

  /** Rejects with the process's last output when it ends. */
  async whenEnded(): Promise<never> {
    if (!this.ended) await once(this.process, 'exit');
    throw new Error(this.exitReport);
  }

  get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Explains a premature end. */
  get exitReport(): string {
    return `${this.name} ended with ${this.process.exitCode ?? this.process.signalCode}\n${this.output}`.trim();
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    if (this.ended) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const inTime = await Promise.race([gone.then(() => true), sleep(STOP_MS, false, { ref: false })]);
    if (inTime) return;
    this.process.kill('SIGKILL');
    await gone;
  }
}

export class Processes {
  /** Set when everything is being stopped: nothing is started after that. */
  stopping = false;
  readonly #children = new Set<Child>();

  /** Starts a file with this Node.js. */
  start(name: string, file: string, options: { env?: NodeJS.ProcessEnv; cwd?: string; ipc?: boolean } = {}): Child {
    const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
    return this.startProgram(name, [process.execPath, ...loader, file], options);
  }

  /** Starts any program. `command`: its name and arguments. */
  startProgram(
    name: string,
    [program, ...args]: [string, ...string[]],
    options: { env?: NodeJS.ProcessEnv; cwd?: string; ipc?: boolean } = {},
  ): Child {
    const { env = process.env, cwd, ipc = false } = options;
    if (this.stopping) throw new Error('interrupted');
    const child = new Child(
      name,
      spawn(program, args, {
        env,
        cwd,
        // Protected from Ctrl-C: its owner ends it, in order.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
      }),
    );
    this.#children.add(child);
    child.process.once('exit', () => this.#children.delete(child));
    return child;
  }

  async stopAll(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.#children].map((child) => child.stop()));
  }
}
