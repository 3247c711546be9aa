/** Bodies as messenger reads them: JSON whatever they say they are, forms, and nothing at all as an empty one. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { takeJson } from '../json-body.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function takeBodies(app: FastifyInstance): void {
  takeJson(app);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body: string, done: Done) => done(null, Object.fromEntries(new URLSearchParams(body))),
  );
  app.addHook('preValidation', async (request: FastifyRequest) => {
    if (request.routeOptions.schema?.body !== undefined && request.body === undefined) request.body = {};
  });
}
