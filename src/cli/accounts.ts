/** Lookup and changes of accounts, for commands. */

import type { Config } from '../config/config.ts';
import { comparisonKey } from '../core/account-rules.ts';
import { createOperatorAccess, type OperatorAccess } from '../core/accounts/account-access.ts';
import type { Account } from '../core/model.ts';
import { recordActs } from '../core/moderation/audit.ts';
import { createPasswords } from '../core/sessions/passwords.ts';
import { findAccountByUsername } from '../store/accounts.ts';
import type { AuditState } from '../store/audit.ts';
import type { Db, Sql } from '../store/database.ts';

/** A running server finds a command's events in the log, within two seconds. */
export const FOUND_IN_LOG = { publish: () => undefined };

export async function getNamed(sql: Sql, username: string): Promise<Account> {
  const account = await findAccountByUsername(sql, comparisonKey(username));
  if (account === null) throw new Error(`there is no account named "${username}"`);
  return account;
}

export function accessTo(sql: Sql, config: Config): OperatorAccess {
  return createOperatorAccess(sql, FOUND_IN_LOG, createPasswords(config.passwords));
}

/**
 * Writes an act of the operator into the audit log. The account is named by reference only, so that nothing of one that is deleted stays
 * there. `states`: before and after, where there are such.
 */
export async function recordOperator(
  db: Db,
  { id }: Pick<Account, 'id'>,
  action: string,
  states: { before?: AuditState; after?: AuditState } = {},
): Promise<void> {
  await recordActs(db, null, { action, accountId: id, ...states });
}
