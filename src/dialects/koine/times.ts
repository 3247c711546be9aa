/** Times in queries and answers. */
import { Type } from 'typebox';
import { AppError } from '../../errors.ts';
import { PARAMETER } from '../shared/bounds.ts';

export const TimeText = Type.String({ maxLength: PARAMETER, description: 'A date, or a time in ISO 8601.' });

/** Unix ms. @throws AppError `invalid` */
export function timeOf(field: string, text: string): number {
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const message = `${field} must be a date or a time in ISO 8601`;
  throw new AppError('invalid', { issues: [{ in: 'query', field, reason: 'format', message }] });
}

/** `time`: Unix ms. */
export function moment(time: number): string {
  return new Date(time).toISOString();
}
