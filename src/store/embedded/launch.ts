// Starts the server of a data directory, with our settings and its output in a log file beside the directory.

import { open, readFile } from 'node:fs/promises';
import { type Account, endedBeforeItBegan, launch } from './account.ts';
import type { PostgresBinaries } from './binaries.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { Endpoint } from './postmaster.ts';

/** For a small machine and many small commits. Acknowledged commits are on disk: fsync and synchronous_commit stay on. */
const defaultSettings: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '60',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  jit: 'off',
  // Parallel queries want room in /dev/shm, of which a container has little, and cores, of which there are few.
  max_parallel_workers_per_gather: '0',
  // Errors reach Koine, which logs them; this log is for the server's own troubles, not for users' data.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

export type Place = {
  readonly dir: string;
  readonly binaries: PostgresBinaries;
  readonly account: Account;
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
};

export type Attempt = {
  readonly pid: number | undefined;
  readonly log: string;
  readonly logFrom: number;
  /** Resolves when the process has ended, or if it never started. */
  readonly ended: Promise<void>;
  failure?: string;
  /** It failed before the program in it began. */
  endedEarly?: boolean;
};

export async function attemptLaunch(place: Place, endpoint: Endpoint, stalePid: number | undefined): Promise<Attempt> {
  const log = `${place.dir}.log`;
  const handle = await open(log, 'a', 0o600);
  try {
    const { size: logFrom } = await handle.stat();
    const child = launch(place.account, place.binaries.postgres, serverArguments(place, endpoint), {
      log: handle.fd,
      env: { ...loaderEnvironment(place.binaries), ...disregard(stalePid) },
    });
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const attempt: Attempt = { pid: child.pid, log, logFrom, ended };
    child.once('error', (error) => {
      attempt.failure = error.message;
      end();
    });
    child.once('exit', (code, signal) => {
      attempt.endedEarly = endedBeforeItBegan(signal);
      attempt.failure = `postgres ended with ${signal ?? `code ${code}`}`;
      end();
    });
    return attempt;
  } finally {
    await handle.close();
  }
}

function serverArguments({ dir, settings }: Place, { host, port }: Endpoint): string[] {
  const bySocket = host === dir;
  const all = {
    ...defaultSettings,
    ...settings,
    port: String(port),
    listen_addresses: bySocket ? '' : host,
    // Relative to the data directory: no quoting, whatever its name contains.
    unix_socket_directories: bySocket ? '.' : '',
  };
  return ['-D', dir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/**
 * PostgreSQL refuses to start when the process id in a left-over pid file lives, whatever lives there now. As pg_ctl does, we
 * name the one to disregard; the file itself stays, because it also leads to the shared memory of orphaned backends.
 */
function disregard(stalePid: number | undefined): Record<string, string> {
  return stalePid === undefined ? {} : { PG_GRANDPARENT_PID: String(stalePid) };
}

export function loaderEnvironment({ libraryPath }: PostgresBinaries): Record<string, string> {
  return libraryPath === undefined ? {} : { LD_LIBRARY_PATH: libraryPath };
}

/**
 * Another process that starts at the same moment, backends that outlive their postmaster for a moment, and a Ctrl-C
 * before the program began are no failure.
 */
export async function requirePassingFailure({ log, logFrom, failure = '', endedEarly }: Attempt): Promise<void> {
  const written = (await readFile(log)).subarray(logFrom).toString();
  if (endedEarly === true && written === '') return;
  if (/lock file .* already exists|shared memory block .* is still in use/.test(written)) return;
  const lines = written.split('\n').filter((line) => line.trim() !== '');
  const fatal = lines
    .filter((line) => /(FATAL|PANIC): /.test(line))
    .at(-1)
    ?.replace(/^.*?(?=FATAL|PANIC)/, '');
  const reason = fatal ?? lines.at(-1) ?? failure;
  throw new EmbeddedPostgresError(`the embedded PostgreSQL did not start: ${reason} (see ${log})`);
}
