/** The interface of a dialect: its errors, routes and sockets, under path prefixes of its own. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { Connection } from '../core/sockets.ts';
import type { AppError, ErrorCode } from '../errors.ts';

/** An error in a route's document: its code, or the error itself where the route has its own wording. */
export type DocumentedError = ErrorCode | AppError;

declare module 'fastify' {
  interface FastifySchema {
    /**
     * The errors of this route, for its document, which shows them as `presentError` words them. Errors of every route are
     * added (`internal`, `unavailable`, `invalid` where the route has inputs). `unauthenticated` means that the route
     * requires a token.
     */
    errors?: readonly DocumentedError[];
  }
}

/** An HTTP answer, of a route or in place of an upgrade. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type:
    | 'application/json; charset=utf-8'
    | 'application/problem+json; charset=utf-8'
    | 'text/plain; charset=utf-8';
  readonly body: string;
};

/** A request to upgrade to WebSocket. */
export type UpgradeRequest = {
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
};

/** How a dialect handles one open socket. */
export type SocketHandler = {
  /**
   * Whether the client has sent its token: from then on its frames count for its account, also while the token is checked. An
   * anonymous socket may send very little.
   */
  readonly entering: boolean;
  /** A text frame. Errors are passed to `onRefused`. */
  onText(text: string): Promise<unknown> | unknown;
  /** A text frame that was refused: by the rate limit, or because `onText` threw. */
  onRefused(error: AppError): void;
  /** A binary frame. */
  onBinary(): void;
};

/**
 * The frames of one direction, by name: JSON of each schema, or plain text where the schema has
 * `contentMediaType: 'text/plain'`. The documents use the schema's `description`.
 */
export type Frames = Readonly<Record<string, TSchema & { description?: string; contentMediaType?: string }>>;

export type SocketRoute = {
  /** find-my-way's syntax; served with and without a trailing slash. */
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** False where published clients cannot handle a ping: then only TCP detects a dead peer. */
  readonly pings?: boolean;
  /** For generated clients: the name of the channel (AsyncAPI) and of the first method's operation (OpenAPI). */
  readonly operationId: string;
  /** For the documents: one line, and details in Markdown. */
  readonly summary: string;
  readonly description?: string;
  /** The schema of the path's parameters. */
  readonly params?: TSchema;
  /** As for routes: how the upgrade may carry a token, where not everyone needs one (`{}`: no token). */
  readonly security?: readonly Readonly<Record<string, string[]>>[];
  /** Errors in place of the upgrade; as for routes, `unauthenticated` means that a token is required. */
  readonly errors?: readonly DocumentedError[];
  /** The frames that the client sends (`in`) and receives (`out`). */
  readonly frames: { readonly in: Frames; readonly out: Frames };
  /**
   * Runs before the upgrade. An AppError is answered in the dialect's shape in place of the upgrade.
   * @returns what makes the handler when the socket is open
   */
  accept(request: UpgradeRequest): Promise<(connection: Connection) => SocketHandler>;
};

/** How a request carries its token: a Security Scheme Object of OpenAPI and AsyncAPI. */
export type TokenScheme =
  | { type: 'http'; scheme: 'bearer'; bearerFormat?: string; description?: string }
  | { type: 'apiKey'; in: 'cookie' | 'header' | 'query'; name: string; description?: string }
  | {
      type: 'oauth2';
      flows: { password: { tokenUrl: string; scopes: Record<string, string> } };
      description?: string;
    };

/** A group of operations in a document: those whose path has one of these segments, after all segments of other areas. */
export type Area = { readonly description: string; readonly segments: readonly string[] };

/** A part of the API: a dialect, or a form of incoming hooks. */
export type Dialect = {
  readonly name: string;
  /**
   * The path prefixes of this dialect. Each of its routes and sockets is under one of them, and `presentError` also answers
   * requests under them that match no route. No two dialects share a prefix.
   */
  readonly prefixes: readonly `/${string}`[];
  /** For the documents: a name, what this API is (Markdown with code spans only), and how requests carry tokens. */
  readonly title: string;
  readonly description: string;
  readonly tokens: Readonly<Record<string, TokenScheme>>;
  /** The areas of the document; without them its operations are one. */
  readonly areas?: Readonly<Record<string, Area>>;
  /** Whether its document has the forms of incoming hooks too. */
  readonly documentsHooks?: boolean;
  /** First calls for the start page, as shell lines. `$KOINE` is the server's URL. */
  readonly example?: string;
  /** The bodies of `presentError`: the common one, and others by code or status. Undefined: plain text. */
  readonly errorBodies?: { readonly common: TSchema } & Partial<Readonly<Record<ErrorCode | 422, TSchema>>>;
  readonly sockets: readonly SocketRoute[];
  /** Errors of every route that writes, beside those that each names. */
  readonly errorsOfWrites?: readonly DocumentedError[];
  /** For `/docs/errors`, where the dialect's errors link to it: what each error means, and what to do about it (Markdown with code spans only). */
  readonly errorHelp?: Readonly<Record<ErrorCode, string>>;
  /** The dialect's wording of every error. `requestId`: of the request that failed. */
  presentError(error: AppError, requestId?: string): Answer;
  routes(app: FastifyInstance): void;
};
