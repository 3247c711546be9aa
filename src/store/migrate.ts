/** Brings the schema up to date: the files of migrations/, in order of name, each once and in a transaction of its own. */
import { readdir, readFile } from 'node:fs/promises';
import type { Sql } from './database.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);
/** Any number will do, as long as no other user of advisory locks in this database takes it. */
const LOCK = 5_013_446_001;

/**
 * @returns the names of the migrations that were run, none when the schema was up to date
 * @throws when the database holds a migration that this build doesn't know, that is, was written by a newer Koine
 */
export async function migrate(sql: Sql): Promise<string[]> {
  const files = await knownMigrations();
  const done = await doneMigrations(sql);
  const newer = [...done].find((name) => !files.includes(name));
  if (newer !== undefined) throw new Error(`the database is from a newer Koine (it has migration ${newer})`);
  const missing = files.filter((name) => !done.has(name));
  const ran: string[] = [];
  for (const name of missing) {
    if (await runOnce(sql, name)) ran.push(name);
  }
  return ran;
}

/** Whether every migration that this build knows has been run; fails while the database is away. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  const [files, rows] = await Promise.all([
    knownMigrations(),
    sql<{ name: string }[]>`select name from koine_migrations`,
  ]);
  const done = new Set(rows.map(({ name }) => name));
  return files.every((name) => done.has(name));
}

async function knownMigrations(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
}

async function doneMigrations(sql: Sql): Promise<Set<string>> {
  const [table] = await sql`select to_regclass('koine_migrations') is not null as there`;
  if (!table?.there) return new Set();
  const rows = await sql<{ name: string }[]>`select name from koine_migrations`;
  return new Set(rows.map((row) => row.name));
}

/** Two nodes may start at once: whoever gets the lock second finds the work done. */
async function runOnce(sql: Sql, name: string): Promise<boolean> {
  const text = await readFile(new URL(name, FOLDER), 'utf8');
  return sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    await tx`set local lock_timeout = 0`;
    await tx`select pg_advisory_xact_lock(${LOCK})`;
    await tx`create table if not exists koine_migrations (name text primary key, at timestamptz not null default now())`;
    const inserted = await tx`insert into koine_migrations (name) values (${name}) on conflict do nothing returning 1`;
    if (inserted.length === 0) return false;
    await tx.unsafe(text);
    return true;
  });
}
