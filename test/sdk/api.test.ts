/** The types of the SDK are those of the served documents. `KOINE_WRITE_TYPES=1 npm test -- test/sdk/api.test.ts` writes them anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generateTypes } from '../client-generator/generate.ts';
import { startTestServer } from '../support/harness.ts';

const FILE = 'packages/client/src/api.ts';
const HEAD = '/** Made from the OpenAPI document of the native API by test/sdk/api.test.ts. Do not edit. */\n\n';

type Operation = { responses: Record<string, object>; parameters?: readonly { in: string }[] };
type ApiDocument = { paths: Record<string, Record<string, Operation>> };

/** Without the answers of failures, which are problems all alike, and without headers, which the client sets by itself. */
function successes({ paths, ...rest }: ApiDocument): object {
  const shorten = ({ responses, parameters = [], ...operation }: Operation) => ({
    ...operation,
    parameters: parameters.filter((parameter) => parameter.in !== 'header'),
    responses: Object.fromEntries(Object.entries(responses).filter(([status]) => status.startsWith('2'))),
  });
  return { ...rest, paths: mapped(paths, (methods) => mapped(methods, shorten)) };
}

function mapped<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

test('the types of the calls are those of the OpenAPI document', async (t) => {
  const server = await startTestServer(t);
  const document = (await (await fetch(`${server.url}/docs/koine/openapi.json`)).json()) as ApiDocument;
  const types = HEAD + (await generateTypes(successes(document), { immutable: true }));
  if (process.env.KOINE_WRITE_TYPES) await writeFile(FILE, types);
  assert.equal(await readFile(FILE, 'utf8'), types, 'KOINE_WRITE_TYPES=1 npm test -- test/sdk/api.test.ts');
});
