/** The operations of the served OpenAPI documents, and their allowed responses. */
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { closed } from '../support/declared-frames.ts';
import type { Schema } from './values.ts';

export type Parameter = { in: 'path' | 'query'; name: string; required?: boolean; schema: Schema };
export type Answer = { status: number; type: string; body: Buffer };

export type Operation = {
  readonly dialect: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** By media type. */
  readonly bodies: Record<string, Schema>;
  resolve(reference: string): Schema;
  /** The problem with a response, or null. */
  check(answer: Answer): string | null;
};

type Media = Record<string, { schema: Schema }>;
type Declared = {
  parameters?: Parameter[];
  requestBody?: { content: Media };
  responses: Record<string, { content?: Media }>;
};
type Document = {
  paths: Record<string, Record<string, Declared>>;
  components: { schemas: Record<string, Schema> };
};

export async function declaredOperations(url: string): Promise<Operation[]> {
  const { dialects } = (await read(`${url}/`)) as { dialects: { name: string }[] };
  const all = await Promise.all(
    dialects.map(async ({ name }) => operationsOf(name, (await read(`${url}/docs/${name}/openapi.json`)) as Document)),
  );
  return all.flat();
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

function operationsOf(dialect: string, document: Document): Operation[] {
  const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(closed({ components: document.components }) as object, 'document');
  const compile = (schema: Schema) =>
    ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', '"document#/')));
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      dialect,
      method: method.toUpperCase(),
      path,
      parameters,
      bodies: Object.fromEntries(
        Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema]),
      ),
      resolve: (reference: string) => document.components.schemas[reference.split('/').at(-1) as string] ?? {},
      check: checkOf(responses, compile, ajv),
    })),
  );
}

type Checks = Record<string, Record<string, ValidateFunction>>;

function checkOf(responses: Declared['responses'], compile: (schema: Schema) => ValidateFunction, ajv: Ajv) {
  const checks: Checks = {};
  for (const [status, { content = {} }] of Object.entries(responses))
    checks[status] = Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, compile(schema)]));
  return ({ status, type, body }: Answer): string | null => {
    const kinds = checks[status];
    if (kinds === undefined) return `the document has no answer ${status}`;
    if (Object.keys(kinds).length === 0) return body.length === 0 ? null : `${status} has a body`;
    const name = type.split(';')[0] as string;
    const validate = kinds[name];
    if (validate === undefined) return `${status} comes as ${name || 'nothing'}`;
    const value = parsed(name, body.toString());
    return validate(value) ? null : `${status}: ${ajv.errorsText(validate.errors)}`;
  };
}

function parsed(type: string, text: string): unknown {
  if (!type.endsWith('json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
