/** Calls over HTTP. */
import { localProblem, Problem } from './problem.ts';
import type { ProblemDetails } from './shapes.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type CallOptions = {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; `headers` has its type. */
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The idempotency key of a POST. */
  readonly key?: string;
  readonly signal?: AbortSignal;
  /** In ms. */
  readonly timeout?: number;
  /** In place of the client's. */
  readonly fetch?: Fetch;
};

export type Answer<Body> = { readonly status: number; readonly body: Body; readonly headers: Headers };

export type Rest = {
  /** The address of the server without `/v1`; empty: the page's own. */
  readonly url: string;
  token: string | null;
  /** @throws Problem */
  call<Body>(method: Method, path: string, options?: CallOptions): Promise<Answer<Body>>;
};

const TIMEOUT = 30_000;

export function createRest(url: string, token: string | null, fetch: Fetch): Rest {
  const rest: Rest = {
    url: url.replace(/\/+$/, ''),
    token,
    call: async <Body>(method: Method, path: string, options: CallOptions = {}) => {
      const response = await send(method, path, options);
      const text = await textOf(response);
      if (!response.ok) throw problemOf(response, text);
      const body = text === '' ? undefined : parse(text, response);
      return { status: response.status, body: body as Body, headers: response.headers };
    },
  };

  async function send(method: Method, path: string, options: CallOptions): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
    if (rest.token !== null) headers.authorization = `Bearer ${rest.token}`;
    if (options.key !== undefined) headers['idempotency-key'] = options.key;
    if (options.json !== undefined) headers['content-type'] = 'application/json';
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const deadline = AbortSignal.timeout(options.timeout ?? TIMEOUT);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    const init = { method, headers, signal, credentials: 'same-origin' as const };
    try {
      return await (options.fetch ?? fetch)(
        `${rest.url}${path}${queryText(options.query)}`,
        body === undefined ? init : { ...init, body },
      );
    } catch (error) {
      throw failureOf(error, options.signal);
    }
  }

  return rest;
}

function queryText(query: CallOptions['query'] = {}): string {
  const words = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  );
  return words.length === 0 ? '' : `?${words.join('&')}`;
}

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw failureOf(error, undefined);
  }
}

/** The caller's own abort is not a problem of the network, and is passed on as it is. */
function failureOf(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return error;
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  return isLate
    ? localProblem('timeout', 'The server did not answer in time', error)
    : localProblem('offline', 'The server could not be reached', error);
}

function parse(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw localProblem('bad_answer', `The answer (${response.status}) is not JSON`, error);
  }
}

function problemOf(response: Response, text: string): Problem {
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  return new Problem(detailsOf(response, text), { retryAfter });
}

function detailsOf(response: Response, text: string): ProblemDetails {
  const fallback = { type: 'about:blank', title: response.statusText || `HTTP ${response.status}`, code: 'http' };
  try {
    const details = JSON.parse(text) as Partial<ProblemDetails>;
    return { ...fallback, ...details, status: response.status };
  } catch {
    // A proxy between, for example.
    return { ...fallback, status: response.status };
  }
}
