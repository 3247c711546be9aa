/** Preconditions of writes (RFC 9110, section 13): resources of dialects have no entity tags, so none can match. */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';

export const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Refuses a write whose precondition cannot hold: after authorization, and before the handler has written anything. `*` means
 * any existing resource, which the handler looks up.
 */
export function requirePreconditions(app: FastifyInstance): void {
  app.addHook('preHandler', async ({ method, headers }) => {
    if (!WRITES.includes(method)) return;
    const { 'if-match': wanted = '*', 'if-none-match': unwanted } = headers;
    if (wanted.trim() !== '*' || unwanted?.trim() === '*') throw new AppError('precondition_failed');
  });
}
