/** An account as its owner sees it. */
import type { Db } from '../../store/database.ts';
import { findOwnAccount, type OwnAccountRow } from '../../store/profiles.ts';
import type { AccountFact } from '../events/changes.ts';
import type { Me } from '../model.ts';

export function toMe({ email, ...account }: OwnAccountRow): Me {
  return { ...account, email: email ?? '' };
}

/** Tells the account how it is now, in the transaction that changed it. */
export async function ownAccountFacts(tx: Db, id: number): Promise<AccountFact[]> {
  const account = await findOwnAccount(tx, { id });
  return account === null ? [] : [{ accountId: id, fact: { kind: 'settings.changed', data: toMe(account) } }];
}
