/** The stored files that a snapshot of the database shows, and the lock that keeps them while they are copied. */
import type { Db, Sql } from '../database.ts';
import { SWEEP_LOCK } from '../objects.ts';

/**
 * Prevents sweeps while the work runs. Only sweeps delete files that rows refer to, so all files of a snapshot that begins
 * during the work remain. Holds one connection of its own.
 */
export async function withoutSweeps<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  const connection = await sql.reserve();
  try {
    await connection`set lock_timeout = 0`;
    await connection`set idle_session_timeout = 0`;
    await connection`select pg_advisory_lock_shared(${SWEEP_LOCK})`;
    const result = await work();
    const [row] = await connection<[{ held: boolean }]>`select pg_advisory_unlock_shared(${SWEEP_LOCK}) as held`;
    if (!row.held) throw new Error('the connection to the database was lost meanwhile');
    return result;
  } finally {
    await connection`select pg_advisory_unlock_all()`.catch(() => {});
    connection.release();
  }
}

const PAGE = 500;

export async function countShownFiles(tx: Db): Promise<number> {
  const [row] = await tx<
    [{ count: number }]
  >`select count(*) + count(preview_key) as count from objects where loose_since is null`;
  return row.count;
}

/** Files and the previews of pictures, in an order that is the same in every database. */
export async function* listShownFiles(tx: Db): AsyncGenerator<string> {
  const pages = tx<{ key: string; preview_key: string | null }[]>`
    select key, preview_key from objects where loose_since is null order by key collate "C"`.cursor(PAGE);
  for await (const page of pages)
    for (const { key, preview_key } of page) yield* preview_key === null ? [key] : [key, preview_key];
}

/** Whether this schema has stored files at all: the first ones had none. */
export async function hasObjects(db: Db): Promise<boolean> {
  const [row] = await db<[{ there: boolean }]>`select to_regclass('objects') is not null as there`;
  return row.there;
}
