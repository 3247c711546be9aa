/** Bodies of dialects whose clients don't always name the media type: whatever comes is read as JSON. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError, invalid } from '../errors.ts';
import { isTooDeep } from './json.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function takeAnyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (!isUtf8(body)) return done(invalid('', 'format', 'the body is not valid UTF-8'));
    const text = body.toString('utf8');
    if (isTooDeep(text)) done(invalid('', 'format', 'the body is nested too deep'));
    else parse(request, text, done);
  });
}

/** The same, and nothing at all where no body is expected; what is wrong is told as an issue. */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (body.length === 0 || request.routeOptions.schema?.body === undefined) return done(null, undefined);
    const text = body.toString('utf8');
    if (!isUtf8(body) || isTooDeep(text)) return done(notJson());
    parse(request, text, (error, value) => (error ? done(notJson()) : done(null, value)));
  });
}

function notJson(): AppError {
  const message = 'the body is not valid JSON';
  return new AppError('invalid', { issues: [{ field: '', reason: 'json', message, input: {} }] });
}
