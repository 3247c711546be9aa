/** The memory of this browser for its reader: appearance, language, drafts. */
import { effect, signal } from '@preact/signals';
import { type Locale, preferredLocale } from './i18n/i18n.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const PREFIX = 'koine.';

/** Storage may be forbidden or full: then nothing is remembered. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Nothing is lost but the memory of it.
  }
}

export function forgetDrafts(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`${PREFIX}draft.`)) localStorage.removeItem(name);
  } catch {
    // There is nothing.
  }
}

export const theme = signal<Theme>(THEMES.find((one) => one === recall('theme')) ?? 'system');

export function rememberTheme(): void {
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    remember('theme', theme.value === 'system' ? null : theme.value);
  });
}

export const startLocale = (): Locale => (recall('locale') as Locale | null) ?? preferredLocale();
