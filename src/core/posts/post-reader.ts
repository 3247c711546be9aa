/**
 * The read model of posts, in three steps: rows of posts, then the parts that the reader wants (a statement each), then the
 * posts as the viewer may see them.
 */

import { notFound } from '../../errors.ts';
import { type CommentRow, listNewestComments } from '../../store/comments.ts';
import type { Db, Sql } from '../../store/database.ts';
import { type LikerRow, listNewestLikers } from '../../store/likes.ts';
import { listPostImages, type PostImageRow } from '../../store/post-images.ts';
import { findPost, findPostByUid, listPosts, listPostsOf, type PostRow } from '../../store/posts.ts';
import { groupBy } from '../group-by.ts';
import { type Comment, type Person, type Post, postFields, type ShowPerson, type Viewer } from '../model.ts';
import { checkPage, entryBytes, fitPage, PAGE_BYTES } from '../pages.ts';
import { isUid } from '../text.ts';
import { authorOf } from './authors.ts';
import { COMMENTS_OF_ONE, toComment } from './comments.ts';
import type { PostViews } from './post-views.ts';

export type PostReader = ReturnType<typeof createPostReader>;

/** Optional parts of a post; each costs a statement for all posts of a page. */
export type PostParts = {
  /** The newest, oldest first. */
  readonly comments: readonly Comment[];
  /** Keys of objects. */
  readonly images: readonly string[];
  /** The newest likers, newest first. */
  readonly likers: readonly Person[];
  /** The number of accounts that have been served the post. Reading this part counts the viewer. */
  readonly views: number;
};
export type PostPart = keyof PostParts;

/** A post as one viewer sees it, with the parts that were asked for. */
export type PostWith<Part extends PostPart = never> = Omit<Post, 'comments'> & Pick<PostParts, Part>;

export type PostRef = { readonly id: number } | { readonly uid: string };

/**
 * A page by the number of posts before it: where texts are long it has fewer than `limit`, and the next page begins after
 * those. Or a page by its number, from 0: it has `size` posts, fewer where texts are long, and the others are on the next.
 */
export type PostPage =
  | { readonly skip: number; readonly limit: number }
  | { readonly page: number; readonly size: number };

/** A row, and as many rows of each part as were read. */
type Skeleton = {
  readonly row: PostRow;
  readonly comments: readonly CommentRow[];
  readonly images: readonly PostImageRow[];
  readonly likers: readonly LikerRow[];
};

/** Of a page's bytes, how many its posts may have: their comments may have the rest. */
const POSTS_BYTES = (PAGE_BYTES * 3) / 4;
/** Likers of a post, and bytes of those of a page. */
const LIKERS_SHOWN = { each: 100, bytes: PAGE_BYTES / 2 };

