/** board's errors, in FastAPI's shapes: `{"detail": "<text>"}`, and a list of all issues for invalid input. */
import { type Act, type AppError, ERRORS, type ErrorCode, type Subject } from '../../errors.ts';
import type { Answer } from '../dialect.ts';
import { failure, validationFailure } from '../shared/fastapi-errors.ts';

const BEARER = { 'www-authenticate': 'Bearer' };

type Words = { readonly status: number; readonly detail: string; readonly headers?: Answer['headers'] };

const WORDS: Record<Exclude<ErrorCode, 'invalid'>, Words> = {
  unauthenticated: { status: 401, detail: 'Could not validate credentials', headers: BEARER },
  bad_credentials: { status: 401, detail: 'Incorrect username or password', headers: BEARER },
  username_taken: { status: 400, detail: 'Username already registered' },
  email_taken: { status: 400, detail: 'Email already registered' },
  forbidden: { status: 403, detail: 'Not authorized' },
  accounts_elsewhere: { status: 403, detail: ERRORS.accounts_elsewhere.message },
  registration_closed: { status: 403, detail: ERRORS.registration_closed.message },
  invite_required: { status: 403, detail: ERRORS.invite_required.message },
  code_required: { status: 401, detail: ERRORS.code_required.message, headers: BEARER },
  bad_code: { status: 401, detail: ERRORS.bad_code.message, headers: BEARER },
  insufficient_scope: { status: 403, detail: ERRORS.insufficient_scope.message },
  confirmation_required: { status: 403, detail: ERRORS.confirmation_required.message },
  awaiting_approval: { status: 403, detail: ERRORS.awaiting_approval.message },
  sign_up_refused: { status: 403, detail: ERRORS.sign_up_refused.message },
  suspended: { status: 403, detail: ERRORS.suspended.message },
  banned: { status: 403, detail: ERRORS.banned.message },
  silenced: { status: 403, detail: ERRORS.silenced.message },
  read_only: { status: 403, detail: ERRORS.read_only.message },
  unverified: { status: 403, detail: ERRORS.unverified.message },
  not_welcome: { status: 403, detail: ERRORS.not_welcome.message },
  last_owner: { status: 409, detail: ERRORS.last_owner.message },
  not_found: { status: 404, detail: 'Not Found' },
  self_friend: { status: 400, detail: ERRORS.self_friend.message },
  self_chat: { status: 400, detail: ERRORS.self_chat.message },
  already_friends: { status: 409, detail: ERRORS.already_friends.message },
  not_friends: { status: 404, detail: ERRORS.not_friends.message },
  method_not_allowed: { status: 405, detail: 'Method Not Allowed' },
  wrong_offset: { status: 409, detail: ERRORS.wrong_offset.message },
  already_in: { status: 409, detail: ERRORS.already_in.message },
  precondition_failed: { status: 412, detail: ERRORS.precondition_failed.message },
  too_large: { status: 413, detail: ERRORS.too_large.message },
  quota_exceeded: { status: 413, detail: ERRORS.quota_exceeded.message },
  range_not_satisfiable: { status: 416, detail: ERRORS.range_not_satisfiable.message },
  unsupported_media_type: { status: 415, detail: ERRORS.unsupported_media_type.message },
  idempotency_key_reused: { status: 422, detail: ERRORS.idempotency_key_reused.message },
  upgrade_required: { status: 426, detail: ERRORS.upgrade_required.message },
  rate_limited: { status: 429, detail: ERRORS.rate_limited.message },
  internal: { status: 500, detail: 'Internal Server Error' },
  overloaded: { status: 503, detail: ERRORS.overloaded.message },
  unavailable: { status: 503, detail: ERRORS.unavailable.message },
  disk_full: { status: 507, detail: ERRORS.disk_full.message },
};

const MISSING: Record<Subject, string> = {
  account: 'User not found',
  post: 'Message not found',
  comment: 'Comment not found',
  room: 'Not Found',
  message: 'Not Found',
};
const NAMES: Record<Subject, string> = {
  account: 'user',
  post: 'message',
  comment: 'comment',
  room: 'room',
  message: 'message',
};
const VERBS: Record<Act, string> = { edit: 'update', delete: 'delete' };

/** core's names of fields, and board's. */
const FIELDS: Readonly<Record<string, string>> = { body: 'text', avatarUrl: 'avatar_url' };

export function presentError(error: AppError): Answer {
  if (error.code === 'invalid') return validationFailure(error, FIELDS);
  const { status, detail, headers } = WORDS[error.code];
  return { ...failure(status, detailOf(error) ?? detail), ...(headers && { headers }) };
}

/** A text more specific than the table's, if there is one. */
function detailOf({ code, subject, act, media, message }: AppError): string | null {
  if (code === 'not_found' && subject) return MISSING[subject];
  if (media) return message;
  if (code === 'forbidden' && subject && act) return `Not authorized to ${VERBS[act]} this ${NAMES[subject]}`;
  return code === 'forbidden' && message !== ERRORS.forbidden.message ? message : null;
}
