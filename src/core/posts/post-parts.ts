/** The parts of posts beside their own rows: a statement for each part that is wanted, however many posts there are. */

import { findBookmarked } from '../../store/bookmarks.ts';
import { type CommentRow, listNewestComments } from '../../store/comments.ts';
import type { Db } from '../../store/database.ts';
import { type LikerRow, listNewestLikers } from '../../store/likes.ts';
import { listPostImages, type PostImageRow } from '../../store/post-images.ts';
import type { PostRow } from '../../store/posts.ts';
import { groupBy } from '../group-by.ts';
import {
  type Comment,
  type File,
  type Person,
  type Post,
  postFields,
  type ShowPerson,
  sees,
  type Viewer,
} from '../model.ts';
import { entryBytes, PAGE_BYTES } from '../pages.ts';
import { authorOf } from './authors.ts';
import { COMMENTS_OF_ONE, toComment } from './comment-rows.ts';

/** Optional parts of a post; each costs a statement for all posts of a page. */
export type PostParts = {
  /** The newest, oldest first. */
  readonly comments: readonly Comment[];
  readonly images: readonly File[];
  /** The newest likers, newest first. */
  readonly likers: readonly Person[];
  /** The number of accounts that have been served the post. Reading this part counts the viewer. */
  readonly views: number;
  /** By the viewer. */
  readonly bookmarked: boolean;
};
export type PostPart = keyof PostParts;

/** A post as one viewer sees it, with the parts that were asked for. */
export type PostWith<Part extends PostPart = never> = Omit<Post, 'comments' | 'images'> & Pick<PostParts, Part>;

/** A row, and as many rows of each part as were read. */
export type Skeleton = {
  readonly row: PostRow;
  readonly comments: readonly CommentRow[];
  readonly images: readonly PostImageRow[];
  readonly likers: readonly LikerRow[];
  readonly bookmarked: boolean;
};

/** Likers of a post, and bytes of those of a page. */
const LIKERS_SHOWN = { each: 100, bytes: PAGE_BYTES / 2 };

/** `commentBytes`: of all posts together. */
export async function readParts(
  db: Db,
  rows: readonly PostRow[],
  { viewer, parts, commentBytes }: { viewer: Viewer; parts: readonly PostPart[]; commentBytes: number },
): Promise<Skeleton[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const wanted = ids.map((postId) => ({ postId }));
  const wants = (part: PostPart) => parts.includes(part);
  const [comments, images, likers, bookmarked] = await Promise.all([
    wants('comments') ? listNewestComments(db, wanted, { ...COMMENTS_OF_ONE, bytes: commentBytes }) : [],
    wants('images') ? listPostImages(db, ids) : [],
    wants('likers') ? listNewestLikers(db, ids, LIKERS_SHOWN) : [],
    wants('bookmarked') && viewer !== null ? findBookmarked(db, viewer.id, ids) : ([] as number[]),
  ]);
  const [commentsOf, imagesOf, likersOf] = [byPost(comments), byPost(images), byPost(likers)];
  return rows.map((row) => ({
    row,
    comments: commentsOf.get(row.id) ?? [],
    images: imagesOf.get(row.id) ?? [],
    likers: likersOf.get(row.id) ?? [],
    bookmarked: bookmarked.includes(row.id),
  }));
}

export function showPost<Part extends PostPart>(
  { row, comments, images, likers, bookmarked }: Skeleton,
  viewer: Viewer,
  parts: readonly Part[],
  showPerson: ShowPerson,
): PostWith<Part> {
  const all: PostParts = {
    comments: comments.flatMap((comment) =>
      sees(viewer, comment.author_id) ? [toComment(comment, viewer, showPerson)] : [],
    ),
    images: images.map(({ post_id, ...file }) => file),
    likers: likers.flatMap((liker) => (sees(viewer, liker.id) ? [showPerson(viewer, liker)] : [])),
    views: row.views,
    bookmarked,
  };
  return {
    ...postFields(row),
    author: showPerson(viewer, authorOf(row)),
    liked: viewer !== null && row.liked,
    ...(Object.fromEntries(parts.map((part) => [part, all[part]])) as Pick<PostParts, Part>),
  };
}

/** In an answer, in bytes, about. */
export function postBytes(row: PostRow): number {
  return entryBytes(row.title, row.body, row.author_avatar_url);
}

function byPost<Row extends { readonly post_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  return groupBy(rows, ({ post_id }) => post_id);
}
