/** Posts: writing (with pictures), editing, deleting and liking them. post-reader.ts reads them. */

import { randomUUID } from 'node:crypto';
import { checkAll, forbidden, notFound } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import type { InsertedRow } from '../../store/events.ts';
import { toggleLike } from '../../store/likes.ts';
import { insertPostImages } from '../../store/post-images.ts';
import {
  deletePost,
  insertPosts,
  type LockedPostRow,
  lockPost,
  type NewPostRow,
  updatePost,
} from '../../store/posts.ts';
import type { Contents } from '../contents.ts';
import type { Commits } from '../events/commits.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Media } from '../media/media.ts';
import { attachImages, type StoredImage, type Upload } from '../media/stored-images.ts';
import { type Actor, NEW_POST, type Post, type ShowPerson } from '../model.ts';
import { isBlank } from '../text.ts';
import type { PostPart, PostReader, PostRef, PostWith } from './post-reader.ts';

export type Posts = ReturnType<typeof createPosts>;

export type NewPost = { readonly title?: string | null; readonly body: string; readonly images?: readonly Upload[] };
export type Likes = { readonly likesCount: number; readonly liked: boolean };

/** Characters. */
export type PostLimits = { readonly postLength: number; readonly titleLength: number };

type Parts = {
  readonly reader: PostReader;
  readonly media: Pick<Media, 'prepare' | 'release'>;
  readonly contents: Contents;
};

/** Fields that the database sets. */
type Placed = Pick<Post, 'id' | 'createdAt'>;
type Draft = NewPostRow & {
  readonly images: readonly Pick<StoredImage, 'key'>[];
  readonly told: Omit<Post, keyof Placed>;
};

/** The post as one text, as dialects without titles show it. */
export function postText({ title, body }: Pick<Post, 'title' | 'body'>): string {
  return title === null ? body : `${title}\n\n${body}`;
}

export function createPosts(
  sql: Sql,
  commits: Commits,
  { reader, media, contents, ...limits }: PostLimits & Parts,
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
   * The post and its images appear together, or neither appears.
   * @throws AppError `invalid` | `unauthenticated`: the author was deleted meanwhile | as `Commits.commit` | as
   * `Media.prepare`
   */
  async function create(caller: Actor, input: NewPost): Promise<PostWith<PostPart>> {
    const { title, body } = checkAll({
      title: () => (input.title == null ? null : contents.check('title', input.title, limits.titleLength)),
      body: () => contents.check('body', input.body, limits.postLength),
    });
    const uid = randomUUID();
    const told = { ...NEW_POST, uid, title, body, author: show(null, caller) };
    const images = await media.prepare({ actor: caller, folder: `posts/${caller.uid}/${uid}` }, input.images ?? []);
    try {
      const placed = await insert({ uid, authorId: caller.id, title, body, images, told });
      const parts = { images: images.map(({ key }) => key), likers: [], views: 0 };
      return { ...told, ...placed, ...parts, author: show(caller, caller) };
    } catch (error) {
      await media.release(images);
      throw error;
    }
  }

  /** An image that was swept fails the whole batch, which the lane then splits and retries. */
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
   * Replaces `postText`. A first paragraph that equals the title remains the title.
   * @throws AppError `invalid` | `not_found` | `forbidden` | as `Commits.commit`
   */
  async function editText(caller: Actor, id: number, text: string): Promise<PostWith<'comments'>> {
    contents.check('body', text, limits.postLength + limits.titleLength + 2);
    const showTo = await commits.commit(async (tx) => {
      const post = await lockOwn(tx, caller, id, 'edit');
      const { title, body } = splitText(text, post.title);
      await updatePost(tx, id, { title, body: contents.check('body', body, limits.postLength) });
      const result = await reader.load(tx, caller, { id }, ['comments']);
      return { result, fact: { kind: 'post.edited', data: result(null) } };
    });
    return showTo(caller);
  }

  /** Deletes the post with its comments and likes. @throws AppError `not_found` | `forbidden` | as `Commits.commit` */
  async function remove(caller: Actor, id: number): Promise<void> {
    await commits.commit(async (tx) => {
      const { uid } = await lockOwn(tx, caller, id, 'delete');
      await deletePost(tx, id);
      return { result: undefined, fact: { kind: 'post.deleted', data: { id, uid } } };
    });
  }

  /** @throws AppError `not_found` | `unauthenticated`: the caller was deleted meanwhile | as `Commits.commit` */
  async function toggle(caller: Actor, ref: PostRef): Promise<Likes> {
    const id = await reader.idOf(caller, ref);
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

  return {
    create,
    editText,
    remove,
    /** Likes the post, or takes the like back. */
    toggleLike: toggle,
    get: reader.get,
    list: reader.list,
    listOf: reader.listOf,
  };
}

function splitText(text: string, title: string | null): { title: string | null; body: string } {
  const top = `${title}\n\n`;
  const titled = title !== null && text.startsWith(top) && !isBlank(text.slice(top.length));
  return titled ? { title, body: text.slice(top.length) } : { title: null, body: text };
}
