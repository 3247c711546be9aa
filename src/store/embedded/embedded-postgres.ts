// The embedded PostgreSQL: started on a data directory or taken over from a Koine that was killed, brought back when it dies,
// stopped with us. One Koine owns it at a time, shown by an advisory lock that the kernel frees when that process ends.

import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { withinDeadline } from '../../deadline.ts';
import { chooseAccount } from './account.ts';
import { findPostgresBinaries } from './binaries.ts';
import {
  clusterExists,
  createCluster,
  readPassword,
  removeUnfinished,
  resolveDirectory,
  superuser,
} from './cluster.ts';
import { EmbeddedPostgresError } from './error.ts';
import { type Attempt, attemptLaunch, loaderEnvironment, type Place, requirePassingFailure } from './launch.ts';
import { rotateLog } from './log-rotation.ts';
import { OwnedElsewhereError, type Ownership, own } from './owner.ts';
import { type Endpoint, findPostmaster, type Postmaster, pollMs, stopPostmaster, trySignal } from './postmaster.ts';

export type EmbeddedPostgres = {
  /** Options for postgres.js: `host` is the directory of a unix socket, or the loopback address. */
  readonly connection: { host: string; port: number; username: string; password: string; database: string };
  /** "18.4" */
  readonly version: string;
  /** A database left running by a dead process was found, and keeps the settings that process gave it. */
  readonly tookOver: boolean;
  stop(): Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Added to, or instead of, the default settings. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Milliseconds that a fast shutdown may take before an immediate one. */
  readonly stopMs?: number;
  /** Told, in one line, that the server's log had grown and was put aside. */
  readonly onRotation?: (message: string) => void;
  /** Bytes that the server's log may have; looked at once a minute. */
  readonly logBytes?: number;
  readonly logCheckMs?: number;
  /** Told, in one line, when the running database was lost, and when it could not yet be brought back. */
  readonly onTrouble?: (message: string) => void;
};

const startMs = 30_000;
/** While the server itself says that it is recovering or shutting down. */
const busyMs = 300_000;
const failurePauseMs = 100;
const quitMs = 7_000;

type Watch = {
  /** The connection that shows us as the owner was lost. */
  readonly onLost: () => void;
  /** Told the process id of the server that was launched or taken over. */
  readonly onServer: (pid: number | undefined) => void;
  readonly signal: AbortSignal;
};
type Running = { readonly endpoint: Endpoint; readonly ownership: Ownership; readonly tookOver: boolean };

/** @throws EmbeddedPostgresError with a one-line message */
export async function startEmbeddedPostgres(
  path: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  try {
    const place = await prepare(path, options.settings ?? {});
    return await supervise(place, options);
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw new EmbeddedPostgresError(`the embedded PostgreSQL in ${path} cannot start: ${firstLine(cause)}`, { cause });
  }
}

/**
 * The database for a short visit, beside the Koine that runs on it or while none does: then it is started, and `stop` ends
 * it again. @throws EmbeddedPostgresError with a one-line message
 */
export async function visitEmbeddedPostgres(path: string): Promise<Pick<EmbeddedPostgres, 'connection' | 'stop'>> {
  const running = await findRunning(path);
  if (running !== null) return running;
  try {
    return await startEmbeddedPostgres(path);
  } catch (error) {
    // A Koine that starts at this moment was faster.
    const owned = error instanceof OwnedElsewhereError ? await findRunning(path) : null;
    if (owned === null) throw error;
    return owned;
  }
}

async function findRunning(path: string): Promise<Pick<EmbeddedPostgres, 'connection' | 'stop'> | null> {
  const dir = await resolveDirectory(path);
  const { postmaster } = await findPostmaster(dir);
  if (postmaster?.status !== 'ready') return null;
  const { host, port } = postmaster;
  return { connection: connectionTo({ host, port }, await readPassword(dir)), stop: async () => undefined };
}

function connectionTo(endpoint: Endpoint, password: string): EmbeddedPostgres['connection'] {
  return { ...endpoint, username: superuser, password, database: 'postgres' };
}

async function prepare(path: string, settings: Readonly<Record<string, string>>): Promise<Place> {
  const dir = await resolveDirectory(path);
  const binaries = await findPostgresBinaries(`${dir}.lib`);
  const exists = await clusterExists(dir, binaries.major);
  const account = await chooseAccount(dir, binaries.postgres);
  if (!exists) await createCluster(dir, binaries, account, loaderEnvironment(binaries));
  return { dir, binaries, account, password: await readPassword(dir), settings };
}

