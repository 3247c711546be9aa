/**
 * Escapes text for a terminal: user content must not move the cursor, ring the bell or reverse the writing direction.
 */

/** Control characters, other line separators, and bidirectional marks. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes them as JSON would; line breaks and tabs stay. The text may be JSON itself. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (/[\n\t]/.test(character) ? character : escapeOf(character)));
}

/** As `printable`, but line breaks are escaped as well. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
