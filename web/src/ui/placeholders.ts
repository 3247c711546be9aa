/** What is shown of a picture until it is loaded, from the 25 bytes that came with it. */
import type { File } from '@koine/client';
import { thumbHashToDataURL } from 'thumbhash';

const made = new Map<string, string>();
/** Kept at most. */
const MOST = 500;

export function placeholderOf({ placeholder }: File): Record<string, string> {
  if (!placeholder) return {};
  const url = made.get(placeholder) ?? decoded(placeholder);
  return { backgroundImage: `url(${url})`, backgroundSize: 'cover' };
}

function decoded(placeholder: string): string {
  const url = thumbHashToDataURL(Uint8Array.from(atob(placeholder), (character) => character.charCodeAt(0)));
  if (made.size >= MOST) made.clear();
  made.set(placeholder, url);
  return url;
}
