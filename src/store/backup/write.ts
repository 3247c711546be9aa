/** Writes a backup while the server serves: one snapshot of the database, and every file that it shows. */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Blobs } from '../blobs.ts';
import type { Db, Sql } from '../database.ts';
import { doneMigrations } from '../migrate.ts';
import { type AddEntry, writeContainer, writeStream } from './container.ts';
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

/** Files read ahead. Each is in memory until it is written. */
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
    for await (const { key, bytes } of readAhead(listShownFiles(tx), blobs)) {
      signal.throwIfAborted();
      if (bytes === null) {
        onMissing(key);
        missing.push(key);
        continue;
      }
      await add(`${FILES_FOLDER}${key}`, bytes);
      hash.update(`${key} ${createHash('sha256').update(bytes).digest('hex')}\n`);
      count += 1;
      size += bytes.length;
      onProgress('files', count, header.files);
    }
  return { files: { count, bytes: size, sha256: hash.digest('hex') }, missing };
}

type ReadFile = { readonly key: string; readonly bytes: Buffer | null };

/** In the order of the keys. */
async function* readAhead(keys: AsyncIterable<string>, blobs: Blobs): AsyncGenerator<ReadFile> {
  const reading: Promise<ReadFile>[] = [];
  for await (const key of keys) {
    const file = blobs.read(key).then((bytes) => ({ key, bytes }));
    // It is waited for later; until then nobody else hears of its failure.
    file.catch(() => {});
    reading.push(file);
    if (reading.length > READ_AHEAD) yield await (reading.shift() as Promise<ReadFile>);
  }
  for (const file of reading) yield await file;
}
