/** The door: accounts that a moderator keeps out. */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { findExclusion } from '../../store/sanctions.ts';

/** Call it only for a caller who has proved to be the account's owner. @throws AppError `suspended` | `banned` */
export async function requireLetIn(sql: Sql, accountId: number): Promise<void> {
  const exclusion = await findExclusion(sql, accountId);
  if (exclusion === null) return;
  const { id, kind, reason, until } = exclusion;
  throw new AppError(kind === 'ban' ? 'banned' : 'suspended', {
    sanction: { id, reason },
    ...(until !== null && { until }),
  });
}
