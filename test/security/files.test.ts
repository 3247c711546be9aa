/** `/files/…`: contents, headers and refusals. */
import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sharp from 'sharp';
import { answerOf, JSON_TYPE, startTestServer, type TestServer } from '../support/harness.ts';
import { head, openRaw } from '../support/raw.ts';
import { startS3 } from '../support/s3.ts';

const BYTES = Buffer.from('not a picture, but whoever asks for it cannot tell');
const NOT_FOUND = { status: 404, type: JSON_TYPE, body: '{"error":"Not found"}' };

async function serverWithFile(t: TestContext): Promise<{ server: TestServer; files: string; url: string }> {
  const server = await startTestServer(t);
  const files = join(server.settings.DATA_DIR as string, 'files');
  await mkdir(join(files, 'posts/1'), { recursive: true });
  await writeFile(join(files, 'posts/1/one.webp'), BYTES);
  return { server, files, url: `${server.url}/files/posts/1/one.webp` };
}

test('a file has its media type, a name, a year of caching, and headers that forbid scripts', async (t) => {
  const { url } = await serverWithFile(t);
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), BYTES);
  assert.ok(answer.headers.get('etag'));
  assert.ok(answer.headers.get('last-modified'));
  for (const [name, value] of Object.entries({
    'content-type': 'image/webp',
    'content-length': String(BYTES.length),
    'content-disposition': 'inline; filename="one.webp"',
    'cache-control': 'public, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
  }))
    assert.equal(answer.headers.get(name), value, name);
});

test('HEAD returns the same headers without the body', async (t) => {
  const { url } = await serverWithFile(t);
  const answer = await fetch(url, { method: 'HEAD' });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-length'), String(BYTES.length));
  assert.equal(answer.headers.get('content-type'), 'image/webp');
  assert.equal(await answer.text(), '');
});

test('a conditional request for an unchanged file gets 304', async (t) => {
  const { url } = await serverWithFile(t);
  const etag = (await fetch(url)).headers.get('etag') as string;
  // Explicit, as fetch sends `no-cache` with a conditional request.
  const answer = await fetch(url, { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } });
  assert.deepEqual([answer.status, await answer.text()], [304, '']);
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
});

test('range requests return the beginning, the middle or the end of a file, and none past the end', async (t) => {
  const { url } = await serverWithFile(t);
  const size = BYTES.length;
  for (const [range, from, to] of [
    ['bytes=0-3', 0, 3],
    ['bytes=5-', 5, size - 1],
    ['bytes=-4', size - 4, size - 1],
    ['bytes=10-9999', 10, size - 1],
  ] as const) {
    const answer = await fetch(url, { headers: { range } });
    assert.equal(answer.status, 206, range);
    assert.equal(answer.headers.get('content-range'), `bytes ${from}-${to}/${size}`);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), BYTES.subarray(from, to + 1));
  }
  const past = await fetch(url, { headers: { range: 'bytes=9999-' } });
  assert.deepEqual([past.status, past.headers.get('content-range')], [416, `bytes */${size}`]);
  assert.equal(await past.text(), '{"error":"The file has no such range"}');
  for (const range of ['bytes=0-1,5-6', 'lines=1-2', 'nonsense'])
    assert.equal((await (await fetch(url, { headers: { range } })).arrayBuffer()).byteLength, size, range);
});

test('a missing file is not found, in JSON, and files cannot be written', async (t) => {
  const { server, url } = await serverWithFile(t);
  for (const path of ['posts/1/two.webp', 'posts/1', 'posts/1/', 'posts', '', 'posts/1/one.webp/x.webp'])
    assert.deepEqual(await answerOf(fetch(`${server.url}/files/${path}`)), NOT_FOUND, path);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    const answer = await fetch(url, { method });
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD'], method);
  }
});

