/** Rows of comments, each with its author. */
import type { Db } from './database.ts';
import { type InsertedRow, insertCreated, milliseconds, toPayload } from './events.ts';
import { type AuthorColumns, authorColumns } from './posts.ts';

export type CommentRow = AuthorColumns & { id: number; post_id: number; body: string; created_at: Date };

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
         select c.id, c.post_id, c.body, c.created_at, row_number() over (order by c.id desc) as rank,
                octet_length(c.body) + coalesce(octet_length(a.avatar_url), 0) + ${COMMENT_FRAME}::int as size,
                ${authorColumns(db)}
           from comments c
           join accounts a on a.id = c.author_id
          where c.post_id = wanted.post_id and c.id <= wanted.up_to
          order by c.id desc
          limit ${each}) as newest
      ) as sized
     where taken <= ${bytes}::bigint
     order by id`;
}

export type LockedCommentRow = { post_id: number; author_id: number; post_author_id: number };

/** Holds the comment and its post until the transaction ends. */
export async function lockComment(db: Db, id: number): Promise<LockedCommentRow | null> {
  const [row] = await db<LockedCommentRow[]>`
    select c.post_id, c.author_id, p.author_id as post_author_id
      from comments c
      join posts p on p.id = c.post_id
     where c.id = ${id}::bigint
       for no key update of p, c`;
  return row ?? null;
}

export type NewCommentRow = { postId: number; authorId: number; body: string };

/**
 * Stores comments in the order given and tells the stream of each, in one statement and under the stream's lock.
 * @param told what the event says, but for `id` and `createdAt`
 * @returns one row a comment, in that order, each with its place `n` (from 1) among those given; none for a comment on a
 * post that there is not
 * @throws a foreign key violation when an author, or just now a post, is gone
 */
export async function insertComments(
  db: Db,
  streamId: number,
  comments: readonly (NewCommentRow & { told: object })[],
): Promise<(InsertedRow & { n: number })[]> {
  return db<(InsertedRow & { n: number })[]>`
    with input as (
      select i.*, row_number() over (order by i.n) as place
        from unnest(${comments.map(({ postId }) => postId)}::bigint[], ${comments.map(({ authorId }) => authorId)}::int[],
                    ${comments.map(({ body }) => body)}::text[],
                    ${comments.map(({ told }) => toPayload(told))}::text[])
          with ordinality as i (post_id, author_id, body, told, n)
        join posts p on p.id = i.post_id
    ), advanced as (
      update streams set head = head + (select count(*) from input) where id = ${streamId}
      returning head - (select count(*) from input) as base
    ), added as (
      insert into comments (post_id, author_id, body)
      select i.post_id, i.author_id, i.body from advanced cross join input i order by i.n
      returning id, created_at
    ), told as (
      select a.id, a.created_at, s.base + i.place as seq, i.told, i.n
        from (select *, row_number() over (order by id) as place from added) a
        join input i using (place)
       cross join advanced s
    ), events as (${insertCreated(db, streamId, 'comment.created')})
    select id, ${milliseconds(db)} as at, seq, n from told order by seq`;
}

export async function deleteComment(db: Db, id: number): Promise<void> {
  await db`delete from comments where id = ${id}`;
}
