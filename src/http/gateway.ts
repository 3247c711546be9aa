/**
 * The WebSocket server: routes an upgrade, lets the dialect authenticate it, and passes frames to the handler that the
 * dialect returns.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyBaseLogger } from 'fastify';
import Router from 'find-my-way';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Answer, Dialect, SocketRoute } from '../dialects/dialect.ts';
import { BEARER_PROTOCOL } from '../dialects/shared/credentials.ts';
import { findByPrefix } from '../dialects/shared/prefixes.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Connection, ConnectionOptions } from '../hub/connection.ts';
import type { Limits } from '../limits/limits.ts';
import type { WriteOnceAMinute } from '../limits/once-a-minute.ts';
import { REQUEST_ID, type RequestIds } from '../operations/request-id.ts';
import { SocketCounts } from '../operations/socket-counts.ts';
import { createSocketFailures } from '../operations/socket-failures.ts';
import { toKnownError } from '../store/database.ts';
import { limitUpgrade, TOO_MANY_OPEN } from './admission.ts';
import { AnonymousSockets } from './anonymous-sockets.ts';
import { logFailure, plainError, rawAnswer, unrouted } from './app.ts';
import type { AnswerHeaders } from './headers.ts';
import { ServedSocket, ServedWebSocket, type Serving } from './served-socket.ts';
import { MAX_PARAM } from './unreadable-urls.ts';

/** Maximum bytes of a frame: fits the longest allowed text in any JSON escaping. */
const MAX_FRAME = 128 * 1024;
/** How long a refused client may take to read the response, in ms. */
const REFUSAL_DEADLINE = 5_000;
/** The protocol version of RFC 6455. */
const VERSION = '13';
/** Bytes of body that a POST upgrade may carry. They are skipped. */
const MAX_UPGRADE_BODY = 64 * 1024;

/** Methods of upgrades. */
const METHODS = ['GET', 'POST'] as const;

export type Gateway = {
  /** By dialect name. */
  readonly counts: ReadonlyMap<string, SocketCounts>;
  /** Stops accepting sockets and frames; accepted messages are completed. */
  close(): void;
};

export function openGateway(options: {
  server: Server;
  dialects: readonly Dialect[];
  connect: (ws: WebSocket, socket: Socket, how: ConnectionOptions) => Connection;
  limits: Limits;
  headers: AnswerHeaders;
  logger: FastifyBaseLogger;
  requestIds: RequestIds;
  /** For failures that affect every upgrade. */
  writeOnce: WriteOnceAMinute;
}): Gateway {
  const { limits } = options;
  const common = (reqId: string): AnswerHeaders => ({ ...options.headers, [REQUEST_ID]: reqId });
  const failures = createSocketFailures(options.logger, options.writeOnce);
  const open = limits.openSockets;
  const anonymous = new AnonymousSockets(limits.anonymous);
  const { connect } = options;
  const shared = { limits, failures, anonymous, connect, accepting: () => !closed };
  const serving = new Map<string, Serving>(
    options.dialects.map(({ name }) => [name, { ...shared, dialect: name, counts: new SocketCounts() }]),
  );
  const router = routerOf(options.dialects);
  const findDialect = findByPrefix(options.dialects);
  const ids = new WeakMap<IncomingMessage, string>();
  const sockets = createWebSocketServer((request) => ids.get(request));
  let closed = false;

  /** @throws AppError `rate_limited` */
  function requireFreeSocket(client: string): void {
    const crowded = open.of(client) >= limits.socketsPerAddress;
    if (crowded || anonymous.countOf(client) >= limits.anonymousPerAddress)
      throw new AppError('rate_limited', TOO_MANY_OPEN);
  }

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    // Node's HTTP server passes the socket itself, declared as a Duplex.
    const socket = stream as Socket;
    socket.on('error', destroy);
    const reqId = options.requestIds(request);
    ids.set(request, reqId);
    const url = URL.parse(request.url ?? '', 'http://upgrade');
    const dialect = url && findDialect(url.pathname);
    const own = serving.get(dialect?.name ?? '');
    try {
      if (closed) throw new AppError('unavailable');
      limitUpgrade(request, limits);
      const found = url && router.find((request.method ?? 'GET') as 'GET', url.pathname);
      if (!found) throw unrouted(request.method ?? '', methodsOf(router, url?.pathname ?? ''));
      requireProtocol(request);
      const route = found.store as SocketRoute;
      const params = found.params as Record<string, string>;
      const client = limits.clientOf(request);
      const handle = await route.accept({ headers: request.headers, params, query: url.searchParams });
      if (socket.destroyed) return;
      requireFreeSocket(client);
      const rest = skipBody(request, head);
      // ws accepts only GET; clients of the lounge document send POST.
      request.method = 'GET';
      // Sends the dialect's first frames together with the handshake response.
      socket.cork();
      setImmediate(() => socket.uncork());
      sockets.handleUpgrade(request, socket, rest, (ws) => {
        // ws listens for errors from here on.
        socket.off('error', destroy);
        new ServedSocket(own as Serving, { ws, socket }, { reqId, client, pings: route.pings ?? true }, handle);
      });
    } catch (cause) {
      const error = toAppError(toKnownError(cause));
      logFailure(error, { error: (about, line) => options.logger.error({ reqId, ...about }, line) }, options.writeOnce);
      const answer = (dialect?.presentError ?? plainError)(error, reqId);
      own?.counts.refuses(answer.status);
      refuse(socket, common(reqId), answer, error);
    }
  }

  options.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (stream.destroyed) return;
    if (request.headers.upgrade?.toLowerCase() === 'websocket') void upgrade(request, stream, head);
    else serveAsPlainRequest(options.server, request, stream, head);
  });
  return {
    counts: new Map([...serving].map(([name, { counts }]) => [name, counts])),
    close: () => {
      closed = true;
    },
  };
}

