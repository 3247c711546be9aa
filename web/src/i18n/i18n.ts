/**
 * Texts in the reader's language. A dictionary of our own: plurals by `Intl.PluralRules`, checked by the compiler, and
 * half a kilobyte instead of a library with a build step.
 */
import { signal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { en, type MessageKey, type Messages } from './en.ts';

export type Locale = 'en' | 'ru';
export const LOCALES: Readonly<Record<Locale, string>> = { en: 'English', ru: 'Русский' };

type Values = Readonly<Record<string, string | number>>;

/** English texts come in two parts: those of the first load, and the others with the first screen or dialog that is loaded late. */
type Known = Pick<Messages, keyof typeof en> & Partial<Messages>;
type Current = { readonly locale: Locale; readonly messages: Known; readonly plurals: Intl.PluralRules };
const english = signal<Known>(en);
const current = signal<Current>(withLocale('en', en));

function withLocale(locale: Locale, messages: Known): Current {
  return { locale, messages, plurals: new Intl.PluralRules(locale) };
}

export const locale = (): Locale => current.value.locale;

export function preferredLocale(): Locale {
  return navigator.languages.some((language) => /^ru\b/i.test(language)) && !/^en\b/i.test(navigator.languages[0] ?? '')
    ? 'ru'
    : 'en';
}

export async function useLocale(wanted: Locale): Promise<void> {
  current.value = withLocale(wanted, wanted === 'ru' ? (await import('./ru.ts')).ru : english.value);
  document.documentElement.lang = wanted;
}

/** To be waited for before something is shown that was loaded late. */
export async function loadLateTexts(): Promise<void> {
  if (english.value !== en) return;
  const { enLate } = await import('./en-late.ts');
  english.value = { ...en, ...enLate };
  if (current.value.locale === 'en') current.value = withLocale('en', english.value);
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
