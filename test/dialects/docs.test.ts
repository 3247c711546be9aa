/** The documents and the two pages, for readers and programs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import asyncApiSpecs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { DIALECTS } from '../../src/config/dialects.ts';
import { closed } from '../support/declared-frames.ts';
import { JSON_TYPE, startTestServer, type TestServer } from '../support/harness.ts';
import { head, openRaw } from '../support/raw.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

type Media = { schema: object; examples?: Record<string, { value: unknown }> };
type Operation = {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, unknown>[];
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
};
type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object; schemas: object };
};

async function read<T>(server: TestServer, path: string): Promise<T> {
  const answer = await fetch(server.url + path);
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, JSON_TYPE]);
  return (await answer.json()) as T;
}

function openApi(server: TestServer, dialect: string): Promise<OpenApi> {
  return read(server, `/docs/${dialect}/openapi.json`);
}

function operations({ paths }: OpenApi): [string, Operation][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
}

function page(server: TestServer, path: string): Promise<Response> {
  return fetch(server.url + path, { headers: { accept: BROWSER } });
}

/** A verb and its object. */
const READABLE_ID =
  /^(accept|add|appeal|approve|begin|challenge|check|complete|confirm|create|delete|end|export|find|get|join|lift|link|list|log|open|prepare|purge|refresh|refuse|register|remove|rename|renew|request|set|sign|toggle|turn|update|verify|watch)(In|Out|Up|([A-Z][a-z]+)+)$/;

/** A schema with references into another document. */
function referringTo(document: string, schema: object): object {
  return JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/', `"${document}#/`));
}

