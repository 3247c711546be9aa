/** Times of imported records: ISO 8601. One without a zone is UTC. */
import { writeTime } from '../../store/times.ts';

const TIME =
  /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;
/** PostgreSQL stores no earlier year, and RFC 3339 can write no later one for clients. */
const [FIRST_YEAR, LAST_YEAR] = [-4_712, 9_999];

/** As the database reads it; now, where there is none. @throws an Error that says what is wrong with it */
export function importedTime(text: string | undefined): string {
  return writeTime(text === undefined ? new Date() : readIsoTime(text));
}

function readIsoTime(text: string): Date {
  const match = TIME.exec(text);
  if (match === null) throw new Error(`"${text}" is not a time such as 2026-01-31T10:00:00Z`);
  const number = (group: number) => Number(match[group] ?? 0);
  const [year, month, day] = [number(1), number(2), number(3)];
  const [hours, minutes, seconds] = [number(4), number(5), number(6)];
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const [zoneHours, zoneMinutes] = [number(9), number(10)];
  const time = new Date(0);
  // Date.UTC would take years 0 to 99 for 1900 to 1999.
  time.setUTCFullYear(year, month - 1, day);
  const isDay = time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  if (!isDay || hours > 23 || minutes > 59 || seconds > 59 || zoneHours > 15 || zoneMinutes > 59)
    throw new Error(`"${text}" is not a time: there is no such day or hour`);
  if (year < FIRST_YEAR || year > LAST_YEAR)
    throw new Error(`"${text}" is not in the years from ${FIRST_YEAR} to ${LAST_YEAR}`);
  const zone = (zoneHours * 60 + zoneMinutes) * (match[8] === '-' ? -1 : 1);
  time.setUTCHours(hours, minutes - zone, seconds, milliseconds);
  return time;
}
