/** Confusable names: two names with the same skeleton look alike (Unicode UTS 39, section 4). */
import unhomoglyph from 'unhomoglyph';
import { decomposed, INVISIBLE } from '../text.ts';

const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'gu');
/** HTML collapses runs of spaces. */
const SPACES = /\p{White_Space}+/gu;

/**
 * The skeleton of a validated username. It compares `Ian` with `lan` as written, and, since names are case-insensitive, `ІАN`
 * (in Cyrillic) with `ian` in lower case.
 */
export function skeletonOf(username: string): string {
  return prototypes(prototypes(username.replace(SPACES, ' ')).toLowerCase());
}

function prototypes(text: string): string {
  return decomposed(unhomoglyph(decomposed(text).replace(INVISIBLES, '')));
}
