/**
 * Endpoints for operators and probes: `/healthz`, `/readyz`, `/metrics`. They are exempt from rate limits, since other
 * clients may share the probe's address.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

const UNCOUNTED = { config: { uncounted: true } };

export function serveOperations(
  app: FastifyInstance,
  /** `metrics` null: they are not served. */
  { health, metrics, token }: { health: Health; metrics: Metrics | null; token: string },
): void {
  app.addHook('onSend', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });

  app.get('/healthz', UNCOUNTED, async () => ({ alive: true }));

  app.get('/readyz', UNCOUNTED, async (_request, reply) => {
    const readiness = await health.readiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });

  if (metrics === null) return;
  app.get('/metrics', UNCOUNTED, async (request, reply) => {
    const given = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined || !isEqualInConstantTime(given, token)) {
      void reply.header('www-authenticate', 'Bearer');
      throw new AppError('unauthenticated', { message: 'Metrics are for the bearer of METRICS_TOKEN' });
    }
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}

/** Constant-time comparison. */
function isEqualInConstantTime(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}
