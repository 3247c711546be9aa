/** Coercion of values, as fields of Django REST framework do it. */
import type { ReadField } from '../shared/validation.ts';

/** Characters of a number as text. */
const MAX_DIGITS = 1_000;
/** White space is part of a password, in every dialect. */
const UNTRIMMED = ['password'];

export const readParameter: ReadField = (value, { type }) => {
  const isNumber = type === 'integer' && typeof value === 'string' && value.length <= MAX_DIGITS;
  return isNumber && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
};

/** As CharField: accepts numbers, and trims. A text that is too long even when trimmed stays as it is. */
export const readCharField: ReadField = (value, { type, maxLength = 0 }, name) => {
  if (type !== 'string') return value;
  const text = typeof value === 'number' ? String(value) : value;
  const isTrimmed = typeof text === 'string' && text.length <= 4 * maxLength && !UNTRIMMED.includes(name);
  return isTrimmed ? text.trim() : text;
};
