/** Times as people read them. */
import { locale } from './i18n.ts';

/** The reader's own variant of the language, which knows whether a day has 12 hours twice. */
const variant = (): string => navigator.languages.find((name) => name.startsWith(`${locale()}-`)) ?? locale();

const DAY = 86_400_000;

/** Formats are costly to make, and few. */
function formatter(options: Intl.DateTimeFormatOptions): (at: Date) => string {
  let made: { locale: string; format: Intl.DateTimeFormat } | null = null;
  return (at) => {
    const wanted = variant();
    if (made?.locale !== wanted) made = { locale: wanted, format: new Intl.DateTimeFormat(wanted, options) };
    return made.format.format(at);
  };
}

const clock = formatter({ hour: 'numeric', minute: '2-digit' });
const weekday = formatter({ weekday: 'short' });
const shortDay = formatter({ day: 'numeric', month: 'short' });
const shortDate = formatter({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = formatter({ weekday: 'long', day: 'numeric', month: 'long' });
const longDate = formatter({ day: 'numeric', month: 'long', year: 'numeric' });
const full = formatter({ dateStyle: 'long', timeStyle: 'short' });

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const daysAgo = (at: Date): number => Math.round((startOfDay(new Date()) - startOfDay(at)) / DAY);
const isThisYear = (at: Date): boolean => at.getFullYear() === new Date().getFullYear();

export const dayKey = (iso: string): number => startOfDay(new Date(iso));
export const clockOf = (iso: string): string => clock(new Date(iso));
export const fullTime = (iso: string): string => full(new Date(iso));

/** For lists: the time of today, the weekday of this week, else the day. */
export function briefTime(iso: string): string {
  const at = new Date(iso);
  const days = daysAgo(at);
  if (days <= 0) return clock(at);
  if (days < 7) return weekday(at);
  return isThisYear(at) ? shortDay(at) : shortDate(at);
}

/** A heading between days. */
export function dayName(day: number): string {
  const at = new Date(day);
  const days = daysAgo(at);
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-days, 'day');
    return words.slice(0, 1).toLocaleUpperCase(locale()) + words.slice(1);
  }
  return isThisYear(at) ? longDay(at) : longDate(at);
}

/** How long ago, up to a week; then the day. */
export function timeAgo(iso: string, now: number): string {
  const at = new Date(iso);
  const minutes = Math.round((now - at.getTime()) / 60_000);
  // Russian's narrow style is a number with a minus sign.
  const style = locale() === 'ru' ? 'short' : 'narrow';
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style });
  if (minutes < 1) return format.format(0, 'second');
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 60 * 24) return format.format(-Math.round(minutes / 60), 'hour');
  if (minutes < 60 * 24 * 7) return format.format(-Math.round(minutes / 60 / 24), 'day');
  return isThisYear(at) ? shortDay(at) : shortDate(at);
}
