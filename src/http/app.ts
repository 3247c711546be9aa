/** The HTTP server: one Fastify instance in which each dialect is a scope with its own error responses. */
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import Fastify, {
  type ConnectionError,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import Router from 'find-my-way';
import { documentForm, documentRoutes, type FormPaths, upgradeSchema } from '../api-docs/openapi.ts';
import { type Served, serveDocs } from '../api-docs/routes.ts';
import type { Answer, Dialect } from '../dialects/dialect.ts';
import type { HookForm } from '../dialects/shared/hooks/form.ts';
import { requirePreconditions } from '../dialects/shared/preconditions.ts';
import { type FindByPrefix, findByPrefix } from '../dialects/shared/prefixes.ts';
import { AppError, invalid, toAppError } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import { type WriteOnceAMinute, writeDiskFull } from '../limits/once-a-minute.ts';
import { rateLimited } from '../limits/rates.ts';
import type { Trust } from '../limits/trusted-proxies.ts';
import { REQUEST_ID, type RequestIds } from '../operations/request-id.ts';
import { reportBroken, type Watch, watchRequests } from '../operations/requests.ts';
import { toKnownError } from '../store/database.ts';
import { limitConnections, limitRequests } from './admission.ts';
import { boundAnswers } from './answers.ts';
import { allowOrigins } from './cors.ts';
import { shareFairly } from './fair-work.ts';
import { type AnswerHeaders, answerHeaders } from './headers.ts';
import { serveInTurn } from './pipelining.ts';
import { compileLate } from './schemas.ts';
import { MAX_PARAM, routableUrl } from './unreadable-urls.ts';
import { serveWebClient, type WebClient, webClientPage, webClientPolicy } from './web-client.ts';

const CLIENT_GONE = 'the client has closed the connection';
const BODY_LIMIT = 1_048_576;
/** Bytes of a request line and headers. */
const MAX_HEAD = 16 * 1024;
/** Upper bound for any request, in ms. Slow clients are disconnected long before. */
const REQUEST_TIMEOUT = 3_600_000;
/** How often connections with an overdue request head are checked, in ms. */
const LATE_CHECK = 1_000;

export function createHttp(options: {
  logger: FastifyBaseLogger;
  trusts: Trust;
  dialects: readonly Dialect[];
  /** A path of theirs is not a dialect's. */
  hookForms: readonly HookForm[];
  version: string;
  publicUrl: string | undefined;
  corsOrigins: readonly string[];
  limits: Limits;
  requestIds: RequestIds;
  /** For failures that affect every request. */
  writeOnce: WriteOnceAMinute;
  watch: Watch;
  /** Null: not served. */
  webClient: WebClient | null;
  /** The origin of stored files, beside this server. */
  filesOrigins: readonly string[];
}): FastifyInstance {
  const { headTimeout } = options.limits;
  const headers = answerHeaders(options.publicUrl);
  const findDialect = findByPrefix(options.dialects);
  const findPart = findByPrefix([...options.hookForms, ...options.dialects]);
  /** For requests that match no route. */
  const presentAt = (url: string): Present => findPart(url)?.presentError ?? plainError;
  const pathOf = loggedPaths(options.hookForms);
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trusts,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    http: { headersTimeout: headTimeout * 1_000, connectionsCheckingInterval: LATE_CHECK, maxHeaderSize: MAX_HEAD },
    rewriteUrl: routableUrl,
    genReqId: (request) => options.requestIds(request),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM },
    clientErrorHandler: (error, socket) => refuseBroken(error, socket, { ...options, headers, presentAt, pathOf }),
    frameworkErrors: (error, request, reply) => {
      const present = presentAt(request.url);
      void answer(reply.headers({ ...headers, [REQUEST_ID]: request.id }), present(fromFastify(error), request.id));
    },
  });
  compileLate(app);
  watchRequests(app, options.watch, { dialectOf: (scope) => dialectOf(scope)?.name ?? null, pathOf });
  const methodsOf = knownMethods(app);
  const fail = failing(options.writeOnce);
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request.log, reply, presentAt(request.url)));
  app.setNotFoundHandler((request, reply) => {
    const present = presentAt(request.url);
    const error = unrouted(request.method, methodsOf(request.url));
    if (error.allow.length > 0) void reply.header('allow', error.allow.join(', '));
    return answer(reply, present(error, request.id));
  });
  app.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
  serveInTurn(app.server);
  refuseConnect(app.server, { ...options, headers, presentAt, pathOf });
  limitConnections(app.server, options.limits);
  allowOrigins(app, options.corsOrigins);
  limitRequests(app, options.limits);
  boundAnswers(app, { answered: shareFairly(app, options.limits) });
  const served: Served[] = [];
  const forms: FormPaths[] = [];
  for (const dialect of options.dialects)
    void app.register(async (scope) => {
      const openApi = await documentRoutes(scope, dialect, { version: options.version, forms });
      serve(scope, dialect, findDialect, fail);
      served.push({ dialect, openApi });
    });
  for (const form of options.hookForms)
    void app.register(async (scope) => {
      scope.setErrorHandler((error: FastifyError, request, reply) =>
        fail(error, request.log, reply, form.presentError),
      );
      forms.push(await documentForm(scope, form));
      form.routes(scope);
    });
  const { webClient } = options;
  const sendClient = webClient && webClientPage(webClient, webClientPolicy(webClient, options.filesOrigins));
  void app.register(async (scope) => serveDocs(scope, { ...options, served, sendClient }));
  if (webClient && sendClient) void app.register(async (scope) => serveWebClient(scope, webClient, sendClient));
  return app;
}