/** Keeps the database running until `stop`, at the endpoint it had first, so that connections find it again. */
async function supervise(place: Place, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { onTrouble = () => undefined, onRotation = () => undefined, stopMs = 7_000 } = options;
  const { logBytes = 10 * 1024 ** 2, logCheckMs = 60_000 } = options;
  const ending = new AbortController();
  let recovery: Promise<unknown> = Promise.resolve();
  let pid: number | undefined;
  const onServer = (found: number | undefined) => {
    pid = found;
  };
  const onLost = () => {
    onServer(undefined);
    if (ending.signal.aborted) return;
    onTrouble('the connection to the embedded PostgreSQL was lost');
    recovery = bringBack();
  };

  // A process that ends without stopping, as after a deadline or an error that nobody caught, leaves no PostgreSQL behind.
  const endWithProcess = () => pid !== undefined && trySignal(pid, 'SIGINT');
  process.once('exit', endWithProcess);
  const watch = { onLost, onServer, signal: ending.signal };

  const rotate = () =>
    rotateLog(`${place.dir}.log`, logBytes).then(
      (rotated) => rotated && onRotation(rotated),
      (error) => onTrouble(`the log of the embedded PostgreSQL cannot be put aside: ${firstLine(error)}`),
    );
  await rotate();
  const first = await reach(place, await chooseEndpoint(place.dir), watch).catch((error) => {
    process.off('exit', endWithProcess);
    throw error;
  });
  let { ownership } = first;
  const rotation = setInterval(rotate, logCheckMs).unref();
  await removeUnfinished(place.dir);

  async function bringBack(): Promise<void> {
    for (let pause = 50; !ending.signal.aborted; pause = Math.min(pause * 2, 5_000)) {
      try {
        ({ ownership } = await reach(place, first.endpoint, watch));
        return;
      } catch (error) {
        if (!ending.signal.aborted) onTrouble(firstLine(error));
        await sleep(pause, undefined, { signal: ending.signal }).catch(() => undefined);
      }
    }
  }

  async function shutDown(): Promise<void> {
    ending.abort();
    clearInterval(rotation);
    await recovery;
    await ownership.release();
    await stopPostmaster(place.dir, stopMs);
    process.off('exit', endWithProcess);
  }

  let stopped: Promise<void> | undefined;
  return {
    connection: connectionTo(first.endpoint, place.password),
    version: ownership.version,
    tookOver: first.tookOver,
    stop: () => {
      stopped ??= shutDown();
      return stopped;
    },
  };
}

/** Takes over the postmaster that runs on the directory, or starts one, and waits until it serves us as its owner. */
async function reach(place: Place, endpoint: Endpoint, { onLost, onServer, signal }: Watch): Promise<Running> {
  const begun = Date.now();
  let attempt: Attempt | undefined;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { postmaster, stalePid } = await findPostmaster(place.dir);
      if (postmaster?.status === 'ready') {
        const ownership = await own(place, postmaster, onLost);
        const { host, port, pid } = postmaster;
        if (ownership !== null) {
          onServer(pid);
          return { endpoint: { host, port }, ownership, tookOver: pid !== attempt?.pid };
        }
      }
      requireTimeLeft(begun, place.dir, postmaster);
      if (attempt?.failure !== undefined) {
        await requirePassingFailure(attempt);
        attempt = undefined;
        await sleep(failurePauseMs);
      } else if (postmaster === undefined && attempt === undefined) {
        attempt = await attemptLaunch(place, endpoint, stalePid);
        onServer(attempt.pid);
      }
      await sleep(pollMs);
    }
  } catch (error) {
    onServer(undefined);
    // A server that someone else serves by now is not ours to end.
    if (attempt?.pid !== undefined && !(error instanceof OwnedElsewhereError)) {
      trySignal(attempt.pid, 'SIGQUIT');
      // One that has only just begun looks at signals a little later.
      await withinDeadline(attempt.ended, quitMs);
    }
    throw error;
  }
}

function requireTimeLeft(begun: number, dir: string, postmaster: Postmaster | undefined): void {
  const status = postmaster?.status ?? 'starting up';
  const allowed = postmaster === undefined || status === 'ready' ? startMs : busyMs;
  if (Date.now() - begun < allowed) return;
  throw new EmbeddedPostgresError(
    `the embedded PostgreSQL is still ${status} after ${allowed / 1000} s: see ${dir}.log`,
  );
}

/** A unix socket in the data directory, or loopback where its path is longer than the system can express. */
async function chooseEndpoint(dir: string): Promise<Endpoint> {
  const longest = process.platform === 'darwin' ? 103 : 107;
  if (Buffer.byteLength(`${dir}/.s.PGSQL.5432`) <= longest) return { host: dir, port: 5432 };
  return { host: '127.0.0.1', port: await findFreePort() };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string')
    throw new EmbeddedPostgresError('there is no free loopback port');
  return address.port;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
