/** Pages of the origins in CORS_ORIGINS may call, with cookies, and read the answers. Others get no such header. */
import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const DEFAULT_HEADERS = 'authorization, content-type';
/** What front ends may read beside the usual. */
const EXPOSED = 'ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after';
/** Seconds for which a browser need not ask again. */
const MAX_AGE = '600';

/** To be called before there are scopes. Browsers ask ahead for any path: those are answered before a route is looked for. */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'origin');
    const { origin, 'access-control-request-method': asked } = request.headers;
    if (origin === undefined || !origins.includes(origin)) return;
    void reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': EXPOSED,
    });
    if (request.method !== 'OPTIONS' || asked === undefined) return;
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': request.headers['access-control-request-headers'] ?? DEFAULT_HEADERS,
        'access-control-max-age': MAX_AGE,
      })
      .send();
  });
}
