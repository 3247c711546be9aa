/** Bounds of JSON, looked at before it is parsed: what comes after walks it, level by level and value by value. */

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** As far as brackets and commas tell; whether it is JSON at all, the parser says. */
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

/** @throws SyntaxError */
export function parseFrame(text: string): unknown {
  if (exceedsBounds(text)) throw new SyntaxError('nested too deep, or too many values');
  return JSON.parse(text);
}
