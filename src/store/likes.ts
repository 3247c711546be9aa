/** Rows of likes: who likes which post. */
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
