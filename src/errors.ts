/**
 * The closed table of errors. core and store throw `AppError` with a code of this table; each dialect maps every
 * code to its own wire shape (a test proves that none is missing).
 */

/** `status`: what plain HTTP would say. `retry`: whether the same call may succeed later without a change. */
export const ERRORS = {
  invalid: { status: 400, message: 'The request is not valid', retry: false },
  self_friend: { status: 400, message: 'Nobody can be their own friend', retry: false },
  self_chat: { status: 400, message: 'A direct chat is with somebody else', retry: false },
  unauthenticated: { status: 401, message: 'Authentication is required', retry: false },
  bad_credentials: { status: 401, message: 'Wrong username or password', retry: false },
  forbidden: { status: 403, message: 'Not allowed', retry: false },
  accounts_elsewhere: { status: 403, message: 'Accounts are kept by another service: sign in there', retry: false },
  not_found: { status: 404, message: 'Not found', retry: false },
  not_friends: { status: 404, message: 'Not a friend', retry: false },
  method_not_allowed: { status: 405, message: 'Method not allowed', retry: false },
  username_taken: { status: 409, message: 'Username is already taken', retry: false },
  email_taken: { status: 409, message: 'Email is already taken', retry: false },
  already_friends: { status: 409, message: 'Already friends', retry: false },
  already_in: { status: 409, message: 'Already in', retry: true },
  precondition_failed: { status: 412, message: 'A precondition of the request does not hold', retry: false },
  quota_exceeded: {
    status: 413,
    message: 'The storage quota of this account is used up: delete something first',
    retry: false,
  },
  too_large: { status: 413, message: 'The request is too large', retry: false },
  unsupported_media_type: { status: 415, message: 'Unsupported media type', retry: false },
  upgrade_required: { status: 426, message: 'This address speaks WebSocket only', retry: false },
  rate_limited: { status: 429, message: 'Too many requests', retry: true },
  internal: { status: 500, message: 'Internal error', retry: false },
  overloaded: { status: 503, message: 'The server is busy, try again', retry: true },
  unavailable: { status: 503, message: 'The server cannot do this right now, try again', retry: true },
  disk_full: { status: 507, message: 'The server has no space left to store this', retry: true },
} as const satisfies Record<string, { status: number; message: string; retry: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with one field of the input. `field` is `''` where the whole input is meant. */
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
  /** Which part of a request the field is in; the body where nothing is said. */
  readonly in?: 'path' | 'query' | 'body';
  /** The type that was expected. */
  readonly type?: string;
  /** The length, number of entries or value that was crossed. */
  readonly limit?: number;
  /** What came instead. */
  readonly input?: unknown;
};

/** What an error is about, where a dialect has words of its own for that. */
export type Subject = 'account' | 'post' | 'comment' | 'room';
/** What was not allowed. */
export type Act = 'edit' | 'delete';

/** The most issues that one error names. */
const MAX_ISSUES = 20;

export type Media = { readonly came: string; readonly taken: readonly string[] };

type Details = {
  /** Replaces the table's message; shown to the client, so never a cause. */
  message?: string;
  issues?: readonly Issue[];
  subject?: Subject;
  act?: Act;
  /** The HTTP method that is not allowed. */
  method?: string;
  /** The methods that are allowed in its place. */
  allow?: readonly string[];
  /** What else is wrong, for those who are told all at once. */
  also?: ErrorCode;
  /** The media type that came, and those that are taken. */
  media?: Media;
  /** Seconds until a retry makes sense. */
  retryAfter?: number;
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
    this.retryAfter = details.retryAfter ?? (ERRORS[code].retry ? 1 : undefined);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

function mediaText(media: Media | undefined): string | undefined {
  return media && `Unsupported media type "${media.came}" in request: ${media.taken.join(', ')} is taken`;
}

/** The error for one wrong field. */
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
 * Runs every check of a form, so that one answer names all that is wrong with it.
 * @returns what each check returned, under the same name
 * @throws AppError `invalid` with the issues of all that failed
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

/** Anything thrown, as an `AppError`: what nobody foresaw becomes `internal` and keeps its cause for the log. */
export function toAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('internal', { cause: error });
}
