/**
 * Texts in the reader's language. A dictionary of our own: plurals by `Intl.PluralRules`, checked by the compiler, and
 * half a kilobyte instead of a library with a build step.
 */
import { signal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { en, type FirstMessages, type LateMessages, type MessageKey } from './en.ts';

export type Locale = 'en' | 'ru';
export const LOCALES: Readonly<Record<Locale, string>> = { en: 'English', ru: 'Русский' };

type Values = Readonly<Record<string, string | number>>;

type Known = FirstMessages & Partial<LateMessages>;
type Current = {
  readonly locale: Locale;
  readonly messages: Known;
  /** With those of what is loaded late. */
  readonly isComplete: boolean;
  readonly plurals: Intl.PluralRules;
};
const current = signal<Current>(withLocale('en', en, null));
/** Whether a screen or dialog was wanted that is loaded late, with texts of its own. */
const needsLate = signal(false);

/** The texts of the first load, and the others. */
const DICTIONARIES: Readonly<Record<Locale, { first(): Promise<FirstMessages>; late(): Promise<LateMessages> }>> = {
  en: { first: async () => en, late: async () => (await import('./en-late.ts')).enLate },
  ru: { first: async () => (await import('./ru.ts')).ru, late: async () => (await import('./ru-late.ts')).ruLate },
};

function withLocale(locale: Locale, first: FirstMessages, late: LateMessages | null): Current {
  return { locale, messages: { ...first, ...late }, isComplete: late !== null, plurals: new Intl.PluralRules(locale) };
}

export const locale = (): Locale => current.value.locale;

export function preferredLocale(): Locale {
  return navigator.languages.some((language) => /^ru\b/i.test(language)) && !/^en\b/i.test(navigator.languages[0] ?? '')
    ? 'ru'
    : 'en';
}

export async function useLocale(wanted: Locale): Promise<void> {
  const { first, late } = DICTIONARIES[wanted];
  const [known, more] = await Promise.all([first(), needsLate.value ? late() : null]);
  current.value = withLocale(wanted, known, more);
  document.documentElement.lang = wanted;
}

/** To be waited for before something is shown that was loaded late. */
export async function loadLateTexts(): Promise<void> {
  needsLate.value = true;
  for (let now = current.value; !now.isComplete; now = current.value) {
    const more = await DICTIONARIES[now.locale].late();
    // Another call, or another language, may have been faster.
    if (current.value === now) current.value = withLocale(now.locale, now.messages, more);
  }
}

function template(key: MessageKey, values: Values | undefined): string {
  const { messages, plurals } = current.value;
  const message = messages[key] ?? key;
  if (typeof message === 'string') return message;
  return message[plurals.select(Number(values?.n ?? 0)) as 'one'] ?? message.other;
}

const PLACE = /\{(\w+)\}/g;

/** The text with its values. `n` chooses the plural form. */
export function t(key: MessageKey, values?: Values): string {
  const text = template(key, values);
  return values === undefined ? text : text.replace(PLACE, (_all, name: string) => shown(values[name]));
}

function shown(value: string | number | undefined): string {
  return typeof value === 'number' ? value.toLocaleString(locale()) : (value ?? '');
}

/** The text with elements in its places. */
export function rich(key: MessageKey, values: Readonly<Record<string, ComponentChild>>): ComponentChild[] {
  const n = typeof values.n === 'number' ? { n: values.n } : undefined;
  return template(key, n)
    .split(PLACE)
    .map((part, index) => (index % 2 === 0 ? part : values[part]));
}
