/**
 * The rules for what people write. Lengths are in characters (Unicode code points). The length of a text is checked before
 * anything else is done with it: normalising 160 KB of combining marks takes seconds.
 */
import { invalid } from '../errors.ts';

/** UTF-16 units: more than any name, e-mail address or room name has, in whichever form its characters come. */
const COMPOSED_MAX = 512;

/** Characters that show nothing, or change the direction of what stands around them, as part of a character class. */
export const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\u2800\u{FFF9}-\u{FFFB}\u{16FE4}\u{1D159}`;

const BLANK = new RegExp(String.raw`^[\p{White_Space}${INVISIBLE}]*$`, 'u');
/**
 * The controls (Unicode category Cc) but tab, LF and CR LF: a CR of its own overwrites the line that it ends. Without the flag `u`, which
 * takes several times as long.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it looks for.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/;

/**
 * A text that may be stored as it is.
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
 * A text of a bounded length, without control characters other than tab and newline, and without half a surrogate pair.
 * @throws AppError `invalid`
 */
export function checkCharacters(field: string, text: string): string {
  if (CONTROL.test(text))
    throw invalid(field, 'format', `${field} must not contain control characters`, { input: text });
  if (!text.isWellFormed()) throw invalid(field, 'format', `${field} is not valid text`, { input: text });
  return text;
}

/** Whether a text of a bounded length shows nothing. Joiners and the like within visible text are part of it. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** Whether the text has more characters than that. A character takes one or two UTF-16 units. */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  if (text.length > characters * 2) return true;
  return [...text].length > characters;
}

/** The name in Unicode's composed form (NFC); null: too long to be one. */
export function composed(name: string): string | null {
  return name.length > COMPOSED_MAX ? null : name.normalize('NFC');
}

/** As much of a text as a name can have, composed. */
export function composedStart(text: string): string {
  return text.slice(0, COMPOSED_MAX).normalize('NFC');
}

/** Units of what `decomposed` takes: a name, whose characters may each have been replaced by several. */
const DECOMPOSED_MAX = 2_048;

/** The decomposed form (NFD) of a name that was checked. */
export function decomposed(name: string): string {
  return name.slice(0, DECOMPOSED_MAX).normalize('NFD');
}

/** Other spaces than the usual one. */
const SPACE = /\p{Zs}/gu;
/** UTF-16 units: twice the characters that a password may have here, for those that were imported. */
const PASSWORD_UNITS = 1_024;

/**
 * The password as it is hashed (RFC 8265, OpaqueString: one kind of space, NFC): keyboards and systems differ in how they
 * send the same characters. Null: no password can be that long, or hold half a surrogate pair.
 */
export function preparedPassword(password: string): string | null {
  if (password.length > PASSWORD_UNITS || !password.isWellFormed()) return null;
  return password.replace(SPACE, ' ').normalize('NFC');
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text can be a `uid` at all: the database takes no others. */
export function isUid(text: string): boolean {
  return UID.test(text);
}
