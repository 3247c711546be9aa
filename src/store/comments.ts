/** Rows of comments, each with its author. */
import type { Db } from './database.ts';
import { type InsertedRow, insertCreated, milliseconds } from './events.ts';
import type { Keyed } from './messages.ts';
import { type AuthorColumns, authorColumns, digestText, nextVersion } from './posts.ts';

export type CommentRow = AuthorColumns & {
  id: number;
  post_id: number;
  post_uid: string;
  body: string;
  created_at: Date;
  edited_at: Date | null;
};

/** Selects the comments of a post; with `upTo`, only those with that id or a lower one. */
export type CommentsWanted = { readonly postId: number; readonly upTo?: number };

/** Bytes of a comment in an answer beside its text and the address of its author's picture. */
const COMMENT_FRAME = 384;
const MAX_ID = 2_147_483_647;

/**
 * The newest comments of each of these posts, oldest first: at most `each` of a post, and `bytes` of all together. If
 * there are more, every post is given its newest before any post is given its next.
 */
export async function listNewestComments(
  db: Db,
  wanted: readonly CommentsWanted[],
  { each, bytes }: { each: number; bytes: number },
): Promise<CommentRow[]> {
  return db<CommentRow[]>`
    select * from (
      select newest.*, sum(newest.size) over (order by newest.rank, newest.id desc) as taken
        from unnest(${wanted.map(({ postId }) => postId)}::int[], ${wanted.map(({ upTo = MAX_ID }) => upTo)}::int[])
          as wanted (post_id, up_to)
       cross join lateral (
         select ${commentColumns(db)}, row_number() over (order by c.id desc) as rank,
                octet_length(c.body) + coalesce(octet_length(a.avatar_url), 0) + ${COMMENT_FRAME}::int as size
           from comments c
           join posts p on p.id = c.post_id
           join accounts a on a.id = c.author_id
          where c.post_id = wanted.post_id and c.id <= wanted.up_to
          order by c.id desc
          limit ${each}) as newest
      ) as sized
     where taken <= ${bytes}::bigint
     order by id`;
}

/** `found`: how many the page was to have. `blocked`: its author is, by the viewer. */
export type ListedCommentRow = CommentRow & { found: number; blocked: boolean };

/** The comments of a post above the id `after`, oldest first, as many as fit into that number of bytes. */
export async function listComments(
  db: Db,
  postId: number,
  viewerId: number | null,
  { after, limit, bytes }: { after: number; limit: number; bytes: number },
): Promise<ListedCommentRow[]> {
  return db<ListedCommentRow[]>`
    select comment.*, sized.found::int,
           coalesce((select true from blocks where account_id = ${viewerId} and blocked_id = author_id), false) as blocked
      from (
        select id, count(*) over () as found, sum(size) over (order by id) - size as before
          from (select id, octet_length(body) as size from comments
                 where post_id = ${postId} and id > ${after}::bigint order by id limit ${limit}) as page
      ) as sized
     cross join lateral (
       select ${commentColumns(db)} from comments c join posts p on p.id = c.post_id join accounts a on a.id = c.author_id
        where c.id = sized.id offset 0) as comment
     where before < ${bytes}::bigint
     order by comment.id`;
}

/** By id. */
export async function listCommentsByIds(db: Db, ids: readonly number[]): Promise<CommentRow[]> {
  return db<CommentRow[]>`
    select ${commentColumns(db)} from comments c join posts p on p.id = c.post_id join accounts a on a.id = c.author_id
     where c.id = any(${ids as number[]}::int[]) order by c.id`;
}

/** `version`: when it was written or last edited, in Unix ms. No two versions of a comment have the same. */
export type LockedCommentRow = {
  post_id: number;
  post_uid: string;
  author_id: number;
  post_author_id: number;
  version: number;
};

/** Holds the comment and its post until the transaction ends. */
export async function lockComment(db: Db, id: number): Promise<LockedCommentRow | null> {
  const [row] = await db<LockedCommentRow[]>`
    select c.post_id, p.uid as post_uid, c.author_id, p.author_id as post_author_id,
           (extract(epoch from coalesce(c.edited_at, c.created_at)) * 1000)::bigint as version
      from comments c
      join posts p on p.id = c.post_id
     where c.id = ${id}::bigint
       for no key update of p, c`;
  return row ?? null;
}

export type NewCommentRow = { postId: number; authorId: number; body: string; keyed: Keyed | null };
/** `n`: its place among those given, from 1. */
export type InsertedCommentRow = InsertedRow & { n: number; post_uid: string; post_author_id: number };

/**
 * Stores comments in the order given and tells the stream of each, in one statement and under the stream's lock.
 * @returns one row a comment, in that order; none for a comment on a post that there is not
 * @throws a foreign key violation when an author, or just now a post, is gone; a unique violation when a key is used
 */
export async function insertComments(
  db: Db,
  streamId: number,
  comments: readonly NewCommentRow[],
): Promise<InsertedCommentRow[]> {
  return db<InsertedCommentRow[]>`
    with input as (
      select i.*, p.uid as post_uid, p.author_id as post_author_id, row_number() over (order by i.n) as place
        from unnest(${comments.map(({ postId }) => postId)}::bigint[], ${comments.map(({ authorId }) => authorId)}::int[],
                    ${comments.map(({ body }) => body)}::text[],
                    ${comments.map(({ keyed }) => keyed?.key ?? null)}::text[],
                    ${comments.map(({ keyed }) => digestText(keyed))}::text[])
          with ordinality as i (post_id, author_id, body, key, digest, n)
        join posts p on p.id = i.post_id
    ), advanced as (
      update streams set head = head + (select count(*) from input) where id = ${streamId}
      returning head - (select count(*) from input) as base
    ), added as (
      insert into comments (post_id, author_id, body, key, key_digest)
      select i.post_id, i.author_id, i.body, i.key, decode(i.digest, 'hex') from advanced cross join input i order by i.n
      returning id, created_at
    ), told as (
      select a.id, a.created_at, s.base + i.place as seq, i.n, i.post_uid, i.post_author_id, octet_length(i.body) as bytes
        from (select *, row_number() over (order by id) as place from added) a
        join input i using (place)
       cross join advanced s
    ), events as (${insertCreated(db, streamId, 'comment.created')})
    select id, ${milliseconds(db)} as at, seq, n, post_uid, post_author_id from told order by seq`;
}

/** The comment that the author made with the key. */
export async function findKeyedComment(
  db: Db,
  authorId: number,
  key: string,
): Promise<{ id: number; digest: Uint8Array } | null> {
  const [row] = await db<{ id: number; digest: Uint8Array }[]>`
    select id, key_digest as digest from comments where author_id = ${authorId} and key = ${key}`;
  return row ?? null;
}

export async function updateComment(db: Db, id: number, body: string): Promise<void> {
  await db`update comments set body = ${body}, edited_at = ${nextVersion(db)} where id = ${id}`;
}

export async function deleteComment(db: Db, id: number): Promise<void> {
  await db`delete from comments where id = ${id}`;
}

/** Of the comments row `c` on the post `p`. */
export function commentColumns(db: Db) {
  return db`c.id, c.post_id, p.uid as post_uid, c.body, c.created_at, c.edited_at, ${authorColumns(db)}`;
}
