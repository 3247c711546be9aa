/** Values as pydantic reads them in its lax mode, which FastAPI uses for paths, queries and bodies. */
import type { ReadField } from './validation.ts';

/** Characters of a number as text: Python's own limit. */
const MAX_DIGITS = 4_300;
const WHOLE = /^[+-]?\d+(?:_\d+)*(?:\.0*)?$/;

/** Integers may be `true`, `1.0` and texts of whole numbers (`" 1 "`, `"1.0"`, `"1_000"`). Texts must be texts. */
export const readAsPydantic: ReadField = (value, { type }) => (type === 'integer' ? readInteger(value) : value);

/** A value that pydantic would not read as an integer is returned unchanged. */
export function readInteger(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || value.length > MAX_DIGITS) return value;
  const text = value.trim();
  return WHOLE.test(text) ? Number(text.replaceAll('_', '')) : value;
}
