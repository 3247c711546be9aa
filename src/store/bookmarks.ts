/** Rows of bookmarks: posts that an account keeps for itself. */
import type { Db } from './database.ts';
import { type FeedRow, pickPosts } from './posts.ts';

/** @returns whether it is new; not if the post is gone */
export async function insertBookmark(db: Db, accountId: number, postId: number): Promise<boolean> {
  const rows = await db`
    insert into bookmarks (account_id, post_id) select ${accountId}, id from posts where id = ${postId}::bigint
    on conflict do nothing returning 1`;
  return rows.length > 0;
}

/** @returns whether it was there */
export async function deleteBookmark(db: Db, accountId: number, postId: number): Promise<boolean> {
  const rows = await db`
    delete from bookmarks where account_id = ${accountId} and post_id = ${postId}::bigint returning 1`;
  return rows.length > 0;
}

/** The ones among these posts that the account has bookmarked. */
export async function findBookmarked(db: Db, accountId: number, postIds: readonly number[]): Promise<number[]> {
  const rows = await db<{ post_id: number }[]>`
    select post_id from bookmarks where account_id = ${accountId} and post_id = any(${postIds as number[]}::int[])`;
  return rows.map((row) => row.post_id);
}

/** When a post was bookmarked, in Unix ms, and its id. */
export type BookmarkMark = { readonly at: number; readonly id: number };

/** The bookmarked posts, the newest bookmark first; `before`: only what comes after that mark. */
export async function listBookmarked(
  db: Db,
  accountId: number,
  { before, limit, bytes }: { before: BookmarkMark | null; limit: number; bytes: number },
): Promise<FeedRow[]> {
  const earlier =
    before === null ? db`` : db`and (created_at, post_id) < (${new Date(before.at)}, ${before.id}::bigint)`;
  const picked = db`
    select post_id as id, (extract(epoch from created_at) * 1000)::bigint as at,
           row_number() over (order by created_at desc, post_id desc) as n
      from bookmarks where account_id = ${accountId} ${earlier}
     order by created_at desc, post_id desc limit ${limit}`;
  return pickPosts(db, accountId, picked, bytes);
}
