/** OpenAPI 3.1: one document per dialect, made from the schemas that validate and serialise. */
import { STATUS_CODES } from 'node:http';
import swagger, { type SwaggerTransform } from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Area, Dialect, SocketRoute } from '../dialects/dialect.ts';
import { type HookForm, INCOMING_HOOKS } from '../dialects/shared/hooks/form.ts';
import { WRITES } from '../dialects/shared/preconditions.ts';
import { withComponents } from './components.ts';
import { type Erring, errorResponses, wantsToken } from './errors.ts';

/** A document, generated on first request, once the application is ready. */
export type Document = () => object;
/** The paths of a form of incoming hooks, as late as a document. */
export type FormPaths = () => object;

/** The licence of the software that answers. */
export const LICENSE = { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' };

const HTTP = 'HTTP';
const ONE_AREA: Readonly<Record<string, Area>> = {
  [HTTP]: { description: 'Calls that are answered at once.', segments: [] },
};
const SOCKETS = { name: 'WebSocket', description: 'Addresses of sockets. A request without an upgrade is refused.' };

/** Call it before the scope has routes. `forms`: complete once every form of incoming hooks is registered. */
export async function documentRoutes(
  scope: FastifyInstance,
  dialect: Dialect,
  { version, forms }: { readonly version: string; readonly forms: readonly FormPaths[] },
): Promise<Document> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: dialect.title, version, description: dialect.description, license: LICENSE },
      servers: [{ url: '/' }],
      tags: [...areaTags(dialect), SOCKETS],
      components: { securitySchemes: { ...dialect.tokens } },
    },
    convertConstToEnum: false,
    transform: transformFor(dialect),
  });
  let document: object | null = null;
  return () => {
    document ??= withSchemas(withForms(scope.swagger() as Made, dialect.documentsHooks ? forms : []));
    return document;
  };
}

/**
 * Call it before the scope has routes. The schemas neither validate nor serialise. A route names all its errors but those of every
 * route, and needs no token: the address is the secret.
 */
export async function documentForm(scope: FastifyInstance, form: HookForm): Promise<FormPaths> {
  scope.setValidatorCompiler(() => () => true);
  scope.setSerializerCompiler(() => (value) => JSON.stringify(value));
  await scope.register(swagger, {
    openapi: { openapi: '3.1.0' },
    convertConstToEnum: false,
    transform: ({ schema, url }) => {
      const { response, errors = [], ...own } = (schema ?? {}) as FastifySchema & Erring;
      const answers = { ...success(response), ...errorResponses(form, { errors }) };
      return { url, schema: { ...own, tags: [INCOMING_HOOKS], security: [], response: answers } };
    },
  });
  return () => (scope.swagger() as Made).paths;
}

/** The schema of the route that answers a plain request to a socket's address. */
export function upgradeSchema(dialect: Dialect, socket: SocketRoute, method: 'GET' | 'POST'): FastifySchema {
  return {
    operationId: method === socket.methods[0] ? socket.operationId : `${socket.operationId}By${titleCase(method)}`,
    ...(socket.security === undefined ? {} : { security: socket.security }),
    summary: socket.summary,
    description: [
      socket.description,
      framesText(socket),
      `The frames' schemas: [AsyncAPI document](/docs/${dialect.name}/asyncapi.json).`,
    ]
      .filter(Boolean)
      .join('\n\n'),
    tags: [SOCKETS.name],
    errors: [...(socket.errors ?? []), 'upgrade_required'],
  };
}

function titleCase(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

function framesText({ frames }: SocketRoute): string {
  const list = (heading: string, kinds: typeof frames.in) =>
    Object.entries(kinds).map(([name, { description = '' }]) => `| ${heading} | \`${name}\` | ${description} |`);
  const rows = [...list('in', frames.in), ...list('out', frames.out)];
  return ['| | frame | |', '| --- | --- | --- |', ...rows].join('\n');
}

function transformFor(dialect: Dialect): SwaggerTransform {
  return ({ schema, url, route }) => {
    const own = (schema ?? {}) as FastifySchema & Erring;
    const socket = dialect.sockets.find(({ path }) => path === route.url);
    const params = own.params ?? socket?.params;
    return {
      url,
      schema: {
        ...own,
        ...(params === undefined ? {} : { params }),
        tags: own.tags ?? [areaOf(dialect, url)],
        security: own.security ?? security(dialect, own),
        response: {
          ...(socket ? { 101: { type: 'null', description: 'The socket is open.' } } : success(own.response)),
          ...errorResponses(dialect, {
            ...own,
            params,
            writes: !socket && [route.method].flat().some((method) => WRITES.includes(method)),
          }),
        },
      },
    };
  };
}

function areaTags({ areas = ONE_AREA }: Dialect): { name: string; description: string }[] {
  return Object.entries(areas).map(([name, { description }]) => ({ name, description }));
}

function areaOf({ areas = ONE_AREA }: Dialect, url: string): string {
  const names = url
    .split('/')
    .flatMap((segment) => Object.keys(areas).filter((name) => areas[name]?.segments.includes(segment)));
  return names.at(-1) ?? HTTP;
}

function security(dialect: Dialect, { errors }: Erring): { [scheme: string]: string[] }[] {
  return wantsToken(errors) ? Object.keys(dialect.tokens).map((scheme) => ({ [scheme]: [] })) : [];
}

/** A response without a description is described by its status. */
function success(responses: unknown): object {
  const described = Object.entries((responses ?? {}) as Record<string, { description?: string }>).map(
    ([status, schema]) => [
      status,
      { ...schema, 'x-response-description': schema.description ?? STATUS_CODES[status] ?? 'OK' },
    ],
  );
  return Object.fromEntries(described);
}

/** The part of the generated document that is used here. */
type Made = { paths: object; components: { schemas: object } };

function withForms(made: Made, forms: readonly FormPaths[]): Made {
  return { ...made, paths: Object.assign({}, made.paths, ...forms.map((pathsOf) => pathsOf())) };
}

function withSchemas(made: Made): object {
  const { document: paths, schemas } = withComponents(made.paths);
  return { ...made, paths, components: { ...made.components, schemas: { ...made.components.schemas, ...schemas } } };
}
