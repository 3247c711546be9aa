/** The part of a found text that is shown, and what in it matched. */

/** `highlights`: ranges of the excerpt, from and to (exclusive), in UTF-16 units as `String.slice` counts. */
export type Excerpt = { readonly excerpt: string; readonly highlights: readonly (readonly [number, number])[] };

/** Around what matched, in the texts that `excerptOf` takes: no text has these characters. */
export const MATCH = { begin: '\u0001', end: '\u0002' } as const;

/** UTF-16 units. */
const LENGTH = 240;
/** Units before the first match. */
const BEFORE = 60;
const MARK = new RegExp(`[${MATCH.begin}${MATCH.end}]`);

/** The text around its first match. `marked`: the start of the text with `MATCH` around each match; it may have other separators. */
export function excerptOf(text: string, marked: string): Excerpt {
  const matches = readMarks(marked);
  const first = matches[0]?.[0] ?? 0;
  const from = first <= BEFORE || text.length <= LENGTH ? 0 : wordStart(text, first - BEFORE, first);
  const to = text.length - from <= LENGTH ? text.length : wordEnd(text, from, from + LENGTH);
  const [before, after] = [from === 0 ? '' : '…', to === text.length ? '' : '…'];
  const shift = before.length - from;
  return {
    excerpt: before + text.slice(from, to) + after,
    highlights: matches.filter(([, end]) => end <= to).map(([begin, end]) => [begin + shift, end + shift]),
  };
}

function readMarks(marked: string): [number, number][] {
  const matches: [number, number][] = [];
  let length = 0;
  for (const [index, part] of marked.split(MARK).entries()) {
    if (index % 2 === 1) matches.push([length, length + part.length]);
    length += part.length;
  }
  return matches;
}

function wordStart(text: string, from: number, limit: number): number {
  const space = text.slice(from, limit).search(/\s/);
  return space === -1 ? whole(text, from) : from + space + 1;
}

function wordEnd(text: string, from: number, to: number): number {
  const last = /\s\S*$/.exec(text.slice(from, to))?.index ?? 0;
  return last > LENGTH / 2 ? from + last : whole(text, to);
}

/** Not within a surrogate pair. */
function whole(text: string, index: number): number {
  return /[\udc00-\udfff]/.test(text[index] ?? '') ? index + 1 : index;
}
