/** Rows of likes: who likes which post. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

/**
 * Adds the like, or takes it back where it was there. The post must be held (`lockPost`).
 * @returns whether the post is liked by the account now
 * @throws a foreign key violation when the account is gone
 */
export async function toggleLike(db: Db, postId: number, accountId: number): Promise<boolean> {
  const rows = await db`
    with removed as (
      delete from likes where post_id = ${postId} and account_id = ${accountId} returning 1
    )
    insert into likes (post_id, account_id)
    select ${postId}, ${accountId} where not exists (select from removed)
    returning 1`;
  return rows.length > 0;
}

export type LikerRow = AccountRow & { post_id: number };

/** Whoever liked each of these posts last, newest first. */
export async function listNewestLikers(db: Db, postIds: readonly number[], each: number): Promise<LikerRow[]> {
  return db<LikerRow[]>`
    select newest.post_id, a.* from unnest(${postIds as number[]}::int[]) as wanted (post_id)
     cross join lateral (
       select l.post_id, l.account_id, l.created_at from likes l
        where l.post_id = wanted.post_id
        order by l.created_at desc, l.account_id desc
        limit ${each}) as newest
     cross join lateral (select ${accountColumns(db)} from accounts where id = newest.account_id offset 0) as a
     order by newest.post_id, newest.created_at desc, newest.account_id desc`;
}
