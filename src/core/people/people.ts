/** Looks up accounts by the reference in a request. */

import { AppError, notFound } from '../../errors.ts';
import { findAccountByUid, findAccountByUsername, findAccountsByUids } from '../../store/accounts.ts';
import { hasBlock } from '../../store/blocks.ts';
import type { Db, Sql } from '../../store/database.ts';
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

/**
 * Nobody befriends, or takes along into a room, whom they have blocked or who has blocked them.
 * @throws AppError `forbidden`
 */
export async function requireUnblocked(
  db: Db,
  actor: { readonly id: number },
  others: readonly { readonly id: number }[],
): Promise<void> {
  const ids = others.map(({ id }) => id);
  if (ids.length > 0 && (await hasBlock(db, actor.id, ids)))
    throw new AppError('forbidden', { message: 'One of the two has blocked the other' });
}

async function findByUid(sql: Sql, uid: string): Promise<Account | null> {
  return isUid(uid) ? findAccountByUid(sql, uid) : null;
}
