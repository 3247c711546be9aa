/** The community as everybody sees it: its name, its colour, and how people join it. */
import type { Community, Me } from '@koine/client';
import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { client } from './koine.ts';
import { recall, remember } from './preferences.ts';

const NAME = 'community';
/** Colours to choose from; the hue is what counts. */
export const COLORS = ['#1f7a8c', '#3366cc', '#6a4fc4', '#b0439b', '#c2414b', '#b45a1c', '#7a7414', '#2f7d4f'] as const;

/** Null: not known yet. */
export const community = signal<Community | null>(known());

function known(): Community | null {
  try {
    return JSON.parse(recall(NAME) ?? 'null') as Community | null;
  } catch {
    return null;
  }
}

/** A colour that is being tried. */
const tried = signal<string | null>(null);

/** Shows everything in this colour, until another one is tried or the component goes. */
export function useTriedColor(color: string): void {
  useEffect(() => {
    tried.value = color;
    return () => {
      tried.value = null;
    };
  }, [color]);
}

export const communityName = (): string => community.value?.name ?? 'Koine';

/** Shows what is known at once, and what the server says when it answers. */
export function startCommunity(): void {
  effect(() => {
    remember(NAME, community.value && JSON.stringify(community.value));
    const hue = hueOf(tried.value ?? community.value?.color);
    const { style } = document.documentElement;
    if (hue === null) style.removeProperty('--hue');
    else style.setProperty('--hue', String(hue));
  });
  void client.community.read().then(
    (read) => {
      community.value = read;
    },
    () => {},
  );
}

export const isStaff = (me: Me | null): boolean => me !== null && me.role !== 'member';
export const isAdmin = (me: Me | null): boolean => me?.role === 'admin' || me?.role === 'owner';

/** The hue of a colour in OKLCH, in degrees; null: it has none. */
export function hueOf(color = ''): number | null {
  const value = Number.parseInt(color.slice(1), 16);
  if (Number.isNaN(value)) return null;
  const linear = [value >> 16, value >> 8, value].map((part) => (((part & 255) / 255 + 0.055) / 1.055) ** 2.4);
  const [r = 0, g = 0, b = 0] = linear;
  const l = Math.cbrt(0.4122 * r + 0.5363 * g + 0.0514 * b);
  const m = Math.cbrt(0.2119 * r + 0.6807 * g + 0.1074 * b);
  const s = Math.cbrt(0.0883 * r + 0.2817 * g + 0.63 * b);
  const [greenRed, blueYellow] = [1.978 * l - 2.4286 * m + 0.4506 * s, 0.0259 * l + 0.7828 * m - 0.8087 * s];
  if (Math.hypot(greenRed, blueYellow) < 0.02) return null;
  return Math.round((Math.atan2(blueYellow, greenRed) * 180) / Math.PI + 360) % 360;
}
