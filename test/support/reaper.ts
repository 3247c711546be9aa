/**
 * Cleans up after a test run, from its own session. Once the run has exited, even by SIGKILL, it ends every leftover
 * process and removes the folders. `node reaper.js <mark> <folders>`, with a pipe from the run as standard input. A
 * process belongs to the run if its command line, environment or working directory contains the mark, or if its parent
 * belongs to it.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long processes may take to stop, and then to be gone, in ms. */
const ORDERLY = 3_000;
const KILLED = 5_000;
const PAUSE = 20;

type Process = { readonly pid: number; readonly parent: number; readonly texts: string };

const [mark = '', ...folders] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.stdin.resume();
await once(process.stdin, 'close');
// SIGINT is a fast shutdown of PostgreSQL.
await end('SIGINT', ORDERLY);
await end('SIGKILL', KILLED);
for (const folder of folders) rmSync(folder, { recursive: true, force: true });
process.exit();

async function end(signal: NodeJS.Signals, within: number): Promise<void> {
  const deadline = Date.now() + within;
  const told = new Set<number>();
  for (let left = ofTheRun(); left.length > 0 && Date.now() < deadline; left = ofTheRun()) {
    for (const pid of left.filter((one) => !told.has(one))) {
      told.add(pid);
      send(pid, signal);
    }
    await sleep(PAUSE);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has exited by itself.
  }
}

function ofTheRun(): number[] {
  const all = processes().filter(({ pid }) => pid !== process.pid);
  const found = new Set(all.filter(({ texts }) => texts.includes(mark)).map(({ pid }) => pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** All processes that we may inspect, without zombies. */
function processes(): Process[] {
  if (!existsSync('/proc/self/environ')) return processesByPs();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        if (state === 'Z') return [];
        const [command, environment] = ['cmdline', 'environ'].map((file) =>
          readFileSync(`/proc/${name}/${file}`, 'latin1'),
        );
        const texts = `${command}\n${environment}\n${readlinkSync(`/proc/${name}/cwd`)}`;
        return [{ pid: Number(name), parent: Number(parent), texts }];
      } catch {
        return [];
      }
    });
}

function processesByPs(): Process[] {
  const lines = execFileSync('ps', ['-Aww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, texts = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), texts }];
  });
}
