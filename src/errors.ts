/**
 * The closed table of errors. core and store throw `AppError` with a code of this table; each dialect maps every code
 * to its own response (a test proves that none is missing).
 */

/** `status`: the HTTP status. `retry`: whether the same call may succeed later without a change. */
export const ERRORS = {
  invalid: { status: 400, message: 'The request is not valid', retry: false },
  self_friend: { status: 400, message: 'Nobody can be their own friend', retry: false },
  self_chat: { status: 400, message: 'A direct chat is with somebody else', retry: false },
  unauthenticated: { status: 401, message: 'Authentication is required', retry: false },
  bad_credentials: { status: 401, message: 'Wrong username or password', retry: false },
  code_required: { status: 401, message: 'The code of the second factor is required', retry: false },
  bad_code: { status: 401, message: 'The code is wrong, or was used before', retry: false },
  forbidden: { status: 403, message: 'Not allowed', retry: false },
  accounts_elsewhere: { status: 403, message: 'Accounts are kept by another service: sign in there', retry: false },
  registration_closed: { status: 403, message: 'Nobody can join at the moment', retry: false },
  invite_required: { status: 403, message: 'Joining takes an invitation that is good', retry: false },
  insufficient_scope: { status: 403, message: 'The token may not do this', retry: false },
  confirmation_required: { status: 403, message: 'Confirm that it is you first', retry: false },
  awaiting_approval: { status: 403, message: 'A moderator has to approve this account first', retry: false },
  sign_up_refused: { status: 403, message: 'This community does not take this account', retry: false },
  suspended: { status: 403, message: 'This account is suspended', retry: false },
  banned: { status: 403, message: 'This account is banned', retry: false },
  silenced: { status: 403, message: 'A moderator has silenced this account: it may read, not write', retry: false },
  read_only: { status: 403, message: 'Only moderators write in this room', retry: false },
  not_found: { status: 404, message: 'Not found', retry: false },
  not_friends: { status: 404, message: 'Not a friend', retry: false },
  method_not_allowed: { status: 405, message: 'Method not allowed', retry: false },
  username_taken: { status: 409, message: 'Username is already taken', retry: false },
  email_taken: { status: 409, message: 'Email is already taken', retry: false },
  already_friends: { status: 409, message: 'Already friends', retry: false },
  unverified: { status: 403, message: 'Verify your e-mail address first', retry: false },
  not_welcome: { status: 403, message: 'They do not want this from everybody', retry: false },
  last_owner: { status: 409, message: 'The last owner stays: make somebody else owner first', retry: false },
  wrong_offset: { status: 409, message: 'The upload is at another offset: ask for it first', retry: false },
  already_in: { status: 409, message: 'Already in', retry: true },
  precondition_failed: { status: 412, message: 'A precondition of the request does not hold', retry: false },
  quota_exceeded: {
    status: 413,
    message: 'The storage quota of this account is used up: delete something first',
    retry: false,
  },
  too_large: { status: 413, message: 'The request is too large', retry: false },
  range_not_satisfiable: { status: 416, message: 'The file has no such range', retry: false },
  unsupported_media_type: { status: 415, message: 'Unsupported media type', retry: false },
  idempotency_key_reused: {
    status: 422,
    message: 'This Idempotency-Key was sent with another request',
    retry: false,
  },
  upgrade_required: { status: 426, message: 'This address speaks WebSocket only', retry: false },
  rate_limited: { status: 429, message: 'Too many requests', retry: true },
  internal: { status: 500, message: 'Internal error', retry: false },
  overloaded: { status: 503, message: 'The server is busy, try again', retry: true },
  unavailable: { status: 503, message: 'The server cannot do this right now, try again', retry: true },
  disk_full: { status: 507, message: 'The server has no space left to store this', retry: true },
} as const satisfies Record<string, { status: number; message: string; retry: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

/** One problem with one field of the input. `field` is `''` for the whole input. */
export type Issue = {
  readonly field: string;
  readonly reason:
    | 'required'
    | 'type'
    | 'blank'
    | 'short'
    | 'long'
    | 'many'
    | 'low'
    | 'high'
    | 'format'
    | 'token'
    | 'json';
  readonly message: string;
  /** The part of the request that has the field; the body by default. */
  readonly in?: 'path' | 'query' | 'header' | 'body';
  /** The expected type. */
  readonly type?: string;
  /** The length, number of entries or value that was exceeded. */
  readonly limit?: number;
  /** The received value. */
  readonly input?: unknown;
};

/** The kind of thing an error is about, for dialects with specific messages. */
export type Subject = 'account' | 'post' | 'comment' | 'room' | 'message';
/** The forbidden action. */
export type Act = 'edit' | 'delete';

/** Maximum number of issues in one error. */
const MAX_ISSUES = 20;

export type Media = { readonly came: string; readonly taken: readonly string[] };

type Details = {
  /** Replaces the table's message; clients see it, so it must not contain a cause. */
  message?: string;
  issues?: readonly Issue[];
  subject?: Subject;
  act?: Act;
  /** The HTTP method that is not allowed. */
  method?: string;
  /** The allowed methods. */
  allow?: readonly string[];
  /** A second error, for dialects that report both. */
  also?: ErrorCode;
  /** The received media type and the supported ones. */
  media?: Media;
  /** Seconds until a retry is useful. */
  retryAfter?: number;
  /** When a sanction ends, in Unix ms; without it, for ever. */
  until?: number;
  /** The id and the reason of the sanction, for those whom it is against. */
  sanction?: { readonly id: number; readonly reason: string };
  cause?: unknown;
};

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly issues: readonly Issue[];
  readonly subject: Subject | undefined;
  readonly act: Act | undefined;
  readonly method: string | undefined;
  readonly allow: readonly string[];
  readonly also: ErrorCode | undefined;
  readonly media: Media | undefined;
  readonly retryAfter: number | undefined;
  readonly until: number | undefined;
  readonly sanction: Details['sanction'];

  constructor(code: ErrorCode, details: Details = {}) {
    const message = details.message ?? mediaText(details.media) ?? details.issues?.[0]?.message ?? ERRORS[code].message;
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.issues = details.issues?.slice(0, MAX_ISSUES) ?? [];
    this.subject = details.subject;
    this.act = details.act;
    this.method = details.method;
    this.allow = details.allow ?? [];
    this.also = details.also;
    this.media = details.media;
    this.until = details.until;
    this.sanction = details.sanction;
    this.retryAfter = details.retryAfter ?? (ERRORS[code].retry ? 1 : undefined);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

function mediaText(media: Media | undefined): string | undefined {
  return media && `Unsupported media type "${media.came}" in request: ${media.taken.join(', ')} is taken`;
}

export function invalid(
  field: string,
  reason: Issue['reason'],
  message: string,
  more: Pick<Issue, 'limit' | 'input'> = {},
): AppError {
  return new AppError('invalid', { issues: [{ field, reason, message, ...more }] });
}

export function notFound(subject: Subject): AppError {
  return new AppError('not_found', { subject });
}

export function forbidden(act: Act, subject: Subject): AppError {
  return new AppError('forbidden', { act, subject });
}

/**
 * Runs every check of a form, so that one answer lists all problems.
 * @returns the result of each check, under the same name
 * @throws AppError `invalid` with the issues of all failed checks
 */
export function checkAll<T extends object>(checks: { [K in keyof T]: () => T[K] }): T {
  const issues: Issue[] = [];
  const entries = Object.entries<() => unknown>(checks).map(([name, check]) => {
    try {
      return [name, check()];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      issues.push(...error.issues);
      return [name, undefined];
    }
  });
  if (issues.length > 0) throw new AppError('invalid', { issues });
  return Object.fromEntries(entries) as T;
}

/** Converts any thrown value to an `AppError`: unexpected errors become `internal` and keep their cause for the log. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', { cause: error });
}
