/** Blobs: bytes under a key, written once and never changed. On disk or in S3; blobs.test.ts holds for both. */

import type { Readable } from 'node:stream';

export type Blob = { readonly key: string; readonly bytes: number; readonly storedAt: Date };

/** The content of a blob, read as it is wanted. */
export type OpenBlob = { readonly size: number; readonly stream: Readable };

/** How a link presents a blob: its media type, and a `Content-Disposition`. */
export type Presentation = { readonly type: string; readonly disposition: string };

/** The place of the bytes of a blob: in a file here, or behind a link that expires. */
export type BlobSource = { readonly path: string } | { readonly link: string };

export interface Blobs {
  /** Description of the storage for the start line. */
  readonly place: string;
  /**
   * Stores a copy of the file. A blob is there whole or not at all, and once this resolves, for good.
   * @throws AppError `unavailable` | `disk_full`
   */
  put(key: string, file: string): Promise<void>;
  /** As `put`, and the file may be gone after it: for those that are too large to be copied. */
  move(key: string, file: string): Promise<void>;
  /**
   * Deletes; keys that are not there are as good as deleted.
   * @throws AppError `unavailable`: some may still be there
   */
  remove(keys: readonly string[]): Promise<void>;
  /** Null: there is none of that key. @throws AppError `unavailable` */
  read(key: string): Promise<Buffer | null>;
  /** As `read`, without having it in memory. */
  open(key: string): Promise<OpenBlob | null>;
  /** For one reader, who was allowed to read it. */
  source(key: string, presentation: Presentation): Promise<BlobSource>;
  /** Lists the blobs whose keys have the prefix, in no particular order. */
  list(prefix: string): AsyncIterable<Blob>;
  /** Whether blobs can be reached, at the cost of one small question. @throws an Error whose message is the cause */
  check(): Promise<void>;
  /** The link under which everybody can read it, unless it is private. */
  url(key: string): string;
}

/** The allowed types by the key's ending: none that a browser would execute. `bin`: whatever is no picture. */
const TYPES: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  bin: 'application/octet-stream',
};

/** Holds the blobs that not everybody may read. */
const PRIVATE_FOLDER = 'private';

/** The folder of an account's files that not everybody may read. */
export function privateFolder(accountUid: string): string {
  return `${PRIVATE_FOLDER}/${accountUid}`;
}

/** Pictures are small enough for the memory. */
export function isPicture(key: string): boolean {
  return blobType(key)?.startsWith('image/') ?? false;
}

/** Whether the blob has no public link. */
export function isPrivate(key: string): boolean {
  return key.startsWith(`${PRIVATE_FOLDER}/`);
}

/** Files never change, so they may be cached for a year. */
export const BLOB_CACHING = 'public, max-age=31536000, immutable';

/** Words of lower-case letters, digits and hyphens: no way up, out, or into what starts with a dot. */
const KEY = /^[a-z0-9-]+(\/[a-z0-9-]+)*(\.[a-z0-9-]+)*\.([a-z]+)$/;

/** The media type that goes with a key; null: there is no such blob, and never will be. */
export function blobType(key: string): string | null {
  const ending = KEY.exec(key)?.at(-1);
  return (ending && TYPES[ending]) ?? null;
}

/** @throws an Error where a key is malformed: a mistake of ours */
export function requireBlobType(key: string): string {
  const type = blobType(key);
  if (type === null) throw new Error(`not a key of a blob: ${key}`);
  return type;
}
