/** Discord's errors: `{"message", "code"}`, with the codes that its libraries know. */
import { Type } from 'typebox';
import { type AppError, ERRORS, type ErrorCode } from '../../../errors.ts';
import type { Answer } from '../../dialect.ts';
import { isEmptiness } from './form.ts';

const Coded = { message: Type.String(), code: Type.Integer({ description: "One of Discord's; 0: a general error." }) };
export const DiscordError = Type.Object(
  {
    ...Coded,
    errors: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({ _errors: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })) }),
      ),
    ),
  },
  { title: 'DiscordError' },
);
export const DiscordLimit = Type.Object(
  { message: Type.String(), retry_after: Type.Number({ description: 'In seconds.' }), global: Type.Boolean() },
  { title: 'DiscordLimit' },
);

type Words = { readonly message: string; readonly code: number };

const UNKNOWN_HOOK = { message: 'Unknown Webhook', code: 10_015 };
const UNKNOWN_MESSAGE = { message: 'Unknown Message', code: 10_008 };
const EMPTY = { message: 'Cannot send an empty message', code: 50_006 };
const NO_JSON = { message: 'The request body contains invalid JSON.', code: 50_109 };
const MISSING_PERMISSIONS = { message: 'Missing Permissions', code: 50_013 };
/** `code` 0: a general error. */
const WORDS: Partial<Record<ErrorCode, Words>> = {
  forbidden: MISSING_PERMISSIONS,
  read_only: MISSING_PERMISSIONS,
  silenced: MISSING_PERMISSIONS,
  too_large: { message: 'Request entity too large', code: 40_005 },
};

export function presentDiscordError(error: AppError): Answer {
  const { status } = ERRORS[error.code];
  const body = error.code === 'rate_limited' ? slowedDown(error) : wordsOf(error, status);
  return {
    status,
    type: 'application/json; charset=utf-8',
    ...(error.code === 'rate_limited' && { headers: limitHeaders(error) }),
    body: JSON.stringify(body),
  };
}

function wordsOf(error: AppError, status: number): object {
  if (error.code === 'not_found') return error.subject === 'message' ? UNKNOWN_MESSAGE : UNKNOWN_HOOK;
  if (error.code !== 'invalid') return WORDS[error.code] ?? { message: `${status}: ${error.message}`, code: 0 };
  const [issue] = error.issues;
  if (isEmptiness(error)) return EMPTY;
  if (issue?.reason === 'json') return NO_JSON;
  const field = issue?.field || 'content';
  const errors = { [field]: { _errors: [{ code: 'INVALID', message: error.message }] } };
  return { message: 'Invalid Form Body', code: 50_035, errors };
}

function slowedDown({ retryAfter = 1 }: AppError): object {
  return { message: 'You are being rate limited.', retry_after: retryAfter, global: false };
}

function limitHeaders({ retryAfter = 1 }: AppError): Record<string, string> {
  return { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': String(retryAfter), 'x-ratelimit-scope': 'user' };
}
