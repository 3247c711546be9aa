/** The types of the SDK are those of the served documents. `KOINE_WRITE_TYPES=1 npm test -- test/sdk/api.test.ts` writes them anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generateTypes } from '../client-generator/generate.ts';
import { startTestServer } from '../support/harness.ts';

const FOLDER = 'packages/client/src';

type Operation = { responses: Record<string, object>; parameters?: readonly { in: string }[] };
type ApiDocument = { paths: Record<string, Record<string, Operation>> };
type Messages = Record<string, { payload: object }>;
type FramesDocument = {
  channels: Record<string, { messages: Messages }>;
  components: { schemas: Record<string, object> };
};

/** Without the answers of failures, which are problems all alike, and without headers, which the client sets by itself. */
function successes({ paths, ...rest }: ApiDocument): object {
  const shorten = ({ responses, parameters = [], ...operation }: Operation) => ({
    ...operation,
    parameters: parameters.filter((parameter) => parameter.in !== 'header'),
    responses: Object.fromEntries(Object.entries(responses).filter(([status]) => status.startsWith('2'))),
  });
  return { ...rest, paths: mapped(paths, (methods) => mapped(methods, shorten)) };
}

/** The frames as schemas by sender and type, as `server.message.created`. */
function frames({ channels, components }: FramesDocument): object {
  const all: Messages = Object.assign({}, ...Object.values(channels).map(({ messages }) => messages));
  const schemas = { ...components.schemas, ...mapped(all, ({ payload }) => payload) };
  return { openapi: '3.1.0', info: { title: 'Frames', version: '1' }, paths: {}, components: { schemas } };
}

function mapped<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

async function check(file: string, of: string, document: object): Promise<void> {
  const head = `/** Made from the ${of} document of the native API by test/sdk/api.test.ts. Do not edit. */\n\n`;
  const types = head + (await generateTypes(document, { immutable: true }));
  const path = `${FOLDER}/${file}`;
  if (process.env.KOINE_WRITE_TYPES) await writeFile(path, types);
  assert.equal(await readFile(path, 'utf8'), types, 'KOINE_WRITE_TYPES=1 npm test -- test/sdk/api.test.ts');
}

test('the types of calls and frames are those of the documents', async (t) => {
  const server = await startTestServer(t);
  const read = async (name: string) => (await fetch(`${server.url}/docs/koine/${name}.json`)).json();
  await check('api.ts', 'OpenAPI', successes((await read('openapi')) as ApiDocument));
  await check('frames.ts', 'AsyncAPI', frames((await read('asyncapi')) as FramesDocument));
});
