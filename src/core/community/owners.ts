/** The community has an owner always: the last one stays until another is made. */
import { AppError } from '../../errors.ts';
import type { Db } from '../../store/database.ts';
import { lockOwners } from '../../store/roles.ts';

/**
 * For whatever takes an owner away: another role, an end, a sanction. Owners stay as they are until the transaction ends.
 * @throws AppError `last_owner`: the account is the only owner who can sign in
 */
export async function requireAnotherOwner(tx: Db, accountId: number): Promise<void> {
  const owners = await lockOwners(tx);
  if (owners.length === 1 && owners[0] === accountId) throw new AppError('last_owner');
}
