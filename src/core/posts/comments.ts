/** Comments on posts. */

import { forbidden, notFound } from '../../errors.ts';
import {
  type CommentRow,
  deleteComment,
  insertComments,
  lockComment,
  type NewCommentRow,
} from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import type { Contents } from '../contents.ts';
import type { Commits } from '../events/commits.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Outcome } from '../events/lane.ts';
import type { Actor, Comment, ShowPerson, Viewer } from '../model.ts';
import { authorOf } from './authors.ts';

export type Comments = ReturnType<typeof createComments>;

/** The newest comments that a single post is shown with: how many, and their bytes. */
export const COMMENTS_OF_ONE = { each: 50, bytes: 262_144 };

/** Fields that the database sets. */
type Placed = Pick<Comment, 'id' | 'createdAt'>;
type Draft = NewCommentRow & { readonly told: Omit<Comment, keyof Placed> };

export type CommentOptions = {
  readonly contents: Contents;
  /** Characters. */
  readonly commentLength: number;
};

export function createComments(
  sql: Sql,
  commits: Commits,
  { contents, commentLength }: CommentOptions,
  show: ShowPerson,
) {
  const insert = commits.storing(async (drafts: readonly Draft[]) => {
    const rows = new Map((await insertComments(sql, BOARD_STREAM, drafts)).map((row) => [row.n, row]));
    return drafts.map(({ told }, index): Outcome<Placed> => {
      const row = rows.get(index + 1);
      if (row === undefined) return { refusal: notFound('post') };
      const placed = { id: row.id, createdAt: row.at };
      return { result: placed, event: { kind: 'comment.created', seq: row.seq, data: { ...told, ...placed } } };
    });
  });

  return {
    /** @throws AppError `invalid` | `not_found`: no such post | as `Commits.commit` */
    add: async (caller: Actor, postId: number, text: string): Promise<Comment> => {
      const body = contents.check('body', text, commentLength);
      const placed = await insert({
        postId,
        authorId: caller.id,
        body,
        told: { postId, author: show(null, caller), body },
      });
      return { ...placed, postId, author: show(caller, caller), body };
    },

    /** By its author, the post's author or an admin. @throws AppError `not_found` | `forbidden` | as `Commits.commit` */
    remove: async (caller: Actor, id: number): Promise<void> => {
      await commits.commit(async (tx) => {
        const comment = await lockComment(tx, id);
        if (comment === null) throw notFound('comment');
        const own = [comment.author_id, comment.post_author_id].includes(caller.id);
        if (!own && !caller.isAdmin) throw forbidden('delete', 'comment');
        await deleteComment(tx, id);
        return { result: undefined, fact: { kind: 'comment.deleted', data: { id, postId: comment.post_id } } };
      });
    },
  };
}

export function toComment(row: CommentRow, viewer: Viewer, show: ShowPerson): Comment {
  const { id, post_id: postId, body, created_at } = row;
  return { id, postId, author: show(viewer, authorOf(row)), body, createdAt: created_at.getTime() };
}
