/** What documents say of errors: made by the table that words them on the wire, so that the two cannot differ. */
import type { TSchema } from 'typebox';
import type { Answer, Dialect, DocumentedError } from '../dialects/dialect.ts';
import { AppError, ERRORS, type ErrorCode } from '../errors.ts';

/** What any route may answer. */
const ANYWHERE: readonly ErrorCode[] = ['rate_limited', 'internal', 'unavailable'];
/** What a route may answer that takes input, and one that takes a body. */
const OF_INPUT: readonly ErrorCode[] = ['invalid'];
const OF_BODY: readonly ErrorCode[] = ['too_large', 'unsupported_media_type', 'disk_full'];
const OF_WRITES: readonly ErrorCode[] = ['precondition_failed'];

export type MediaType = { schema: object; examples: Record<string, { value: unknown }> };
export type Response = { description: string; headers?: Record<string, object>; content: Record<string, MediaType> };

type Sample = { code: ErrorCode; message: string; answer: Answer };

/** The parts of a route's schema that say which errors it has. */
export type Erring = {
  readonly errors?: readonly DocumentedError[];
  readonly body?: unknown;
  readonly querystring?: unknown;
  readonly params?: unknown;
  /** Whether it writes, so that it looks at preconditions. */
  readonly writes?: boolean;
};

/** The error answers of a route, by status. */
export function errorResponses(dialect: Dialect, route: Erring): Record<string, Response> {
  const responses: Record<string, Response> = {};
  for (const [status, samples] of Object.entries(byStatus(dialect, route)))
    responses[status] = { description: sentences(samples), ...headers(samples), content: content(dialect, samples) };
  return responses;
}

/** Whether a route wants a token. */
export function wantsToken(errors: readonly DocumentedError[] | undefined): boolean {
  return errors?.some((error) => codeOf(error) === 'unauthenticated') ?? false;
}

function codeOf(error: DocumentedError): ErrorCode {
  return error instanceof AppError ? error.code : error;
}

function byStatus(dialect: Dialect, route: Erring): Record<string, Sample[]> {
  const grouped: Record<string, Sample[]> = {};
  for (const error of [...(route.errors ?? []), ...implied(route)]) {
    for (const thrown of error instanceof AppError ? [error] : samplesOf(error, route)) {
      const answer = dialect.presentError(thrown);
      const samples = grouped[answer.status] ?? [];
      grouped[answer.status] = samples;
      if (samples.every((sample) => sample.answer.body !== answer.body))
        samples.push({
          code: thrown.code,
          message: error === thrown ? thrown.message : ERRORS[thrown.code].message,
          answer,
        });
    }
  }
  return grouped;
}

function implied({ errors = [], body, querystring, params, writes = false }: Erring): ErrorCode[] {
  const takesInput = body !== undefined || querystring !== undefined || params !== undefined;
  const all = [
    ...(takesInput ? OF_INPUT : []),
    ...(body === undefined ? [] : OF_BODY),
    ...(writes ? OF_WRITES : []),
    ...ANYWHERE,
  ];
  return all.filter((code) => !errors.some((error) => codeOf(error) === code));
}

/** Bad input names a field, the first that the route has: one that is missing and, in a body, one that breaks a rule. */
function samplesOf(code: ErrorCode, { body, querystring, params }: Erring): AppError[] {
  if (code !== 'invalid') return [new AppError(code)];
  const fields = Object.entries({ body, query: querystring, path: params }).flatMap(([part, schema]) =>
    Object.keys((schema as { properties?: object } | undefined)?.properties ?? {}).map((field) => ({ part, field })),
  );
  const [first] = fields;
  if (first === undefined) return [new AppError(code)];
  const { field, part } = first;
  const sample = (reason: 'required' | 'format', message: string) =>
    new AppError(code, { issues: [{ in: part as 'body' | 'query' | 'path', field, reason, message }] });
  const missing = sample('required', `${field} is required`);
  return part === 'body' ? [missing, sample('format', `${field} has a wrong form`)] : [missing];
}

function sentences(samples: readonly Sample[]): string {
  return [...new Set(samples.map(({ message }) => `${message}.`))].join(' ');
}

function headers(samples: readonly Sample[]): Pick<Response, 'headers'> {
  const found = samples.flatMap(({ answer }) => Object.entries(answer.headers ?? {}));
  if (found.length === 0) return {};
  return { headers: Object.fromEntries(found.map(([name, value]) => [name, { type: 'string', examples: [value] }])) };
}

function content(dialect: Dialect, samples: readonly Sample[]): Record<string, MediaType> {
  const types: Record<string, MediaType> = {};
  for (const type of new Set(samples.map(({ answer }) => mediaType(answer)))) {
    const own = samples.filter(({ answer }) => mediaType(answer) === type);
    const schemas = [...new Set(own.map((sample) => bodySchema(dialect, type, sample)))];
    types[type] = {
      schema: schemas.length === 1 ? (schemas[0] as object) : { anyOf: schemas },
      examples: examples(own, type),
    };
  }
  return types;
}

function mediaType({ type }: Answer): string {
  return type.split(';')[0] as string;
}

const PLAIN_TEXT = { type: 'string' };

function bodySchema(
  { errorBodies, name }: Dialect,
  type: string,
  { code, answer: { status } }: Sample,
): TSchema | typeof PLAIN_TEXT {
  if (type === 'text/plain') return PLAIN_TEXT;
  if (errorBodies === undefined) throw new Error(`${name} answers errors as ${type} and declares no errorBodies`);
  return errorBodies[code] ?? (status === 422 ? errorBodies[422] : undefined) ?? errorBodies.common;
}

function examples(samples: readonly Sample[], type: string): MediaType['examples'] {
  const named: MediaType['examples'] = {};
  for (const { code, answer } of samples) {
    const name = named[code] === undefined ? code : `${code}_${Object.keys(named).length + 1}`;
    named[name] = { value: type === 'text/plain' ? answer.body : JSON.parse(answer.body) };
  }
  return named;
}
