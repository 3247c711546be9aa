/** Rows of stored objects: pictures and other files. Loose ones are shown nowhere: new, or let go of. */
import type { Db } from './database.ts';

export type NewObjectRow = {
  key: string;
  previewKey: string | null;
  accountId: number;
  /** The media type. */
  type: string;
  width: number | null;
  height: number | null;
  duration: number | null;
  placeholder: string | null;
  /** Bytes of the file and its preview together. */
  bytes: number;
  previewBytes: number;
};

/** The blobs of one object. */
export type ObjectKeys = { key: string; preview_key: string | null };

/** Held shared by backups: a sweep that cannot have it for itself leaves everything where it is. */
export const SWEEP_LOCK = 5_013_446_002;

/** Stores loose ones. */
export async function insertObjects(db: Db, rows: readonly NewObjectRow[]): Promise<void> {
  await db`
    insert into objects (key, preview_key, account_id, type, width, height, duration, placeholder, bytes, preview_bytes)
    select * from unnest(${rows.map((row) => row.key)}::text[], ${rows.map((row) => row.previewKey)}::text[],
                         ${rows.map((row) => row.accountId)}::int[], ${rows.map((row) => row.type)}::text[],
                         ${rows.map((row) => row.width)}::int[], ${rows.map((row) => row.height)}::int[],
                         ${rows.map((row) => row.duration)}::bigint[], ${rows.map((row) => row.placeholder)}::text[],
                         ${rows.map((row) => row.bytes)}::bigint[], ${rows.map((row) => row.previewBytes)}::bigint[])`;
}

/** Decides the end of these, as far as they are loose. A transaction that is about to attach them is waited for. */
export async function condemnObjects(db: Db, keys: readonly string[]): Promise<ObjectKeys[]> {
  return db<ObjectKeys[]>`
    update objects set condemned = true
     where key = any(${keys as string[]}::text[]) and loose_since is not null
    returning key, preview_key`;
}

/**
 * Decides the end of the oldest that have been loose since before that time; those in use at this moment are left, and
 * all while a backup copies what its snapshot shows.
 */
export async function condemnLooseObjects(db: Db, before: Date, limit: number): Promise<ObjectKeys[]> {
  return db<ObjectKeys[]>`
    update objects set condemned = true
     where key in (
       select key from objects
        where loose_since < ${before} and (select pg_try_advisory_xact_lock(${SWEEP_LOCK}))
        order by loose_since limit ${limit} for update skip locked)
    returning key, preview_key`;
}

/** The objects that the account stored. */
export async function listObjectsOf(db: Db, accountId: number): Promise<string[]> {
  const rows = await db<{ key: string }[]>`select key from objects where account_id = ${accountId}`;
  return rows.map(({ key }) => key);
}

/** Whether no backup copies files, nor begins to until the transaction ends. */
export async function tryLockSweep(db: Db): Promise<boolean> {
  const [row] = await db<[{ free: boolean }]>`select pg_try_advisory_xact_lock(${SWEEP_LOCK}) as free`;
  return row.free;
}

/** One at a time: each is taken off its account's counter, and a statement over several accounts would hold one and wait for the next. */
export async function deleteCondemnedObjects(db: Db, keys: readonly string[]): Promise<void> {
  for (const key of keys) await db`delete from objects where key = ${key} and condemned`;
}
