/**
 * Pictures between upload and use: `prepare` makes and stores them, a transaction attaches them to what shows them, and `release`
 * removes them if that fails. Until they are attached they are loose, and the sweep removes loose ones after a time. So a post
 * has all of its pictures, and no blob stays without an owner.
 */

import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import { type Blobs, requireBlobType as imageType } from '../../store/blobs.ts';
import { type Db, isOutage, type Sql, toKnownError } from '../../store/database.ts';
import { attachObjects } from '../../store/files.ts';
import { condemnObjects, deleteCondemnedObjects, insertObjects, type ObjectKeys } from '../../store/objects.ts';
import type { Spool } from '../../store/spool.ts';
import type { Actor, File } from '../model.ts';
import type { Images, MadeImage } from './images.ts';

export type StoredImages = {
  /**
   * Makes the pictures and stores them under the folder. They are loose: `attachImages` is to attach them in the transaction
   * of what shows them, and `release` removes them where that fails.
   * @throws AppError `unsupported_media_type` | `too_large` | `rate_limited` | `overloaded` | `unavailable`
   */
  prepare(place: Place, uploads: readonly Upload[]): Promise<StoredImage[]>;
  /**
   * Removes those that are still loose: a commit whose answer was lost may have attached them. The sweep removes what cannot
   * be removed now.
   */
  release(stored: readonly Pick<StoredImage, 'key'>[]): Promise<void>;
};

/** A received file in the spool. */
/** `type`: as the sender says. */
export type Upload = { readonly path: string; readonly bytes: number; readonly type?: string };

/** Receives one, passes it to `use`, and removes it from the spool afterwards: for commands that first see whether the actor may send it. */
export type Receive = <T>(use: (upload: Upload) => Promise<T>) => Promise<T>;

/** A stored picture, loose until `attachImages`. */
export type StoredImage = {
  readonly key: string;
  readonly previewKey: string;
  readonly width: number;
  readonly height: number;
};

/** The store of pictures, and their maximum size. */
export type Place = { readonly actor: Pick<Actor, 'id'>; readonly folder: string; readonly maxSide?: number };

type Draft = MadeImage & { readonly path: string; readonly previewPath: string };

/** Pixels of the longest side. */
const IMAGE_SIDE = 2_048;

export type StoredImagesOptions = {
  readonly images: Pick<Images, 'make'>;
  readonly blobs: Blobs;
  readonly spool: Spool;
  /** Pictures of one call. */
  readonly atOnce: number;
  /** Rate limit of pictures, by account. */
  readonly rates: Rates;
};

/**
 * Attaches the pictures, in the transaction of what shows them.
 * @returns them as files, in the order given
 * @throws AppError `unavailable`: the sweep has removed one, an hour after it was stored
 */
export async function attachImages(tx: Db, images: readonly Pick<StoredImage, 'key'>[]): Promise<File[]> {
  if (images.length === 0) return [];
  const attached = await attachObjects(
    tx,
    images.map(({ key }) => key),
  );
  if (attached.length !== images.length) throw new AppError('unavailable');
  return attached;
}

/** Removes the blobs, then the rows, so that every blob has a row. @throws where the blob store is unavailable */
export async function destroyObjects(
  sql: Sql,
  blobs: Pick<Blobs, 'remove'>,
  condemned: readonly ObjectKeys[],
): Promise<void> {
  if (condemned.length === 0) return;
  await blobs.remove(condemned.flatMap(({ key, preview_key }) => (preview_key === null ? [key] : [key, preview_key])));
  await deleteCondemnedObjects(
    sql,
    condemned.map(({ key }) => key),
  );
}

export function createStoredImages(
  sql: Sql,
  { images, blobs, spool, atOnce, rates }: StoredImagesOptions,
): StoredImages {
  async function prepare(place: Place, uploads: readonly Upload[]): Promise<StoredImage[]> {
    if (uploads.length > atOnce) throw new AppError('too_large', { message: `at most ${atOnce} files` });
    if (uploads.length === 0) return [];
    requireAllowed(await rates.take(String(place.actor.id), uploads.length));
    const drafts: Draft[] = [];
    try {
      for (const upload of uploads) drafts.push(await make(upload, place));
      return await storeDrafts(drafts, place);
    } catch (error) {
      throw toKnownError(error);
    } finally {
      await spool.remove(drafts.flatMap(({ path, previewPath }) => [path, previewPath]));
    }
  }

  async function make(upload: Upload, { actor, maxSide = IMAGE_SIDE }: Place): Promise<Draft> {
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

  async function storeDrafts(drafts: readonly Draft[], { folder, actor }: Place): Promise<StoredImage[]> {
    const stored = drafts.map((draft) => ({ ...draft, ...newKeys(folder, draft.ending) }));
    await insertObjects(
      sql,
      stored.map((image) => ({ ...image, accountId: actor.id, type: imageType(image.key), duration: null })),
    );
    // After a failure nobody knows which bytes may still arrive: the sweep removes them all.
    for (const { key, previewKey, path, previewPath } of stored)
      await Promise.all([blobs.put(key, path), blobs.put(previewKey, previewPath)]);
    return stored.map(({ key, previewKey, width, height }) => ({ key, previewKey, width, height }));
  }

  async function release(stored: readonly Pick<StoredImage, 'key'>[]): Promise<void> {
    if (stored.length === 0) return;
    const keys = stored.map(({ key }) => key);
    try {
      await destroyObjects(sql, blobs, await condemnObjects(sql, keys));
    } catch (error) {
      if (!isOutage(error) && !(error instanceof AppError)) throw error;
    }
  }

  return { prepare, release };
}

/** The owner of an account's files in the spool. */
export function spoolOwner({ id }: Pick<Actor, 'id'>): string {
  return `account ${id}`;
}

function newKeys(folder: string, ending: string): { key: string; previewKey: string } {
  const id = randomUUID();
  return { key: `${folder}/${id}.${ending}`, previewKey: `${folder}/${id}.preview.webp` };
}
