/** How koine shows posts and comments. */
import type { Static } from 'typebox';
import type * as core from '../../../core/model.ts';
import type { PostPart, PostWith } from '../../../core/posts/post-parts.ts';
import type * as schema from '../schema.ts';
import { moment } from '../times.ts';
import type { FilePresenter } from './files.ts';
import type { PersonPresenter } from './people.ts';

/** The parts of a post that koine shows. */
export const POST_PARTS = ['images', 'views', 'bookmarked'] as const satisfies PostPart[];

export function createPostPresenter({
  person,
  file,
}: {
  readonly person: PersonPresenter;
  readonly file: FilePresenter;
}) {
  /** As in events: without what is the reader's own. */
  function publicPost(one: Omit<core.Post, 'liked' | 'comments'>) {
    const { uid, author, title, body, images, createdAt, editedAt, likesCount, commentsCount } = one;
    return {
      id: uid,
      author: person(author),
      ...(title !== null && { title }),
      body,
      images: images.map(file),
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
      ...{ likesCount, commentsCount },
    };
  }

  function post(one: PostWith<(typeof POST_PARTS)[number]>): Static<typeof schema.Post> {
    const { views, liked, bookmarked } = one;
    return { ...publicPost(one), viewsCount: views, liked, bookmarked };
  }

  function comment({ id, postUid, author, body, createdAt, editedAt }: core.Comment): Static<typeof schema.Comment> {
    return {
      id: String(id),
      postId: postUid,
      author: person(author),
      body,
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
    };
  }

  return { publicPost, post, comment };
}
