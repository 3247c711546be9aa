/** Numbers as people read them. */
import { locale } from './i18n.ts';

export const numberText = (value: number): string =>
  value.toLocaleString(locale(), {
    maximumFractionDigits: value < 10 ? 1 : 0,
    notation: value >= 100_000 ? 'compact' : 'standard',
  });

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1_000)));
  const unitDisplay = power === 0 ? 'long' : 'short';
  const unit = { style: 'unit', unit: UNITS[power] as string, unitDisplay, maximumFractionDigits: 1 } as const;
  return (bytes / 1_000 ** power).toLocaleString(locale(), unit);
}

/** Of seconds. */
export function timeText(seconds: number): string {
  const isShort = seconds < 1;
  const unit = { style: 'unit', unit: isShort ? 'millisecond' : 'second', maximumFractionDigits: 1 } as const;
  return (isShort ? seconds * 1_000 : seconds).toLocaleString(locale(), unit);
}

/** As a clock: `1:05`, `2:03:04`. */
export function playingTimeText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const parts = hours > 0 ? [hours, String(minutes).padStart(2, '0')] : [minutes];
  return [...parts, String(seconds % 60).padStart(2, '0')].join(':');
}
