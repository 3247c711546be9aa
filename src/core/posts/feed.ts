/** Posts as a feed shows them: with their pictures, who likes them, and how many have seen them. */

import { notFound } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { type LikerRow, listNewestLikers } from '../../store/likes.ts';
import { listPostImages, type PostImageRow } from '../../store/post-images.ts';
import { findPostByUid, listPosts, listPostsOf, type Page, type PostRow } from '../../store/posts.ts';
import { groupBy } from '../group-by.ts';
import type { Actor, Person, ShowPerson, Viewer } from '../model.ts';
import { checkPage, PAGE_BYTES } from '../pages.ts';
import { isUid } from '../text.ts';
import { authorOf } from './comments.ts';
import type { PostViews } from './post-views.ts';
import type { NewPost, Posts } from './posts.ts';

export type Feed = ReturnType<typeof createFeed>;

/** As somebody sees it. */
export type FeedPost = {
  readonly uid: string;
  readonly author: Person;
  readonly title: string | null;
  readonly body: string;
  /** Keys of objects. */
  readonly images: readonly string[];
  /** Those who liked it last, newest first. */
  readonly likers: readonly Person[];
  readonly createdAt: Date;
  readonly views: number;
};

/** Posts of one page. */
const PAGE = 50;
/** Likers that come with posts: of each, and of a page in bytes. */
const LIKERS_SHOWN = { each: 100, bytes: PAGE_BYTES / 2 };

export function createFeed(sql: Sql, posts: Pick<Posts, 'create' | 'toggleLike'>, views: PostViews, show: ShowPerson) {
  /** The viewer is served them. A fixed number of statements. */
  async function serve(rows: readonly PostRow[], viewer: Viewer): Promise<FeedPost[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const [images, likers, seen] = await Promise.all([
      listPostImages(sql, ids),
      listNewestLikers(sql, ids, LIKERS_SHOWN),
      views.findSeen(viewer, rows),
    ]);
    views.add(viewer, rows, seen);
    const imagesOf = groupBy(images, (image) => image.post_id);
    const likersOf = groupBy(likers, (liker) => liker.post_id);
    return rows.map((row) => toFeedPost(row, { images: imagesOf.get(row.id), likers: likersOf.get(row.id) }, viewer));
  }

  function toFeedPost(
    row: PostRow,
    { images = [], likers = [] }: { images?: PostImageRow[] | undefined; likers?: LikerRow[] | undefined },
    viewer: Viewer,
  ): FeedPost {
    return {
      uid: row.uid,
      author: show(viewer, authorOf(row)),
      title: row.title,
      body: row.body,
      images: images.map((image) => image.object_key),
      likers: likers.map((liker) => show(viewer, liker)),
      createdAt: row.created_at,
      views: row.views,
    };
  }

  async function find(uid: string, viewer: Viewer): Promise<PostRow> {
    const row = isUid(uid) ? await findPostByUid(sql, uid, viewer?.id ?? null) : null;
    if (row === null) throw notFound('post');
    return row;
  }

  /** @throws AppError `not_found` */
  async function get(viewer: Viewer, uid: string): Promise<FeedPost> {
    const [post] = await serve([await find(uid, viewer)], viewer);
    return post as FeedPost;
  }

  return {
    get,
    /** @throws AppError as `Posts.create` */
    create: async (caller: Actor, post: NewPost): Promise<FeedPost> =>
      get(caller, (await posts.create(caller, post)).uid),
    /** @returns the post as it is then. @throws AppError `not_found` | as `Posts.toggleLike` */
    toggleLike: async (caller: Actor, uid: string): Promise<FeedPost> => {
      await posts.toggleLike(caller, (await find(uid, caller)).id);
      return get(caller, uid);
    },
    /** Newest first; pages from 0, 50 a page, or fewer where texts are long. @throws AppError `invalid` */
    list: async (viewer: Viewer, page: number): Promise<FeedPost[]> =>
      serve(await listPosts(sql, viewer?.id ?? null, pageAt(page)), viewer),
    /** As `list`, of one author. */
    listOf: async (viewer: Viewer, author: { id: number }, page: number): Promise<FeedPost[]> =>
      serve(await listPostsOf(sql, author.id, viewer?.id ?? null, pageAt(page)), viewer),
  };
}

function pageAt(page: number): Page {
  return { skipSlots: checkPage(page, PAGE), slots: PAGE };
}
