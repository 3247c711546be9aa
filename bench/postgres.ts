// A PostgreSQL of the benchmark's own, for nodes that share it or die. It counts its transactions.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, type Sql } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { postmasters } from './process-stats.ts';

export interface Database {
  url: string;
  pid: number;
  /** Transactions so far; a statement outside of one counts as one. */
  transactions(): Promise<number>;
  stop(): Promise<void>;
}

export async function startDatabase(workDir: string): Promise<Database> {
  const directory = await mkdtemp(join(workDir, 'postgres-'));
  const postgres = await startEmbeddedPostgres(directory);
  const { host, port, username, password, database } = postgres.connection;
  const socket = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  const url = `postgres://${username}:${password}@${socket ? 'localhost' : host}:${port}/${database}${socket}`;
  const sql = openDatabase(postgres.connection, 1);
  return {
    url,
    pid: postmasters(directory)[0] as number,
    transactions: () => countTransactions(sql),
    stop: async () => {
      await sql.end({ timeout: 5 });
      await postgres.stop();
    },
  };
}

/** Backends report their statistics within a second, and at once when idle. */
async function countTransactions(sql: Sql): Promise<number> {
  await sql`select pg_sleep(1.5)`;
  const [row] = await sql<[{ count: number }]>`
    select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`;
  return row.count;
}
