/** Mentions: `@username` in a text, or `@"user name"`. */
import { comparisonKey } from '../account-rules.ts';

/** Mentions in one text, at most: the first ones. */
export const MAX_MENTIONS = 50;
/** After a letter, a digit or a dot, `@` is part of an address. UTF-16 units: a username has 64 characters. */
const MENTION = /(?<![\p{L}\p{N}._@-])@(?:"([^"\n]{1,128})"|([^\s@]{1,128}))/gu;
const WORD = /^[\p{L}\p{M}\p{N}._-]+/u;

const NONE: readonly (readonly string[])[] = [];

/**
 * The names that a text of bounded length may mention: for each `@`, the keys of usernames that can be meant, the longest first. What
 * ends a sentence or a bracket can be part of a name.
 */
export function mentionsIn(body: string): readonly (readonly string[])[] {
  if (!body.includes('@')) return NONE;
  const found: string[][] = [];
  for (const [, quoted, text = ''] of body.matchAll(MENTION)) {
    if (found.length === MAX_MENTIONS) break;
    if (quoted !== undefined) {
      found.push([comparisonKey(quoted)]);
      continue;
    }
    const word = WORD.exec(text)?.[0] ?? '';
    const candidates = [text, word, word.replace(/[._-]+$/, '')].filter((name) => name !== '');
    found.push([...new Set(candidates.map(comparisonKey))]);
  }
  return found;
}
