/** Writes a backup while the server serves: one snapshot of the database, and every file that it shows. */
import { createHash, type Hash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { type Blobs, isPicture } from '../blobs.ts';
import type { Db, Sql } from '../database.ts';
import { doneMigrations } from '../migrate.ts';
import { type AddEntry, type Content, writeContainer, writeStream } from './container.ts';
import {
  FILES_FOLDER,
  type FilesSum,
  FORMAT,
  FORMAT_VERSION,
  HEADER_NAME,
  type Header,
  MANIFEST_NAME,
  type Manifest,
  type OnProgress,
  TABLES_FOLDER,
  type TableSum,
} from './format.ts';
import { hashing } from './hashing.ts';
import { countShownFiles, hasObjects, listShownFiles, withoutSweeps } from './objects-shown.ts';
import { countRows, listSequences, listTables, readRows, settleFormats, type Table } from './tables.ts';

export type BackupSource = {
  /** Of two connections at least. */
  readonly sql: Sql;
  readonly blobs: Blobs;
  /** Of Koine. */
  readonly version: string;
};

export type BackupOptions = {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** Called for a missing file that rows refer to: it throws, or returns and the manifest lists the file as missing. */
  readonly onMissing: (key: string) => void;
};

/** Pictures read ahead. Each is in memory until it is written. */
const READ_AHEAD = 4;

/** @throws where there is such a file already, or a stored file is missing */
export async function writeBackup(
  target: string | Writable,
  { sql, blobs, version }: BackupSource,
  options: BackupOptions,
): Promise<{ header: Header; manifest: Manifest }> {
  return withoutSweeps(sql, () =>
    sql.begin('isolation level repeatable read read only', async (tx) => {
      await settleFormats(tx);
      const tables = await listTables(tx);
      const header = await describe(tx, tables, version);
      let manifest: Manifest | undefined;
      const fill = async (add: AddEntry) => {
        await addJson(add, HEADER_NAME, header);
        const sums: Record<string, TableSum> = {};
        for (const table of tables) sums[table.name] = await addTable(tx, table, header, add, options);
        manifest = { tables: sums, ...(await addFiles(tx, blobs, header, add, options)) };
        await addJson(add, MANIFEST_NAME, manifest);
      };
      if (typeof target === 'string') await writeContainer(target, options.signal, fill);
      else await writeStream(target, options.signal, fill);
      return { header, manifest: manifest as Manifest };
    }),
  );
}

async function describe(tx: Db, tables: readonly Table[], koine: string): Promise<Header> {
  const migrations = await doneMigrations(tx);
  if (migrations.length === 0) throw new Error('there is nothing to back up: no Koine has started on this database');
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table.name] = await countRows(tx, table);
  const [{ at }] = await tx<[{ at: Date }]>`select now() as at`;
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    koine,
    at: at.toISOString(),
    migrations,
    tables: rows,
    sequences: await listSequences(tx),
    files: (await hasObjects(tx)) ? await countShownFiles(tx) : 0,
  };
}

async function addJson(add: AddEntry, name: string, value: Header | Manifest): Promise<void> {
  await add(name, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

async function addTable(
  tx: Db,
  table: Table,
  header: Header,
  add: AddEntry,
  { signal, onProgress }: BackupOptions,
): Promise<TableSum> {
  const hash = createHash('sha256');
  let rows = 0;
  let number = 0;
  for await (const chunk of readRows(tx, table)) {
    signal.throwIfAborted();
    rows += chunk.rows;
    number += 1;
    hash.update(chunk.bytes);
    await add(`${TABLES_FOLDER}${table.name}/${String(number).padStart(6, '0')}.ndjson`, chunk.bytes);
    onProgress(table.name, rows, header.tables[table.name] ?? 0);
  }
  return { rows, sha256: hash.digest('hex') };
}

async function addFiles(
  tx: Db,
  blobs: Blobs,
  header: Header,
  add: AddEntry,
  { signal, onProgress, onMissing }: BackupOptions,
): Promise<{ files: FilesSum; missing: string[] }> {
  const hash = createHash('sha256');
  const missing: string[] = [];
  let count = 0;
  let size = 0;
  if (header.files > 0)
    for await (const { key, read } of readAhead(listShownFiles(tx), blobs)) {
      signal.throwIfAborted();
      const content = await read();
      if (content === null) {
        onMissing(key);
        missing.push(key);
        continue;
      }
      const own = createHash('sha256');
      await add(`${FILES_FOLDER}${key}`, hashed(content, own));
      hash.update(`${key} ${own.digest('hex')}\n`);
      count += 1;
      size += sizeOf(content);
      onProgress('files', count, header.files);
    }
  return { files: { count, bytes: size, sha256: hash.digest('hex') }, missing };
}

/** `read` answers null where there is no such file. */
type ReadFile = { readonly key: string; readonly read: () => Promise<Content | null> };

/** In the order of the keys. Pictures are read ahead; other files may be of any size, and are opened when it is their turn. */
async function* readAhead(keys: AsyncIterable<string>, blobs: Blobs): AsyncGenerator<ReadFile> {
  const ahead: ReadFile[] = [];
  for await (const key of keys) {
    ahead.push({ key, read: isPicture(key) ? begun(blobs.read(key)) : () => blobs.open(key) });
    if (ahead.length > READ_AHEAD) yield ahead.shift() as ReadFile;
  }
  yield* ahead;
}

function begun<T>(reading: Promise<T>): () => Promise<T> {
  // Awaited later; until then a rejection must not count as unhandled.
  reading.catch(() => {});
  return () => reading;
}

/** A stream that is hashed as it is written. */
function hashed(content: Content, hash: Hash): Content {
  if (!Buffer.isBuffer(content)) return { size: content.size, stream: hashing(content.stream, hash) };
  hash.update(content);
  return content;
}

function sizeOf(content: Content): number {
  return Buffer.isBuffer(content) ? content.length : content.size;
}
