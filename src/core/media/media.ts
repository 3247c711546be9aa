/** Uploads and pictures: receiving files, pictures of accounts, links, and the sweep of what nothing shows. */

import type { Readable } from 'node:stream';
import type { Rates } from '../../limits/rates.ts';
import { type Blobs, isPrivate } from '../../store/blobs.ts';
import type { Sql } from '../../store/database.ts';
import { condemnLooseObjects } from '../../store/objects.ts';
import type { Spool } from '../../store/spool.ts';
import type { Changes } from '../events/changes.ts';
import type { File, Person } from '../model.ts';
import { type Avatars, createAvatars } from './avatars.ts';
import { createImages } from './images.ts';
import { createStoredImages, destroyObjects, type StoredImages, type Upload } from './stored-images.ts';

export type Media = Avatars & {
  readonly limits: MediaLimits;
  /**
   * Streams one file into the spool. The caller must discard it in the end. `owner`: the sender, an account or an address,
   * whose share of the spool it uses.
   * @throws AppError `too_large` | `rate_limited` | `overloaded` | `unavailable`, or the stream's own error
   */
  receive(stream: Readable, owner: string): Promise<Upload>;
  /** As `receive`, files of any type. */
  receiveFile(stream: Readable, owner: string): Promise<Upload>;
  /** The link of a file. */
  fileUrl(file: Pick<File, 'uid' | 'key'>): string;
  /** @returns null: it is no picture */
  previewUrl(file: Pick<File, 'uid' | 'previewKey'>): string | null;
  discard(uploads: readonly Upload[]): Promise<void>;
  readonly prepare: StoredImages['prepare'];
  readonly release: StoredImages['release'];
  /** Removes pictures that are loose for an hour at `now`, and files that a crash left in the spool. */
  sweep(now?: Date): Promise<void>;
  /** Pictures in the queue for encoding. */
  waiting(): number;
  url(key: string): string;
  /** The uploaded picture, or the one elsewhere; null: there is none. */
  pictureUrl(account: Pick<Person, 'avatarKey' | 'avatarUrl'>): string | null;
  /** `key` null: the default picture. */
  avatarUrl(key: string | null): string;
};

export type MediaLimits = {
  /** Files of one upload. */
  readonly files: number;
  /** Bytes of each picture. */
  readonly bytes: number;
  /** Bytes of each file that is uploaded in one request. */
  readonly fileBytes: number;
  /** Bytes of each file that is uploaded in parts. */
  readonly largeFileBytes: number;
  /** Pixels of each picture, all frames together. */
  readonly pixels: number;
  /** CPU cores that this process may use. */
  readonly cores: number;
};

export type MediaOptions = {
  readonly blobs: Blobs;
  readonly spool: Spool;
  readonly limits: MediaLimits;
  /** The URL of a file that not everybody may read, by its uid. */
  readonly privateUrl: (uid: string) => string;
  /** The URL of the picture of an account without one. */
  readonly defaultAvatarUrl: () => string;
  /** Rate limit of uploads, by account. */
  readonly uploads: Rates;
};

/** After how long a loose picture and a spooled file count as abandoned, in ms. */
const LOOSE_FOR = 3_600_000;
const SWEEP_BATCH = 100;

export function createMedia(
  sql: Sql,
  changes: Changes,
  { blobs, spool, limits, privateUrl, defaultAvatarUrl, uploads: rates }: MediaOptions,
): Media {
  const images = createImages(limits.pixels, limits.cores);
  const { prepare, release } = createStoredImages(sql, { images, blobs, spool, atOnce: limits.files, rates });

  async function receive(stream: Readable, owner: string): Promise<Upload> {
    return spool.write(stream, limits.bytes, owner);
  }

  async function receiveFile(stream: Readable, owner: string): Promise<Upload> {
    return spool.write(stream, limits.fileBytes, owner);
  }

  function fileUrl({ uid, key }: Pick<File, 'uid' | 'key'>): string {
    return isPrivate(key) ? `${privateUrl(uid)}/content` : blobs.url(key);
  }

  function previewUrl({ uid, previewKey }: Pick<File, 'uid' | 'previewKey'>): string | null {
    if (previewKey === null) return null;
    return isPrivate(previewKey) ? `${privateUrl(uid)}/preview` : blobs.url(previewKey);
  }

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
    receiveFile,
    fileUrl,
    previewUrl,
    discard: (uploads): Promise<void> => spool.remove(uploads.map(({ path }) => path)),
    prepare,
    release,
    ...createAvatars({ changes, prepare, release }),
    sweep,
    waiting: images.waiting,
    url: (key): string => blobs.url(key),
    pictureUrl: ({ avatarKey, avatarUrl }): string | null => (avatarKey === null ? avatarUrl : blobs.url(avatarKey)),
    avatarUrl: (key): string => (key === null ? defaultAvatarUrl() : blobs.url(key)),
  };
}
