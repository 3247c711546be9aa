import type { ProblemDetails } from './shapes.ts';

/**
 * A request that was refused or could not be made. `code`: as the server's problem details say, or `offline` (no answer),
 * `timeout`, `closed` (the client was stopped), `bad_answer` (not Koine's).
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly details: ProblemDetails;
  /** Seconds until a retry is useful. */
  readonly retryAfter: number | undefined;

  constructor(details: ProblemDetails, options: { retryAfter?: number | undefined; cause?: unknown } = {}) {
    super(details.detail ?? details.title, options.cause === undefined ? undefined : { cause: options.cause });
    this.details = details;
    this.retryAfter = options.retryAfter;
  }

  get code(): string {
    return this.details.code;
  }

  /** 0: there was no answer. */
  get status(): number {
    return this.details.status;
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** A problem that arose here. */
export function localProblem(code: string, title: string, cause?: unknown): Problem {
  return new Problem({ type: 'about:blank', title, status: 0, code }, { cause });
}