type SocketRouter = ReturnType<typeof routerOf>;

/** The sockets of the dialects, by method and path. */
function routerOf(dialects: readonly Dialect[]) {
  const router = Router({ ignoreTrailingSlash: true, maxParamLength: MAX_PARAM });
  for (const { sockets } of dialects)
    for (const socket of sockets) router.on([...socket.methods], socket.path, () => {}, socket);
  return router;
}

function methodsOf(router: SocketRouter, path: string): string[] {
  return METHODS.filter((method) => router.find(method, path) !== null);
}

function createWebSocketServer(idOf: (request: IncomingMessage) => string | undefined) {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    WebSocket: ServedWebSocket,
    autoPong: false,
    handleProtocols: (offered) => (offered.has(BEARER_PROTOCOL) ? BEARER_PROTOCOL : false),
  });
  // Emitted during `handleUpgrade`; rethrown so that all refusals are answered in one place.
  sockets.on('wsClientError', ({ message }) => {
    throw new AppError('invalid', { message });
  });
  sockets.on('headers', (headers, request) => {
    headers.push(`${REQUEST_ID}: ${idOf(request)}`);
  });
  return sockets;
}

const UPGRADE_HEADERS = ['upgrade', 'connection', 'http2-settings'];

/**
 * Some clients (Java's, for example) offer `Upgrade: h2c` with an ordinary request. A server may decline by answering
 * it (RFC 9110, section 7.8), so the connection goes back to the HTTP server with the same request without the offer.
 */
function serveAsPlainRequest(server: Server, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name, value] = request.rawHeaders.slice(index, index + 2) as [string, string];
    if (!UPGRADE_HEADERS.includes(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', stream);
}

/** Checks that ws omits, or answers with less than RFC 6455 (section 4.2.2) requires. */
function requireProtocol({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === '1.0') throw new AppError('invalid', { message: 'an upgrade needs HTTP/1.1' });
  if (headers['sec-websocket-version'] !== VERSION)
    throw new AppError('upgrade_required', { message: `Sec-WebSocket-Version must be ${VERSION}` });
}

/** Skips the body of a POST upgrade, which precedes the first frame. */
function skipBody(request: IncomingMessage, head: Buffer): Buffer {
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] !== undefined || !(length <= Math.min(head.length, MAX_UPGRADE_BODY)))
    throw new AppError('invalid', { message: 'an upgrade has no body' });
  return head.subarray(length);
}

function refuse(socket: Socket, common: AnswerHeaders, answer: Answer, error: AppError): void {
  const headers = {
    ...common,
    ...answer.headers,
    'content-type': answer.type,
    ...(error.code === 'upgrade_required' ? { upgrade: 'websocket', 'sec-websocket-version': VERSION } : {}),
    ...(error.allow.length > 0 ? { allow: error.allow.join(', ') } : {}),
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(error.retryAfter) }),
  };
  socket.end(rawAnswer(answer.status, headers, answer.body));
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), REFUSAL_DEADLINE).unref();
  socket.once('close', () => clearTimeout(timer));
}

function destroy(this: Socket): void {
  this.destroy();
}
