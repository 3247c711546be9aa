/** Bodies as messenger reads them: JSON whatever they say they are, forms, and nothing at all as an empty one. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function takeBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (body.length === 0 || request.routeOptions.schema?.body === undefined) return done(null, undefined);
    if (!isUtf8(body)) return done(notJson());
    parse(request, body.toString('utf8'), (error, value) => (error ? done(notJson()) : done(null, value)));
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body: string, done: Done) => done(null, Object.fromEntries(new URLSearchParams(body))),
  );
  app.addHook('preValidation', async (request: FastifyRequest) => {
    if (request.routeOptions.schema?.body !== undefined && request.body === undefined) request.body = {};
  });
}

function notJson(): AppError {
  const message = 'the body is not valid JSON';
  return new AppError('invalid', { issues: [{ field: '', reason: 'json', message }] });
}
