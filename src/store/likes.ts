/** Rows of likes: who likes which post. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type ToggledLikeRow = { uid: string; likes_count: number; liked: boolean };

/**
 * Adds the like, or takes it back where it was there, while the post is held.
 * @returns null where there is no such post; `likes_count`: as it is now, `liked`: whether the account likes it now
 * @throws a foreign key violation when the account is gone
 */
export async function toggleLike(db: Db, postId: number, accountId: number): Promise<ToggledLikeRow | null> {
  const [row] = await db<ToggledLikeRow[]>`
    with post as (
      select id, uid, likes_count from posts where id = ${postId}::bigint for no key update
    ), removed as (
      delete from likes where post_id = (select id from post) and account_id = ${accountId} returning 1
    ), added as (
      insert into likes (post_id, account_id)
      select id, ${accountId} from post where not exists (select from removed)
      returning 1
    )
    select uid, likes_count + case when exists (select from added) then 1 else -1 end as likes_count,
           exists (select from added) as liked
      from post`;
  return row ?? null;
}

export type LikerRow = AccountRow & { post_id: number };

/** Bytes of a liker in an answer beside the texts of its row. */
const LIKER_FRAME = 256;

/**
 * The newest likers of each of these posts, newest first: at most `each` of a post, and `bytes` of all together. If there
 * are more, every post is given its newest before any post is given its next.
 */
export async function listNewestLikers(
  db: Db,
  postIds: readonly number[],
  { each, bytes }: { each: number; bytes: number },
): Promise<LikerRow[]> {
  return db<LikerRow[]>`
    select * from (
      select newest.*, a.*,
             sum(octet_length(concat(a.username, a.email, a."avatarUrl")) + ${LIKER_FRAME}::int)
               over (order by newest.rank, newest.post_id) as taken
        from unnest(${postIds as number[]}::int[]) as wanted (post_id)
       cross join lateral (
         select l.post_id, l.account_id, l.created_at,
                row_number() over (order by l.created_at desc, l.account_id desc) as rank
           from likes l
          where l.post_id = wanted.post_id
          order by l.created_at desc, l.account_id desc
          limit ${each}) as newest
       cross join lateral (select ${accountColumns(db)} from accounts where id = newest.account_id offset 0) as a
      ) as sized
     where taken <= ${bytes}::bigint
     order by post_id, rank`;
}
