/** The prerequisites of a server or of several workers: the data directory and a database with the current schema. */
import { existsSync } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { bringUpToDate } from '../core/accounts/upgrade.ts';
import { makeSetupCode } from '../core/community/setup.ts';
import { expireAllNodes } from '../core/presence/leases.ts';
import { requireFree } from '../operations/disk.ts';
import { type DatabaseTarget, findConnectionLimit, openDatabase, type Sql } from '../store/database.ts';
import { requireUsable } from '../store/database-checks.ts';
import { describePlace, parseDatabaseUrl } from '../store/database-url.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';
import { makeFolder } from '../store/folders.ts';
import { pendingMigrations } from '../store/migrate.ts';

/** Registers a cleanup step. */
export type OnClose = (step: () => Promise<unknown> | unknown) => void;

export type PreparedDatabase = { readonly target: DatabaseTarget; readonly name: string };

/** `setupCode`: makes the owner's account, while the installation has none; the code of an earlier start is not good any more. */
export type Installation = PreparedDatabase & { readonly setupCode: string | null };

/**
 * The result of `build`, with a `close` that runs the cleanup steps in reverse order. If `build` fails, they run at
 * once.
 */
export async function buildWithClose<T>(
  build: (onClose: OnClose) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const undo: Parameters<OnClose>[0][] = [];
  async function close(): Promise<void> {
    for (const step of undo.splice(0).reverse()) await step();
  }
  try {
    return { ...(await build((step) => undo.push(step))), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** `ECONNREFUSED` and similar errors have no message, or one that lists every address tried. */
function reasonOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  return message || code || 'unknown reason';
}

const NOT_WRITABLE: Readonly<Record<string, string>> = {
  ENOTDIR: 'is not a folder, or is inside a file',
  EEXIST: 'is not a folder, or is inside a file',
  ENOENT: 'cannot be created: the file system does not allow folders there',
  EROFS: 'is on a file system that is mounted read-only',
  ENOSPC: 'cannot be created: the disk is full',
};

async function makeDataDir(path: string): Promise<void> {
  try {
    const files = join(path, 'files');
    await makeFolder(files);
    for (const folder of [path, files]) await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const reason = NOT_WRITABLE[code] ?? 'is not writable for the user that runs Koine';
    throw new Error(`DATA_DIR ${path} ${reason} (${code})`);
  }
}

export async function prepareInstallation(config: Config, logger: Logger, onClose: OnClose): Promise<Installation> {
  await makeDataDir(config.dataDir);
  const { url } = config.database;
  if (url !== undefined) {
    const setupCode = await prepareDatabase(url, 'the database of DATABASE_URL', logger);
    return { target: url, name: `PostgreSQL at ${describePlace(parseDatabaseUrl(url).place)}`, setupCode };
  }
  const embedded = await startEmbedded(config, logger, onClose);
  const { connection: target, version } = embedded;
  // The owner of the data directory is the only one: other nodes that the database lists were killed.
  const setupCode = await prepareDatabase(target, 'the embedded database', logger, expireAllNodes);
  return { target, name: `embedded PostgreSQL ${version}`, setupCode };
}

/** @returns a set-up code, where the installation has no owner yet */
async function prepareDatabase(
  target: DatabaseTarget,
  which: string,
  logger: Logger,
  afterMigrations: (sql: Sql) => Promise<void> = async () => {},
): Promise<string | null> {
  const sql = openDatabase(target, 1);
  try {
    await requireUsable(sql, target);
    await migrateAndLog(sql, logger);
    await afterMigrations(sql);
    return await makeSetupCode(sql);
  } catch (error) {
    throw new Error(`${which} cannot be used: ${reasonOf(error)}`, { cause: error });
  } finally {
    await sql.end();
  }
}

/** Logs progress, so that a long migration does not look like a hang. */
async function migrateAndLog(sql: Sql, logger: Logger): Promise<void> {
  const pending = await pendingMigrations(sql);
  if (pending.length > 0) logger.info(`applying ${pending.length} migrations: ${pending[0]} to ${pending.at(-1)}`);
  const begun = performance.now();
  const ran = await bringUpToDate(sql);
  if (ran.length > 0)
    logger.info(`applied ${ran.length} migrations in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
}

/** Connections for the command line, scripts and administrators; autovacuum has its own. */
const SPARE_CONNECTIONS = 20;
const MIN_CONNECTIONS = 60;
/** Bytes that PostgreSQL needs for an empty database and the first writes. */
const NEW_DATABASE = 256 * 1024 ** 2;

async function startEmbedded(config: Config, logger: Logger, onClose: OnClose): Promise<EmbeddedPostgres> {
  const needed = Math.max(MIN_CONNECTIONS, config.workers * config.database.connections + SPARE_CONNECTIONS);
  const folder = join(config.dataDir, 'postgres');
  if (!existsSync(join(folder, 'PG_VERSION'))) await requireFree(config.dataDir, NEW_DATABASE);
  const start = async () => {
    const embedded = await startEmbeddedPostgres(folder, {
      settings: { max_connections: String(needed) },
      onTrouble: (message) => logger.error(message),
      onRotation: (message) => logger.info(message),
    });
    onClose(() => embedded.stop());
    return embedded;
  };
  const embedded = await start();
  if (!embedded.tookOver || (await allowsConnections(embedded.connection, needed))) return embedded;
  // Left running by a killed server, and started for fewer connections.
  await embedded.stop();
  return start();
}

async function allowsConnections(target: DatabaseTarget, needed: number): Promise<boolean> {
  const sql = openDatabase(target, 1);
  try {
    return (await findConnectionLimit(sql)) >= needed;
  } finally {
    await sql.end();
  }
}
