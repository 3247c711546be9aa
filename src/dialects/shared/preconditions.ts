/** Preconditions of writes (RFC 9110, section 13): most resources have no entity tags, so none can match. */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the handler compares the entity tag in If-Match. */
    takesIfMatch?: boolean;
  }
}

export const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Refuses a write whose precondition cannot hold: after authorization, and before the handler has written anything. `*` means
 * any existing resource, which the handler looks up.
 */
export function requirePreconditions(app: FastifyInstance): void {
  app.addHook('preHandler', async ({ method, headers, routeOptions }) => {
    if (!WRITES.includes(method)) return;
    const { 'if-match': wanted = '*', 'if-none-match': unwanted } = headers;
    const matches = wanted.trim() === '*' || routeOptions.config.takesIfMatch === true;
    if (!matches || unwanted?.trim() === '*') throw new AppError('precondition_failed');
  });
}
