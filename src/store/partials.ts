/** Files that come in parts, until they are whole: on disk, or as blobs where nodes share no disk. partials.test.ts holds for both. */
import type { Readable } from 'node:stream';

export interface Partials {
  /** Bytes that are there; 0 of one that was never written to. @throws AppError `unavailable` */
  size(uid: string): Promise<number>;
  /**
   * Appends what comes. If the stream fails, what came until then stays.
   * @param offset the size
   * @throws AppError `disk_full` | `unavailable`, or the stream's own error
   */
  append(uid: string, offset: number, stream: Readable): Promise<void>;
  /** Uses the whole, in a file here, which may be gone afterwards. @throws AppError `disk_full` | `unavailable`, or as `use` */
  withWhole<T>(uid: string, use: (path: string) => Promise<T>): Promise<T>;
  /** @throws AppError `unavailable` */
  remove(uid: string): Promise<void>;
  /** Those that have something. */
  list(): Promise<string[]>;
}
