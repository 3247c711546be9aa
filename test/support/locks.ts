/** Locked rows, to make concurrent operations wait. */
import { type Db, openDatabase, type Sql } from '../../src/store/database.ts';
import { eventually } from './conditions.ts';
import type { TestNode } from './core-harness.ts';

/**
 * Locks a stream's row, so that writers of seqs wait, and runs `act` meanwhile; its result is awaited after the lock.
 */
export async function whileStreamIsHeld(
  node: Pick<TestNode, 'places'>,
  streamId: number,
  act: (sql: Sql, tx: Db) => Promise<() => Promise<unknown>>,
): Promise<void> {
  const sql = openDatabase(node.places.DATABASE_URL, 2);
  try {
    const done = await sql.begin(async (tx) => {
      await tx`select from streams where id = ${streamId} for update`;
      return { wait: await act(sql, tx) };
    });
    await done.wait();
  } finally {
    await sql.end();
  }
}

/** Waits until `count` sessions wait for a lock. */
export function somebodyWaits(sql: Sql, count = 1): Promise<boolean> {
  return eventually(`${count} to wait for a lock`, async () => {
    const waiting = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length >= count;
  });
}
