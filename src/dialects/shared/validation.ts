/** Validation of requests: issues by the name of the field, in path, query and body together where a dialect asks for that. */
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { AppError, type Issue } from '../../errors.ts';
import { type Check, createChecks, type Fault } from './check.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Issues that no schema can express, such as a field that may be in the query or in the body. For `validateTogether`. */
    findMore?: (request: FastifyRequest) => readonly Issue[];
  }
}

type Part = NonNullable<Issue['in']>;

/** The parts of a field's schema that matter to `ReadField`. */
export type FieldSchema = { readonly type?: string | readonly string[]; readonly maxLength?: number };

/** Coerces a value as the dialect's framework does. A value that it does not coerce is returned unchanged. */
export type ReadField = (value: unknown, schema: FieldSchema, name: string) => unknown;

/**
 * Validates the path, the query and the body of every route of the scope before the handler runs, so that one answer names
 * all issues. An absent body is an empty object where none of its fields is required.
 */
export function validateTogether(app: FastifyInstance, read: { parameter: ReadField; body: ReadField }): void {
  const checkOf = createChecks();
  app.setValidatorCompiler(() => () => true);
  app.addHook('onRoute', (route: RouteOptions) => {
    const { params, querystring, body } = route.schema ?? {};
    const [path, query] = [params, querystring].map((schema) => (schema ? checkOf(schema) : null));
    const check = async (request: FastifyRequest) => {
      readFields(params, request.params, read.parameter);
      readFields(querystring, request.query, read.parameter);
      const form = body && !request.routeOptions.config.streamsBodies ? checkOf(body) : null;
      if (form) request.body ??= isRequired(body) ? request.body : {};
      readFields(body, request.body, read.body);
      const found = [
        ...findIssues('path', path, request.params),
        ...findIssues('query', query, request.query),
        ...findIssues('body', form, request.body ?? null),
        ...(route.config?.findMore?.(request) ?? []),
      ];
      const issues = onePerField(found);
      if (issues.length > 0) throw new AppError('invalid', { issues });
    };
    route.preHandler = [check, ...[route.preHandler ?? []].flat()];
  });
}

function isRequired(body: unknown): boolean {
  return ((body as { required?: readonly string[] }).required ?? []).length > 0;
}

function findIssues(part: Part, check: Check | null | undefined, input: unknown): Issue[] {
  if (!check) return [];
  if (part === 'body' && input === null)
    return [{ in: part, field: '', reason: 'required', message: 'the body is required', input }];
  const issues = check(input).map((fault): Issue => ({ ...toIssue(fault), in: part }));
  if (part === 'body') return issues;
  // Values of paths and queries are texts on the wire.
  return issues.map((issue) => ({ ...issue, input: asText(issue.input) }));
}

function asText(input: unknown): unknown {
  return typeof input === 'number' ? String(input) : input;
}

function readFields(schema: unknown, input: unknown, read: ReadField): void {
  if (typeof input !== 'object' || input === null) return;
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, FieldSchema> };
  const values = input as Record<string, unknown>;
  for (const [name, field] of Object.entries(properties))
    if (Object.hasOwn(values, name)) values[name] = read(values[name], field, name);
}

function onePerField(issues: readonly Issue[]): Issue[] {
  const firsts = new Map<string, Issue>();
  for (const issue of issues) {
    const place = `${issue.in ?? 'body'}.${issue.field}`;
    if (!firsts.has(place)) firsts.set(place, issue);
  }
  return [...firsts.values()];
}

/** The fault as an issue, whose message names the field. */
export function toIssue({ instancePath, keyword, params, data: input }: Fault): Issue {
  const at = instancePath.split('/').slice(1).join('.');
  if (keyword === 'required') {
    const field = [at, String(params.missingProperty)].filter(Boolean).join('.');
    return { field, reason: 'required', message: `${field} is required`, input };
  }
  const name = at || 'the body';
  const { limit, type } = params as { limit?: number; type?: string | string[] };
  const common = { field: at, input, ...(limit !== undefined && { limit }) };
  if (keyword === 'type')
    return { ...common, reason: 'type', type: [type].flat()[0] ?? '', message: `${name} must be of type ${type}` };
  if (
    (keyword === 'minLength' && limit === 1) ||
    (keyword === 'pattern' && typeof input === 'string' && input.trim() === '')
  )
    return { ...common, reason: 'blank', message: `${name} must not be empty` };
  if (keyword === 'minLength')
    return { ...common, reason: 'short', message: `${name} must have at least ${limit} characters` };
  if (keyword === 'maxLength')
    return { ...common, reason: 'long', message: `${name} must have at most ${limit} characters` };
  if (keyword === 'maxItems')
    return { ...common, reason: 'many', message: `${name} must have at most ${limit} entries` };
  if (keyword === 'minimum') return { ...common, reason: 'low', message: `${name} must be at least ${limit}` };
  if (keyword === 'maximum') return { ...common, reason: 'high', message: `${name} must be at most ${limit}` };
  return { ...common, reason: 'format', message: `${name} has a wrong form` };
}
