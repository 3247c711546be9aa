/** koine's errors: problem details (RFC 9457). `type` leads to what is said here about the code. */
import { AppError, ERRORS, type ErrorCode, type Issue } from '../../errors.ts';
import type { Answer } from '../dialect.ts';

/** Somebody who blocks an account has nothing to do with it, nor it with them. */
export const BLOCKED = new AppError('forbidden', { message: 'One of the two has blocked the other' });

export const ERROR_HELP: Readonly<Record<ErrorCode, string>> = {
  invalid: 'A field is missing or has a value that is not allowed. `errors` names each one; correct it and send again.',
  self_friend: 'You cannot be your own friend.',
  self_chat: 'A direct room has two members: name somebody else.',
  unauthenticated:
    'The request carries no token, or one that is not valid any more. Sign in (`POST /v1/session`) and send the new token.',
  bad_credentials: 'There is no account with that name and that password. Nothing tells which of the two is wrong.',
  forbidden:
    'You may see this, but not do that to it. With the cookie, a write must also carry the `Origin` of this server.',
  code_required:
    'The password is right, and the account has a second factor: send the same again with `code`, from the app or from the' +
    ' list of recovery codes.',
  bad_code: 'Each code counts once, and those of the app for half a minute. Wait for the next one.',
  insufficient_scope:
    'The token has scopes, and this call needs another one; some calls need its owner in person, without scopes. `detail` says which.',
  confirmation_required:
    'Changing how an account is signed in to needs a sign-in within the last 15 minutes: confirm with `PUT /v1/session/confirmation`' +
    ' or sign in again, then repeat the call.',
  accounts_elsewhere: 'This server takes the accounts of another service: sign in there, and send its token here.',
  registration_closed: 'This community takes nobody new at the moment (`registration` of `GET /v1/community`).',
  invite_required:
    'Only invited people join: send the code of an invitation as `invite`. One that has expired, was used up or revoked does not count.',
  awaiting_approval:
    'The account waits for a moderator. Sign in later with the same name and password: until then this error comes back, and' +
    ' `bad_credentials` says that the application was refused.',
  sign_up_refused: 'A rule of this community refuses the name, the e-mail address or the network. Ask its people.',
  suspended:
    'A moderator keeps this account out until the time that `until` says. `POST /v1/appeals` takes one answer to it.',
  banned: 'A moderator keeps this account out. `POST /v1/appeals` takes one answer to it.',
  silenced:
    'A moderator took this account the right to write, until the time that `until` says; without it, for ever. `GET /v1/me` has the' +
    ' reason, and `POST /v1/sanctions/{id}/appeal` takes one answer to it.',
  read_only: 'In this room only moderators write; everybody reads. `posting` of the room says so.',
  not_found: 'It does not exist, or you may not see it. The server does not tell which.',
  not_friends: 'You and this account are not friends.',
  method_not_allowed: 'The path exists; the `Allow` header has the methods that it takes.',
  username_taken: 'Somebody has this username, or one that looks the same: choose another one.',
  email_taken: 'An account with this e-mail address exists: sign in with it, or give another address.',
  already_friends: 'You are friends already.',
  unverified:
    'Here only accounts with a verified e-mail address write: open the link in the letter, or ask for another one (`POST /v1/verifications`).',
  not_welcome:
    'Somebody lets only friends, friends of friends or nobody write to them or add them to groups. Ask to become a friend, or send an invitation link.',
  last_owner: 'The community would have no owner: make somebody else owner first (`PUT /v1/people/{id}/role`).',
  wrong_offset:
    'The upload has more or fewer bytes than `Upload-Offset` says, or another request is writing to it: ask for its offset (`HEAD`), and go on from there.',
  already_in: 'You are connected already, by a way that allows one connection.',
  precondition_failed:
    'It was changed after you read it: the entity tag in `If-Match` is not the current one. Read it again, then decide.',
  quota_exceeded: 'Your texts and files take all the space that an account has here. Delete something first.',
  too_large: 'The request, a file in it or the number of files is above a limit. `detail` names the limit.',
  range_not_satisfiable: 'The file ends before the range begins. `Content-Range` has its size.',
  unsupported_media_type:
    'The body is of a type that this call does not take, or a file is none that the server can read.',
  idempotency_key_reused:
    'You sent the same `Idempotency-Key` with other content before. Repeat a request unchanged, or give a new one a new key.',
  upgrade_required: 'This path is a socket: open it with a WebSocket client.',
  rate_limited: 'Too many requests. Wait as many seconds as `Retry-After` says, then send again.',
  internal: 'A fault of the server. Its log has the cause under the request id, which is `instance`.',
  overloaded:
    'The server has too much to do at the moment. Wait as many seconds as `Retry-After` says, then send again.',
  unavailable:
    'The server cannot reach something that it needs. Wait as many seconds as `Retry-After` says, then send again.',
  disk_full: 'The server has no space left. Its operator has to make some; reading still works.',
};

export function presentError(error: AppError, requestId?: string): Answer {
  return {
    status: error.status,
    type: 'application/problem+json; charset=utf-8',
    body: JSON.stringify(problemOf(error, requestId)),
  };
}

/** In a frame of a socket there is no request. */
export function problemOf(error: AppError, requestId?: string) {
  const { code, status, issues } = error;
  return {
    type: `/docs/errors#${code}`,
    title: ERRORS[code].message,
    status,
    detail: detailOf(error),
    code,
    ...(issues.length > 0 && { errors: issues.map(presentIssue) }),
    ...(error.until !== undefined && { until: new Date(error.until).toISOString() }),
    ...(error.sanction !== undefined && { sanction: String(error.sanction.id), reason: error.sanction.reason }),
    ...(requestId !== undefined && { instance: requestId }),
  };
}

function detailOf({ code, subject, act, message }: AppError): string {
  if (code === 'not_found' && subject) return `There is no such ${subject}, or you may not see it`;
  return code === 'forbidden' && subject && act ? `You may not ${act} this ${subject}` : message;
}

/** `pointer`: a JSON pointer into the body. `parameter`: of the path, the query or the headers. */
function presentIssue({ in: part = 'body', field, reason, message }: Issue) {
  const place = part === 'body' ? { pointer: pointerOf(field) } : { parameter: field };
  return { ...place, code: reason, detail: message };
}

/** core's names of fields, and koine's. */
const FIELDS: Readonly<Record<string, string>> = { text: 'body' };

function pointerOf(field: string): string {
  return field === '' ? '' : `/${(FIELDS[field] ?? field).replaceAll('.', '/')}`;
}
