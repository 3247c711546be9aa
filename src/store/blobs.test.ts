/** Contract tests of blobs: the same tests run over a disk and over S3. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { atEnd, folder } from '../../test/support/conditions.ts';
import { startS3 } from '../../test/support/s3.ts';
import { loadConfig } from '../config/config.ts';
import { serveFiles } from '../http/static-files.ts';
import type { Blob, Blobs } from './blobs.ts';
import { openDiskBlobs } from './blobs-disk.ts';
import { openS3Blobs, type S3Settings } from './blobs-s3.ts';

/** Blobs that S3 lists at once here. */
const PAGE = 10;

const PLACES: Record<string, (t: TestContext) => Promise<Blobs>> = {
  disk: async (t) => {
    const root = await folder(t);
    const app = Fastify({ forceCloseConnections: true });
    serveFiles(app, root);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    atEnd(t, () => app.close());
    return openDiskBlobs(root, () => url);
  },
  S3: async (t) => openS3(t, (await startS3(t)).settings, PAGE),
};

for (const [place, open] of Object.entries(PLACES)) {
  test(`${place}: a stored blob is read under its link, with its type, for a year`, async (t) => {
    const blobs = await open(t);
    const { file, bytes } = await someFile(t);
    for (const [ending, type] of [
      ['jpg', 'image/jpeg'],
      ['png', 'image/png'],
      ['webp', 'image/webp'],
      ['preview.webp', 'image/webp'],
    ] as const) {
      const key = `posts/${randomUUID()}/${randomUUID()}/${randomUUID()}.${ending}`;
      await blobs.put(key, file);
      const answer = await fetch(blobs.url(key));
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), type);
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
      assert.deepEqual(await blobs.read(key), bytes);
    }
    assert.equal(await blobs.read('posts/nobody/nothing.png'), null);
    assert.deepEqual(await readFile(file), bytes, 'the file itself stays');
  });

  test(`${place}: a part of a blob can be asked for, and nothing past its end`, async (t) => {
    const blobs = await open(t);
    const { file, bytes } = await someFile(t);
    await blobs.put('parts/one.png', file);
    const part = await fetch(blobs.url('parts/one.png'), { headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 10-19/${bytes.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
    const past = await fetch(blobs.url('parts/one.png'), { headers: { range: `bytes=${bytes.length}-` } });
    assert.equal(past.status, 416);
  });

  test(`${place}: what was not stored is not there`, async (t) => {
    const blobs = await open(t);
    assert.equal((await fetch(blobs.url('parts/none.png'))).status, 404);
    assert.deepEqual(await keys(blobs, 'parts/'), []);
  });

  test(`${place}: blobs are listed by the start of their keys, with size and age`, async (t) => {
    const blobs = await open(t);
    const { file, bytes } = await someFile(t);
    const before = Date.now();
    for (const key of ['a/1/x.png', 'a/12/x.png', 'a/1/y.webp', 'b/1/x.png']) await blobs.put(key, file);
    assert.deepEqual(await keys(blobs, 'a/1'), ['a/1/x.png', 'a/1/y.webp', 'a/12/x.png']);
    assert.deepEqual(await keys(blobs, 'a/1/'), ['a/1/x.png', 'a/1/y.webp']);
    assert.deepEqual(await keys(blobs, ''), ['a/1/x.png', 'a/1/y.webp', 'a/12/x.png', 'b/1/x.png']);
    for (const blob of await list(blobs, 'a/')) {
      assert.equal(blob.bytes, bytes.length);
      // A second's grace: S3 keeps no finer times.
      assert.ok(Math.abs(blob.storedAt.getTime() - before) < 60_000, String(blob.storedAt));
    }
  });

  test(`${place}: more blobs than fit a page are all listed, and all deleted`, async (t) => {
    const blobs = await open(t);
    const { file } = await someFile(t, 10);
    const all = Array.from({ length: 2 * PAGE + 5 }, (_, i) => `many/${i % 7}/n${i}.png`);
    await Promise.all(all.map((key) => blobs.put(key, file)));
    assert.deepEqual(await keys(blobs, 'many/'), all.toSorted());
    await blobs.remove(all);
    assert.deepEqual(await keys(blobs, ''), []);
  });

  test(`${place}: deleted blobs are gone, others stay, and deleting twice is fine`, async (t) => {
    const blobs = await open(t);
    const { file } = await someFile(t);
    for (const key of ['a/1.png', 'a/2.png', 'a/3.png']) await blobs.put(key, file);
    await blobs.remove(['a/1.png', 'a/3.png', 'a/never.png']);
    await blobs.remove(['a/1.png']);
    await blobs.remove([]);
    assert.deepEqual(await keys(blobs, ''), ['a/2.png']);
    assert.equal((await fetch(blobs.url('a/1.png'))).status, 404);
    await blobs.put('a/1.png', file);
    assert.deepEqual(await keys(blobs, ''), ['a/1.png', 'a/2.png']);
  });

  test(`${place}: a blob that cannot be read from its file is not there at all`, async (t) => {
    const blobs = await open(t);
    const { file } = await someFile(t);
    await assert.rejects(blobs.put('a/x.png', `${file}.none`));
    await assert.rejects(blobs.put('a/x.png', join(file, '..')));
    assert.deepEqual(await list(blobs, ''), []);
  });

  test(`${place}: people in one folder do not disturb each other`, async (t) => {
    const blobs = await open(t);
    const { file } = await someFile(t, 10);
    const names = Array.from({ length: 30 }, (_, i) => `same/n${i}.png`);
    await Promise.all(names.map((key) => blobs.put(key, file)));
    await Promise.all([
      ...names.slice(0, 29).map((key) => blobs.remove([key])),
      ...names.map((key) => blobs.put(key.replace('n', 'm'), file)),
    ]);
    assert.equal((await keys(blobs, 'same/')).length, 31);
  });

  for (const key of [
    '../a.png',
    'a/../b.png',
    '/a.png',
    'a//b.png',
    '.drafts/a.png',
    'A.png',
    'a.html',
    'a.svg',
    'a',
    '',
  ])
    test(`${place}: "${key}" is not a key`, async (t) => {
      const blobs = await open(t);
      const { file } = await someFile(t, 10);
      await assert.rejects(blobs.put(key, file));
      assert.deepEqual(await list(blobs, ''), []);
    });
}

// S3 promises the same; the server that the tests use for it does not keep the promise.
test('disk: whoever reads while it is being stored gets all of it or nothing', async (t) => {
  const blobs = await (PLACES.disk as (t: TestContext) => Promise<Blobs>)(t);
  const { file, bytes } = await someFile(t, 4_000_000);
  let stored = false;
  const storing = blobs.put('a/large.png', file).finally(() => {
    stored = true;
  });
  let last: number;
  do {
    const answer = await fetch(blobs.url('a/large.png'));
    const { length } = Buffer.from(await answer.arrayBuffer());
    last = answer.status;
    if (last !== 404) assert.deepEqual([last, length], [200, bytes.length]);
  } while (!stored);
  await storing;
  assert.equal((await fetch(blobs.url('a/large.png'))).status, 200);
});

test('disk: no draft stays behind, whether a blob was stored or not', async (t) => {
  const root = await folder(t);
  const blobs = await openDiskBlobs(root, () => '');
  const { file } = await someFile(t);
  await blobs.put('a/x.png', file);
  await assert.rejects(blobs.put('a/y.png', `${file}.none`));
  await writeFile(join(root, 'block'), '');
  await assert.rejects(blobs.put('block/x.png', file));
  assert.deepEqual(await readdir(join(root, '.drafts')), []);
});

test('disk: files are nobody else’s on this machine', async (t) => {
  const root = await folder(t);
  const { file } = await someFile(t);
  await chmod(root, 0o755);
  await openDiskBlobs(root, () => '').then((blobs) => blobs.put('a/x.png', file));
  const { mode } = await stat(join(root, 'a'));
  assert.equal(mode & 0o077, 0);
});

test('S3: a store that is away is `unavailable`, and its address and keys are not in the message', async (t) => {
  const s3 = await startS3(t);
  const blobs = openS3(t, s3.settings);
  await s3.stop();
  const { file } = await someFile(t);
  const away = { code: 'unavailable', message: 'The server cannot do this right now, try again' };
  await assert.rejects(blobs.put('a/x.png', file), away);
  await assert.rejects(blobs.remove(['a/x.png']), away);
  await assert.rejects(list(blobs, ''), away);
});

test('S3: the bucket is in the path where there is an endpoint, and links can lead elsewhere', async (t) => {
  const { settings } = await startS3(t);
  const plain = openS3(t, settings);
  assert.equal(plain.url('a/x.png'), `${settings.S3_ENDPOINT}/koine-files/a/x.png`);
  const elsewhere = openS3(t, { ...settings, S3_PUBLIC_URL: 'https://cdn.example.org/files/' });
  assert.equal(elsewhere.url('a/x.png'), 'https://cdn.example.org/files/a/x.png');
  assert.equal(elsewhere.place, `S3 bucket koine-files at ${new URL(settings.S3_ENDPOINT as string).host}`);
  const amazon = { ...settings, S3_ENDPOINT: '', S3_REGION: 'eu-central-1' };
  assert.equal(openS3(t, amazon).url('a/x.png'), 'https://koine-files.s3.eu-central-1.amazonaws.com/a/x.png');
});

test('a check passes where blobs can be stored, and says why not', async (t) => {
  const { settings, stop } = await startS3(t);
  await openS3(t, settings).check();
  await (await openDiskBlobs(await folder(t), () => '')).check();
  const wrongBucket = openS3(t, { ...settings, S3_BUCKET: 'elsewhere' });
  await assert.rejects(wrongBucket.check(), { message: 'there is no such bucket' });
  const wrongKey = openS3(t, { ...settings, S3_ACCESS_KEY_ID: 'SOMEBODY' });
  await assert.rejects(wrongKey.check(), { message: 'access denied (InvalidAccessKeyId)' });
  await stop();
  await assert.rejects(openS3(t, settings).check(), { message: 'the store cannot be reached (ECONNREFUSED)' });
});

function openS3(t: TestContext, settings: Record<string, string>, page?: number): Blobs {
  const blobs = openS3Blobs(loadConfig(settings).s3 as S3Settings, page);
  atEnd(t, () => blobs.close());
  return blobs;
}

async function someFile(t: TestContext, size = 100_000): Promise<{ file: string; bytes: Buffer }> {
  const file = join(await folder(t), 'file');
  const bytes = randomBytes(size);
  await writeFile(file, bytes);
  return { file, bytes };
}

async function list(blobs: Blobs, prefix: string): Promise<Blob[]> {
  const found: Blob[] = [];
  for await (const blob of blobs.list(prefix)) found.push(blob);
  return found;
}

async function keys(blobs: Blobs, prefix: string): Promise<string[]> {
  return (await list(blobs, prefix)).map(({ key }) => key).sort();
}
