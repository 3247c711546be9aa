/**
 * The query language of search. All words must be there; `"…"` is a phrase, `word*` the start of a word, `-word` must not be
 * there.
 */

import type { SearchQuery, SearchStart } from '../../store/search.ts';
import { SEPARATORS } from '../../store/search-index.ts';
import { composedStart, decomposed } from '../text.ts';

/** Terms of a query; further ones are ignored. Bounds the work of one search. */
const MAX_TERMS = 16;
/** Characters of the start of a word: shorter ones are looked for as words. */
const START_MIN = 2;
/** Letters by which a typed word may be longer than its stem. */
const SUFFIX_MAX = 3;
const STEM_MIN = 4;

const TERM = /(-?)(?:"([^"]*)"?|(\S+))/gu;
const WORDY = /[\p{L}\p{N}]/u;
const START = /^([\p{L}\p{N}]+)\*$/u;
const ACCENTS = /\p{Mn}/gu;

/** The text has a bounded length. */
export function parseQuery(text: string): SearchQuery {
  const words: string[] = [];
  const starts: SearchStart[] = [];
  for (const [, minus, phrase, word = ''] of [...composedStart(text).matchAll(TERM)].slice(0, MAX_TERMS)) {
    const start = START.exec(word)?.[1];
    const isExcluded = minus === '-';
    if (start !== undefined && start.length >= START_MIN)
      starts.push({ word: quoted(start), start: startsOf(start), isExcluded });
    else if (WORDY.test(phrase ?? word)) words.push(`${isExcluded ? '!' : ''}${quoted(phrase ?? word)}`);
  }
  return { words: words.join(' & '), starts };
}

/** Several words in a row are looked for in that order. */
function quoted(text: string): string {
  const words = [...text].map((character) => (SEPARATORS.includes(character) ? ' ' : character)).join('');
  return `'${words.replaceAll("'", "''")}'`;
}

function startsOf(start: string): string {
  const letters = [...decomposed(start.toLowerCase()).replaceAll(ACCENTS, '')];
  const stems = [];
  for (let cut = 1; cut <= SUFFIX_MAX && letters.length - cut >= STEM_MIN; cut++)
    stems.push(`'${letters.slice(0, -cut).join('')}'`);
  return [`'${letters.join('')}':*`, ...stems].join(' | ');
}
