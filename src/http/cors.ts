/**
 * CORS: pages of the origins in CORS_ORIGINS may send requests with cookies and read the responses. Other origins get
 * no CORS headers.
 */
import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const DEFAULT_HEADERS = 'authorization, content-type';
/** Headers that front ends may read beside the CORS-safelisted ones. */
const EXPOSED = 'etag, link, location, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after';
/** How long a browser may cache a preflight response, in seconds. */
const MAX_AGE = '600';

/** Call it before any scope is registered. Preflight requests are answered for any path, before routing. */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  // At the end: an answer may depend on other headers too, and says so by itself.
  app.addHook('onSend', async (_request, reply) => {
    const others = reply.getHeader('vary');
    void reply.header('vary', others === undefined ? 'origin' : `${others}, origin`);
  });
  app.addHook('onRequest', async (request, reply) => {
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
