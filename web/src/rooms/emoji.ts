/** Emoji with their names, loaded when they are first needed. `scripts/emoji.js` makes the lists. */

import en from '../generated/emoji-en.json?url';
import ru from '../generated/emoji-ru.json?url';
import type { Locale } from '../i18n/i18n.ts';

export type Emoji = { readonly emoji: string; readonly name: string; readonly search: string };

type Stored = readonly (readonly (readonly [emoji: string, name: string, tags: string])[])[];

const FILES: Record<Locale, string> = { en, ru };

/** By group, as Unicode orders them. */
export async function loadEmoji(locale: Locale): Promise<readonly (readonly Emoji[])[]> {
  const answer = await fetch(FILES[locale]);
  const groups = (await answer.json()) as Stored;
  return groups.map((group) =>
    group.map(([emoji, name, tags]) => ({ emoji, name, search: `${name} ${tags}`.toLowerCase() })),
  );
}
