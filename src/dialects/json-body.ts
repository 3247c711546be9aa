/** Bodies of dialects whose clients don't always name the media type: whatever comes is read as JSON. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError, invalid } from '../errors.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function takeAnyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) parse(request, body.toString('utf8'), done);
    else done(invalid('', 'format', 'the body is not valid UTF-8'));
  });
}

/** The same, and nothing at all where no body is expected; what is wrong is told as an issue. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (body.length === 0 || request.routeOptions.schema?.body === undefined) return done(null, undefined);
    if (!isUtf8(body)) return done(notJson());
    parse(request, body.toString('utf8'), (error, value) => (error ? done(notJson()) : done(null, value)));
  });
}

function notJson(): AppError {
  const message = 'the body is not valid JSON';
  return new AppError('invalid', { issues: [{ field: '', reason: 'json', message, input: {} }] });
}
