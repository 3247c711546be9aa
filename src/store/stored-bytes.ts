/** Rows of stored bytes: how many bytes each account stores (migration 0018, whose triggers count all but new messages). */
import type { Db } from './database.ts';

/** Bytes that a text counts in addition to its own: its row and the entries of its indexes. */
const ROW = 128;

export function textBytes(text: string): number {
  return ROW + Buffer.byteLength(text);
}

/** `bytes`: after this; null: the counter is held by a transaction, and nothing was added. */
export type StoredRow = { account_id: number; bytes: number | null };

/**
 * Adds bytes to the counters that nobody holds at this moment, so that it neither waits nor deadlocks.
 * @returns a row for each account that there is
 */
export async function addStoredBytes(db: Db, growths: ReadonlyMap<number, number>): Promise<StoredRow[]> {
  return db<StoredRow[]>`
    with added as (
      select * from unnest(${[...growths.keys()]}::int[], ${[...growths.values()]}::bigint[]) as a (account_id, growth)
    ), free as (
      select account_id from stored_bytes where account_id in (select account_id from added)
         for no key update skip locked
    ), counted as (
      update stored_bytes s set bytes = s.bytes + a.growth
        from added a join free using (account_id)
       where s.account_id = a.account_id
      returning s.account_id, s.bytes
    )
    select s.account_id, c.bytes
      from stored_bytes s left join counted c using (account_id)
     where s.account_id in (select account_id from added)`;
}

export async function findStoredBytes(db: Db, accountId: number): Promise<number> {
  const [row] = await db<{ bytes: number }[]>`select bytes from stored_bytes where account_id = ${accountId}`;
  return row?.bytes ?? 0;
}

/** As the triggers do: waits for locks of counters. */
export async function countStoredBytes(db: Db, growths: ReadonlyMap<number, number>): Promise<void> {
  await db`select count_stored(${[...growths.keys()]}::int[], ${[...growths.values()]}::bigint[])`;
}
