/** Accounts as an operator sees them. */
import type { CommunityRole } from './accounts.ts';
import type { Db } from './database.ts';

export type AccountOverviewRow = {
  id: number;
  uid: string;
  username: string;
  email: string | null;
  role: CommunityRole;
  created_at: Date;
  disabled_at: Date | null;
  /** When the newest session that is still kept began, or was last refreshed. */
  last_session_at: Date | null;
  /** Stored bytes, as the quota counts them. */
  bytes: number;
};

/** By id, after that one. `offset 0`: the storage of each account of the page is looked up, not read with everybody's. */
export async function listAccountOverviews(db: Db, afterId: number, limit: number): Promise<AccountOverviewRow[]> {
  return db<AccountOverviewRow[]>`
    select a.id, a.uid, a.username, a.email, a.role, a.created_at, a.disabled_at, s.last_session_at, st.bytes
      from (select * from accounts where id > ${afterId} order by id limit ${limit}) as a
      join lateral (select bytes from stored_bytes where account_id = a.id offset 0) as st on true
      left join lateral (
        select max(greatest(created_at, refreshed_at)) as last_session_at from sessions where account_id = a.id
      ) as s on true
     order by a.id`;
}
