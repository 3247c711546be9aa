// The running PostgreSQL of a data directory: found through its postmaster.pid, stopped by signals.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './error.ts';

export const pollMs = 15;

/** `host` is the directory of a unix socket, or the loopback address. */
export type Endpoint = { readonly host: string; readonly port: number };

export type Postmaster = Endpoint & {
  readonly pid: number;
  readonly status: 'starting' | 'ready' | 'stopping';
};

/** The living postmaster of `dir`, or the process id that a dead one left in its pid file, or neither. */
export async function findPostmaster(dir: string): Promise<{ postmaster?: Postmaster; stalePid?: number }> {
  const text = await readFile(join(dir, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // pid, data directory, start time, port, socket directory, listen address, shared memory key, status
  const [pidLine = '', , , port = '', socketDir = '', address = '', , state = ''] = text.split('\n');
  const pid = Number.parseInt(pidLine, 10);
  if (!(pid > 0)) return {};
  if (!(await isPostmaster(pid, dir))) return { stalePid: pid };
  const host = socketDir === '' ? address : resolve(dir, socketDir);
  return { postmaster: { pid, host, port: Number(port), status: toStatus(state.trim()) } };
}

function toStatus(state: string): Postmaster['status'] {
  return state === 'ready' || state === 'stopping' ? state : 'starting';
}

/** A process id alone proves nothing: it may have been given to another program since. A zombie has no command line. */
async function isPostmaster(pid: number, dir: string): Promise<boolean> {
  if (process.platform !== 'linux') return isPostmasterByPs(pid, dir);
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const args = command.split('\0');
  return basename(args[0] ?? '') === 'postgres' && args[args.indexOf('-D') + 1] === dir;
}

async function isPostmasterByPs(pid: number, dir: string): Promise<boolean> {
  const ps = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return ps.stdout.includes(`postgres -D ${dir} `);
}

/** @param fastMs how long a fast shutdown may take before an immediate one, which costs recovery at the next start */
export async function stopPostmaster(dir: string, fastMs: number): Promise<void> {
  const { postmaster } = await findPostmaster(dir);
  if (postmaster === undefined) return;
  const { pid } = postmaster;
  if (await endBySignal(pid, dir, 'SIGINT', fastMs)) return;
  // The postmaster itself kills what has not gone five seconds after this signal.
  if (await endBySignal(pid, dir, 'SIGQUIT', 7_000)) return;
  throw new EmbeddedPostgresError(`the embedded PostgreSQL (process ${pid}) does not stop`);
}

async function endBySignal(pid: number, dir: string, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  if (!trySignal(pid, signal)) return true;
  while (await isPostmaster(pid, dir)) {
    if (Date.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** @returns false when there is no such process any more */
export function trySignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
