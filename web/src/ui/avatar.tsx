import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

type Props = {
  /** Chooses the colour. */
  readonly id: string;
  readonly name: string;
  readonly url: string | null | undefined;
  readonly online?: boolean | undefined;
  readonly kind?: 'person' | 'group' | 'lobby';
  /** CSS length. */
  readonly size?: string;
};

const TONES = 8;
/** The picture that the server gives to everybody who has none: initials tell people apart, it does not. */
const NO_PICTURE = /\/files\/default-avatar\.webp$/;

export function Avatar({ id, name, url, online = false, kind = 'person', size }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const hasPicture = url && !NO_PICTURE.test(url) && url !== broken;
  const letters = initials(name);
  const icon: IconName | null = kind === 'lobby' ? 'sofa' : letters === '' ? 'users' : null;
  return (
    <span
      class={`avatar ${kind} tone-${toneOf(id)}`}
      ref={(element) => {
        if (size) element?.style.setProperty('--avatar', size);
      }}
      aria-hidden="true"
    >
      {hasPicture ? (
        <img class="face" src={url} alt="" loading="lazy" decoding="async" onError={() => setBroken(url)} />
      ) : (
        <span class="face">{icon ? <Icon name={icon} /> : letters}</span>
      )}
      {online && <span class="dot" />}
    </span>
  );
}

function toneOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return hash % TONES;
}

/** The first letters of the first two words. */
function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s_.-]+/u)
    .filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
