/** Opens the configured database for the duration of a command. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { bringUpToDate } from '../core/accounts/upgrade.ts';
import { openDatabase, type Sql } from '../store/database.ts';
import { requireUsable } from '../store/database-checks.ts';
import { visitEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';

/** A backup holds one connection while it uses another. */
const CONNECTIONS = 2;
/** Seconds that a statement may still take after an interrupt. */
const GRACE = 1;

/** With the current schema. The embedded database is started unless a server runs it already. */
export async function withDatabase<T>(config: Config, signal: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withDatabaseAsItIs(config, signal, async (sql) => {
    await bringUpToDate(sql);
    return work(sql);
  });
}

/** With any schema. Pending statements are cancelled soon after the signal. */
export async function withDatabaseAsItIs<T>(
  config: Config,
  signal: AbortSignal,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  const { url } = config.database;
  const embedded = url === undefined ? await visitEmbeddedPostgres(join(config.dataDir, 'postgres')) : null;
  const target = embedded?.connection ?? (url as string);
  const sql = openDatabase(target, CONNECTIONS);
  const giveUp = () => void sql.end({ timeout: GRACE });
  signal.addEventListener('abort', giveUp);
  try {
    signal.throwIfAborted();
    await requireUsable(sql, target);
    return await work(sql);
  } finally {
    signal.removeEventListener('abort', giveUp);
    await sql.end();
    await embedded?.stop();
  }
}
