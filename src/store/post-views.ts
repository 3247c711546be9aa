/** Rows of post views: who has seen which post. */
import type { Db } from './database.ts';

export type PostView = { readonly postId: number; readonly accountId: number };

/**
 * Counts those that are new; what is of a post or an account that is gone is left out. The board's stream must be held
 * (`lockStream`), so that nobody else has some of these posts and waits for others. `offset 0` and the array have each row looked up.
 */
export async function insertPostViews(db: Db, views: readonly PostView[]): Promise<void> {
  await db`
    with input as (
      select p.id as post_id, a.id as account_id
        from unnest(${views.map(({ postId }) => postId)}::int[], ${views.map(({ accountId }) => accountId)}::int[])
          as v (post_id, account_id)
        join lateral (select id from posts where id = v.post_id offset 0 for key share) as p on true
        join lateral (select id from accounts where id = v.account_id offset 0 for key share) as a on true
    ), added as (
      insert into post_views (post_id, account_id) select post_id, account_id from input
      on conflict do nothing
      returning post_id
    )
    update posts p set views = p.views + c.n
      from (select post_id, count(*)::int as n from added group by post_id) c
     where p.id = c.post_id and p.id = any(array(select post_id from added))`;
}

/** Returns the posts that the account has seen before. */
export async function findSeenPosts(db: Db, accountId: number, postIds: readonly number[]): Promise<number[]> {
  const rows = await db<{ post_id: number }[]>`
    select post_id from post_views where account_id = ${accountId} and post_id = any(${postIds as number[]}::int[])`;
  return rows.map((row) => row.post_id);
}
