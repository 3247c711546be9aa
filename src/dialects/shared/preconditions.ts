/** Preconditions of writes (RFC 9110, section 13): what a dialect serves has no entity tags, so none can match. */
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';

export const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Refuses a write whose precondition cannot hold. It runs after authorization and before the handler: nothing has been
 * written then. `*` stands for whatever is there, which the handler looks for.
 */
export function requirePreconditions(app: FastifyInstance): void {
  app.addHook('preHandler', async ({ method, headers }) => {
    if (!WRITES.includes(method)) return;
    const { 'if-match': wanted = '*', 'if-none-match': unwanted } = headers;
    if (wanted.trim() !== '*' || unwanted?.trim() === '*') throw new AppError('precondition_failed');
  });
}
