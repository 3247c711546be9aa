/** Posts: writing (with pictures), editing, deleting and liking them, and reading them page by page. */

import { randomUUID } from 'node:crypto';
import { checkAll, forbidden, notFound } from '../../errors.ts';
import { type CommentRow, listNewestComments } from '../../store/comments.ts';
import type { Db, Sql } from '../../store/database.ts';
import type { InsertedRow } from '../../store/events.ts';
import { toggleLike } from '../../store/likes.ts';
import { insertPostImages } from '../../store/post-images.ts';
import {
  deletePost,
  findPost,
  insertPosts,
  type LockedPostRow,
  listPosts,
  listPostsOf,
  lockPost,
  type NewPostRow,
  type PostRow,
  updatePost,
} from '../../store/posts.ts';
import type { Contents } from '../contents.ts';
import type { Commits } from '../events/commits.ts';
import { BOARD_STREAM } from '../events/events.ts';
import { attachImages, type Media, type StoredImage, type Upload } from '../media/media.ts';
import type { Actor, Post, ShowPerson, Viewer } from '../model.ts';
import { checkPage, entryBytes, fitPage, PAGE_BYTES } from '../pages.ts';
import { isBlank } from '../text.ts';
import { authorOf, COMMENTS_OF_ONE, toComment } from './comments.ts';

export type Posts = ReturnType<typeof createPosts>;

export type NewPost = { readonly title?: string | null; readonly body: string; readonly images?: readonly Upload[] };
export type Likes = { readonly likesCount: number; readonly liked: boolean };

/** So many posts after the first `skip`. */
type Span = { readonly skip: number; readonly limit: number };

/** Characters. */
export type PostLimits = { readonly postLength: number; readonly titleLength: number };

/** What the database adds. */
type Placed = Pick<Post, 'id' | 'createdAt'>;
type Draft = NewPostRow & {
  readonly images: readonly Pick<StoredImage, 'key'>[];
  readonly told: Omit<Post, keyof Placed>;
};

/** The post as one text, as dialects without titles show it. */
export function postText({ title, body }: Pick<Post, 'title' | 'body'>): string {
  return title === null ? body : `${title}\n\n${body}`;
}

/** Of a page's bytes, how many its posts may have; the comments on them have the rest. */
const POSTS_BYTES = (PAGE_BYTES * 3) / 4;

