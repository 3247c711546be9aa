/**
 * Restores a backup into an empty place, all of it or nothing: everything is in one transaction that is committed when
 * the whole file has been read and every checksum was right. Files stored until then are removed again.
 */
import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { type Blobs, blobType } from '../blobs.ts';
import { type Db, isOutage, type Sql } from '../database.ts';
import { doneMigrations, knownMigrations, runOnce } from '../migrate.ts';
import type { Spool } from '../spool.ts';
import { dropForeignKeys, restoreForeignKeys, setTriggers } from './constraints.ts';
import { type Entry, readContainer, readWhole } from './container.ts';
import {
  DamagedBackupError,
  FILES_FOLDER,
  type FilesSum,
  FORMAT,
  FORMAT_VERSION,
  HEADER_NAME,
  type Header,
  MANIFEST_NAME,
  type Manifest,
  type OnProgress,
} from './format.ts';
import { hashing } from './hashing.ts';
import { insertRows, listTables, setSequence, settleFormats, type Table } from './tables.ts';

export type RestoreTarget = { readonly sql: Sql; readonly blobs: Blobs; readonly spool: Spool };
export type RestoreOptions = {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Done in the same transaction. */
  readonly also?: (tx: Db) => Promise<void>;
};

/** The largest file that is taken. */
const FILE_MAX = 1024 ** 4;
/** Files stored at once. */
const STORED_AT_ONCE = 4;

/**
 * The schema is then as old as the backup.
 * @throws DamagedBackupError, or an Error: the place is not empty, or the backup is from a newer Koine
 */
export async function restoreBackup(
  path: string,
  { sql, blobs, spool }: RestoreTarget,
  options: RestoreOptions,
): Promise<{ header: Header; manifest: Manifest }> {
  await requireNoFiles(blobs);
  const stored: string[] = [];
  try {
    return (await sql.begin(async (tx) => {
      await settleFormats(tx);
      return load(tx, path, { files: createFileStore(blobs, spool, stored), room: await spool.free() }, options);
    })) as { header: Header; manifest: Manifest };
  } catch (error) {
    await blobs.remove(stored).catch(() => {});
    throw error;
  }
}

async function load(
  tx: Db,
  path: string,
  { files, room }: { files: FileStore; room: number },
  { signal, onProgress, also }: RestoreOptions,
) {
  const entries = readContainer(path, signal, room);
  try {
    const header = await readHeader(entries);
    const tables = await makeTables(tx, header);
    const dropped = await dropForeignKeys(tx);
    await setTriggers(tx, tables, 'disable');
    await tx`truncate ${tx(tables.map(({ name }) => name))}`;
    const manifest = await loadEntries(tx, entries, { header, tables, files, onProgress });
    await files.settled();
    signal.throwIfAborted();
    await restoreForeignKeys(tx, dropped);
    await setTriggers(tx, tables, 'enable');
    for (const sequence of header.sequences) await setSequence(tx, sequence);
    await also?.(tx);
    return { header, manifest };
  } finally {
    await entries.return(undefined);
    await files.settled().catch(() => {});
  }
}

type Loading = {
  readonly header: Header;
  readonly tables: readonly Table[];
  readonly files: FileStore;
  readonly onProgress: OnProgress;
};

