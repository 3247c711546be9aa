/** What a username, an e-mail address, a password and the address of a picture may be, and how the first two are compared. */
import { domainToUnicode } from 'node:url';
import { invalid } from '../errors.ts';
import { composed, composedStart, INVISIBLE, isBlank, isLongerThan } from './text.ts';

/** Characters. */
export const USERNAME_MAX = 64;
export const PASSWORD_MIN = 8;
const EMAIL_MAX = 254;
const PASSWORD_MAX = 256;
const AVATAR_URL_MAX = 2048;

/** No account has it: a username has no `/`, and an e-mail address has an `@`. */
const NOBODY = '/';

const CONTROL = String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}`;
const UNFIT = new RegExp(`[${CONTROL}/${INVISIBLE}]`, 'u');
const UNFIT_BUT_VISIBLE = new RegExp(`[${CONTROL}/]`, 'gu');
const INVISIBLES = new RegExp(`[${INVISIBLE}]`, 'gu');
const EMAIL = new RegExp(String.raw`^[^\s@\p{Cc}\p{Cs}${INVISIBLE}]+@[^\s@\p{Cc}\p{Cs}${INVISIBLE}]+$`, 'u');
/** All matches; a class may hold sequences and other classes. TypeScript refuses a literal with `v` for Node.js 20. */
const SETS = 'gv';
/** Emoji are sequences with joiners and selectors in them, and some scripts are written with joiners. */
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, SETS);
const JOINED_LETTERS = new RegExp(
  String.raw`(?<=\p{sc=Arab})\u200C(?=\p{sc=Arab})|` +
    String.raw`(?<=[[\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}]&&\p{M}])[\u200C\u200D]`,
  SETS,
);

/** How names and e-mails are compared: without regard to case, in one Unicode form. NUL cannot be in a stored one. */
export function comparisonKey(text: string): string {
  const key = composed(text);
  return key === null ? NOBODY : key.trim().toLowerCase().replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The `comparisonKey` of an e-mail address, whose domain may be written in Unicode or Punycode, with a dot at its end or without. */
export function emailKey(email: string): string {
  const key = comparisonKey(email);
  const domainAt = key.lastIndexOf('@') + 1;
  if (domainAt === 0) return key;
  const domain = key.slice(domainAt).replace(/\.+$/, '');
  const unicode = /xn--|\P{ASCII}/u.test(domain) ? domainToUnicode(domain) : domain;
  return key.slice(0, domainAt) + (unicode || domain);
}

/** The keys by which an address is looked up: an account of an earlier version may have the one of the address as typed. */
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

/** As much of the name as can be a username, within that many characters; `''` where nothing is left. */
export function fitUsername(name: string, length: number): string {
  const visible = composedStart(name).replaceAll(UNFIT_BUT_VISIBLE, '_').replaceAll(INVISIBLES, '').trim();
  const fit = [...visible].slice(0, length).join('').trim();
  return isPathStep(fit) || isBlank(fit) ? '' : fit;
}

/** What addresses cannot hold: browsers resolve it. */
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
  // Halves of surrogate pairs are all hashed alike.
  if (!input.isWellFormed()) throw invalid('password', 'format', 'password is not valid text', { input });
  if (!isLongerThan(input, minLength - 1))
    throw invalid('password', 'short', `password must have at least ${minLength} characters`, {
      limit: minLength,
      input,
    });
}

/** Front ends put it into pages: nothing that would run there. @throws AppError `invalid` */
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
