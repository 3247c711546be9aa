/** A form of incoming hooks: how a service words what its senders post, and its answers. */
import type { FastifyInstance } from 'fastify';
import { type AppError, invalid } from '../../../errors.ts';
import type { Dialect } from '../../dialect.ts';
import { exceedsBounds } from '../json.ts';

/** The schemas of its routes are for its document only: a form refuses in its own words. */
export type HookForm = Pick<Dialect, 'name' | 'prefixes' | 'errorBodies' | 'presentError' | 'routes'> & {
  /** Matches the secret in a path, which may follow the address of a server. The first group is what stands before it. */
  readonly secret: RegExp;
};

/** The area of the forms in the document of the native API, by which hooks are made. */
export const INCOMING_HOOKS = 'Incoming hooks';

/** Bytes of a body without files. */
export const HOOK_BODY = 262_144;

/** Whether the error says that there is nothing to send. */
export function isEmptiness(error: AppError): boolean {
  const reason = error.code === 'invalid' ? error.issues[0]?.reason : undefined;
  return reason === 'required' || reason === 'blank';
}

export type Json = Readonly<Record<string, unknown>>;

/** Every body is read as bytes, whatever its type. */
export function takeBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: HOOK_BODY }, (_request, body, done) =>
    done(null, body),
  );
}

/** @throws AppError `invalid`: it is no JSON object, or beyond the bounds */
export function parseObject(text: string): Json {
  if (exceedsBounds(text)) throw invalid('', 'many', 'the body has too many values, or is nested too deeply');
  const value = parse(text);
  if (!isObject(value)) throw invalid('', 'json', 'the body is not a JSON object');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, `most` of them; none if it is no list. */
export function objectsIn(value: unknown, most: number): Json[] {
  return Array.isArray(value) ? value.slice(0, most).filter(isObject) : [];
}

/** A text, `''` where it is none. Numbers are texts too. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
