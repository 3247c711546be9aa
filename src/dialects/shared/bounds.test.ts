/** Every input has a bound in its schema: a new route or frame without one fails here. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type RouteOptions } from 'fastify';
import { loadConfig } from '../../config/config.ts';
import type { Core } from '../../core/core.ts';
import type { Dialect } from '../dialect.ts';
import { createDialects } from '../index.ts';
import { createChecks } from './check.ts';

type Schema = {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: unknown;
  [keyword: string]: unknown;
};

/** The bounds that each type needs, of which one suffices where they are alternatives. The spool bounds the bytes of files. */
const NEEDED: Record<string, readonly (string | readonly string[])[]> = {
  string: ['maxLength'],
  array: ['maxItems', 'items'],
  integer: ['minimum', 'maximum'],
  number: ['minimum', 'maximum'],
  object: [['properties', 'maxProperties']],
  boolean: [],
  null: [],
};

function unbounded(schema: Schema, place: string): string[] {
  if ('const' in schema || 'enum' in schema || schema.format === 'binary') return [];
  const types = [schema.type ?? []].flat();
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => unbounded(member, `${place}.${name}`)),
    ...(schema.items ? unbounded(schema.items, `${place}[]`) : []),
    ...(schema.anyOf ?? []).flatMap((one) => unbounded(one, place)),
  ];
  if (types.length === 0 && schema.anyOf === undefined) return [`${place} has no type`];
  const lacking = types.flatMap((type) =>
    (NEEDED[type] ?? ['a known type']).filter((one) => ![one].flat().some((keyword) => keyword in schema)),
  );
  return [...lacking.map((one) => `${place} has no ${[one].flat()[0]}`), ...inner];
}

async function routesOf(dialect: Dialect): Promise<RouteOptions[]> {
  const app = Fastify();
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  void app.register(async (scope) => dialect.routes(scope));
  await app.ready();
  await app.close();
  return routes;
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
}

for (const dialect of createDialects({} as Core, loadConfig({}))) {
  test(`every input of ${dialect.name}'s routes has a bound`, async () => {
    const routes = await routesOf(dialect);
    assert.ok(routes.length > 0);
    const wrong = routes.flatMap(({ method, url, schema }) => {
      const place = `${method} ${url}`;
      const { params, querystring, body } = (schema ?? {}) as Record<string, Schema | undefined>;
      const parts = { params, querystring, body };
      const named = Object.keys(params?.properties ?? {});
      return [
        ...Object.entries(parts).flatMap(([part, own]) => (own ? unbounded(own, `${place} ${part}`) : [])),
        ...parametersOf(url)
          .filter((name) => !named.includes(name))
          .map((name) => `${place} does not declare ${name}`),
      ];
    });
    assert.deepEqual(wrong, []);
  });

  test(`every input of ${dialect.name}'s sockets has a bound`, () => {
    assert.ok(dialect.sockets.length > 0);
    const wrong = dialect.sockets.flatMap(({ path, params, frames }) => {
      const named = Object.keys((params as Schema | undefined)?.properties ?? {});
      return [
        ...(params ? unbounded(params as Schema, path) : []),
        ...Object.entries(frames.in).flatMap(([name, frame]) => unbounded(frame as Schema, `${path} ${name}`)),
        ...parametersOf(path)
          .filter((name) => !named.includes(name))
          .map((name) => `${path} does not declare ${name}`),
      ];
    });
    assert.deepEqual(wrong, []);
  });
}

test('a missing bound is found at any depth', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: ['string', 'null'] },
      b: { type: 'array', items: { type: 'integer', minimum: 1 } },
      c: {},
    },
  };
  assert.deepEqual(unbounded(schema, 'x'), [
    'x.a has no maxLength',
    'x.b has no maxItems',
    'x.b[] has no maximum',
    'x.c has no type',
  ]);
});

/** Backtracks for longer than anybody waits on a few dozen characters that don't match it. */
const ENDLESS = '^(a+)+$';

test('patterns are not run on texts that are too long, and elements of lists that are too long are not validated', () => {
  const checkOf = createChecks();
  const text = { pattern: ENDLESS, maxLength: 10, type: 'string' };
  const check = checkOf({
    type: 'object',
    properties: {
      text,
      list: { items: text, maxItems: 2, type: 'array' },
      nested: { type: 'object', properties: { text } },
    },
    required: ['text', 'absent'],
  });
  const long = `${'a'.repeat(10_000)}!`;
  const faults = check({ text: long, list: Array(3).fill('aaaaaa!'), nested: { text: long } });
  assert.deepEqual(
    faults.map(({ instancePath, keyword }) => [instancePath, keyword]),
    [
      ['/text', 'maxLength'],
      ['/list', 'maxItems'],
      ['/nested/text', 'maxLength'],
    ],
  );
  assert.deepEqual(
    check({ text: 'aaa!', list: ['b', 'c'] }).map(({ instancePath, keyword }) => [instancePath, keyword]),
    [
      ['/text', 'pattern'],
      ['/list/0', 'pattern'],
    ],
  );
});
