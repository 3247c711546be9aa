/** board's errors, in FastAPI's shapes: `{"detail": "<text>"}`, and for bad input a list of all that is wrong. */
import { type Act, type AppError, ERRORS, type ErrorCode, type Issue, type Subject } from '../../errors.ts';
import type { Answer } from '../dialect.ts';

const BEARER = { 'www-authenticate': 'Bearer' };

type Words = { readonly status: number; readonly detail: string; readonly headers?: Answer['headers'] };

const WORDS: Record<Exclude<ErrorCode, 'invalid'>, Words> = {
  unauthenticated: { status: 401, detail: 'Could not validate credentials', headers: BEARER },
  bad_credentials: { status: 401, detail: 'Incorrect username or password', headers: BEARER },
  username_taken: { status: 400, detail: 'Username already registered' },
  email_taken: { status: 400, detail: 'Email already registered' },
  forbidden: { status: 403, detail: 'Not authorized' },
  not_found: { status: 404, detail: 'Not Found' },
  self_friend: { status: 400, detail: ERRORS.self_friend.message },
  self_chat: { status: 400, detail: ERRORS.self_chat.message },
  already_friends: { status: 409, detail: ERRORS.already_friends.message },
  not_friends: { status: 404, detail: ERRORS.not_friends.message },
  method_not_allowed: { status: 405, detail: 'Method Not Allowed' },
  already_in: { status: 409, detail: ERRORS.already_in.message },
  too_large: { status: 413, detail: ERRORS.too_large.message },
  unsupported_media_type: { status: 415, detail: ERRORS.unsupported_media_type.message },
  upgrade_required: { status: 426, detail: ERRORS.upgrade_required.message },
  rate_limited: { status: 429, detail: ERRORS.rate_limited.message },
  internal: { status: 500, detail: 'Internal Server Error' },
  overloaded: { status: 503, detail: ERRORS.overloaded.message },
  unavailable: { status: 503, detail: ERRORS.unavailable.message },
};

const MISSING: Record<Subject, string> = {
  account: 'User not found',
  post: 'Message not found',
  comment: 'Comment not found',
  room: 'Not Found',
};
const NAMES: Record<Subject, string> = { account: 'user', post: 'message', comment: 'comment', room: 'room' };
const VERBS: Record<Act, string> = { edit: 'update', delete: 'delete' };

/** What core calls otherwise than board's clients do. */
const FIELDS: Readonly<Record<string, string>> = { body: 'text', avatarUrl: 'avatar_url' };

export function presentError(error: AppError): Answer {
  if (error.code === 'invalid') return answer(422, issuesOf(error).map(presentIssue));
  const { status, detail, headers } = WORDS[error.code];
  return { ...answer(status, detailOf(error) ?? detail), ...(headers && { headers }) };
}

function answer(status: number, detail: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify({ detail }) };
}

/** The text for this very case, where there is one. */
function detailOf({ code, subject, act, message }: AppError): string | null {
  if (code === 'not_found' && subject) return MISSING[subject];
  if (code === 'forbidden' && subject && act) return `Not authorized to ${VERBS[act]} this ${NAMES[subject]}`;
  return code === 'forbidden' && message !== ERRORS.forbidden.message ? message : null;
}

function issuesOf({ issues, message }: AppError): readonly Issue[] {
  return issues.length > 0 ? issues : [{ field: '', reason: 'format', message }];
}

/** As pydantic says it. */
function presentIssue(issue: Issue): { type: string; loc: (string | number)[]; msg: string; input: unknown } {
  const field = FIELDS[issue.field] ?? issue.field;
  const [type, msg] = WORDING[issue.reason](issue);
  // Python's parser says where; ours doesn't.
  const place = issue.reason === 'json' ? [0] : field.split('.').filter(Boolean);
  return { type, loc: [issue.in ?? 'body', ...place], msg, input: issue.input ?? null };
}

const WORDING: Record<Issue['reason'], (issue: Issue) => [type: string, msg: string]> = {
  required: () => ['missing', 'Field required'],
  type: typeWording,
  blank: () => ['string_too_short', 'String should have at least 1 character'],
  short: ({ limit }) => ['string_too_short', `String should have at least ${limit} characters`],
  long: ({ limit }) => ['string_too_long', `String should have at most ${limit} characters`],
  low: ({ limit }) => ['greater_than_equal', `Input should be greater than or equal to ${limit}`],
  high: ({ limit }) => ['less_than_equal', `Input should be less than or equal to ${limit}`],
  format: ({ message }) => ['value_error', `Value error, ${message}`],
  json: () => ['json_invalid', 'JSON decode error'],
};

function typeWording({ type, input }: Issue): [string, string] {
  if (type === 'string') return ['string_type', 'Input should be a valid string'];
  if (type === 'integer' && typeof input === 'string')
    return ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'];
  if (type === 'integer') return ['int_type', 'Input should be a valid integer'];
  return ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'];
}
