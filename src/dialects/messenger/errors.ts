/**
 * messenger's errors, in the shapes of Django REST framework and Simple JWT: `{"<field>": ["..."]}` for invalid input,
 * `{"error"}` or `{"message"}` where the published document has them, and `{"detail"}` otherwise.
 */
import { WHAT_MOVES } from '../../core/media/images.ts';
import { AppError, ERRORS, type ErrorCode, type Issue, invalid, type Media } from '../../errors.ts';
import type { Answer } from '../dialect.ts';

const BEARER = { 'www-authenticate': 'Bearer realm="api"' };
const BAD_TOKEN = {
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
};
const NO_CREDENTIALS = 'Authentication credentials were not provided.';
const BAD_REFRESH = 'Token is invalid or expired';
const UNKNOWN_USER = 'Пользователь не найден.';
const NOT_A_PICTURE = 'Upload a valid image. The file you uploaded was either not an image or a corrupted image.';

/** Errors of single routes, whose wording differs from the table's. */
export const noCredentials = () => new AppError('unauthenticated', { message: NO_CREDENTIALS });
export const badRefresh = () => new AppError('unauthenticated', { message: BAD_REFRESH });
export const nothingToSearch = () => new AppError('invalid', { message: 'Введите логин пользователя для поиска.' });
export const nobodyFound = () => new AppError('not_found', { message: UNKNOWN_USER });
export const noProfile = () => new AppError('not_found', { message: 'Профиль не найден.' });
export const unknownUser = (field: string) => invalid(field, 'format', UNKNOWN_USER);
export const notAPicture = ({ message }: AppError) =>
  invalid('image', 'format', message === WHAT_MOVES ? WHAT_MOVES : NOT_A_PICTURE);
const NOT_A_FILE = 'The submitted data was not a file. Check the encoding type on the form.';
export const NOT_A_FILE_ISSUE: Issue = { field: 'image', reason: 'format', message: NOT_A_FILE };

type Words = readonly [status: number, body: object];

const WORDS: Record<Exclude<ErrorCode, 'invalid'>, Words> = {
  unauthenticated: [401, BAD_TOKEN],
  bad_credentials: [401, { detail: 'No active account found with the given credentials' }],
  username_taken: [400, { username: ['A user with that username already exists.'] }],
  email_taken: [400, { email: ['This field must be unique.'] }],
  self_friend: [400, { message: 'Нельзя добавить в друзья самого себя.' }],
  self_chat: [400, { recipient: ['Нельзя создать чат с самим собой.'] }],
  already_friends: [400, { message: 'Пользователь уже в списке друзей.' }],
  not_friends: [400, { message: 'Пользователь не является другом.' }],
  forbidden: [403, { detail: 'You do not have permission to perform this action.' }],
  accounts_elsewhere: [403, { detail: ERRORS.accounts_elsewhere.message }],
  registration_closed: [403, { detail: ERRORS.registration_closed.message }],
  invite_required: [403, { detail: ERRORS.invite_required.message }],
  code_required: [401, { detail: ERRORS.code_required.message }],
  bad_code: [401, { detail: ERRORS.bad_code.message }],
  insufficient_scope: [403, { detail: ERRORS.insufficient_scope.message }],
  confirmation_required: [403, { detail: ERRORS.confirmation_required.message }],
  awaiting_approval: [403, { detail: ERRORS.awaiting_approval.message }],
  sign_up_refused: [403, { detail: ERRORS.sign_up_refused.message }],
  suspended: [403, { detail: ERRORS.suspended.message }],
  banned: [403, { detail: ERRORS.banned.message }],
  silenced: [403, { detail: ERRORS.silenced.message }],
  read_only: [403, { detail: ERRORS.read_only.message }],
  unverified: [403, { detail: ERRORS.unverified.message }],
  not_welcome: [403, { detail: ERRORS.not_welcome.message }],
  last_owner: [409, { detail: ERRORS.last_owner.message }],
  not_found: [404, { detail: 'Not found.' }],
  method_not_allowed: [405, { detail: 'Method not allowed.' }],
  already_in: [409, { detail: ERRORS.already_in.message }],
  precondition_failed: [412, { detail: ERRORS.precondition_failed.message }],
  too_large: [413, { detail: ERRORS.too_large.message }],
  wrong_offset: [409, { detail: ERRORS.wrong_offset.message }],
  range_not_satisfiable: [416, { detail: ERRORS.range_not_satisfiable.message }],
  quota_exceeded: [413, { detail: ERRORS.quota_exceeded.message }],
  unsupported_media_type: [415, { detail: 'Unsupported media type in request.' }],
  idempotency_key_reused: [422, { detail: ERRORS.idempotency_key_reused.message }],
  upgrade_required: [426, { detail: ERRORS.upgrade_required.message }],
  rate_limited: [429, { detail: 'Request was throttled.' }],
  internal: [500, { detail: 'A server error occurred.' }],
  overloaded: [503, { detail: ERRORS.overloaded.message }],
  unavailable: [503, { detail: ERRORS.unavailable.message }],
  disk_full: [507, { detail: ERRORS.disk_full.message }],
};