test('the documents and pages of all dialects', async (t) => {
  const server = await startTestServer(t);
  await t.test('each dialect has a valid OpenAPI 3.1 document', async () => {
    for (const dialect of DIALECTS) {
      const document = await openApi(server, dialect);
      assert.match(document.openapi, /^3\.1\./);
      const { valid, errors } = await new Validator().validate(structuredClone(document));
      assert.ok(valid, `${dialect}: ${JSON.stringify(errors)}`);
    }
  });

  await t.test('each operation has a summary and a description of every answer', async () => {
    for (const dialect of DIALECTS) {
      const document = await openApi(server, dialect);
      assert.notEqual(document.info.title, '');
      assert.notEqual(document.info.description, '');
      for (const [name, { summary, tags, security, responses }] of operations(document)) {
        const where = `${dialect}: ${name}`;
        assert.ok(summary, `${where} has no summary`);
        assert.ok(tags?.length, `${where} has no tags`);
        const takesNone = security?.length === 0 || security?.some((scheme) => Object.keys(scheme).length === 0);
        assert.ok('401' in responses || takesNone, `${where} wants a token and has no 401`);
        assert.ok(
          Object.keys(responses).some((status) => Number(status) < 400),
          `${where} has no success`,
        );
        assert.ok('500' in responses && '503' in responses, where);
        for (const [status, { description }] of Object.entries(responses))
          assert.notEqual(description, 'Default Response', `${where}: ${status} has no description`);
      }
    }
  });

  await t.test('each operation has a unique operationId of a verb and its object', async () => {
    for (const dialect of DIALECTS) {
      const all = operations(await openApi(server, dialect));
      for (const [name, { operationId = '' }] of all) assert.match(operationId, READABLE_ID, `${dialect}: ${name}`);
      const ids = all.map(([, { operationId }]) => operationId);
      assert.deepEqual(ids, [...new Set(ids)], dialect);
      const { channels } = await read<{ channels: object }>(server, `/docs/${dialect}/asyncapi.json`);
      for (const channel of Object.keys(channels)) assert.ok(ids.includes(channel), `${dialect}: ${channel}`);
    }
  });

  await t.test('the example of each error matches its schema', async () => {
    for (const dialect of DIALECTS) {
      const document = await openApi(server, dialect);
      const ajv = addFormats.default(new Ajv({ strict: false }));
      ajv.addSchema(closed({ components: document.components }) as object, 'document');
      // Most answers share a few schemas.
      const compiled = new Map<string, ValidateFunction>();
      const validatorOf = (schema: object) => {
        const text = JSON.stringify(schema);
        const validate = compiled.get(text) ?? ajv.compile(referringTo('document', schema));
        compiled.set(text, validate);
        return validate;
      };
      for (const [name, { responses }] of operations(document))
        for (const [status, { content = {} }] of Object.entries(responses))
          for (const { schema, examples = {} } of Object.values(content))
            for (const [code, { value }] of Object.entries(examples)) {
              const validate = validatorOf(schema);
              assert.ok(validate(value), `${dialect}: ${name}: ${status} ${code}: ${ajv.errorsText(validate.errors)}`);
            }
    }
  });

  await t.test('the relay document has plain texts, and the lounge document JSON', async () => {
    const relay = (await openApi(server, 'relay')).paths;
    const conflict = relay['/signin']?.post?.responses['409'];
    assert.deepEqual(Object.keys(conflict?.content ?? {}), ['text/plain']);
    assert.deepEqual(conflict?.content?.['text/plain']?.examples, {
      already_in: { value: 'Already in' },
      invalid: { value: 'Wrong format' },
    });
    const token = relay['/signin']?.post?.responses['200'];
    assert.deepEqual(token?.content, {
      'text/plain': { schema: { type: 'string', description: token?.description } },
    });
    const lounge = (await openApi(server, 'lounge')).paths;
    assert.deepEqual(lounge['/login']?.post?.responses['401'], {
      description: 'Wrong username or password.',
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/Error' },
          examples: { bad_credentials: { value: { error: 'Login failed' } } },
        },
      },
    });
  });

  await t.test('a socket is listed with its upgrade, its refusals and its ways to pass a token', async () => {
    const { paths } = await openApi(server, 'lounge');
    for (const method of ['get', 'post']) {
      const join = paths['/join']?.[method];
      assert.deepEqual(Object.keys(join?.responses ?? {}), ['101', '401', '403', '426', '429', '500', '503']);
      assert.deepEqual(join?.security, [{ bearer: [] }]);
    }
  });

  await t.test('each dialect has a valid AsyncAPI 3.0 document that lists every socket', async () => {
    const schema = asyncApiSpecs.schemas['3.0.0'] as object;
    // The schema includes draft 7.
    const isValid = addFormats.default(new Ajv({ strict: false, meta: false, validateSchema: false })).compile(schema);
    for (const dialect of DIALECTS) {
      const document = await read<{ channels: Record<string, { address: string }> }>(
        server,
        `/docs/${dialect}/asyncapi.json`,
      );
      assert.ok(isValid(document), `${dialect}: ${JSON.stringify(isValid.errors)}`);
      const sockets = operations(await openApi(server, dialect)).filter(([, { responses }]) => '101' in responses);
      assert.deepEqual(
        Object.values(document.channels).map(({ address }) => address),
        [...new Set(sockets.map(([name]) => name.split(' ')[1]))],
      );
    }
  });

  await t.test('an AsyncAPI document contains the server address of the request', async () => {
    type WithServer = { servers: { koine: { host: string; protocol: string } } };
    const { host } = new URL(server.url);
    const { servers } = await read<WithServer>(server, '/docs/relay/asyncapi.json');
    assert.deepEqual(servers.koine, { host, protocol: 'ws' });
  });

  await t.test('a forged Host header cannot inject content into the page', async (t) => {
    const raw = await openRaw(t, server);
    raw.write(head('GET', '/docs', { host: 'a"><script>alert(1)</script>', accept: BROWSER, connection: 'close' }));
    await raw.untilGone();
    assert.doesNotMatch(raw.text, /<script>/);
  });

  await t.test('/docs/ui loads everything from this server and may connect to no other', async () => {
    const answer = await page(server, '/docs/ui');
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'; .*connect-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|http/);
    const html = await answer.text();
    const needed = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link as string);
    const files = needed.filter((link) => link.startsWith('/docs/ui/'));
    assert.equal(files.length, 5);
    assert.deepEqual(
      needed.filter((link) => !link.startsWith('/')),
      ['data:,'],
    );
    for (const file of files) {
      const got = await fetch(server.url + file);
      assert.equal(got.status, 200, file);
      assert.match(got.headers.get('content-type') ?? '', file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      assert.ok((await got.text()).length > 50);
    }
    const start = await (await fetch(`${server.url}/docs/ui/start.js`)).text();
    for (const dialect of DIALECTS) assert.ok(start.includes(`"/docs/${dialect}/openapi.json"`));
    assert.match(start, /"validatorUrl": null/);
  });
});

test('a program gets the list of APIs as JSON', async (t) => {
  const server = await startTestServer(t, { DIALECTS: 'lounge' });
  const { version, ...rest } = await read<{ version: string }>(server, '/');
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(rest, {
    name: 'koine',
    dialects: [{ name: 'lounge', docs: '/docs/lounge/openapi.json', sockets: '/docs/lounge/asyncapi.json' }],
  });
  for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5'])
    assert.equal((await fetch(server.url, { headers: { accept } })).headers.get('content-type'), JSON_TYPE, accept);
  assert.equal((await fetch(`${server.url}/docs/relay/openapi.json`)).status, 404);
});

test('/docs, and / without the web client, is a page that links to every document and runs no scripts', async (t) => {
  const server = await startTestServer(t, { WEB_CLIENT: 'off' });
  const answer = await page(server, '/docs');
  assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/);
  const html = await answer.text();
  assert.doesNotMatch(html, /<script|javascript:|\son\w+=/i);
  const links = [...html.matchAll(/href="(\/[^"]*)"/g)].map(([, link]) => link as string);
  for (const dialect of DIALECTS)
    for (const document of ['openapi', 'asyncapi']) assert.ok(links.includes(`/docs/${dialect}/${document}.json`));
  for (const link of links) assert.equal((await fetch(server.url + link)).status, 200, link);
  const home = await page(server, '/');
  assert.deepEqual([await home.text(), home.headers.get('vary')], [html, 'accept']);
  assert.equal((await page(server, '/app/')).status, 404);
});
