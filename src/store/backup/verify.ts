/** Proves a backup: restores it aside, on a database and a folder of its own, and compares what is there with the manifest. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '../blobs.ts';
import { openDiskBlobs } from '../blobs-disk.ts';
import { type Db, openDatabase, type Sql } from '../database.ts';
import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';
import { migrate } from '../migrate.ts';
import { openSpool } from '../spool.ts';
import { DamagedBackupError, type FilesSum, type Header, type Manifest, type TableSum } from './format.ts';
import { hasObjects, listShownFiles } from './objects-shown.ts';
import { type RestoreOptions, requireSame, restoreBackup } from './restore.ts';
import { listTables, settleFormats, sumOfRows } from './tables.ts';

/** Nothing here needs to outlive a power cut. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_wal_size: '1GB' };

/** Leaves nothing behind, whether it is proved, damaged or interrupted. @throws as `restoreBackup` */
export async function verifyBackup(
  path: string,
  options: RestoreOptions,
): Promise<{ header: Header; manifest: Manifest }> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-verify-'));
  try {
    const postgres = await startEmbeddedPostgres(join(folder, 'postgres'), { settings: SETTINGS });
    const sql = openDatabase(postgres.connection, 1);
    try {
      return await proveIn(folder, sql, path, options);
    } finally {
      await sql.end();
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function proveIn(folder: string, sql: Sql, path: string, options: RestoreOptions) {
  const blobs = await openDiskBlobs(join(folder, 'files'), () => '');
  const spool = await openSpool(join(folder, 'tmp'));
  const restored = await restoreBackup(path, { sql, blobs, spool }, options);
  await sql.begin('isolation level repeatable read read only', async (tx) => {
    await settleFormats(tx);
    requireSame(
      { tables: await sumTables(tx, options), files: await sumFiles(tx, blobs, restored.manifest) },
      restored.manifest,
    );
  });
  options.signal.throwIfAborted();
  await migrate(sql);
  await requireRightCounters(sql);
  return restored;
}

async function sumTables(tx: Db, { signal, onProgress }: RestoreOptions): Promise<Record<string, TableSum>> {
  const tables = await listTables(tx);
  const sums: Record<string, TableSum> = {};
  for (const [index, table] of tables.entries()) {
    signal.throwIfAborted();
    sums[table.name] = await sumOfRows(tx, table);
    onProgress('comparing', index + 1, tables.length);
  }
  return sums;
}

/** Sums over the files that the restored rows refer to. */
async function sumFiles(tx: Db, blobs: Blobs, { missing }: Manifest): Promise<FilesSum> {
  const hash = createHash('sha256');
  let count = 0;
  let bytes = 0;
  if (await hasObjects(tx))
    for await (const key of listShownFiles(tx)) {
      const file = await blobs.open(key);
      if (file === null && !missing.includes(key)) throw new DamagedBackupError(`the file ${key} is not in it`);
      if (file === null) continue;
      const own = createHash('sha256');
      await pipeline(file.stream, own);
      hash.update(`${key} ${own.digest('hex')}\n`);
      count += 1;
      bytes += file.size;
    }
  return { count, bytes, sha256: hash.digest('hex') };
}

/** Compares the counters of posts with the rows that they count. */
async function requireRightCounters(sql: Sql): Promise<void> {
  const [row] = await sql<[{ wrong: number }]>`
    select count(*) as wrong
      from posts p
      left join (select post_id, count(*) as n from likes group by post_id) l on l.post_id = p.id
      left join (select post_id, count(*) as n from comments group by post_id) c on c.post_id = p.id
     where p.likes_count <> coalesce(l.n, 0) or p.comments_count <> coalesce(c.n, 0)`;
  if (row.wrong > 0) throw new DamagedBackupError(`the counters of ${row.wrong} posts are wrong`);
}
