/** Pagination: where a page begins (by number, or by the entry before it), and where it ends (by bytes). */
import { invalid } from '../errors.ts';

/** Approximate bytes of a page's JSON. Larger pages get fewer entries, or less beside each entry; no text is cut. */
export const PAGE_BYTES = 1_048_576;

/** Approximate bytes of an entry's JSON punctuation, ids and times. */
const FRAME = 384;

/**
 * The number of entries before a page; pages count from 0.
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

/** A position in a stream: a seq. @throws AppError `invalid` */
export function checkPosition(field: string, seq: number): number {
  if (!Number.isSafeInteger(seq) || seq < 1) throw invalid(field, 'format', `${field} must be a seq, 1 or more`);
  return seq;
}

/** Approximate bytes of an entry with these texts in an answer. */
export function entryBytes(...texts: (string | null)[]): number {
  return texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(JSON.stringify(text))), FRAME);
}

/** The first entries that fit into that number of bytes, at least one: for lists whose next page begins after the last one shown. */
export function fitPage<T>(entries: readonly T[], sizeOf: (entry: T) => number, bytes = PAGE_BYTES): T[] {
  let left = bytes;
  const end = entries.findIndex((entry, index) => {
    left -= sizeOf(entry);
    return left < 0 && index > 0;
  });
  return end === -1 ? [...entries] : entries.slice(0, end);
}

/** A page of a list. `next`: the position after which the next page begins; null: there is none. */
export type Listed<Item, Position> = { readonly items: readonly Item[]; readonly next: Position | null };

/** The page of a list. `found`: how many entries there are at least; one more than `size` was looked for, and as many as fit were read. */
export function keysetPage<Item, Position>(
  read: readonly Item[],
  {
    size,
    found = read.length,
    bytesOf,
    positionOf,
  }: { size: number; found?: number; bytesOf: (item: Item) => number; positionOf: (item: Item) => Position },
): Listed<Item, Position> {
  const items = fitPage(read.slice(0, size), bytesOf);
  const last = items.at(-1);
  return { items, next: last !== undefined && items.length < found ? positionOf(last) : null };
}
