/** What rooms are called in addresses: unique, and fit to be one segment of a path. */
import { composedStart } from './text.ts';

/** Characters of a name that is made from a title; with a number behind it, it still fits its column. */
const MAX_LENGTH = 100;

/** The two usernames in the order of their UTF-16 units, as a client that sorts them itself has it. */
export function directName(one: string, other: string): string {
  return [one, other].sort().join('_');
}

/** The title, without what would end a path's segment or be one that browsers resolve (`.`, `..`). */
export function groupName(title: string): string {
  const name = composedStart(title).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/\\]+/gu, '-');
  const short = [...name].slice(0, MAX_LENGTH).join('').trim();
  return /^\.{0,2}$/.test(short) ? `-${short}` : short;
}

/** The name for whoever comes `number`th with the same one. */
export function numberedName(base: string, number: number): string {
  return `${base}-${number}`;
}