export function createPosts(
  sql: Sql,
  commits: Commits,
  { media, contents, ...limits }: PostLimits & { media: Pick<Media, 'store'>; contents: Contents },
  show: ShowPerson,
) {
  const insert = commits.storing(async (drafts: readonly Draft[]) => {
    const pictured = drafts.some(({ images }) => images.length > 0);
    const rows = await (pictured ? insertPictured(drafts) : insertPosts(sql, BOARD_STREAM, drafts));
    return rows.map(({ id, at, seq }, index) => {
      const result: Placed = { id, createdAt: at };
      const data = { ...(drafts[index] as Draft).told, ...result };
      return { result, event: { kind: 'post.created' as const, seq, data } };
    });
  });

  /**
   * The post and its images appear together, or neither does.
   * @throws AppError `invalid` | `unauthenticated`: the author was deleted meanwhile | as `Commits.commit` | as
   * `Media.store`
   */
  async function create(caller: Actor, input: NewPost): Promise<Post> {
    const { title, body } = checkAll({
      title: () => (input.title == null ? null : contents.check('title', input.title, limits.titleLength)),
      body: () => contents.check('body', input.body, limits.postLength),
    });
    const uid = randomUUID();
    const place = { actor: caller, folder: `posts/${caller.uid}/${uid}` };
    const told = newPost({ uid, title, body, author: show(null, caller) });
    const placed = await media.store(place, input.images ?? [], (images) =>
      insert({ uid, authorId: caller.id, title, body, images, told }),
    );
    return { ...told, ...placed, author: show(caller, caller) };
  }

  /** A picture that is gone fails all of them, as anything else does: then each is tried alone. */
  async function insertPictured(drafts: readonly Draft[]): Promise<InsertedRow[]> {
    return sql.begin(async (tx) => {
      await attachImages(
        tx,
        drafts.flatMap(({ images }) => images),
      );
      const rows = await insertPosts(tx, BOARD_STREAM, drafts);
      for (const [index, { id }] of rows.entries()) {
        const keys = (drafts[index] as Draft).images.map(({ key }) => key);
        if (keys.length > 0) await insertPostImages(tx, id, keys);
      }
      return rows;
    });
  }

  /**
   * Replaces the text as dialects without titles show it: a title that still stands on top of it stays the title.
   * @throws AppError `invalid` | `not_found` | `forbidden` | as `Commits.commit`
   */
  async function editText(caller: Actor, id: number, text: string): Promise<Post> {
    contents.check('body', text, limits.postLength + limits.titleLength + 2);
    const { row, comments } = await commits.commit(async (tx) => {
      const post = await lockOwn(tx, caller, id, 'edit');
      const { title, body } = splitText(text, post.title);
      await updatePost(tx, id, { title, body: contents.check('body', body, limits.postLength) });
      const result = await load(tx, id, caller);
      return { result, fact: { kind: 'post.edited', data: toPost(result.row, result.comments, null) } };
    });
    return toPost(row, comments, caller);
  }

  /** With its comments and likes. @throws AppError `not_found` | `forbidden` | as `Commits.commit` */
  async function remove(caller: Actor, id: number): Promise<void> {
    await commits.commit(async (tx) => {
      const { uid } = await lockOwn(tx, caller, id, 'delete');
      await deletePost(tx, id);
      return { result: undefined, fact: { kind: 'post.deleted', data: { id, uid } } };
    });
  }

  /** Likes the post, or likes it no more. @throws AppError `not_found` | `unauthenticated` | as `Commits.commit` */
  async function toggle(caller: Actor, id: number): Promise<Likes> {
    return commits.commit(async (tx) => {
      const toggled = await toggleLike(tx, id, caller.id);
      if (toggled === null) throw notFound('post');
      const { uid, likes_count: likesCount, liked } = toggled;
      return { result: { likesCount, liked }, fact: { kind: 'post.liked', data: { id, uid, likesCount } } };
    });
  }

  async function lockOwn(tx: Db, caller: Actor, id: number, act: 'edit' | 'delete'): Promise<LockedPostRow> {
    const post = await lockPost(tx, id);
    if (post === null) throw notFound('post');
    if (post.author_id !== caller.id && !caller.isAdmin) throw forbidden(act, 'post');
    return post;
  }

  async function load(db: Db, id: number, viewer: Viewer) {
    const row = await findPost(db, id, viewer?.id ?? null);
    if (row === null) throw notFound('post');
    return { row, comments: await listNewestComments(db, [{ postId: id }], COMMENTS_OF_ONE) };
  }

  function toPost(row: PostRow, comments: readonly CommentRow[], viewer: Viewer): Post {
    return {
      id: row.id,
      uid: row.uid,
      author: show(viewer, authorOf(row)),
      title: row.title,
      body: row.body,
      createdAt: row.created_at.getTime(),
      editedAt: row.edited_at?.getTime() ?? null,
      likesCount: row.likes_count,
      commentsCount: row.comments_count,
      liked: viewer !== null && row.liked,
      comments: comments.map((comment) => toComment(comment, viewer, show)),
    };
  }

  /** A page of a list that goes on after the last one shown. */
  function fit(rows: readonly PostRow[]): PostRow[] {
    return fitPage(rows, sizeOf, POSTS_BYTES);
  }

  async function withComments(rows: readonly PostRow[], viewer: Viewer): Promise<Post[]> {
    const bytes = PAGE_BYTES - rows.reduce((sum, row) => sum + sizeOf(row), 0);
    const wanted = rows.map(({ id }) => ({ postId: id }));
    const comments = new Map<number, CommentRow[]>(rows.map(({ id }) => [id, []]));
    for (const row of await listNewestComments(sql, wanted, { ...COMMENTS_OF_ONE, bytes }))
      comments.get(row.post_id)?.push(row);
    return rows.map((row) => toPost(row, comments.get(row.id) ?? [], viewer));
  }

  return {
    create,
    editText,
    remove,
    toggleLike: toggle,
    /** @throws AppError `not_found` */
    get: async (viewer: Viewer, id: number): Promise<Post> => {
      const { row, comments } = await load(sql, id, viewer);
      return toPost(row, comments, viewer);
    },
    /**
     * Newest first, in a fixed number of statements. Where texts are long there are fewer than `limit`: the next page
     * begins after as many as there were.
     */
    list: async (viewer: Viewer, page: Span): Promise<Post[]> =>
      withComments(fit(await listPosts(sql, viewer?.id ?? null, { ...page, bytes: POSTS_BYTES })), viewer),
    /** As `list`, of one author. */
    listOf: async (viewer: Viewer, author: { id: number }, page: Span): Promise<Post[]> =>
      withComments(fit(await listPostsOf(sql, author.id, viewer?.id ?? null, { ...page, bytes: POSTS_BYTES })), viewer),
    /**
     * A page by its number, from 0, newest first and without comments. It has `size` posts; fewer where texts are long, and
     * those that don't fit are on the next one. @throws AppError `invalid`
     */
    listPage: async (viewer: Viewer, page: number, size: number): Promise<Post[]> => {
      const slots = { skipSlots: checkPage(page, size), slots: size };
      return (await listPosts(sql, viewer?.id ?? null, slots)).map((row) => toPost(row, [], viewer));
    },
    /** The newest of one author, as a page has them. */
    listNewestOf: async (viewer: Viewer, author: { id: number }, size: number): Promise<Post[]> => {
      const slots = { skipSlots: 0, slots: size };
      return (await listPostsOf(sql, author.id, viewer?.id ?? null, slots)).map((row) => toPost(row, [], viewer));
    },
  };
}

function sizeOf(row: PostRow): number {
  return entryBytes(row.title, row.body, row.author_avatar_url);
}

function newPost(post: Pick<Post, 'uid' | 'title' | 'body' | 'author'>): Omit<Post, keyof Placed> {
  return { ...post, editedAt: null, likesCount: 0, commentsCount: 0, liked: false, comments: [] };
}

function splitText(text: string, title: string | null): { title: string | null; body: string } {
  const top = `${title}\n\n`;
  const titled = title !== null && text.startsWith(top) && !isBlank(text.slice(top.length));
  return titled ? { title, body: text.slice(top.length) } : { title: null, body: text };
}
