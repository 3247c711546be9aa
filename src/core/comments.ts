/** Comments on posts. */
import { forbidden, notFound } from '../errors.ts';
import { type CommentRow, deleteComment, insertComment, lockComment } from '../store/comments.ts';
import { type AuthorColumns, lockPost } from '../store/posts.ts';
import type { Account, ShowPerson } from './accounts.ts';
import type { Commits } from './commits.ts';
import type { Comment } from './events.ts';
import type { Caller, Viewer } from './sessions.ts';
import { checkText } from './text.ts';

export type Comments = ReturnType<typeof createComments>;

/** `maxLength`: characters of a comment. */
export function createComments(commits: Commits, maxLength: number, show: ShowPerson) {
  return {
    /** @throws AppError `invalid` | `not_found`: no such post | `unauthenticated` | as `Commits.commit` */
    add: async (caller: Caller, postId: number, text: string): Promise<Comment> => {
      const body = checkText('body', text, maxLength);
      const row = await commits.commit(async (tx) => {
        if ((await lockPost(tx, postId)) === null) throw notFound('post');
        const result = await insertComment(tx, { postId, authorId: caller.id, body });
        return { result, fact: { kind: 'comment.created', data: toComment(result, null, show) } };
      });
      return toComment(row, caller, show);
    },

    /** By its author, the post's author or an admin. @throws AppError `not_found` | `forbidden` | as `Commits.commit` */
    remove: async (caller: Caller, id: number): Promise<void> => {
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

/** Whoever wrote what the row holds. */
export function authorOf(row: AuthorColumns): Account {
  return {
    id: row.author_id,
    uid: row.author_uid,
    username: row.author_username,
    email: row.author_email,
    avatarUrl: row.author_avatar_url,
    avatarKey: row.author_avatar_key,
  };
}
