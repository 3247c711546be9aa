/** What names look like: two of the same skeleton are easily taken for each other (Unicode UTS 39, section 4). */
import unhomoglyph from 'unhomoglyph';
import { decomposed, INVISIBLE } from '../text.ts';

const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'gu');
/** Pages show several spaces as one. */
const SPACES = /\p{White_Space}+/gu;

/**
 * The skeleton of a checked username. Names are unique without regard to case, so `Ian` is held against `lan` as it is
 * written, and `ІАN` (in Cyrillic) against `ian` in lower case.
 */
export function skeletonOf(username: string): string {
  return prototypes(prototypes(username.replace(SPACES, ' ')).toLowerCase());
}

function prototypes(text: string): string {
  return decomposed(unhomoglyph(decomposed(text).replace(INVISIBLES, '')));
}
