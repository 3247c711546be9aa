/**
 * The names of rooms in addresses: unique, and fit to be one segment of a path. A direct room's name always has an underscore
 * and a group's never has one, so no group can take a name that clients compute for a pair.
 */
import { composedStart } from '../text.ts';

const SEPARATOR = '_';

/** Characters of a name that is made from a title; with a number behind it, it still fits its column. */
const MAX_LENGTH = 100;

/** The two usernames in the order of their UTF-16 units, as a client that sorts them itself has it. */
export function directName(one: string, other: string): string {
  return [one, other].sort().join(SEPARATOR);
}

/** The usernames with which somebody called `username` computes that name: two at most, since theirs is at its start or its end. */
export function partnersIn(name: string, username: string): string[] {
  const ends: string[] = [];
  if (name.startsWith(username + SEPARATOR)) ends.push(name.slice(username.length + SEPARATOR.length));
  if (name.endsWith(SEPARATOR + username)) ends.push(name.slice(0, -(username.length + SEPARATOR.length)));
  return [...new Set(ends)].filter((other) => directName(username, other) === name);
}

/** The title, without underscores, and without what would end a path's segment or be one that browsers resolve (`.`, `..`). */
export function groupName(title: string): string {
  const name = composedStart(title).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/\\_]+/gu, '-');
  const short = [...name].slice(0, MAX_LENGTH).join('').trim();
  return /^\.{0,2}$/.test(short) ? `-${short}` : short;
}

/** The name for whoever comes `number`th with the same one. */
export function numberedName(base: string, number: number): string {
  return `${base}-${number}`;
}
