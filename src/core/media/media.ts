/** Uploads and pictures: receiving files, pictures of accounts, links, and the sweep of what nothing shows. */

import type { Readable } from 'node:stream';
import { AppError } from '../../errors.ts';
import type { Rates } from '../../limits/rates.ts';
import { clearAvatar, setAvatarKey } from '../../store/accounts.ts';
import { type Blobs, isPrivate } from '../../store/blobs.ts';
import { type Db, type Sql, toKnownError } from '../../store/database.ts';
import { condemnLooseObjects } from '../../store/objects.ts';
import type { Spool } from '../../store/spool.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, File, Person } from '../model.ts';
import { createImages } from './images.ts';
import {
  attachImages,
  createStoredImages,
  destroyObjects,
  type StoredImage,
  type StoredImages,
  type Upload,
} from './stored-images.ts';

export type Media = {
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
  /**
   * Stores the new picture of an account, a group or the community, for `use` to attach in the transaction that shows it. It is
   * removed where `use` fails. `owner`: what it is a picture of.
   * @throws AppError as `prepare` and `use`
   */
  withAvatar<T>(
    actor: Pick<Actor, 'id'>,
    picture: { readonly owner: string; readonly upload: Upload },
    use: (picture: StoredImage) => Promise<T>,
  ): Promise<T>;
  /**
   * Gives the actor a new picture, in one transaction with `also`. The sweep removes the one before.
   * @throws AppError `not_found`: the actor was deleted | as `prepare`
   */
  setAvatar(
    actor: Pick<Actor, 'id' | 'uid'>,
    upload: Upload,
    also?: (tx: Db) => Promise<unknown>,
  ): Promise<{ key: string }>;
  /** The actor has no picture of their own any more (idempotent). @throws AppError `not_found`: the actor was deleted */
  removeAvatar(actor: Pick<Actor, 'id'>): Promise<void>;
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

/** Pixels of the longest side of a picture of an account, a group or the community. */
const AVATAR_SIDE = 512;
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

  async function withAvatar<T>(
    actor: Pick<Actor, 'id'>,
    { owner, upload }: { readonly owner: string; readonly upload: Upload },
    use: (picture: StoredImage) => Promise<T>,
  ): Promise<T> {
    const stored = await prepare({ actor, folder: `avatars/${owner}`, maxSide: AVATAR_SIDE }, [upload]);
    try {
      return await use(stored[0] as StoredImage);
    } catch (error) {
      await release(stored);
      throw toKnownError(error);
    }
  }

  async function setAvatar(
    actor: Pick<Actor, 'id' | 'uid'>,
    upload: Upload,
    also: (tx: Db) => Promise<unknown> = async () => {},
  ): Promise<{ key: string }> {
    return withAvatar(actor, { owner: actor.uid, upload }, async (picture) => {
      const { key } = picture;
      await changes.run([], async (tx) => {
        await attachImages(tx, [picture]);
        await also(tx);
        if (!(await setAvatarKey(tx, actor.id, key))) throw new AppError('not_found');
        return { result: null, personal: await ownAccountFacts(tx, actor.id) };
      });
      return { key };
    });
  }

  async function removeAvatar(actor: Pick<Actor, 'id'>): Promise<void> {
    await changes.run([], async (tx) => {
      if (!(await clearAvatar(tx, actor.id))) throw new AppError('not_found');
      return { result: null, personal: await ownAccountFacts(tx, actor.id) };
    });
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
    withAvatar,
    setAvatar,
    removeAvatar,
    sweep,
    waiting: images.waiting,
    url: (key): string => blobs.url(key),
    pictureUrl: ({ avatarKey, avatarUrl }): string | null => (avatarKey === null ? avatarUrl : blobs.url(avatarKey)),
    avatarUrl: (key): string => (key === null ? defaultAvatarUrl() : blobs.url(key)),
  };
}
