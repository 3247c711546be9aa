/** Rows of likes: who likes which post. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';

export type LikedPostRow = { uid: string; author_id: number; likes_count: number; liked: boolean };

/**
 * Holds the post until the transaction ends. The stream of the board must be locked.
 * @returns null: there is no such post; `liked`: whether the account likes it
 */
export async function lockLikedPost(db: Db, postId: number, accountId: number): Promise<LikedPostRow | null> {
  const [row] = await db<LikedPostRow[]>`
    select uid, author_id, likes_count,
           exists (select from likes where post_id = p.id and account_id = ${accountId}) as liked
      from posts p where id = ${postId}::bigint for no key update`;
  return row ?? null;
}

/** @throws a foreign key violation when the account is gone */
export async function insertLike(db: Db, postId: number, accountId: number): Promise<void> {
  await db`insert into likes (post_id, account_id) values (${postId}, ${accountId})`;
}

export async function deleteLike(db: Db, postId: number, accountId: number): Promise<void> {
  await db`delete from likes where post_id = ${postId} and account_id = ${accountId}`;
}

/** When, in Unix ms, and whose. */
export type LikeMark = { readonly at: number; readonly id: number };
/** `blocked`: by the viewer. */
export type ListedLikerRow = AccountRow & { at: number; blocked: boolean };

/** The accounts that like the post, the newest first; `before`: only what comes after that mark. */
export async function listLikers(
  db: Db,
  postId: number,
  viewerId: number | null,
  { before, limit }: { before: LikeMark | null; limit: number },
): Promise<ListedLikerRow[]> {
  const earlier =
    before === null ? db`` : db`and (created_at, account_id) < (${new Date(before.at)}, ${before.id}::bigint)`;
  return db<ListedLikerRow[]>`
    select a.*, (extract(epoch from newest.created_at) * 1000)::bigint as at,
           coalesce((select true from blocks where account_id = ${viewerId} and blocked_id = a.id), false) as blocked
      from (
        select account_id, created_at from likes where post_id = ${postId} ${earlier}
         order by created_at desc, account_id desc limit ${limit}) as newest
     cross join lateral (select ${accountColumns(db)} from accounts where id = newest.account_id offset 0) as a
     order by newest.created_at desc, newest.account_id desc`;
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
