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

/** Looks at the server that writers have to reach the lock. */
const LOOKS = 20;

/**
 * Begins requests while no table can be written, so that each has read before another writes. The tables can be written again when
 * two wait, or have had the time to.
 * @returns the answers, and how many waited
 */
export async function whileNothingIsWritten<T>(
  sql: Sql,
  act: () => readonly Promise<T>[],
): Promise<{ answers: T[]; waited: number }> {
  const { answers, waited } = await sql.begin(async (tx) => {
    const tables = await tx<{ name: string }[]>`
      select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`;
    await tx.unsafe(`lock table ${tables.map(({ name }) => name).join()} in share row exclusive mode`);
    const asked = act();
    let waiting = 0;
    for (let looks = 0; looks < LOOKS && waiting < 2; looks += 1) {
      const rows = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      waiting = rows.length;
    }
    return { answers: asked, waited: waiting };
  });
  return { answers: await Promise.all(answers), waited };
}
