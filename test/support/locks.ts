/** Rows that are held, so that something happens while something else waits for them. */
import { type Db, openDatabase, type Sql } from '../../src/store/database.ts';
import { eventually } from './conditions.ts';
import type { TestNode } from './core-harness.ts';

/** A stream's row: whoever gives out its seqs waits. `act` runs meanwhile; what it returns is waited for afterwards. */
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

/** Until somebody waits for a lock, or so many do. */
export function somebodyWaits(sql: Sql, count = 1): Promise<boolean> {
  return eventually(`${count} to wait for a lock`, async () => {
    const waiting = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length >= count;
  });
}
