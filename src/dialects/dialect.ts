/** What a dialect is: its errors, its routes and its sockets, at paths of its own. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import type { Connection } from '../core/sockets.ts';
import type { AppError, ErrorCode } from '../errors.ts';

/** An error as a document names it: by its code, or as thrown where a route has its own words for it. */
export type DocumentedError = ErrorCode | AppError;

declare module 'fastify' {
  interface FastifySchema {
    /**
     * The errors that are this route's own, for its document, which shows them as `presentError` words them. What any
     * route may answer (`internal`, `unavailable`, and bad input where it takes any) is added to them. `unauthenticated`
     * says that the route wants a token.
     */
    errors?: readonly DocumentedError[];
  }
}

/** An HTTP answer, whether sent by a route or in place of an upgrade. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type: 'application/json; charset=utf-8' | 'text/plain; charset=utf-8';
  readonly body: string;
};

/** A request to upgrade to WebSocket. */
export type UpgradeRequest = {
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
};

/** What a dialect does with one open socket. */
export type SocketHandler = {
  /**
   * Whether the client has said who it is: its frames are its account's from then on, also while that is looked up. A socket of
   * nobody may send next to nothing.
   */
  readonly entering: boolean;
  /** A text frame. Errors that it throws go to `onRefused`. */
  onText(text: string): Promise<unknown> | unknown;
  /** A text frame that was not taken: too fast, or as `onText` threw. */
  onRefused(error: AppError): void;
  /** A binary frame. */
  onBinary(): void;
};

/**
 * The kinds of frames, by name, that go one way over a socket: JSON of each schema, or bare text where the schema says
 * `contentMediaType: 'text/plain'`. A schema's `description` is what its document says of the frame.
 */
export type Frames = Readonly<Record<string, TSchema & { description?: string; contentMediaType?: string }>>;

export type SocketRoute = {
  /** find-my-way's syntax; served with and without a trailing slash. */
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** False where published clients cannot take a ping: then TCP alone finds a client that is gone. */
  readonly pings?: boolean;
  /** The name in generated clients: of the channel (AsyncAPI) and of the first method's operation (OpenAPI). */
  readonly operationId: string;
  /** For the documents: one line, and what else there is to know (Markdown). */
  readonly summary: string;
  readonly description?: string;
  /** The schema of the path's parameters. */
  readonly params?: TSchema;
  /** As of routes: the ways of a token that may come with the upgrade, where it is not required of all (`{}`: none). */
  readonly security?: readonly Readonly<Record<string, string[]>>[];
  /** What may be answered in place of the upgrade; as with routes, `unauthenticated` says that a token is wanted. */
  readonly errors?: readonly DocumentedError[];
  /** What the client sends and what it is sent. */
  readonly frames: { readonly in: Frames; readonly out: Frames };
  /**
   * Decides before the upgrade. A refusal (an AppError) is answered in the dialect's shape and there is no socket.
   * @returns what to do once the socket is open
   */
  accept(request: UpgradeRequest): Promise<(connection: Connection) => SocketHandler>;
};

/** How a document says that a token is carried: a Security Scheme Object of OpenAPI and AsyncAPI. */
export type TokenScheme =
  | { type: 'http'; scheme: 'bearer'; bearerFormat?: string; description?: string }
  | { type: 'apiKey'; in: 'cookie' | 'header' | 'query'; name: string; description?: string }
  | {
      type: 'oauth2';
      flows: { password: { tokenUrl: string; scopes: Record<string, string> } };
      description?: string;
    };

export type Dialect = {
  readonly name: string;
  /**
   * The paths that are this dialect's, with all that is below them. Each of its routes and sockets is under one of them;
   * a request for anything else under them is answered by `presentError` too. No two dialects share a prefix.
   */
  readonly prefixes: readonly `/${string}`[];
  /** For the documents: a name, what this API is (Markdown; only code spans), and the ways of its tokens. */
  readonly title: string;
  readonly description: string;
  readonly tokens: Readonly<Record<string, TokenScheme>>;
  /** A first call or two for the start page, as lines of a shell. `$KOINE` is the server's address. */
  readonly example?: string;
  /** The bodies that `presentError` makes: the common one, and those of codes or statuses that have another. None: plain text. */
  readonly errorBodies?: { readonly common: TSchema } & Partial<Readonly<Record<ErrorCode | 422, TSchema>>>;
  readonly sockets: readonly SocketRoute[];
  /** The dialect's wording of every error. */
  presentError(error: AppError): Answer;
  routes(app: FastifyInstance): void;
};
