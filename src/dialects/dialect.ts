/** What a dialect is: its errors, its routes and its sockets, at paths of its own. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Connection } from '../core/sockets.ts';
import type { AppError } from '../errors.ts';

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
  /** A text frame. Errors that it throws go to `onRefused`. */
  onText(text: string): Promise<unknown> | unknown;
  /** A text frame that was not taken: too fast, or as `onText` threw. */
  onRefused(error: AppError): void;
  /** A binary frame. */
  onBinary(): void;
};

export type SocketRoute = {
  /** find-my-way's syntax; served with and without a trailing slash. */
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /**
   * Decides before the upgrade. A refusal (an AppError) is answered in the dialect's shape and there is no socket.
   * @returns what to do once the socket is open
   */
  accept(request: UpgradeRequest): Promise<(connection: Connection) => SocketHandler>;
};

export type Dialect = {
  readonly name: string;
  readonly sockets: readonly SocketRoute[];
  /** The dialect's wording of every error. */
  presentError(error: AppError): Answer;
  routes(app: FastifyInstance): void;
};
