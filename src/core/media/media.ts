/**
 * Pictures from upload to link: `prepare` stores them, a transaction attaches them to what shows them, and `release` removes
 * them if that fails. Until they are attached they are loose, and the sweep removes loose ones after an hour. So a post has
 * all of its pictures, and no blob stays without an owner.
 */

import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import { setAvatarKey } from '../../store/accounts.ts';
import type { Blobs } from '../../store/blobs.ts';
import { type Db, isOutage, type Sql, withoutOutage } from '../../store/database.ts';
import {
  attachObjects,
  condemnLooseObjects,
  condemnObjects,
  deleteCondemnedObjects,
  insertObjects,
  type ObjectKeys,
} from '../../store/objects.ts';
import type { Spool } from '../../store/spool.ts';
import type { Actor } from '../model.ts';
import { createImages, type MadeImage } from './images.ts';

export type Media = ReturnType<typeof createMedia>;

/** A received file in the spool. */
export type Upload = { readonly path: string; readonly bytes: number };

/** A stored picture, loose until `attachImages`. */
export type StoredImage = {
  readonly key: string;
  readonly previewKey: string;
  readonly width: number;
  readonly height: number;
};

export type MediaOptions = {
  readonly blobs: Blobs;
  readonly spool: Spool;
  readonly limits: {
    /** Files of one upload. */
    readonly files: number;
    /** Of each file. */
    readonly bytes: number;
    /** Of each picture, all frames together. */
    readonly pixels: number;
    /** CPU cores that this process may use. */
    readonly cores: number;
  };
  /** The URL of the picture of an account without one. */
  readonly defaultAvatarUrl: () => string;
  /** Rate limit of pictures, by account. */
  readonly uploads: Rates;
};

type Draft = MadeImage & { readonly path: string; readonly previewPath: string };

/** Pixels of the longest side. */
const IMAGE_SIDE = 2_048;
const AVATAR_SIDE = 512;
/** After how long a loose picture and a spooled file count as abandoned, in ms. */
const LOOSE_FOR = 3_600_000;
const SWEEP_BATCH = 100;

/**
 * Attaches the pictures, in the transaction of what shows them.
 * @throws AppError `unavailable`: the sweep has removed one, an hour after it was stored
 */
export async function attachImages(tx: Db, images: readonly Pick<StoredImage, 'key'>[]): Promise<void> {
  if (images.length === 0) return;
  const attached = await attachObjects(
    tx,
    images.map(({ key }) => key),
  );
  if (attached !== images.length) throw new AppError('unavailable');
}

/** Removes the blobs, then the rows, so that every blob has a row. @throws where the blob store is unavailable */
export async function destroyObjects(
  sql: Sql,
  blobs: Pick<Blobs, 'remove'>,
  condemned: readonly ObjectKeys[],
): Promise<void> {
  if (condemned.length === 0) return;
  await blobs.remove(condemned.flatMap(({ key, preview_key }) => [key, preview_key]));
  await deleteCondemnedObjects(
    sql,
    condemned.map(({ key }) => key),
  );
}

