/** Request bodies: JSON and forms without files, each bounded before it is parsed. multipart.ts reads forms with files. */
import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { AppError, invalid } from '../../errors.ts';
import { exceedsBounds } from './json.ts';
import { parseMultipart, parseUrlEncoded, type TextForm } from './text-forms.ts';

type Done = (error: Error | null, body?: unknown) => void;

export const JSON_BODY = 'application/json';
export const URL_ENCODED = 'application/x-www-form-urlencoded';
export const MULTIPART = 'multipart/form-data';

/** For dialects whose clients may omit the media type: every body is read as JSON. */
export function takeAnyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (!isUtf8(body)) return done(invalid('', 'format', 'the body is not valid UTF-8'));
    const text = body.toString('utf8');
    if (exceedsBounds(text)) done(invalid('', 'format', 'the body is nested too deep or has too many values'));
    else parse(request, text, done);
  });
}

/**
 * Reads JSON under any media type: `curl -d` and `fetch` send a default type that nobody chose. Routes without a body schema
 * ignore the body. Invalid JSON becomes an issue; a body of another type that is not JSON either is refused with the types
 * that the route accepts.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done: Done) => {
    if (body.length === 0 || !isWanted(request)) return done(null, undefined);
    const type = typeOf(request);
    if (type.startsWith('multipart/')) return done(unsupportedMedia(request));
    const wrong = () => (type === '' || /[/+]json$/.test(type) ? notJson() : unsupportedMedia(request));
    const text = body.toString('utf8');
    if (!isUtf8(body) || exceedsBounds(text)) return done(wrong());
    parse(request, text, (error, value) => (error ? done(wrong()) : done(null, value)));
  });
}

/** Accepts forms without files in place of JSON. The routes' documents list both. */
export function takeForms(app: FastifyInstance, options?: FormOptions): void {
  takeUrlEncoded(app, options);
  addFormParser(app, MULTIPART, parseMultipart, options);
  documentTypes(app, [JSON_BODY, URL_ENCODED, MULTIPART]);
}

export type FormOptions = {
  /** Whether an empty field counts as absent. */
  readonly emptyIsAbsent?: boolean;
};

export function takeUrlEncoded(app: FastifyInstance, options?: FormOptions): void {
  addFormParser(app, URL_ENCODED, parseUrlEncoded, options);
}

function addFormParser(
  app: FastifyInstance,
  type: string,
  parse: (body: Buffer, contentType: string) => Promise<TextForm>,
  { emptyIsAbsent = false }: FormOptions = {},
): void {
  app.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    if (!isWanted(request)) return undefined;
    const fields = await parse(body, request.headers['content-type'] ?? '');
    return Object.fromEntries([...fields].filter(([, value]) => !(emptyIsAbsent && value === '')));
  });
}

function documentTypes(app: FastifyInstance, types: string[]): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    if (route.schema?.body !== undefined) route.schema.consumes ??= types;
  });
}

function isWanted(request: FastifyRequest): boolean {
  return request.routeOptions.schema?.body !== undefined;
}

/** Refuses bodies of types that the scope has no parser for, without reading them. */
export function refuseOtherBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, _payload: unknown, done: Done) =>
    done(unsupportedMedia(request)),
  );
}

/** An error that names the type received and the types that the route accepts. */
export function unsupportedMedia(request: FastifyRequest): AppError {
  const taken = request.routeOptions.schema?.consumes ?? [JSON_BODY];
  return new AppError('unsupported_media_type', { media: { came: typeOf(request).slice(0, MAX_TYPE), taken } });
}

/** Characters of a media type that an error repeats. */
const MAX_TYPE = 100;

/** The media type without parameters, empty if there is none. */
function typeOf({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function notJson(): AppError {
  const message = 'the body is not valid JSON';
  return new AppError('invalid', { issues: [{ field: '', reason: 'json', message, input: {} }] });
}
