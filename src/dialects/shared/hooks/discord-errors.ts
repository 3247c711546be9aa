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
/** A general error: `code` 0 and the text of the error. */
const GENERAL = null;
const WORDS: Record<Exclude<ErrorCode, 'invalid' | 'not_found' | 'rate_limited'>, Words | null> = {
  self_friend: GENERAL,
  self_chat: GENERAL,
  unauthenticated: GENERAL,
  bad_credentials: GENERAL,
  code_required: GENERAL,
  bad_code: GENERAL,
  forbidden: MISSING_PERMISSIONS,
  accounts_elsewhere: GENERAL,
  registration_closed: GENERAL,
  invite_required: GENERAL,
  insufficient_scope: MISSING_PERMISSIONS,
  confirmation_required: GENERAL,
  awaiting_approval: GENERAL,
  sign_up_refused: GENERAL,
  suspended: MISSING_PERMISSIONS,
  banned: MISSING_PERMISSIONS,
  silenced: MISSING_PERMISSIONS,
  read_only: MISSING_PERMISSIONS,
  not_friends: GENERAL,
  method_not_allowed: GENERAL,
  username_taken: GENERAL,
  email_taken: GENERAL,
  already_friends: GENERAL,
  unverified: GENERAL,
  not_welcome: GENERAL,
  last_owner: GENERAL,
  wrong_offset: GENERAL,
  already_in: GENERAL,
  precondition_failed: GENERAL,
  quota_exceeded: GENERAL,
  too_large: { message: 'Request entity too large', code: 40_005 },
  range_not_satisfiable: GENERAL,
  unsupported_media_type: GENERAL,
  idempotency_key_reused: GENERAL,
  upgrade_required: GENERAL,
  internal: GENERAL,
  overloaded: GENERAL,
  unavailable: GENERAL,
  disk_full: GENERAL,
};

export function presentDiscordError(error: AppError): Answer {
  return {
    status: ERRORS[error.code].status,
    type: 'application/json; charset=utf-8',
    ...(error.code === 'rate_limited' && { headers: limitHeaders(error) }),
    body: JSON.stringify(bodyOf(error)),
  };
}

function bodyOf(error: AppError): object {
  const { code, message } = error;
  if (code === 'rate_limited') return slowedDown(error);
  if (code === 'not_found') return error.subject === 'message' ? UNKNOWN_MESSAGE : UNKNOWN_HOOK;
  if (code === 'invalid') return invalidBody(error);
  return WORDS[code] ?? { message: `${ERRORS[code].status}: ${message}`, code: 0 };
}

function invalidBody(error: AppError): object {
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