export function createMedia(sql: Sql, { blobs, spool, limits, defaultAvatarUrl, uploads: rates }: MediaOptions) {
  const images = createImages(limits.pixels, limits.cores);

  /**
   * Streams one file into the spool. The caller must discard it in the end. `owner`: the sender, an account or an address,
   * whose share of the spool it uses.
   * @throws AppError `too_large` | `rate_limited` | `overloaded` | `unavailable`, or the stream's own error
   */
  async function receive(stream: Readable, owner: string): Promise<Upload> {
    return spool.write(stream, limits.bytes, owner);
  }

  /**
   * Makes the pictures and stores them under the folder. They are loose: `attachImages` is to attach them in the transaction
   * of what shows them, and `release` removes them where that fails.
   * @throws AppError `unsupported_media_type` | `too_large` | `rate_limited` | `overloaded` | `unavailable`
   */
  async function prepare(
    { actor, folder, maxSide = IMAGE_SIDE }: { actor: Pick<Actor, 'id'>; folder: string; maxSide?: number },
    uploads: readonly Upload[],
  ): Promise<StoredImage[]> {
    if (uploads.length > limits.files) throw new AppError('too_large', { message: `at most ${limits.files} files` });
    if (uploads.length === 0) return [];
    requireAllowed(await rates.take(String(actor.id), uploads.length));
    const drafts: Draft[] = [];
    try {
      for (const upload of uploads) drafts.push(await make(upload, maxSide, actor));
      return await storeDrafts(drafts, folder, actor);
    } catch (error) {
      throw withoutOutage(error);
    } finally {
      await spool.remove(drafts.flatMap(({ path, previewPath }) => [path, previewPath]));
    }
  }

  async function make(upload: Upload, maxSide: number, actor: Pick<Actor, 'id'>): Promise<Draft> {
    const paths = { path: spool.newPath(), previewPath: spool.newPath() };
    try {
      const made = await images.make(upload.path, { ...paths, maxSide });
      spool.count(paths.path, spoolOwner(actor), made.bytes);
      return { ...paths, ...made };
    } catch (error) {
      await spool.remove([paths.path, paths.previewPath]);
      throw error;
    }
  }

  async function storeDrafts(
    drafts: readonly Draft[],
    folder: string,
    actor: Pick<Actor, 'id'>,
  ): Promise<StoredImage[]> {
    const stored = drafts.map((draft) => ({ ...draft, ...newKeys(folder, draft.ending) }));
    await insertObjects(
      sql,
      stored.map((image) => ({ ...image, accountId: actor.id })),
    );
    // After a failure nobody knows which bytes may still arrive: the sweep removes them all.
    for (const { key, previewKey, path, previewPath } of stored)
      await Promise.all([blobs.put(key, path), blobs.put(previewKey, previewPath)]);
    return stored.map(({ key, previewKey, width, height }) => ({ key, previewKey, width, height }));
  }

  /**
   * Removes those that are still loose: a commit whose answer was lost may have attached them. The sweep removes what cannot
   * be removed now.
   */
  async function release(stored: readonly Pick<StoredImage, 'key'>[]): Promise<void> {
    if (stored.length === 0) return;
    const keys = stored.map(({ key }) => key);
    try {
      await destroyObjects(sql, blobs, await condemnObjects(sql, keys));
    } catch (error) {
      if (!isOutage(error) && !(error instanceof AppError)) throw error;
    }
  }

  /**
   * Gives the actor a new picture, in one transaction with `also`. The sweep removes the one before.
   * @throws AppError `not_found`: the actor was deleted | as `prepare`
   */
  async function setAvatar(
    actor: Pick<Actor, 'id' | 'uid'>,
    upload: Upload,
    also: (tx: Db) => Promise<unknown> = async () => {},
  ): Promise<{ key: string }> {
    const stored = await prepare({ actor, folder: `avatars/${actor.uid}`, maxSide: AVATAR_SIDE }, [upload]);
    const [{ key }] = stored as [StoredImage];
    try {
      const found = await sql.begin(async (tx) => {
        await attachImages(tx, stored);
        await also(tx);
        return setAvatarKey(tx, actor.id, key);
      });
      if (!found) throw new AppError('not_found');
      return { key };
    } catch (error) {
      await release(stored);
      throw withoutOutage(error);
    }
  }

  /** Removes pictures that are loose for an hour at `now`, and files that a crash left in the spool. */
  async function sweep(now: Date = new Date()): Promise<void> {
    const before = new Date(now.getTime() - LOOSE_FOR);
    await spool.sweep(before);
    for (;;) {
      const condemned = await condemnLooseObjects(sql, before, SWEEP_BATCH);
      await destroyObjects(sql, blobs, condemned);
      if (condemned.length < SWEEP_BATCH) return;
    }
  }

  return {
    limits,
    receive,
    discard: (uploads: readonly Upload[]): Promise<void> => spool.remove(uploads.map(({ path }) => path)),
    prepare,
    release,
    setAvatar,
    sweep,
    /** Pictures in the queue for encoding. */
    waiting: images.waiting,
    url: (key: string): string => blobs.url(key),
    /** `key` null: the default picture. */
    avatarUrl: (key: string | null): string => (key === null ? defaultAvatarUrl() : blobs.url(key)),
  };
}

/** The owner of an account's files in the spool. */
export function spoolOwner({ id }: Pick<Actor, 'id'>): string {
  return `account ${id}`;
}

function newKeys(folder: string, ending: string): { key: string; previewKey: string } {
  const id = randomUUID();
  return { key: `${folder}/${id}.${ending}`, previewKey: `${folder}/${id}.preview.webp` };
}
