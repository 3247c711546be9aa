/** lounge's errors: `{"error": "<text>"}`. */
import { type AppError, ERRORS, type ErrorCode } from '../../errors.ts';
import type { Answer } from '../dialect.ts';

/** Texts that differ from the table of errors. */
const TEXTS: Partial<Record<ErrorCode, string>> = {
  bad_credentials: 'Login failed',
  unauthenticated: 'Unauthorized',
};

/** A message that core wrote for one case is kept: it says more than the table. */
export function errorText(error: AppError): string {
  return TEXTS[error.code] && error.message === ERRORS[error.code].message
    ? (TEXTS[error.code] as string)
    : error.message;
}

export function presentError(error: AppError): Answer {
  return {
    status: ERRORS[error.code].status,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify({ error: errorText(error) }),
  };
}
