/** Bodies as board reads them: JSON whatever they say they are, and nothing at all where nothing is expected. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../../errors.ts';

type Done = (error: Error | null, body?: unknown) => void;

export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (body.length === 0 || request.routeOptions.schema?.body === undefined) return done(null, undefined);
    if (!isUtf8(body)) return done(notJson());
    parse(request, body.toString('utf8'), (error, value) => (error ? done(notJson()) : done(null, value)));
  });
}

/** Forms too; an empty field is one that isn't there. */
export function takeForms(app: FastifyInstance): void {
  const options = { parseAs: 'string' } as const;
  app.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body: string, done: Done) => {
    done(null, Object.fromEntries([...new URLSearchParams(body)].filter(([, value]) => value !== '')));
  });
}

function notJson(): AppError {
  const message = 'the body is not valid JSON';
  return new AppError('invalid', { issues: [{ field: '', reason: 'json', message, input: {} }] });
}
