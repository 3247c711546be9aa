/** Rows of comments, each with its author. */
import type { Db } from './database.ts';
import { type AuthorColumns, authorColumns } from './posts.ts';

export type CommentRow = AuthorColumns & { id: number; post_id: number; body: string; created_at: Date };

/** The newest comments of each of these posts, oldest first. */
export async function listNewestComments(db: Db, postIds: readonly number[], each: number): Promise<CommentRow[]> {
  return db<CommentRow[]>`
    select newest.* from unnest(${postIds as number[]}::int[]) as wanted (post_id)
     cross join lateral (
       select c.id, c.post_id, c.body, c.created_at, ${authorColumns(db)}
         from comments c
         join accounts a on a.id = c.author_id
        where c.post_id = wanted.post_id
        order by c.id desc
        limit ${each}) as newest
     order by newest.id`;
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

/** @throws a foreign key violation when the author or the post is gone */
export async function insertComment(
  db: Db,
  comment: { postId: number; authorId: number; body: string },
): Promise<CommentRow> {
  const [row] = await db<[CommentRow]>`
    with c as (
      insert into comments (post_id, author_id, body)
      values (${comment.postId}, ${comment.authorId}, ${comment.body})
      returning *
    )
    select c.id, c.post_id, c.body, c.created_at, ${authorColumns(db)}
      from c left join accounts a on a.id = c.author_id`;
  return row;
}

export async function deleteComment(db: Db, id: number): Promise<void> {
  await db`delete from comments where id = ${id}`;
}
