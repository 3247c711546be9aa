/** The events of the board. */
import { Type } from 'typebox';
import type { BoardKind, DataOf, RoomKind } from '../../../core/events/events.ts';
import { Comment, Count, Id, Post } from '../schema.ts';
import { Named, named, type ShownEvent, shown } from './shown-event.ts';

/** Without what is the reader's own. */
const PublicPost = Type.Omit(Post, ['liked', 'bookmarked']);
const NullableId = Type.Unsafe<string | null>({ type: ['string', 'null'] });

/** `account.removed` is with the events of rooms. */
export const BOARD_EVENTS = {
  'post.created': shown({
    says: 'A post was published.',
    data: PublicPost,
    present: (post, presenter) => presenter.publicPost(post),
  }),
  'post.edited': shown({
    says: 'A post as it is after an edit.',
    data: PublicPost,
    present: (post, presenter) => presenter.publicPost(post),
  }),
  'post.deleted': shown({ says: 'A post was deleted.', data: Named, present: named }),
  'post.liked': shown({
    says: 'Somebody likes a post, or does not any more. `by` null: an account that is gone.',
    data: Type.Object({ id: Id, by: NullableId, liked: Type.Boolean(), likesCount: Count }),
    present: ({ uid, by, liked, likesCount }) => ({ id: uid, by: by?.uid ?? null, liked, likesCount }),
  }),
  'comment.created': shown({
    says: 'Somebody commented on a post.',
    data: Comment,
    present: (comment, presenter) => presenter.comment(comment),
  }),
  'comment.edited': shown({
    says: 'A comment as it is after an edit.',
    data: Comment,
    present: (comment, presenter) => presenter.comment(comment),
  }),
  'comment.deleted': shown({
    says: 'A comment was deleted.',
    data: Type.Object({ id: Id, postId: Id }),
    present: ({ id, postUid }) => ({ id: String(id), postId: postUid }),
  }),
} satisfies { readonly [Kind in Exclude<BoardKind, RoomKind>]: ShownEvent<DataOf<Kind>> };
