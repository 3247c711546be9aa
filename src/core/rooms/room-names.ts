/**
 * Room names as they stand in URLs: unique, and valid as one path segment. A direct room's name always has an underscore and a
 * group's name never has one, so no group can take a name that clients compute for a pair.
 */
import { composedStart } from '../text.ts';

const SEPARATOR = '_';

/** Characters of a name made from a title. Shorter than its column, so that a number can be appended. */
const MAX_LENGTH = 100;

/** The two usernames sorted by UTF-16 units, as JavaScript clients sort them. */
export function directName(one: string, other: string): string {
  return [one, other].sort().join(SEPARATOR);
}

/** The usernames that yield this name together with `username`: at most two, since `username` is its start or its end. */
export function partnersIn(name: string, username: string): string[] {
  const ends: string[] = [];
  if (name.startsWith(username + SEPARATOR)) ends.push(name.slice(username.length + SEPARATOR.length));
  if (name.endsWith(SEPARATOR + username)) ends.push(name.slice(0, -(username.length + SEPARATOR.length)));
  return [...new Set(ends)].filter((other) => directName(username, other) === name);
}

/** The title without underscores and without characters that break a path segment; never a segment that browsers resolve (`.`, `..`). */
export function groupName(title: string): string {
  const name = composedStart(title).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/\\_]+/gu, '-');
  const short = [...name].slice(0, MAX_LENGTH).join('').trim();
  return /^\.{0,2}$/.test(short) ? `-${short}` : short;
}

/** The name of the `number`th room with the same base name. */
export function numberedName(base: string, number: number): string {
  return `${base}-${number}`;
}