/** Reads to the end of the file, and compares what came with what the manifest says. */
async function loadEntries(tx: Db, entries: AsyncGenerator<Entry>, loading: Loading): Promise<Manifest> {
  const { header, files, onProgress } = loading;
  const tables = new Map(loading.tables.map((table) => [table.name, { table, rows: 0, hash: createHash('sha256') }]));
  let manifest: Manifest | undefined;
  for await (const entry of entries) {
    const { name } = entry;
    const loaded = tables.get(/^tables\/([^/]+)\//.exec(name)?.[1] ?? '');
    if (loaded !== undefined) {
      const lines = await readWhole(entry);
      loaded.hash.update(lines);
      const rows = await insertLines(tx, loaded.table, lines);
      loaded.rows += rows;
      requireAtMost(
        `rows of "${loaded.table.name}"`,
        rows === 0 ? Number.POSITIVE_INFINITY : loaded.rows,
        header.tables[loaded.table.name],
      );
      onProgress(loaded.table.name, loaded.rows, header.tables[loaded.table.name] ?? 0);
    } else if (name.startsWith(FILES_FOLDER)) {
      requireAtMost('files', files.count() + 1, header.files);
      onProgress('files', await files.store(name.slice(FILES_FOLDER.length), entry), header.files);
    } else if (name === MANIFEST_NAME) manifest = await readJson<Manifest>(entry);
    else throw new DamagedBackupError(`it holds ${name}, which no backup does`);
  }
  if (manifest === undefined) throw new DamagedBackupError('it ends early');
  const sums = [...tables].map(([name, { rows, hash }]) => [name, { rows, sha256: hash.digest('hex') }] as const);
  requireSame({ tables: Object.fromEntries(sums), files: files.sum() }, manifest);
  return manifest;
}

async function insertLines(tx: Db, table: Table, lines: Buffer): Promise<number> {
  return insertRows(tx, table, lines.toString()).catch((error) => {
    throw isOutage(error)
      ? error
      : new DamagedBackupError(`rows of "${table.name}" cannot be stored`, { cause: error });
  });
}

/** The header contains exact counts, so a file with more entries is damaged. */
function requireAtMost(what: string, found: number, expected = 0): void {
  // Also true when the header has something other than a number.
  if (!(found <= expected))
    throw new DamagedBackupError(`it has more ${what} than the ${expected} that its header states`);
}

/** @throws DamagedBackupError that names what is not as it was */
export function requireSame(found: Pick<Manifest, 'tables' | 'files'>, manifest: Manifest): void {
  for (const [name, { rows, sha256 }] of Object.entries(manifest.tables)) {
    const sum = found.tables[name];
    if (sum?.rows !== rows) throw new DamagedBackupError(`"${name}" has ${sum?.rows ?? 0} rows instead of ${rows}`);
    if (sum.sha256 !== sha256) throw new DamagedBackupError(`the rows of "${name}" are not those that were written`);
  }
  const { count, sha256 } = manifest.files;
  if (found.files.count !== count)
    throw new DamagedBackupError(`it has ${found.files.count} files instead of ${count}`);
  if (found.files.sha256 !== sha256) throw new DamagedBackupError('its files are not those that were written');
}

type FileStore = ReturnType<typeof createFileStore>;

/** Takes files in, a few at once. `stored`: the keys of all that may be there. */
function createFileStore(blobs: Blobs, spool: Spool, stored: string[]) {
  const limit = pLimit(STORED_AT_ONCE);
  const hash = createHash('sha256');
  const failures: unknown[] = [];
  let storing: Promise<void>[] = [];
  let bytes = 0;

  async function put(key: string, path: string): Promise<void> {
    try {
      await blobs.move(key, path);
    } catch (error) {
      failures.push(error);
    } finally {
      await spool.remove([path]);
    }
  }

  async function settled(): Promise<void> {
    await Promise.all(storing);
    storing = [];
    if (failures.length > 0) throw failures[0];
  }

  /** @returns how many there are */
  async function store(key: string, entry: Entry): Promise<number> {
    if (blobType(key) === null) throw new DamagedBackupError(`"${key}" is not the name of a file`);
    const own = createHash('sha256');
    const file = await spool.write(hashing(entry.bytes, own), FILE_MAX);
    bytes += file.bytes;
    hash.update(`${key} ${own.digest('hex')}\n`);
    stored.push(key);
    storing.push(limit(() => put(key, file.path)));
    if (storing.length >= 2 * STORED_AT_ONCE) await settled();
    return stored.length;
  }

  return {
    store,
    settled,
    count: (): number => stored.length,
    sum: (): FilesSum => ({ count: stored.length, bytes, sha256: hash.digest('hex') }),
  };
}

async function readJson<T>(entry: Entry): Promise<T> {
  const text = (await readWhole(entry)).toString();
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new DamagedBackupError(`${entry.name} cannot be read`);
  }
}

async function readHeader(entries: AsyncGenerator<Entry>): Promise<Header> {
  const { value: first } = await entries.next();
  if (first?.name !== HEADER_NAME) throw new DamagedBackupError(`it does not begin with ${HEADER_NAME}`);
  const header = await readJson<Header>(first);
  if (header.format !== FORMAT || !Array.isArray(header.migrations)) throw new DamagedBackupError('it is not a backup');
  const known = await knownMigrations();
  const newer = header.migrations.find((name) => !known.includes(name));
  if (header.version !== FORMAT_VERSION || newer !== undefined)
    throw new Error(`the backup is from a newer Koine (${header.koine}): restore it with that one`);
  return header;
}

/** The tables as they were, with what migrations put there. */
async function makeTables(tx: Db, header: Header): Promise<Table[]> {
  await requireEmpty(tx, header);
  for (const name of header.migrations) await runOnce(tx, name);
  const tables = await listTables(tx);
  const names = tables.map(({ name }) => name);
  if (names.join() !== Object.keys(header.tables).sort().join())
    throw new DamagedBackupError('its tables are not those of its schema');
  return tables;
}

async function requireEmpty(tx: Db, header: Header): Promise<void> {
  const others = await tx`
    select from pg_stat_activity
     where datname = current_database() and application_name like 'koine-%'
       and application_name not in ('koine-owner', current_setting('application_name'))`;
  if (others.length > 0) throw new Error('a Koine is running on that database: stop it first');
  const done = await doneMigrations(tx);
  if (done.some((name) => !header.migrations.includes(name)))
    throw new Error('the database has a newer schema than the backup: restore into a new database');
  for (const table of await listTables(tx)) {
    const [row] = await tx<[{ used: boolean }]>`select exists (select from ${tx(table.name)}) as used`;
    const seeded = done.length > 0 && ['streams', 'rooms', 'community'].includes(table.name);
    if (row.used && !seeded) throw new Error(`the database is not empty: its table "${table.name}" has rows`);
    if (done.length === 0) throw new Error(`the database is not empty: it has a table "${table.name}"`);
  }
  const [lobby] = done.length === 0 ? [] : await tx`select from rooms where kind <> 'lobby' limit 1`;
  if (lobby !== undefined) throw new Error('the database is not empty: its table "rooms" has rows');
}

async function requireNoFiles(blobs: Blobs): Promise<void> {
  for await (const { key } of blobs.list(''))
    throw new Error(`there are files already at ${blobs.place}, such as ${key}: restore into an empty place`);
}