function serve(scope: FastifyInstance, dialect: Dialect, findDialect: FindByPrefix<Dialect>, fail: Fail): void {
  scope.decorate('dialect', dialect);
  scope.addHook('onRoute', ({ url }) => {
    if (findDialect(url) !== dialect) throw new Error(`${url} is under no prefix of ${dialect.name}`);
  });
  scope.setErrorHandler((error: FastifyError, request, reply) => fail(error, request.log, reply, dialect.presentError));
  requirePreconditions(scope);
  dialect.routes(scope);
  for (const socket of dialect.sockets)
    for (const method of socket.methods)
      scope.route({
        method,
        url: socket.path,
        schema: upgradeSchema(dialect, socket, method),
        // Before bodies and preconditions: it is no write.
        onRequest: refuseWithoutUpgrade,
        handler: refuseWithoutUpgrade,
      });
}

async function refuseWithoutUpgrade(_request: FastifyRequest, reply: FastifyReply): Promise<never> {
  void reply.header('upgrade', 'websocket');
  throw new AppError('upgrade_required');
}

type Present = Dialect['presentError'];

/** The path of a URL for logs: without its query and without the secret of a hook. */
function loggedPaths(forms: readonly HookForm[]): (url: string) => string {
  return (url) => {
    const path = url.split('?')[0] as string;
    // As the router reads it: its letters may be percent-encoded, also where the rest cannot be decoded.
    const read = path.replace(/%([0-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    const redacted = forms.reduce((text, { secret }) => text.replace(secret, '$1…'), read);
    return redacted === read ? path : redacted;
  };
}

/** The methods of a path: none for an unknown path (404), others than the request's for a wrong method (405). */
function knownMethods(app: FastifyInstance): (url: string) => readonly string[] {
  const router = Router({ ignoreTrailingSlash: true, maxParamLength: MAX_PARAM });
  const known = new Map<string, string[]>();
  app.addHook('onRoute', (route) => {
    const methods = known.get(route.url) ?? [];
    if (!known.has(route.url)) router.on('GET', route.url, () => {}, methods);
    known.set(route.url, methods);
    for (const method of [route.method].flat()) if (!methods.includes(method)) methods.push(method);
  });
  return (url) => (router.find('GET', url.split('?')[0] as string)?.store as string[] | undefined) ?? [];
}

/** Tells an unknown path from a wrong method. `allow`: the methods that the path has. */
export function unrouted(method: string, allow: readonly string[]): AppError {
  return allow.length === 0 ? new AppError('not_found') : new AppError('method_not_allowed', { method, allow });
}

function dialectOf(scope: FastifyInstance): Dialect | null {
  return scope.hasDecorator('dialect') ? scope.getDecorator<Dialect>('dialect') : null;
}

type Fail = (error: unknown, log: FastifyBaseLogger, reply: FastifyReply, present: Present) => FastifyReply;

function failing(writeOnce: WriteOnceAMinute): Fail {
  return (error, log, reply, present) => {
    const known = isClientGone(error, reply) ? new AppError('invalid', { message: CLIENT_GONE }) : fromFastify(error);
    logFailure(known, log, writeOnce);
    return answer(reply, present(known, reply.request.id), known.retryAfter);
  };
}

/** Whether a file stream ended because the client disconnected before the first byte was sent. */
function isClientGone(error: unknown, { raw }: FastifyReply): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE' && (raw.socket?.destroyed ?? true);
}

type FailureLog = { error(about: { err: unknown }, line: string): void };

/** Logs server errors, with their causes. */
export function logFailure(error: AppError, log: FailureLog, writeOnce: WriteOnceAMinute): void {
  const { code, status, cause, message } = error;
  if (code === 'disk_full') writeDiskFull(error, writeOnce);
  else if (status >= 500) log.error({ err: cause ?? error }, message);
}

function answer(reply: FastifyReply, { status, headers, type, body }: Answer, retryAfter?: number): FastifyReply {
  if (retryAfter !== undefined && (status === 429 || status === 503)) void reply.header('retry-after', retryAfter);
  return reply
    .code(status)
    .headers(headers ?? {})
    .type(type)
    .serializer((text: string) => text)
    .send(body);
}

type Refusing = {
  readonly headers: AnswerHeaders;
  readonly presentAt: (url: string) => Present;
  readonly pathOf: (url: string) => string;
  readonly requestIds: RequestIds;
  readonly limits: Limits;
  readonly watch: Watch;
};

/**
 * Handles input that is no HTTP request, has too large a head or is incomplete. It is answered in the shape of its
 * dialect as far as the path is known, and is counted and logged like a request.
 */
function refuseBroken(error: ConnectionError, socket: Socket, refusing: Refusing): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }[error.code ?? ''] ?? 400;
  const refusal = new AppError('invalid', { message: STATUS_CODES[status] as string });
  refuseUnserved({ headers: {}, socket } as IncomingMessage, { ...requestLineOf(error), status, refusal }, refusing);
}

