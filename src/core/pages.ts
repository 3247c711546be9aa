/** Where a page begins, as requests say it: by its number, or by the entry before it. */
import { invalid } from '../errors.ts';

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
