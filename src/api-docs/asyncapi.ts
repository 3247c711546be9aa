/** AsyncAPI 3.0: one document per dialect, made from the frames that its sockets declare. */
import { CLOSE, FAILURE } from '../core/sockets.ts';
import type { Dialect, Frames, SocketRoute } from '../dialects/dialect.ts';
import { withComponents } from './components.ts';
import { wantsToken } from './errors.ts';
import { LICENSE } from './openapi.ts';

/** The server's address for clients. */
export type Address = { readonly host: string; readonly secure: boolean };

/** Ways to send a token with an upgrade, by name, in addition to the dialect's own. */
const TOKEN_IN_QUERY = { type: 'httpApiKey', in: 'query', name: 'token', description: 'For browsers.' };
const TOKEN_IN_SUBPROTOCOL = {
  type: 'httpApiKey',
  in: 'header',
  name: 'Sec-WebSocket-Protocol',
  description: 'For browsers: the pair `bearer, <token>`.',
};

export function asyncApiOf(dialect: Dialect, version: string): (address: Address) => object {
  const { document: channels, schemas } = withComponents(
    Object.fromEntries(dialect.sockets.map((socket) => [socket.operationId, channel(socket)])),
  );
  const operations = Object.fromEntries(dialect.sockets.flatMap((socket) => operationsOf(dialect, socket)));
  return ({ host, secure }) => ({
    asyncapi: '3.0.0',
    info: {
      title: `${dialect.title}: sockets`,
      version,
      description: `${dialect.description}\n\n${closeCodes()}`,
      license: LICENSE,
      tags: [{ name: dialect.name, description: dialect.title }],
    },
    defaultContentType: 'application/json',
    servers: { koine: { host, protocol: secure ? 'wss' : 'ws' } },
    channels,
    operations,
    components: { schemas, securitySchemes: securitySchemes(dialect) },
  });
}

function closeCodes(): string {
  const rows = Object.values({ ...FAILURE, ...CLOSE }).map(
    ({ code, reason, retry }) => `| ${code} | ${reason} | ${retry ? 'with a growing delay' : 'no'} |`,
  );
  return [
    'The server closes a socket with one of these codes:',
    '',
    '| code | reason | connect again |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function channel(socket: SocketRoute): object {
  const parameters = Object.fromEntries(
    [...socket.path.matchAll(/:(\w+)/g)].map(([, name]) => [name, parameter(socket, name as string)]),
  );
  return {
    address: socket.path.replace(/:(\w+)/g, '{$1}'),
    summary: socket.summary,
    ...(socket.description === undefined ? {} : { description: socket.description }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
    messages: { ...messages('client', socket.frames.in), ...messages('server', socket.frames.out) },
    bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
  };
}

function parameter({ params }: SocketRoute, name: string): object {
  const { properties } = (params ?? {}) as { properties?: Record<string, { description?: string }> };
  const description = properties?.[name]?.description;
  return description === undefined ? {} : { description };
}

type From = 'client' | 'server';

/** A frame type may exist in both directions with different schemas, so the sender is part of the name. */
function messages(from: From, frames: Frames): Record<string, object> {
  return Object.fromEntries(Object.entries(frames).map(([name, schema]) => [`${from}.${name}`, message(name, schema)]));
}

function message(name: string, schema: Frames[string]): object {
  return {
    name,
    title: name,
    ...(schema.description === undefined ? {} : { summary: schema.description }),
    contentType: schema.contentMediaType ?? 'application/json',
    payload: schema,
  };
}

function operationsOf(dialect: Dialect, socket: SocketRoute): [string, object][] {
  const name = socket.operationId;
  const takesToken = socket.security !== undefined || wantsToken(socket.errors);
  const operation = (from: From, frames: Frames) => ({
    action: from === 'client' ? 'receive' : 'send',
    description: `Frames that the ${from} sends.`,
    channel: { $ref: `#/channels/${name}` },
    messages: Object.keys(frames).map((kind) => ({ $ref: `#/channels/${name}/messages/${from}.${kind}` })),
    ...(takesToken ? { security: tokenReferences(dialect) } : {}),
  });
  const { in: received, out: sent } = socket.frames;
  return [
    ...(Object.keys(received).length === 0
      ? []
      : [[`${name}.receive`, operation('client', received)] as [string, object]]),
    [`${name}.send`, operation('server', sent)],
  ];
}

function tokenReferences(dialect: Dialect): object[] {
  return Object.keys(securitySchemes(dialect)).map((name) => ({ $ref: `#/components/securitySchemes/${name}` }));
}

/** Translates OpenAPI's security schemes to AsyncAPI's names. */
function securitySchemes({ tokens }: Dialect): Record<string, object> {
  const own = Object.entries(tokens).map(([name, scheme]) => {
    if (scheme.type === 'apiKey') return [name, { ...scheme, type: 'httpApiKey' }];
    if (scheme.type === 'oauth2') return [name, { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }];
    return [name, scheme];
  });
  return { ...Object.fromEntries(own), tokenInQuery: TOKEN_IN_QUERY, tokenInSubprotocol: TOKEN_IN_SUBPROTOCOL };
}