test('no spelling of a path leaves the folder', async (t) => {
  const { server, files } = await serverWithFile(t);
  // An extension that is served, so that only the path can be the reason of a refusal.
  await writeFile(join(files, '../secret.webp'), 'secret');
  await writeFile(join(files, 'posts/1/page.html'), '<script>');
  await writeFile(join(files, '.hidden.webp'), 'hidden');
  await mkdir(join(files, '.drafts'), { recursive: true });
  await writeFile(join(files, '.drafts/one.webp'), 'draft');
  for (const path of [
    '../secret.webp',
    '%2e%2e/secret.webp',
    '..%2fsecret.webp',
    '%2e%2e%2fsecret.webp',
    '.%2e/secret.webp',
    '%252e%252e%252fsecret.webp',
    'posts/../../secret.webp',
    'posts/%2e%2e/%2e%2e/secret.webp',
    '..\\secret.webp',
    '..%5csecret.webp',
    'posts\\..\\..\\secret.webp',
    '..%c0%afsecret.webp',
    '%c0%ae%c0%ae/secret.webp',
    '....//secret.webp',
    '//secret.webp',
    '/etc/passwd',
    '//etc/passwd',
    '..%00/secret.webp',
    '../secret.webp%00.webp',
    'posts/1/one.webp%00',
    'posts/1/one.webp%00.png',
    'posts/1/page.html%00.webp',
    'posts/1/page.html',
    '.hidden.webp',
    '.drafts/one.webp',
    '%2edrafts/one.webp',
    'posts/./1/one.webp',
    'posts//1/one.webp',
    'posts/1/ONE.WEBP',
    'posts/1/one.webp.',
    'posts/1/one.webp%20',
    'posts/1/one.webp::$DATA',
    '%',
    '%zz',
    '%ff%fe',
    'a'.repeat(5_000),
  ]) {
    // Raw: fetch would normalise the path.
    const raw = await openRaw(t, server);
    raw.write(head('GET', `/files/${path}`, { connection: 'close' }));
    const status = await raw.status();
    await raw.untilGone();
    assert.ok([400, 404, 413].includes(status), `${path.slice(0, 80)} → ${status}`);
    assert.doesNotMatch(raw.text, /secret\n|hidden|draft|root:|script/, path);
    assert.match(raw.text, /\{"error":"[^"]+"\}$/, path);
  }
});

test('links inside the folder cannot lead outside', async (t) => {
  const { server, files } = await serverWithFile(t);
  await writeFile(join(files, '../secret.webp'), 'secret');
  await symlink(join(files, '../secret.webp'), join(files, 'posts/link.webp'));
  await symlink(join(files, '..'), join(files, 'posts/up'));
  await symlink('/nowhere', join(files, 'posts/broken.webp'));
  for (const path of ['posts/link.webp', 'posts/up/secret.webp', 'posts/broken.webp'])
    assert.deepEqual(await answerOf(fetch(`${server.url}/files/${path}`)), NOT_FOUND, path);
});

test('the default profile picture is served wherever files are stored', async (t) => {
  for (const settings of [{}, (await startS3(t)).settings]) {
    const server = await startTestServer(t, settings);
    const answer = await fetch(`${server.url}/files/default-avatar.webp`);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/webp']);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(answer.headers.get('cache-control') ?? '', /immutable/);
    const picture = Buffer.from(await answer.arrayBuffer());
    assert.ok(picture.length < 5_000);
    assert.deepEqual((await sharp(picture).metadata()).format, 'webp');
    const other = await fetch(`${server.url}/files/avatar.webp`);
    assert.equal(other.status, 404);
  }
});

test('with files in S3 no file is served from disk', async (t) => {
  const server = await startTestServer(t, (await startS3(t)).settings);
  await writeFile(join(server.settings.DATA_DIR as string, 'files/one.webp'), BYTES);
  assert.deepEqual(await answerOf(fetch(`${server.url}/files/one.webp`)), NOT_FOUND);
});
