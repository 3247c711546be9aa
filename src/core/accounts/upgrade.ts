/** Migrates a database: the schema, then the backfill of columns that only the server can compute. */

import { listWithoutSkeleton, setSkeletons, updateEmailKey } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { uniqueViolation } from '../../store/database.ts';
import { migrate } from '../../store/migrate.ts';
import { emailKey } from '../account-rules.ts';

/** Rows in one statement. */
const BATCH = 1_000;

/** @returns and throws as `migrate` */
export async function bringUpToDate(sql: Sql): Promise<string[]> {
  const ran = await migrate(sql);
  for (let left = BATCH; left === BATCH; ) left = await fillKeys(sql);
  return ran;
}

/** @returns how many accounts were backfilled, at most `BATCH` */
async function fillKeys(sql: Sql): Promise<number> {
  const accounts = await listWithoutSkeleton(sql, BATCH);
  if (accounts.length === 0) return 0;
  // Loaded only when used: a large table, and commands come through here.
  const { skeletonOf } = await import('./confusables.ts');
  for (const { id, email, emailKey: stored } of accounts) {
    const key = email === null ? null : emailKey(email);
    if (key !== null && key !== stored) await updateEmailKey(sql, id, key).catch(keepWhereTaken);
  }
  await setSkeletons(
    sql,
    accounts.map(({ id, username }) => ({ id, skeleton: skeletonOf(username) })),
  );
  return accounts.length;
}

/** Another account has the same address in another form: both keep the keys that they have. */
function keepWhereTaken(error: unknown): void {
  if (uniqueViolation(error) === null) throw error;
}
