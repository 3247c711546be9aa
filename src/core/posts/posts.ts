/** New posts, with their pictures. post-reader.ts and feed.ts read posts, post-changes.ts changes them. */

import { randomUUID } from 'node:crypto';
import { AppError, checkAll } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import type { InsertedRow } from '../../store/events.ts';
import { insertPostImages } from '../../store/post-images.ts';
import { findKeyedPost, insertPosts, type NewPostRow } from '../../store/posts.ts';
import type { Contents } from '../contents.ts';
import type { Commits } from '../events/commits.ts';
import { BOARD_STREAM } from '../events/events.ts';
import { idempotencyKey, once } from '../idempotency.ts';
import { attachFiles, checkFileIds } from '../media/files.ts';
import type { Media } from '../media/media.ts';
import { attachImages, type StoredImage, type Upload } from '../media/stored-images.ts';
import { type Actor, type File, NEW_POST, type Post, type ShowPerson } from '../model.ts';
import type { PostPart, PostWith } from './post-parts.ts';
import type { PostReader } from './post-reader.ts';

export type NewPost = {
  readonly title?: string | null;
  readonly body: string;
  readonly images?: readonly Upload[];
  /** Ids of images that are uploaded already, in place of `images`. */
  readonly imageIds?: readonly string[];
  readonly key?: string | null;
};

/** Characters. */
export type PostLimits = { readonly postLength: number; readonly titleLength: number };

type Parts = {
  readonly reader: PostReader;
  readonly media: Pick<Media, 'prepare' | 'release'>;
  readonly contents: Contents;
  readonly show: ShowPerson;
};

/** Fields that the database sets. */
type Placed = Pick<Post, 'id' | 'createdAt' | 'images'>;
type Draft = NewPostRow & {
  readonly images: readonly Pick<StoredImage, 'key'>[];
  readonly imageIds: readonly string[];
  readonly fields: Omit<Post, keyof Placed>;
};

const EVERY_PART = ['comments', 'images', 'likers', 'views', 'bookmarked'] as const satisfies PostPart[];

/** The post as one text, as dialects without titles show it. */
export function postText({ title, body }: Pick<Post, 'title' | 'body'>): string {
  return title === null ? body : `${title}\n\n${body}`;
}

export type Posts = {
  /**
   * The post and its images appear together, or neither appears.
   * @throws AppError `invalid` | `idempotency_key_reused` | `unauthenticated`: the author was deleted meanwhile | as
   * `Commits.commit` | as `Media.prepare`
   */
  create(author: Actor, input: NewPost): Promise<PostWith<PostPart>>;
};

export function createPosts(
  sql: Sql,
  commits: Commits,
  { reader, media, contents, show, ...limits }: PostLimits & Parts,
): Posts {
  const insert = commits.storing(async (drafts: readonly Draft[]) => {
    const isPictured = drafts.some(({ images, imageIds }) => images.length + imageIds.length > 0);
    const stored = isPictured ? await insertPictured(sql, drafts) : await insertPlain(sql, drafts);
    return stored.map((one, index) => {
      if (one instanceof AppError) return { refusal: one };
      const { id, at, seq, images } = one;
      const result: Placed = { id, createdAt: at, images };
      const data = { ...(drafts[index] as Draft).fields, ...result };
      return { result, event: { kind: 'post.created' as const, seq, data } };
    });
  });

  async function create(caller: Actor, input: NewPost): Promise<PostWith<PostPart>> {
    const { title, body, imageIds } = checkAll({
      title: () => (input.title == null ? null : contents.check('title', input.title, limits.titleLength)),
      body: () => contents.check('body', input.body, limits.postLength),
      imageIds: () => checkFileIds('images', input.imageIds ?? []),
    });
    const keyed = idempotencyKey(input.key, [title, body, imageIds]);
    const uid = randomUUID();
    const fields = { ...NEW_POST, uid, title, body, author: show(null, caller) };
    const draft = { uid, authorId: caller.id, title, body, keyed, imageIds, fields };
    return once(
      keyed,
      async (key) => {
        const found = await findKeyedPost(sql, caller.id, key);
        return found && { digest: found.digest, made: await reader.get(caller, found, EVERY_PART) };
      },
      () => store(caller, draft, input.images ?? []),
    );
  }

  async function store(
    caller: Actor,
    draft: Omit<Draft, 'images'>,
    uploads: readonly Upload[],
  ): Promise<PostWith<PostPart>> {
    const images = await media.prepare({ actor: caller, folder: `posts/${caller.uid}/${draft.uid}` }, uploads);
    try {
      const placed = await insert({ ...draft, images });
      const parts = { likers: [], views: 0, bookmarked: false };
      return { ...draft.fields, ...placed, ...parts, author: show(caller, caller) };
    } catch (error) {
      await media.release(images);
      throw error;
    }
  }

  return { create };
}

type Stored = InsertedRow & { readonly images: readonly File[] };

async function insertPlain(db: Db, drafts: readonly Draft[]): Promise<Stored[]> {
  const rows = await insertPosts(db, BOARD_STREAM, drafts);
  return rows.map((row) => ({ ...row, images: [] }));
}

/**
 * A post with files that are not its author's to show is refused, which costs the others nothing. An image that is gone fails the whole
 * batch, which the lane then splits and retries.
 */
async function insertPictured(sql: Sql, drafts: readonly Draft[]): Promise<(Stored | AppError)[]> {
  return sql.begin(async (tx) => {
    const attached = new Map<Draft, readonly File[]>();
    const refused = new Map<Draft, AppError>();
    for (const draft of drafts) {
      const files = await attachFiles(tx, { id: draft.authorId }, 'images', draft.imageIds);
      if (files instanceof AppError) refused.set(draft, files);
      else attached.set(draft, [...(await attachImages(tx, draft.images)), ...files]);
    }
    const rows = attached.size === 0 ? [] : await insertPosts(tx, BOARD_STREAM, [...attached.keys()]);
    const stored = new Map<Draft, Stored>();
    for (const [index, [draft, images]] of [...attached].entries()) {
      const row = rows[index] as InsertedRow;
      stored.set(draft, { ...row, images });
      if (images.length > 0)
        await insertPostImages(
          tx,
          row.id,
          images.map(({ key }) => key),
        );
    }
    return drafts.map((draft) => stored.get(draft) ?? (refused.get(draft) as AppError));
  });
}
