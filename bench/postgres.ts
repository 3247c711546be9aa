// A PostgreSQL of the benchmark's own, for nodes that share it or die. It counts its transactions, and statements if asked to.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, type Sql } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { postmasters } from './process-stats.ts';

export interface Database {
  url: string;
  pid: number;
  /** One connection, for the benchmark itself. */
  sql: Sql;
  /** Transactions so far; a statement outside of one counts as one. */
  transactions(): Promise<number>;
  /** Statements so far, of those of transactions too. Only of a database that counts them, which takes a little time of its own. */
  statements(): Promise<number>;
  stop(): Promise<void>;
}

export async function startDatabase(workDir: string, { countsStatements = false } = {}): Promise<Database> {
  const directory = await mkdtemp(join(workDir, 'postgres-'));
  const settings = countsStatements ? { shared_preload_libraries: 'pg_stat_statements' } : {};
  const postgres = await startEmbeddedPostgres(directory, { settings });
  const { host, port, username, password, database } = postgres.connection;
  const socket = host.startsWith('/') ? `?host=${encodeURIComponent(host)}` : '';
  const url = `postgres://${username}:${password}@${socket ? 'localhost' : host}:${port}/${database}${socket}`;
  const sql = openDatabase(postgres.connection, 1);
  if (countsStatements) await sql`create extension pg_stat_statements`;
  return {
    url,
    sql,
    pid: postmasters(directory)[0] as number,
    transactions: () => countTransactions(sql),
    statements: () => countStatements(sql),
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

/** Begin and commit are statements, too, to PostgreSQL: they are left out. */
async function countStatements(sql: Sql): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    select sum(calls)::float as count from pg_stat_statements where query !~* '^(begin|commit|rollback)'`;
  return row.count;
}
