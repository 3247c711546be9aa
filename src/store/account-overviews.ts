/** Accounts as an operator sees them. */
import { type AccountRow, accountColumns, type CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';

export type AccountOverviewRow = AccountRow & {
  role: CommunityRole;
  createdAt: Date;
  disabledAt: Date | null;
  /** When the newest session that is still kept began, or was last refreshed. */
  lastSessionAt: Date | null;
  /** Stored bytes, as the quota counts them. */
  bytes: number;
};

/** Accounts with the most stored bytes. */
export async function findLargestAccounts(db: Db, limit: number): Promise<(AccountRow & { bytes: number })[]> {
  return db<(AccountRow & { bytes: number })[]>`
    select ${accountColumns(db)}, s.bytes
      from (select account_id, bytes from stored_bytes where bytes > 0 order by bytes desc, account_id limit ${limit}) as s
      join accounts on id = s.account_id
     order by s.bytes desc, id`;
}

export async function sumStoredBytes(db: Db): Promise<{ accounts: number; bytes: number }> {
  const [row] = await db<[{ accounts: number; bytes: number }]>`
    select count(*)::int as accounts, coalesce(sum(bytes), 0)::bigint as bytes from stored_bytes`;
  return row;
}

/** By id, after that one. `offset 0`: the storage of each account of the page is looked up, not read with everybody's. */
export async function listAccountOverviews(db: Db, afterId: number, limit: number): Promise<AccountOverviewRow[]> {
  return db<AccountOverviewRow[]>`
    select a.id, a.uid, a.username, a.name, a.email, a.avatar_url as "avatarUrl", a.avatar_key as "avatarKey", a.kind <> 'person' as bot, a.role,
           a.created_at as "createdAt", a.disabled_at as "disabledAt", s.last_session_at as "lastSessionAt", st.bytes
      from (select * from accounts where id > ${afterId} order by id limit ${limit}) as a
      join lateral (select bytes from stored_bytes where account_id = a.id offset 0) as st on true
      left join lateral (
        select max(greatest(created_at, refreshed_at)) as last_session_at from sessions where account_id = a.id
      ) as s on true
     order by a.id`;
}
