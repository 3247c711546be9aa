// A PostgreSQL of the benchmark's own, for servers that die, or that share it. It counts what it was asked.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, type Sql } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { postmasters } from './process-stats.ts';

export interface Database {
  url: string;
  pid: number;
  /** Statements that were run so far: each is a transaction, unless it is part of a larger one. */
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

/** Backends report theirs after at most a second, and at once when they have nothing else to do. */
async function countTransactions(sql: Sql): Promise<number> {
  await sql`select pg_sleep(1.5)`;
  const [row] = await sql<[{ count: number }]>`
    select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()`;
  return row.count;
}
