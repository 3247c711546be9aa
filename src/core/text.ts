/**
 * Validation of texts. Lengths are in characters (Unicode code points). The length is checked before everything else, since
 * normalising 160 KB of combining marks takes seconds.
 */
import { invalid } from '../errors.ts';

/** UTF-16 units: above the length of any name, e-mail address or room name, composed or decomposed. */
const COMPOSED_MAX = 512;

/** Invisible characters and direction controls, for a character class. */
export const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\u2800\u{FFF9}-\u{FFFB}\u{16FE4}\u{1D159}`;

const BLANK = new RegExp(String.raw`^[\p{White_Space}${INVISIBLE}]*$`, 'u');
/**
 * The controls (Unicode category Cc) but tab, LF and CR LF: a CR of its own overwrites the line that it ends. Without the flag `u`, which
 * takes several times as long.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it looks for.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/;

/**
 * Validates a text.
 * @returns the text, unchanged
 * @throws AppError `invalid`: too long, blank, or as `checkCharacters`
 */
export function checkText(field: string, text: string, maxLength: number): string {
  checkLength(field, text, maxLength);
  if (isBlank(text)) throw invalid(field, 'blank', `${field} must not be blank`, { input: text });
  return checkCharacters(field, text);
}

/** @throws AppError `invalid` */
export function checkLength(field: string, text: string, limit: number): void {
  if (isLongerThan(text, limit))
    throw invalid(field, 'long', `${field} must have at most ${limit} characters`, { limit, input: text });
}

/**
 * Refuses control characters other than tab and newline, and unpaired surrogates, in a text of bounded length.
 * @throws AppError `invalid`
 */
export function checkCharacters(field: string, text: string): string {
  if (CONTROL.test(text))
    throw invalid(field, 'format', `${field} must not contain control characters`, { input: text });
  if (!text.isWellFormed()) throw invalid(field, 'format', `${field} is not valid text`, { input: text });
  return text;
}

/** Whether a text of bounded length has no visible character. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** Whether the text has more characters than that. A character has one or two UTF-16 units. */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  if (text.length > characters * 2) return true;
  return [...text].length > characters;
}

/** The name in NFC; null: too long for a name. */
export function composed(name: string): string | null {
  return name.length > COMPOSED_MAX ? null : name.normalize('NFC');
}

/** The start of a text, as long as a name can be, in NFC. */
export function composedStart(text: string): string {
  return text.slice(0, COMPOSED_MAX).normalize('NFC');
}

/** UTF-16 units of the input of `decomposed`: a name whose characters may each have been replaced by several. */
const DECOMPOSED_MAX = 2_048;

/** The NFD form of a validated name. */
export function decomposed(name: string): string {
  return name.slice(0, DECOMPOSED_MAX).normalize('NFD');
}

/** Space separators of all kinds. */
const SPACE = /\p{Zs}/gu;
/** UTF-16 units: twice the limit for new passwords, since imported ones may be longer. */
const PASSWORD_UNITS = 1_024;

/**
 * The password in the form that is hashed (RFC 8265, OpaqueString: one kind of space, NFC), since keyboards and systems encode
 * the same characters differently. Null: too long, or with an unpaired surrogate.
 */
export function preparedPassword(password: string): string | null {
  if (password.length > PASSWORD_UNITS || !password.isWellFormed()) return null;
  return password.replace(SPACE, ' ').normalize('NFC');
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text has the format of a `uid` (UUID); the database refuses others. */
export function isUid(text: string): boolean {
  return UID.test(text);
}
