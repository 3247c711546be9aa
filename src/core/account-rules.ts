/** Validation of usernames, e-mails, passwords and avatar URLs, and the comparison keys of usernames and e-mails. */
import { domainToUnicode } from 'node:url';
import { invalid } from '../errors.ts';
import { composed, composedStart, INVISIBLE, isBlank, isLongerThan } from './text.ts';

/** Characters. */
export const USERNAME_MAX = 64;
export const PASSWORD_MIN = 8;
const EMAIL_MAX = 254;
const PASSWORD_MAX = 256;
const AVATAR_URL_MAX = 2048;

/** A key that no account has: usernames have no `/`, e-mail addresses have an `@`. */
const NOBODY = '/';

const CONTROL = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}`;
const UNFIT = new RegExp(`[${CONTROL}/${INVISIBLE}]`, 'u');
const UNFIT_BUT_VISIBLE = new RegExp(`[${CONTROL}/]`, 'gu');
const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'gu');
const EMAIL = new RegExp(String.raw`^[^\s@\p{Cc}\p{Cs}${INVISIBLE}]+@[^\s@\p{Cc}\p{Cs}${INVISIBLE}]+$`, 'u');
/** Global, with set notation. TypeScript refuses a literal with the flag `v` for Node.js 20. */
const SETS = 'gv';
/** Invisible characters are allowed within emoji sequences and in scripts that are written with joiners. */
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, SETS);
const JOINED_LETTERS = new RegExp(
  String.raw`(?<=\p{sc=Arab})\u200C(?=\p{sc=Arab})|` +
    String.raw`(?<=[[\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}]&&\p{M}])[\u200C\u200D]`,
  SETS,
);

/** The key by which names and e-mails are compared: case-insensitive, NFC. NUL is replaced, since PostgreSQL refuses it. */
export function comparisonKey(text: string): string {
  const key = composed(text);
  return key === null ? NOBODY : key.trim().toLowerCase().replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The `comparisonKey` of an e-mail address. Domains in Unicode and Punycode, with and without a trailing dot, compare equal. */
export function emailKey(email: string): string {
  const key = comparisonKey(email);
  const domainAt = key.lastIndexOf('@') + 1;
  if (domainAt === 0) return key;
  const domain = key.slice(domainAt).replace(/\.+$/, '');
  const unicode = /xn--|\P{ASCII}/u.test(domain) ? domainToUnicode(domain) : domain;
  return key.slice(0, domainAt) + (unicode || domain);
}

/** The keys to look an address up by: accounts of earlier versions may have the key of the address as typed. */
export function emailKeys(email: string): string[] {
  return [...new Set([comparisonKey(email), emailKey(email)])];
}

/** @throws AppError `invalid` */
export function checkUsername(input: string): string {
  const limit = USERNAME_MAX;
  const username = composed(input)?.trim();
  if (username === undefined || isLongerThan(username, limit))
    throw invalid('username', 'long', `username must have at most ${limit} characters`, { limit, input });
  if (isBlank(username)) throw invalid('username', 'blank', 'username must not be blank', { input });
  if (isPathStep(username)) throw invalid('username', 'format', 'username must not be "." or ".."', { input });
  if (UNFIT.test(username.replace(EMOJI, '').replace(JOINED_LETTERS, ''))) {
    const message = 'username must not contain control characters, invisible characters or "/"';
    throw invalid('username', 'format', message, { input });
  }
  return username;
}

/** Makes a valid username of at most `length` characters from a name; `''` if nothing is left. */
export function fitUsername(name: string, length: number): string {
  const visible = composedStart(name).replaceAll(UNFIT_BUT_VISIBLE, '_').replaceAll(INVISIBLES, '').trim();
  const fit = [...visible].slice(0, length).join('').trim();
  return isPathStep(fit) || isBlank(fit) ? '' : fit;
}

/** Path segments that browsers resolve, so URLs cannot contain them. */
function isPathStep(name: string): boolean {
  return name === '.' || name === '..';
}

/** @throws AppError `invalid` */
export function checkEmail(input: string): string {
  const limit = EMAIL_MAX;
  const email = composed(input)?.trim();
  if (email === undefined || isLongerThan(email, limit))
    throw invalid('email', 'long', `email must have at most ${limit} characters`, { limit, input });
  if (isBlank(email)) throw invalid('email', 'blank', 'email must not be blank', { input });
  if (!EMAIL.test(email)) throw invalid('email', 'format', 'email must be an e-mail address', { input });
  return email;
}

/** @throws AppError `invalid` */
export function checkPassword(input: string, minLength = PASSWORD_MIN): void {
  if (input === '') throw invalid('password', 'blank', 'password must not be empty', { input });
  if (isLongerThan(input, PASSWORD_MAX))
    throw invalid('password', 'long', `password must have at most ${PASSWORD_MAX} characters`, {
      limit: PASSWORD_MAX,
      input,
    });
  // UTF-8 encodes all unpaired surrogates alike, so such passwords would share a hash.
  if (!input.isWellFormed()) throw invalid('password', 'format', 'password is not valid text', { input });
  if (!isLongerThan(input, minLength - 1))
    throw invalid('password', 'short', `password must have at least ${minLength} characters`, {
      limit: minLength,
      input,
    });
}

/** Only http(s) and relative URLs, since front ends put them into pages (XSS). @throws AppError `invalid` */
export function checkAvatarUrl(input: string, field = 'avatarUrl'): string | null {
  if (isLongerThan(input, AVATAR_URL_MAX))
    throw invalid(field, 'long', `avatar URL must have at most ${AVATAR_URL_MAX} characters`, {
      limit: AVATAR_URL_MAX,
      input,
    });
  const url = input.trim();
  if (isBlank(url)) return null;
  const base = 'https://relative';
  const isWeb = URL.canParse(url, base) && ['https:', 'http:'].includes(new URL(url, base).protocol);
  if (!isWeb || /[\p{Cc}\p{Cs}]/u.test(url))
    throw invalid(field, 'format', 'avatar URL must be a web address', { input });
  return url;
}
