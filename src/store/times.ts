/** Times as PostgreSQL writes and reads them under the settings of session-settings.ts, of all years that a Date can hold. */

/** A time without a zone is in UTC. */
const TIME = /^(\d{4,6})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:\+00)?)?( BC)?$/;

/** An invalid Date where the text is none, such as `infinity`. */
export function readTime(text: string): Date {
  const match = TIME.exec(text);
  if (match === null) return new Date(Number.NaN);
  const [, year, month, day, hours = 0, minutes = 0, seconds = 0, fraction = '', bc] = match;
  const time = new Date(0);
  // Date.UTC would take years 0 to 99 for 1900 to 1999.
  time.setUTCFullYear(bc === undefined ? Number(year) : 1 - Number(year), Number(month) - 1, Number(day));
  time.setUTCHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.slice(0, 3).padEnd(3, '0')));
  return time;
}

/** As ISO 8601, but for years before 1, which PostgreSQL counts backwards from 1 BC (the year 0 of ISO 8601). */
export function writeTime(time: Date): string {
  const year = time.getUTCFullYear();
  if (year >= 1 && year <= 9999) return time.toISOString();
  const [, rest = ''] = /^[+-]?\d+(-.+)$/.exec(time.toISOString()) ?? [];
  const written = String(year >= 1 ? year : 1 - year).padStart(4, '0');
  return `${written}${rest}${year >= 1 ? '' : ' BC'}`;
}
