/** Blobs: bytes under a key, written once and never changed. On disk or in S3; blobs.test.ts holds for both. */

export type Blob = { readonly key: string; readonly bytes: number; readonly storedAt: Date };

export interface Blobs {
  /** Description of the storage for the start line. */
  readonly place: string;
  /**
   * Stores a copy of the file. A blob is there whole or not at all, and once this resolves, for good.
   * @throws AppError `unavailable` | `disk_full`
   */
  put(key: string, file: string): Promise<void>;
  /**
   * Deletes; keys that are not there are as good as deleted.
   * @throws AppError `unavailable`: some may still be there
   */
  remove(keys: readonly string[]): Promise<void>;
  /** Null: there is none of that key. @throws AppError `unavailable` */
  read(key: string): Promise<Buffer | null>;
  /** Lists the blobs whose keys have the prefix, in no particular order. */
  list(prefix: string): AsyncIterable<Blob>;
  /** Whether blobs can be reached, at the cost of one small question. @throws an Error whose message is the cause */
  check(): Promise<void>;
  /** The link under which everybody can read it. */
  url(key: string): string;
}

/** The allowed types by the key's ending: none that a browser would execute. */
const TYPES: Readonly<Record<string, string>> = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' };

/** Written once, so whoever has it may keep it for a year. */
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
