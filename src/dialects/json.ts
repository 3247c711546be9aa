/** How deep JSON may be nested, looked at before it is parsed: what comes after walks it, level by level. */

const MAX_DEPTH = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/** As far as brackets tell; whether it is JSON at all, the parser says. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString && code === BACKSLASH) index += 1;
    else if (code === QUOTE) inString = !inString;
    else if (inString) continue;
    else if (OPENING.includes(code)) depth += 1;
    else if (CLOSING.includes(code)) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** @throws SyntaxError */
export function parseFrame(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError('too deep');
  return JSON.parse(text);
}
