/** The HTTP side: one Fastify, in which each dialect is a scope with error answers of its own. */
import { randomUUID } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  LogController,
} from 'fastify';
import Router from 'find-my-way';
import type { Answer, Dialect } from './dialects/dialect.ts';
import { AppError, type Issue, toAppError } from './errors.ts';
import { isOutage } from './store/database.ts';

const BODY_LIMIT = 1_048_576;
/** A client has this long for sending a whole request, in ms. */
const REQUEST_TIMEOUT = 30_000;
/** Of what stands in a path for a name, in UTF-16 units: a room may be called by two usernames of 64 characters, two units each. */
export const MAX_PARAM_LENGTH = 300;

export function createHttp(options: {
  logger: FastifyBaseLogger;
  trustProxy: boolean | string[];
  dialects: readonly Dialect[];
}): FastifyInstance {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true, useDefaults: true } },
    frameworkErrors: (error, _request, reply) => {
      void answer(reply, plainError(fromFastify(error)));
    },
  });
  const paths = knownPaths(app);
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request.log, reply, plainError));
  app.setNotFoundHandler((request, reply) => {
    const path = paths(request.url);
    if (path === null) return answer(reply, plainError(new AppError('not_found')));
    return answer(reply.header('allow', path.methods.join(', ')), path.present(new AppError('method_not_allowed')));
  });
  for (const dialect of options.dialects) void app.register(async (scope) => serve(scope, dialect));
  return app;
}

function serve(scope: FastifyInstance, dialect: Dialect): void {
  scope.decorate('dialect', dialect);
  scope.setErrorHandler((error: FastifyError, request, reply) => fail(error, request.log, reply, dialect.presentError));
  dialect.routes(scope);
  for (const { path, methods } of dialect.sockets) {
    scope.route({
      method: [...methods],
      url: path,
      handler: async (_request, reply) => {
        void reply.header('upgrade', 'websocket');
        throw new AppError('upgrade_required');
      },
    });
  }
}

type Present = (error: AppError) => Answer;
type KnownPath = { methods: string[]; present: Present };

/** Which methods each path has, for telling a wrong method (405) from a wrong path (404). */
function knownPaths(app: FastifyInstance): (url: string) => KnownPath | null {
  const router = Router({ ignoreTrailingSlash: true });
  const known = new Map<string, KnownPath>();
  app.addHook('onRoute', function (this: FastifyInstance, route) {
    const path = known.get(route.url) ?? { methods: [], present: dialectOf(this)?.presentError ?? plainError };
    if (!known.has(route.url)) router.on('GET', route.url, () => {}, path);
    known.set(route.url, path);
    for (const method of [route.method].flat()) if (!path.methods.includes(method)) path.methods.push(method);
  });
  return (url) => (router.find('GET', url.split('?')[0] as string)?.store as KnownPath | undefined) ?? null;
}

function dialectOf(scope: FastifyInstance): Dialect | null {
  return scope.hasDecorator('dialect') ? scope.getDecorator<Dialect>('dialect') : null;
}

function fail(error: unknown, log: FastifyBaseLogger, reply: FastifyReply, present: Present): FastifyReply {
  const known = fromFastify(error);
  if (known.status >= 500) log.error({ err: known.cause ?? known }, known.message);
  return answer(reply, present(known), known.retryAfter);
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

/** The answer where no dialect is concerned. */
export function plainError(error: AppError): Answer {
  return {
    status: error.status,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify({ error: error.message }),
  };
}

function fromFastify(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (isOutage(error)) return new AppError('unavailable', { cause: error });
  const { code, statusCode, validation } = error as FastifyError;
  if (validation) return new AppError('invalid', { issues: validation.map(toIssue) });
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 414) return new AppError('too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new AppError('unsupported_media_type');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('invalid', { message: (error as FastifyError).message });
  return toAppError(error);
}

type Validation = NonNullable<FastifyError['validation']>[number];

/** What Ajv found, in words that name the field. */
function toIssue({ instancePath, keyword, params }: Validation): Issue {
  const at = instancePath.split('/').slice(1).join('.');
  if (keyword === 'required') {
    const field = [at, String(params.missingProperty)].filter(Boolean).join('.');
    return { field, reason: 'required', message: `${field} is required` };
  }
  const name = at || 'the body';
  const { limit, type } = params as { limit?: number; type?: string };
  if (keyword === 'type') return { field: at, reason: 'type', message: `${name} must be of type ${type}` };
  if (keyword === 'minLength' && limit === 1)
    return { field: at, reason: 'blank', message: `${name} must not be empty` };
  if (keyword === 'minLength')
    return { field: at, reason: 'short', message: `${name} must have at least ${limit} characters` };
  if (keyword === 'maxLength')
    return { field: at, reason: 'long', message: `${name} must have at most ${limit} characters` };
  return { field: at, reason: 'format', message: `${name} has a wrong form` };
}
