/** Looks up accounts by the reference in a request. */

import { notFound } from '../../errors.ts';
import { findAccountByUid, findAccountByUsername, findAccountsByUids } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { comparisonKey } from '../account-rules.ts';
import type { Account } from '../model.ts';
import { isUid } from '../text.ts';

export type PersonRef = { readonly uid: string } | { readonly username: string };

/** @throws AppError `not_found` */
export async function getPerson(sql: Sql, ref: PersonRef): Promise<Account> {
  const found =
    'uid' in ref ? await findByUid(sql, ref.uid) : await findAccountByUsername(sql, comparisonKey(ref.username));
  if (found === null) throw notFound('account');
  return found;
}

/**
 * All of them, without duplicates, by id.
 * @throws AppError `not_found`: there is no account for one of the uids
 */
export async function getPeople(sql: Sql, uids: readonly string[]): Promise<Account[]> {
  if (!uids.every(isUid)) throw notFound('account');
  const wanted = new Set(uids.map((uid) => uid.toLowerCase()));
  if (wanted.size === 0) return [];
  const found = await findAccountsByUids(sql, [...wanted]);
  if (found.length < wanted.size) throw notFound('account');
  return found;
}

async function findByUid(sql: Sql, uid: string): Promise<Account | null> {
  return isUid(uid) ? findAccountByUid(sql, uid) : null;
}
