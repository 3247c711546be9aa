/** What is wrong with a request, by the name of the field: found in path, query and body together where a dialect asks for that. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { AppError, type Issue } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What schemas cannot say: a field that may be in one part or in another, say. For `validateTogether`. */
    findMore?: (request: FastifyRequest) => readonly Issue[];
  }
}

type Part = NonNullable<Issue['in']>;
type Finding = Pick<ErrorObject, 'instancePath' | 'keyword' | 'params' | 'data'>;

/**
 * Has every route of the scope check its path, its query and its body before it answers, so that one answer names all
 * that is wrong. Numbers in path and query are read from their text; an absent body is an empty one where nothing in it
 * is required.
 */
export function validateTogether(app: FastifyInstance): void {
  // The schemas are ours: whether they are schemas is for the compiler and for the tests of the documents.
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, validateSchema: false });
  app.setValidatorCompiler(() => () => true);
  app.addHook('onRoute', (route: RouteOptions) => {
    const { params, querystring, body } = route.schema ?? {};
    // Asked for again, Ajv has it: a schema is compiled at the first request that needs it.
    const validatorOf = (schema: unknown) => (schema ? ajv.compile(schema) : null);
    const check = async (request: FastifyRequest) => {
      readIntegers(params, request.params);
      readIntegers(querystring, request.query);
      if (body) request.body ??= isRequired(body) ? request.body : {};
      const found = [
        ...findIssues('path', validatorOf(params), request.params),
        ...findIssues('query', validatorOf(querystring), request.query),
        ...findIssues('body', validatorOf(body), request.body ?? null),
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

function findIssues(part: Part, validate: ValidateFunction | null, input: unknown): Issue[] {
  if (validate === null || validate(input)) return [];
  if (part === 'body' && input === null)
    return [{ in: part, field: '', reason: 'required', message: 'the body is required', input }];
  const issues = (validate.errors ?? []).map((found): Issue => ({ ...toIssue(found), in: part }));
  if (part === 'body') return issues;
  // In path and query, everything came as text.
  return issues.map((issue) => ({ ...issue, input: asText(issue.input) }));
}

function asText(input: unknown): unknown {
  return typeof input === 'number' ? String(input) : input;
}

/** Numbers where the schema has them; what doesn't read as one stays as it is, for the validation to find. */
function readIntegers(schema: unknown, input: unknown): void {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, { type?: string }> };
  const values = input as Record<string, unknown>;
  for (const [name, { type }] of Object.entries(properties)) {
    const value = values[name];
    if (type === 'integer' && typeof value === 'string' && /^[+-]?\d+$/.test(value)) values[name] = Number(value);
  }
}

function onePerField(issues: readonly Issue[]): Issue[] {
  const firsts = new Map<string, Issue>();
  for (const issue of issues) {
    const place = `${issue.in ?? 'body'}.${issue.field}`;
    if (!firsts.has(place)) firsts.set(place, issue);
  }
  return [...firsts.values()];
}

/** What Ajv found, in words that name the field. */
export function toIssue({ instancePath, keyword, params, data: input }: Finding): Issue {
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
  if ((keyword === 'minLength' && limit === 1) || (keyword === 'pattern' && String(input).trim() === ''))
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
