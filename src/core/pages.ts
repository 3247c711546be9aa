/** Where a page begins, as requests say it (by its number, or by the entry before it), and where it ends. */
import { invalid } from '../errors.ts';

/** Bytes of a page's JSON, about. What has more is answered with fewer entries, or with less beside each; no text is cut. */
export const PAGE_BYTES = 1_048_576;

/** JSON's punctuation, ids and times of an entry, in bytes, about. */
const FRAME = 384;

/**
 * How many entries are before a page that is counted from 0.
 * @throws AppError `invalid`
 */
export function checkPage(page: number, size: number): number {
  return Math.min(checkWhole('page', page) * size, Number.MAX_SAFE_INTEGER);
}

/** @throws AppError `invalid` */
export function checkWhole(field: string, value: number): number {
  if (!Number.isInteger(value) || value < 0)
    throw invalid(field, 'format', `${field} must be a whole number, 0 or more`);
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}

/** What an entry with these texts has in an answer, in bytes, about. */
export function entryBytes(...texts: (string | null)[]): number {
  return texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(JSON.stringify(text))), FRAME);
}

/** The first entries that have so many bytes together, and one at least: for lists that go on after the last one shown. */
export function fitPage<T>(entries: readonly T[], sizeOf: (entry: T) => number, bytes = PAGE_BYTES): T[] {
  let left = bytes;
  const end = entries.findIndex((entry, index) => {
    left -= sizeOf(entry);
    return left < 0 && index > 0;
  });
  return end === -1 ? [...entries] : entries.slice(0, end);
}
