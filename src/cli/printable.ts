/** What is written to a terminal: texts of other people must not move its cursor, ring its bell or turn lines around. */

/** Control characters, other ends of lines, and marks that change the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** With each such character as JSON would write it; ends of lines and tabs stay. The text may be JSON itself. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (/[\n\t]/.test(character) ? character : escapeOf(character)));
}

/** As `printable`, in one line. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE, escapeOf);
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
