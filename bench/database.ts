// Queries the embedded database of a data directory while a server runs on it.
import { join } from 'node:path';
import { openDatabase, type Sql } from '../src/store/database.ts';
import { visitEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';

export async function withDatabase<T>(dataDir: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const postgres = await visitEmbeddedPostgres(join(dataDir, 'postgres'));
  const sql = openDatabase(postgres.connection, 1);
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await postgres.stop();
  }
}
