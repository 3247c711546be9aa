/** Errors in FastAPI's shapes: `{"detail": "<text>"}`, and a list of all issues for invalid input. */
import { Type } from 'typebox';
import type { AppError, Issue } from '../../errors.ts';
import type { Answer } from '../dialect.ts';
import { echo } from './echo.ts';

export const Failure = Type.Object({ detail: Type.String() }, { title: 'Failure' });
export const ValidationFailure = Type.Object(
  {
    detail: Type.Array(
      Type.Object({
        type: Type.String(),
        loc: Type.Array(Type.Union([Type.String(), Type.Integer()])),
        msg: Type.String(),
        input: Type.Unknown(),
      }),
    ),
  },
  { title: 'ValidationFailure' },
);

/** core's names of fields, and the dialect's. */
type Fields = Readonly<Record<string, string>>;

export function failure(status: number, detail: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify({ detail }) };
}

export function validationFailure(error: AppError, fields: Fields = {}): Answer {
  return failure(
    422,
    issuesOf(error).map((issue) => presentIssue(issue, fields)),
  );
}

function issuesOf({ issues, message }: AppError): readonly Issue[] {
  return issues.length > 0 ? issues : [{ field: '', reason: 'format', message }];
}

/** In pydantic's words. */
function presentIssue(
  issue: Issue,
  fields: Fields,
): { type: string; loc: (string | number)[]; msg: string; input: unknown } {
  const field = fields[issue.field] ?? issue.field;
  const [type, msg] = WORDING[issue.reason]({ ...issue, message: renamed(issue, field) });
  // Python's parser reports an offset; JSON.parse does not.
  const place = issue.reason === 'json' ? [0] : field.split('.').filter(Boolean);
  return { type, loc: [issue.in ?? 'body', ...place], msg, input: echo(issue.field, issue.input) };
}

/** core's message, with the dialect's name of the field. */
function renamed({ field, message }: Issue, name: string): string {
  return field !== '' && message.startsWith(`${field} `) ? name + message.slice(field.length) : message;
}

const WORDING: Record<Issue['reason'], (issue: Issue) => [type: string, msg: string]> = {
  required: () => ['missing', 'Field required'],
  type: typeWording,
  blank: ({ input }) => [
    'string_too_short',
    `String should have at least 1 character${input === '' ? '' : ' that can be seen'}`,
  ],
  short: ({ limit }) => ['string_too_short', `String should have at least ${characters(limit)}`],
  long: ({ limit, message }) =>
    limit === undefined ? valueError(message) : ['string_too_long', `String should have at most ${characters(limit)}`],
  many: ({ limit, input }) => [
    'too_long',
    `List should have at most ${limit} items after validation, not ${Array.isArray(input) ? input.length : 'more'}`,
  ],
  low: ({ limit }) => ['greater_than_equal', `Input should be greater than or equal to ${limit}`],
  high: ({ limit }) => ['less_than_equal', `Input should be less than or equal to ${limit}`],
  format: ({ message }) => valueError(message),
  token: ({ message }) => valueError(message),
  json: () => ['json_invalid', 'JSON decode error'],
};

function valueError(message: string): [string, string] {
  return ['value_error', `Value error, ${message}`];
}

function characters(count: number | undefined): string {
  return `${count} character${count === 1 ? '' : 's'}`;
}

function typeWording({ type, input, message }: Issue): [string, string] {
  if (type === undefined) return valueError(message);
  if (type === 'string') return ['string_type', 'Input should be a valid string'];
  if (type === 'array') return ['list_type', 'Input should be a valid list'];
  if (type === 'integer' && typeof input === 'string')
    return ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'];
  if (type === 'integer' && typeof input === 'number')
    return ['int_from_float', 'Input should be a valid integer, got a number with a fractional part'];
  if (type === 'integer') return ['int_type', 'Input should be a valid integer'];
  return ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'];
}
