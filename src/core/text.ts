/** The rules for what people write. Lengths are in characters (Unicode code points). */
import { invalid } from '../errors.ts';

/**
 * A text that may be stored as it is.
 * @throws AppError `invalid`: blank, too long, or not storable (NUL, half a surrogate pair)
 */
export function checkText(field: string, text: string, maxLength: number): string {
  const input = text;
  if (text.trim() === '') throw invalid(field, 'blank', `${field} must not be blank`, { input });
  if (isLongerThan(text, maxLength))
    throw invalid(field, 'long', `${field} must have at most ${maxLength} characters`, { limit: maxLength, input });
  if (text.includes('\0') || !text.isWellFormed())
    throw invalid(field, 'format', `${field} is not valid text`, { input });
  return text;
}

/** Whether the text has more characters than that. A character takes one or two UTF-16 units. */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  if (text.length > characters * 2) return true;
  return [...text].length > characters;
}

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether the text can be a `uid` at all: the database takes no others. */
export function isUid(text: string): boolean {
  return UID.test(text);
}
