/** Slack's errors: a word as plain text, under the status that Slack gives it. */
import { type AppError, ERRORS, type ErrorCode } from '../../../errors.ts';
import type { Answer } from '../../dialect.ts';
import { isEmptiness } from './form.ts';

/** Slack's own words but `rate_limited` and `method_not_allowed`, for which it has none. */
type Word =
  | 'action_prohibited'
  | 'invalid_payload'
  | 'invalid_token'
  | 'method_not_allowed'
  | 'no_service'
  | 'no_text'
  | 'rate_limited'
  | 'rollup_error';

const WORDS: Record<ErrorCode, Word> = {
  invalid: 'invalid_payload',
  too_large: 'invalid_payload',
  unsupported_media_type: 'invalid_payload',
  range_not_satisfiable: 'invalid_payload',
  precondition_failed: 'invalid_payload',
  idempotency_key_reused: 'invalid_payload',
  upgrade_required: 'invalid_payload',
  wrong_offset: 'invalid_payload',
  self_friend: 'invalid_payload',
  self_chat: 'invalid_payload',
  username_taken: 'invalid_payload',
  email_taken: 'invalid_payload',
  already_friends: 'invalid_payload',
  already_in: 'invalid_payload',
  last_owner: 'invalid_payload',
  unauthenticated: 'invalid_token',
  bad_credentials: 'invalid_token',
  code_required: 'invalid_token',
  bad_code: 'invalid_token',
  insufficient_scope: 'action_prohibited',
  forbidden: 'action_prohibited',
  accounts_elsewhere: 'action_prohibited',
  registration_closed: 'action_prohibited',
  invite_required: 'action_prohibited',
  confirmation_required: 'action_prohibited',
  awaiting_approval: 'action_prohibited',
  sign_up_refused: 'action_prohibited',
  suspended: 'action_prohibited',
  banned: 'action_prohibited',
  silenced: 'action_prohibited',
  read_only: 'action_prohibited',
  unverified: 'action_prohibited',
  not_welcome: 'action_prohibited',
  quota_exceeded: 'action_prohibited',
  not_found: 'no_service',
  not_friends: 'no_service',
  method_not_allowed: 'method_not_allowed',
  rate_limited: 'rate_limited',
  internal: 'rollup_error',
  overloaded: 'rollup_error',
  unavailable: 'rollup_error',
  disk_full: 'rollup_error',
};
/** Of words that Slack answers under one status, whatever the reason. The others keep the status of the error. */
const STATUS: Partial<Record<Word, number>> = { action_prohibited: 403, invalid_token: 403 };

export function presentSlackError(error: AppError): Answer {
  const word = isEmptiness(error) ? 'no_text' : WORDS[error.code];
  return { status: STATUS[word] ?? ERRORS[error.code].status, type: 'text/plain; charset=utf-8', body: word };
}
