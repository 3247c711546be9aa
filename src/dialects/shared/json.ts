/** Bounds of JSON, checked before it is parsed: parsers and validators walk it level by level and value by value. */

import { AppError } from '../../errors.ts';

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Counts brackets and commas only. The parser decides whether the text is JSON at all. */
export function exceedsBounds(text: string): boolean {
  // A value takes a character at least: of most texts only the openings need to be counted.
  if (text.length <= MAX_VALUES && count(text, '[') + count(text, '{') <= MAX_DEPTH) return false;
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString && code === BACKSLASH) index += 1;
    else if (code === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (code === COMMA) values += 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      values += 1;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true;
  }
  return false;
}

/** Up to one more than the depth. */
function count(text: string, opening: '[' | '{'): number {
  let found = 0;
  for (let at = text.indexOf(opening); at >= 0 && found <= MAX_DEPTH; at = text.indexOf(opening, at + 1)) found += 1;
  return found;
}

/** @throws AppError `invalid`: no JSON, or beyond the bounds */
export function parseFrame(text: string): unknown {
  try {
    if (!exceedsBounds(text)) return JSON.parse(text);
  } catch {
    // Same error as for JSON beyond the bounds.
  }
  throw new AppError('invalid', { message: 'the frame is not valid JSON' });
}
