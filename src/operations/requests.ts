/** Observability of requests: id, access log, duration, span. */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from './metrics.ts';
import type { RequestTally } from './recorder.ts';
import { REQUEST_ID } from './request-id.ts';
import type { RequestSpan, Tracing } from './tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null unless the request is traced. */
    span: RequestSpan | null;
  }
}

export type Watch = {
  readonly logger: FastifyBaseLogger;
  /** Level of the access log. */
  readonly level: 'info' | 'debug';
  readonly metrics: Metrics | null;
  readonly tally: RequestTally;
  readonly tracing: Tracing | null;
};

/** Call it before any scope is registered. `dialectOf` names the part of the server that answers; `pathOf`: as the log has it. */
export function watchRequests(
  app: FastifyInstance,
  { logger, level, metrics, tally, tracing }: Watch,
  { dialectOf, pathOf }: { dialectOf: (scope: FastifyInstance) => string | null; pathOf: (url: string) => string },
): void {
  app.decorateRequest('span', null);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID, request.id);
    if (tracing) request.span = tracing.request(request.raw, { id: request.id, route: routeOf(request) });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode, elapsedTime } = reply;
    const { id: reqId, method, ip } = request;
    logger[level](
      { reqId, method, path: pathOf(request.originalUrl), status: statusCode, ms: round(elapsedTime), ip },
      'request',
    );
    request.span?.end(statusCode);
    const dialect = dialectOf(request.server) ?? 'none';
    tally.answered(statusCode, elapsedTime / 1_000);
    const status = `${Math.floor(statusCode / 100)}xx`;
    metrics?.answered({ dialect, method, route: routeOf(request), status }, elapsedTime / 1_000);
    done();
  });
}

/** Reports input that never became a Fastify request. */
export function reportBroken(
  { logger, level, metrics }: Watch,
  line: { reqId: string; method: string; path: string; status: number; ip: string },
): void {
  logger[level](line, 'request');
  metrics?.answered(
    { dialect: 'none', method: 'unknown', route: 'unknown', status: `${Math.floor(line.status / 100)}xx` },
    0,
  );
}

/** The template: paths are unbounded as label values. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unknown';
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
