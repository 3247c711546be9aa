/** Brings the schema up to date: the files of migrations/, in order of name, each once and in a transaction of its own. */
import { readdir, readFile } from 'node:fs/promises';
import { PACKAGE_ROOT } from '../package-root.ts';
import type { Db, Sql } from './database.ts';

const FOLDER = new URL('migrations/', PACKAGE_ROOT);
/** Any number will do, as long as no other user of advisory locks in this database takes it. */
const LOCK = 5_013_446_001;

/**
 * @returns the names of the migrations that were run, none when the schema was up to date
 * @throws when the database holds a migration that this build doesn't know, that is, was written by a newer Koine
 */
export async function migrate(sql: Sql): Promise<string[]> {
  const ran: string[] = [];
  for (const name of await pendingMigrations(sql)) {
    if (await sql.begin((tx) => runOnce(tx, name))) ran.push(name);
  }
  return ran;
}

/** As `migrate`, as a part of a larger change. */
export async function migrateIn(tx: Db): Promise<void> {
  for (const name of await pendingMigrations(tx)) await runOnce(tx, name);
}

/** The migrations that `migrate` would run. @throws like `migrate` */
export async function pendingMigrations(sql: Db): Promise<string[]> {
  const done = await doneMigrations(sql);
  const files = await knownMigrations();
  const newer = done.find((name) => !files.includes(name));
  if (newer !== undefined) throw new Error(`the database is from a newer Koine (it has migration ${newer})`);
  return files.filter((name) => !done.includes(name));
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

/** The migrations of this build, in order. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
}

/** The migrations that the database has, in order; none if it has no schema yet. */
export async function doneMigrations(db: Db): Promise<string[]> {
  const [table] = await db`select to_regclass('koine_migrations') is not null as there`;
  if (!table?.there) return [];
  const rows = await db<{ name: string }[]>`select name from koine_migrations`;
  return rows.map((row) => row.name).sort();
}

/** In this transaction. Two nodes may start at once: the second to get the lock finds the work done. */
export async function runOnce(tx: Db, name: string, folder = FOLDER): Promise<boolean> {
  const text = await readFile(new URL(name, folder), 'utf8');
  await tx`set local statement_timeout = 0`;
  await tx`set local lock_timeout = 0`;
  await tx`select pg_advisory_xact_lock(${LOCK})`;
  await tx`create table if not exists koine_migrations (name text primary key, at timestamptz not null default now())`;
  const inserted = await tx`insert into koine_migrations (name) values (${name}) on conflict do nothing returning 1`;
  if (inserted.length === 0) return false;
  await tx.unsafe(text).catch((error: unknown) => {
    throw inMigration(name, text, error);
  });
  return true;
}

/** With the file and the line, where the database says which; constraints that rows violate have no place in the text. */
function inMigration(name: string, text: string, error: unknown): Error {
  const { message, position, detail } = error as Partial<Record<'message' | 'position' | 'detail', string>>;
  // PostgreSQL counts characters, from one.
  const before = position === undefined ? '' : [...text].slice(0, Number(position) - 1).join('');
  const line = position === undefined ? '' : `:${before.split('\n').length}`;
  return new Error(`migrations/${name}${line}: ${message}${detail ? ` (${detail})` : ''}`, { cause: error });
}
