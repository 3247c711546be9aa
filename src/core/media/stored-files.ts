/** Files of any type between upload and use. Pictures are re-encoded (stored-images.ts); everything else is stored as it came. */

import { randomUUID } from 'node:crypto';
import { AppError, invalid } from '../../errors.ts';
import { type Rates, requireAllowed } from '../../limits/rates.ts';
import { type Blobs, privateFolder } from '../../store/blobs.ts';
import { type Sql, toKnownError } from '../../store/database.ts';
import { insertObjects } from '../../store/objects.ts';
import type { Actor } from '../model.ts';
import { createDurations } from './durations.ts';
import { fileType, isPlayed } from './file-types.ts';
import { isPicture } from './image-files.ts';
import type { StoredImages, Upload } from './stored-images.ts';

export type StoredFiles = {
  /**
   * Stores the file, which may be gone afterwards. It is loose, as a prepared picture is.
   * @throws AppError `invalid`: it is empty | `rate_limited` | `overloaded` | `quota_exceeded` | `disk_full` | `unavailable`
   */
  keep(owner: Owner, upload: Upload): Promise<{ key: string }>;
  readonly release: StoredImages['release'];
};

type Owner = Pick<Actor, 'id' | 'uid'>;

export type StoredFilesOptions = {
  readonly images: Pick<StoredImages, 'prepare' | 'release'>;
  readonly blobs: Blobs;
  /** Bytes of the largest file that is taken for a picture. */
  readonly pictureBytes: number;
  /** Rate limit of uploads, by account. */
  readonly rates: Rates;
};

export function createStoredFiles(sql: Sql, { images, blobs, pictureBytes, rates }: StoredFilesOptions): StoredFiles {
  const durationOf = createDurations();

  async function keep(owner: Owner, upload: Upload): Promise<{ key: string }> {
    if (upload.bytes === 0) throw invalid('', 'required', 'the file is empty');
    return (await keepPicture(owner, upload)) ?? keepAsItIs(owner, upload);
  }

  /** @returns null: it is none that can be shown as one */
  async function keepPicture(owner: Owner, upload: Upload): Promise<{ key: string } | null> {
    if (upload.bytes > pictureBytes || !(await isPicture(upload.path))) return null;
    try {
      const [stored] = await images.prepare({ actor: owner, folder: privateFolder(owner.uid) }, [upload]);
      return stored ?? null;
    } catch (error) {
      const isNone = error instanceof AppError && ['unsupported_media_type', 'too_large'].includes(error.code);
      if (isNone) return null;
      throw error;
    }
  }

  async function keepAsItIs({ id, uid }: Owner, { path, bytes, type }: Upload): Promise<{ key: string }> {
    requireAllowed(await rates.take(String(id), 1));
    const key = `${privateFolder(uid)}/${randomUUID()}.bin`;
    const about = { previewKey: null, width: null, height: null, placeholder: null, previewBytes: 0 };
    try {
      const served = await fileType(path, type);
      const duration = isPlayed(served) ? await durationOf(path, served) : null;
      await insertObjects(sql, [{ ...about, key, accountId: id, type: served, duration, bytes }]);
      await blobs.move(key, path);
      return { key };
    } catch (error) {
      throw toKnownError(error);
    }
  }

  return { keep, release: images.release };
}
