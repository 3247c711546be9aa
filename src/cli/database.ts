/** The database that the settings name, for as long as a command takes. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openDatabase, requireVersion, type Sql } from '../store/database.ts';
import { visitEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';

/** A backup holds one while it works with another. */
const CONNECTIONS = 2;

/** With the current schema; the embedded one is started where no server runs. */
export async function withDatabase<T>(config: Config, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withDatabaseAsItIs(config, async (sql) => {
    await migrate(sql);
    return work(sql);
  });
}

/** Whatever schema it has. */
export async function withDatabaseAsItIs<T>(config: Config, work: (sql: Sql) => Promise<T>): Promise<T> {
  const { url } = config.database;
  const embedded = url === undefined ? await visitEmbeddedPostgres(join(config.dataDir, 'postgres')) : null;
  const sql = openDatabase(embedded?.connection ?? (url as string), CONNECTIONS);
  try {
    await requireVersion(sql);
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await embedded?.stop();
  }
}