/** core's names of fields, and messenger's. */
const FIELDS: Readonly<Record<string, string>> = { body: 'content', text: 'content' };

export function presentError(error: AppError): Answer {
  const [status, body] = wordsFor(error);
  const answer = { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) } as const;
  return status === 401 ? { ...answer, headers: BEARER } : answer;
}

function wordsFor(error: AppError): Words {
  if (error.code === 'invalid') return [400, invalidBody(error)];
  const words = WORDS[error.code];
  if (error.media) return [words[0], { detail: mediaText(error.media) }];
  if (error.also !== undefined && error.also !== 'invalid') return [words[0], { ...words[1], ...WORDS[error.also][1] }];
  if (error.message === ERRORS[error.code].message)
    return error.method === undefined ? words : [words[0], { detail: `Method "${error.method}" not allowed.` }];
  if (error.code === 'not_found') return [404, { error: error.message }];
  if (error.code !== 'unauthenticated') return words;
  return [401, { detail: error.message, ...(error.message === BAD_REFRESH && { code: 'token_not_valid' }) }];
}

function mediaText({ came, taken }: Media): string {
  return `Unsupported media type "${came}" in request. Supported: ${taken.join(', ')}.`;
}

function invalidBody({ issues, message }: AppError): object {
  if (issues.length === 0) return message === nothingToSearch().message ? { error: message } : { detail: message };
  if (issues.some(({ reason }) => reason === 'json')) return { detail: 'JSON parse error' };
  const fields: Record<string, string[]> = {};
  for (const issue of issues) {
    const name = fieldOf(issue);
    fields[name] = [...(fields[name] ?? []), WORDING[issue.reason](issue)];
  }
  return fields;
}

function fieldOf({ field }: Issue): string {
  return FIELDS[field] ?? (field || 'non_field_errors');
}

const BLANK = 'This field may not be blank.';

/** In Django REST framework's words. */
const WORDING: Record<Issue['reason'], (issue: Issue) => string> = {
  required: ({ field }) => (field === '' ? 'No data provided' : 'This field is required.'),
  type: typeWording,
  blank: () => BLANK,
  short: ({ limit, input }) => (input === '' ? BLANK : `Ensure this field has at least ${limit} characters.`),
  long: ({ limit, message }) =>
    limit === undefined ? message : `Ensure this field has no more than ${limit} characters.`,
  many: ({ limit }) => `Ensure this field has no more than ${limit} elements.`,
  low: ({ limit }) => `Ensure this value is greater than or equal to ${limit}.`,
  high: ({ limit }) => `Ensure this value is less than or equal to ${limit}.`,
  format: formatWording,
  token: () => 'This field must not contain a sign-in token.',
  json: ({ message }) => message,
};

function formatWording({ field, message }: Issue): string {
  if (field === 'email') return 'Enter a valid email address.';
  // core's message has core's name of the field.
  return field in FIELDS ? 'Not a valid string.' : message;
}

function typeWording({ field, type, input }: Issue): string {
  if (field === '') return 'Invalid data. Expected a dictionary.';
  if (input === null) return 'This field may not be null.';
  return type === 'integer' ? 'A valid integer is required.' : 'Not a valid string.';
}

/** One line for a frame, with the name of the field. */
export function errorText(error: AppError): string {
  if (error.code === 'invalid')
    return error.issues.map((issue) => `message: ${WORDING[issue.reason](issue)}`).join(' ') || error.message;
  const [, body] = wordsFor(error);
  return 'detail' in body ? String(body.detail) : error.message;
}
