/**
 * The read model of posts, in three steps: rows of posts, then the parts that the reader wants (post-parts.ts), then the posts as
 * the viewer may see them. feed.ts has the lists by position.
 */

import { notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import { findPost, findPostByUid, listPosts, listPostsOf, type PostRow } from '../../store/posts.ts';
import { type ShowPerson, sees, type Viewer } from '../model.ts';
import { checkPage, fitPage, PAGE_BYTES } from '../pages.ts';
import { isUid } from '../text.ts';
import { COMMENTS_OF_ONE } from './comment-rows.ts';
import { type PostPart, type PostWith, postBytes, readParts, type Skeleton, showPost } from './post-parts.ts';
import type { PostViews } from './post-views.ts';

export type PostReader = {
  /** One post, for any number of viewers. @throws AppError `not_found` */
  load<Part extends PostPart>(
    db: Db,
    viewer: Viewer,
    ref: PostRef,
    parts: readonly Part[],
  ): Promise<(to: Viewer) => PostWith<Part>>;
  /** The posts of these rows, as the viewer sees them. */
  showRows<Part extends PostPart>(
    db: Db,
    viewer: Viewer,
    rows: readonly PostRow[],
    parts: readonly Part[],
  ): Promise<PostWith<Part>[]>;
  /** @throws AppError `not_found` */
  idOf(viewer: Viewer, ref: PostRef): Promise<number>;
  /** @throws AppError `not_found` */
  get<Part extends PostPart>(viewer: Viewer, ref: PostRef, parts: readonly Part[]): Promise<PostWith<Part>>;
  /** Newest first. @throws AppError `invalid` */
  list<Part extends PostPart>(viewer: Viewer, page: PostPage, parts: readonly Part[]): Promise<PostWith<Part>[]>;
  /** As `list`, of one author. */
  listOf<Part extends PostPart>(
    viewer: Viewer,
    author: { id: number },
    page: PostPage,
    parts: readonly Part[],
  ): Promise<PostWith<Part>[]>;
};

export type PostRef = { readonly id: number } | { readonly uid: string };

/**
 * A page by the number of posts before it: where texts are long it has fewer than `limit`, and the next page begins after
 * those. Or a page by its number, from 0: it has `size` posts, fewer where texts are long, and the others are on the next.
 */
export type PostPage =
  | { readonly skip: number; readonly limit: number }
  | { readonly page: number; readonly size: number };

type Wanted = { readonly viewer: Viewer; readonly parts: readonly PostPart[]; readonly commentBytes: number };

/** The part of a page's bytes for posts; the rest is for their comments. */
export const POSTS_BYTES = (PAGE_BYTES * 3) / 4;

export function createPostReader(
  sql: Sql,
  views: Pick<PostViews, 'findSeen' | 'add'>,
  showPerson: ShowPerson,
): PostReader {
  /** @throws AppError `not_found` */
  async function findRow(db: Db, viewer: Viewer, ref: PostRef): Promise<PostRow> {
    const viewerId = viewer?.id ?? null;
    const row =
      'id' in ref
        ? await findPost(db, ref.id, viewerId)
        : isUid(ref.uid)
          ? await findPostByUid(db, ref.uid, viewerId)
          : null;
    if (row === null) throw notFound('post');
    return row;
  }

  async function listRows(viewer: Viewer, author: { id: number } | null, page: PostPage): Promise<PostRow[]> {
    const viewerId = viewer?.id ?? null;
    const where =
      'skip' in page
        ? { ...page, bytes: POSTS_BYTES }
        : { skipSlots: checkPage(page.page, page.size), slots: page.size };
    const rows =
      author === null ? await listPosts(sql, viewerId, where) : await listPostsOf(sql, author.id, viewerId, where);
    const fitting = 'skip' in page ? fitPage(rows, postBytes, POSTS_BYTES) : rows;
    return fitting.filter((row) => sees(viewer, row.author_id));
  }

  /** A fixed number of statements, however many posts there are. */
  async function hydrate(db: Db, rows: readonly PostRow[], wanted: Wanted): Promise<Skeleton[]> {
    const [posts, seen] = await Promise.all([
      readParts(db, rows, wanted),
      wanted.parts.includes('views') ? views.findSeen(db, wanted.viewer, rows) : null,
    ]);
    if (seen !== null) views.add(wanted.viewer, rows, seen);
    return posts;
  }

  async function load<Part extends PostPart>(db: Db, viewer: Viewer, ref: PostRef, parts: readonly Part[]) {
    const rows = [await findRow(db, viewer, ref)];
    const [post] = await hydrate(db, rows, { viewer, parts, commentBytes: COMMENTS_OF_ONE.bytes });
    return (to: Viewer): PostWith<Part> => showPost(post as Skeleton, to, parts, showPerson);
  }

  async function showRows<Part extends PostPart>(
    db: Db,
    viewer: Viewer,
    rows: readonly PostRow[],
    parts: readonly Part[],
  ): Promise<PostWith<Part>[]> {
    const commentBytes = PAGE_BYTES - rows.reduce((sum, row) => sum + postBytes(row), 0);
    const posts = await hydrate(db, rows, { viewer, parts, commentBytes });
    return posts.map((post) => showPost(post, viewer, parts, showPerson));
  }

  return {
    load,
    showRows,
    idOf: async (viewer, ref): Promise<number> => ('id' in ref ? ref.id : (await findRow(sql, viewer, ref)).id),
    get: async <Part extends PostPart>(viewer: Viewer, ref: PostRef, parts: readonly Part[]): Promise<PostWith<Part>> =>
      (await load(sql, viewer, ref, parts))(viewer),
    list: async <Part extends PostPart>(
      viewer: Viewer,
      page: PostPage,
      parts: readonly Part[],
    ): Promise<PostWith<Part>[]> => showRows(sql, viewer, await listRows(viewer, null, page), parts),
    listOf: async <Part extends PostPart>(
      viewer: Viewer,
      author: { id: number },
      page: PostPage,
      parts: readonly Part[],
    ): Promise<PostWith<Part>[]> => showRows(sql, viewer, await listRows(viewer, author, page), parts),
  };
}
