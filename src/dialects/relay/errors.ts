/** relay's errors: a plain text each, that of the published document where it has one. */
import { type AppError, ERRORS, type ErrorCode } from '../../errors.ts';
import type { Answer } from '../dialect.ts';

type Words = readonly [status: number, body: string];

const WRONG_FORMAT: Words = [409, 'Wrong format'];

const WORDS: Record<ErrorCode, Words> = {
  invalid: WRONG_FORMAT,
  unsupported_media_type: WRONG_FORMAT,
  username_taken: [409, 'Already exists'],
  email_taken: [409, 'Already exists'],
  bad_credentials: [401, 'Wrong username/password'],
  unauthenticated: [401, 'Wrong username/password'],
  already_in: [409, 'Already in'],
  precondition_failed: [412, ERRORS.precondition_failed.message],
  too_large: [413, 'Wrong format'],
  wrong_offset: [409, ERRORS.wrong_offset.message],
  range_not_satisfiable: [416, ERRORS.range_not_satisfiable.message],
  quota_exceeded: [413, ERRORS.quota_exceeded.message],
  forbidden: [403, ERRORS.forbidden.message],
  accounts_elsewhere: [403, ERRORS.accounts_elsewhere.message],
  registration_closed: [403, ERRORS.registration_closed.message],
  invite_required: [403, ERRORS.invite_required.message],
  code_required: [401, ERRORS.code_required.message],
  bad_code: [401, ERRORS.bad_code.message],
  insufficient_scope: [403, ERRORS.insufficient_scope.message],
  confirmation_required: [403, ERRORS.confirmation_required.message],
  awaiting_approval: [403, ERRORS.awaiting_approval.message],
  sign_up_refused: [403, ERRORS.sign_up_refused.message],
  suspended: [403, ERRORS.suspended.message],
  banned: [403, ERRORS.banned.message],
  silenced: [403, ERRORS.silenced.message],
  read_only: [403, ERRORS.read_only.message],
  unverified: [403, ERRORS.unverified.message],
  not_welcome: [403, ERRORS.not_welcome.message],
  last_owner: [409, ERRORS.last_owner.message],
  not_found: [404, ERRORS.not_found.message],
  self_friend: [400, ERRORS.self_friend.message],
  self_chat: [400, ERRORS.self_chat.message],
  already_friends: [409, ERRORS.already_friends.message],
  not_friends: [404, ERRORS.not_friends.message],
  method_not_allowed: [405, ERRORS.method_not_allowed.message],
  idempotency_key_reused: [422, ERRORS.idempotency_key_reused.message],
  upgrade_required: [426, ERRORS.upgrade_required.message],
  rate_limited: [429, ERRORS.rate_limited.message],
  internal: [500, ERRORS.internal.message],
  overloaded: [503, ERRORS.overloaded.message],
  unavailable: [503, ERRORS.unavailable.message],
  disk_full: [507, ERRORS.disk_full.message],
};

export function presentError(error: AppError): Answer {
  const [status, body] = WORDS[error.code];
  return { status, type: 'text/plain; charset=utf-8', body };
}