/** Without a listener, Node.js would close the connection without a response, and it would not be counted. */
function refuseConnect(server: Server, refusing: Refusing): void {
  server.on('connect', (request: IncomingMessage, stream: Duplex) => {
    stream.on('error', () => stream.destroy());
    if (stream.destroyed) return;
    const refusal = new AppError('invalid', { message: 'CONNECT is for proxies' });
    refuseUnserved(request, { method: 'CONNECT', url: request.url ?? '', status: refusal.status, refusal }, refusing);
  });
}

/** Answers requests that never reach Fastify, then closes the connection. */
function refuseUnserved(
  request: IncomingMessage,
  { method, url, ...wrong }: { method: string; url: string; status: number; refusal: AppError },
  { headers, presentAt, pathOf, requestIds, limits, watch }: Refusing,
): void {
  const { socket } = request;
  const use = limits.requestRates.take(limits.clientOf(request));
  const { status, refusal } = use.allowed ? wrong : { status: 429, refusal: rateLimited(use) };
  const reqId = requestIds(request);
  const { type, body, headers: own } = presentAt(url)(refusal, reqId);
  const retry = use.allowed ? {} : { 'retry-after': String(use.reset) };
  if (socket.writable)
    socket.write(rawAnswer(status, { ...headers, ...own, ...retry, [REQUEST_ID]: reqId, 'content-type': type }, body));
  socket.destroy();
  reportBroken(watch, { reqId, method, path: pathOf(url), status, ip: socket.remoteAddress ?? '' });
}

/** Takes the request line from the parser's last bytes, if they are the start of a request. */
function requestLineOf(error: ConnectionError): { method: string; url: string } {
  // Fastify's type declares the JSON form of the buffer.
  const packet = error.rawPacket as unknown as Buffer | undefined;
  const begin = packet?.toString('latin1', 0, MAX_HEAD) ?? '';
  const [, method = 'unknown', url = ''] = /^([A-Z]{1,20}) (\S+)/.exec(begin) ?? [];
  return { method, url };
}

/** A complete raw response that closes the connection. */
export function rawAnswer(status: number, headers: AnswerHeaders, body: string): string {
  const all = { ...headers, connection: 'close', 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}

/** The response for paths outside of all dialects. */
export function plainError(error: AppError): Answer {
  return {
    status: error.status,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify({ error: error.message }),
  };
}

function fromFastify(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, statusCode } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 414) return new AppError('too_large');
  // The media type is malformed: every dialect parses any well-formed one.
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return invalid('', 'format', 'the content-type header is no media type');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('invalid', { message: (error as FastifyError).message });
  // An aborted body has the error code of a lost database connection; here it is the client's fault.
  return toAppError(toKnownError(error));
}