export function createPostReader(sql: Sql, views: Pick<PostViews, 'findSeen' | 'add'>, showPerson: ShowPerson) {
  /** @throws AppError `not_found` */
  async function findRow(db: Db, viewer: Viewer, ref: PostRef): Promise<PostRow> {
    const viewerId = viewer?.id ?? null;
    if ('id' in ref) return found(await findPost(db, ref.id, viewerId));
    return found(isUid(ref.uid) ? await findPostByUid(db, ref.uid, viewerId) : null);
  }

  async function listRows(viewer: Viewer, author: { id: number } | null, page: PostPage): Promise<PostRow[]> {
    const viewerId = viewer?.id ?? null;
    const where =
      'skip' in page
        ? { ...page, bytes: POSTS_BYTES }
        : { skipSlots: checkPage(page.page, page.size), slots: page.size };
    const rows =
      author === null ? await listPosts(sql, viewerId, where) : await listPostsOf(sql, author.id, viewerId, where);
    return 'skip' in page ? fitPage(rows, sizeOf, POSTS_BYTES) : rows;
  }

  /** A fixed number of statements, however many posts there are. `commentBytes`: of all posts together. */
  async function hydrate(
    db: Db,
    rows: readonly PostRow[],
    { viewer, parts, commentBytes }: { viewer: Viewer; parts: readonly PostPart[]; commentBytes: number },
  ): Promise<Skeleton[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const wanted = ids.map((postId) => ({ postId }));
    const wants = (part: PostPart) => parts.includes(part);
    const [comments, images, likers, seen] = await Promise.all([
      wants('comments') ? listNewestComments(db, wanted, { ...COMMENTS_OF_ONE, bytes: commentBytes }) : [],
      wants('images') ? listPostImages(db, ids) : [],
      wants('likers') ? listNewestLikers(db, ids, LIKERS_SHOWN) : [],
      wants('views') ? views.findSeen(viewer, rows) : null,
    ]);
    if (seen !== null) views.add(viewer, rows, seen);
    const [commentsOf, imagesOf, likersOf] = [byPost(comments), byPost(images), byPost(likers)];
    return rows.map((row) => ({
      row,
      comments: commentsOf.get(row.id) ?? [],
      images: imagesOf.get(row.id) ?? [],
      likers: likersOf.get(row.id) ?? [],
    }));
  }

  function show<Part extends PostPart>(
    { row, comments, images, likers }: Skeleton,
    viewer: Viewer,
    parts: readonly Part[],
  ): PostWith<Part> {
    const all: PostParts = {
      comments: comments.map((comment) => toComment(comment, viewer, showPerson)),
      images: images.map(({ object_key }) => object_key),
      likers: likers.map((liker) => showPerson(viewer, liker)),
      views: row.views,
    };
    return {
      ...postFields(row),
      author: showPerson(viewer, authorOf(row)),
      liked: viewer !== null && row.liked,
      ...(Object.fromEntries(parts.map((part) => [part, all[part]])) as Pick<PostParts, Part>),
    };
  }

  /** One post, for any number of viewers. @throws AppError `not_found` */
  async function load<Part extends PostPart>(db: Db, viewer: Viewer, ref: PostRef, parts: readonly Part[]) {
    const rows = [await findRow(db, viewer, ref)];
    const [post] = await hydrate(db, rows, { viewer, parts, commentBytes: COMMENTS_OF_ONE.bytes });
    return (to: Viewer): PostWith<Part> => show(post as Skeleton, to, parts);
  }

  async function listPage<Part extends PostPart>(
    viewer: Viewer,
    author: { id: number } | null,
    page: PostPage,
    parts: readonly Part[],
  ): Promise<PostWith<Part>[]> {
    const rows = await listRows(viewer, author, page);
    const commentBytes = PAGE_BYTES - rows.reduce((sum, row) => sum + sizeOf(row), 0);
    const posts = await hydrate(sql, rows, { viewer, parts, commentBytes });
    return posts.map((post) => show(post, viewer, parts));
  }

  return {
    load,
    /** @throws AppError `not_found` */
    idOf: async (viewer: Viewer, ref: PostRef): Promise<number> =>
      'id' in ref ? ref.id : (await findRow(sql, viewer, ref)).id,
    /** @throws AppError `not_found` */
    get: async <Part extends PostPart>(viewer: Viewer, ref: PostRef, parts: readonly Part[]): Promise<PostWith<Part>> =>
      (await load(sql, viewer, ref, parts))(viewer),
    /** Newest first. @throws AppError `invalid` */
    list: <Part extends PostPart>(viewer: Viewer, page: PostPage, parts: readonly Part[]): Promise<PostWith<Part>[]> =>
      listPage(viewer, null, page, parts),
    /** As `list`, of one author. */
    listOf: <Part extends PostPart>(
      viewer: Viewer,
      author: { id: number },
      page: PostPage,
      parts: readonly Part[],
    ): Promise<PostWith<Part>[]> => listPage(viewer, author, page, parts),
  };
}

function found(row: PostRow | null): PostRow {
  if (row === null) throw notFound('post');
  return row;
}

function byPost<Row extends { readonly post_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  return groupBy(rows, ({ post_id }) => post_id);
}

/** In an answer, in bytes, about. */
function sizeOf(row: PostRow): number {
  return entryBytes(row.title, row.body, row.author_avatar_url);
}
