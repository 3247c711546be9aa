/** Comments as their rows have them. */
import type { CommentRow } from '../../store/comments.ts';
import type { Comment, ShowPerson, Viewer } from '../model.ts';
import { authorOf } from './authors.ts';

/** The newest comments that a single post is shown with: how many, and their bytes. */
export const COMMENTS_OF_ONE = { each: 50, bytes: 262_144 };

export function toComment(row: CommentRow, viewer: Viewer, show: ShowPerson): Comment {
  const { id, post_id: postId, post_uid: postUid, body, created_at, edited_at } = row;
  return {
    ...{ id, postId, postUid, body },
    author: show(viewer, authorOf(row)),
    createdAt: created_at.getTime(),
    editedAt: edited_at?.getTime() ?? null,
  };
}
