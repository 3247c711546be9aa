/** Uploads of koine (tus): interrupted and resumed, by their own accounts only, within quota and number, gone when they expire. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Upload } from 'tus-js-client';
import { createClient } from '../../packages/client/src/index.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { isProblem, type Member, member, type Reply } from '../support/koine-people.ts';
import { startS3 } from '../support/s3.ts';
import { miscounted } from '../support/stored-bytes.ts';

type File = { id: string; kind: string; name: string; bytes: number; url: string };

const TUS = { 'tus-resumable': '1.0.0' };
const PART = { ...TUS, 'content-type': 'application/offset+octet-stream' };
const named = (name: string) =>
  `filename ${Buffer.from(name).toString('base64')},filetype ${Buffer.from('application/zip').toString('base64')}`;

function begin(who: Member, length: number | string, metadata = named('a file.zip')): Promise<Reply<unknown>> {
  const headers = { ...TUS, 'upload-length': String(length), 'upload-metadata': metadata };
  return who.call('POST', '/uploads', { headers });
}

async function begun(who: Member, length: number): Promise<string> {
  const { status, headers, json } = await begin(who, length);
  assert.equal(status, 201, JSON.stringify(json));
  return (headers.get('location') as string).replace('/v1', '');
}

const append = (who: Member, path: string, offset: number, bytes: Uint8Array) =>
  who.call('PATCH', path, { body: bytes, headers: { ...PART, 'upload-offset': String(offset) } });

async function offsetOf(who: Member, path: string): Promise<number> {
  const { status, headers } = await who.call('HEAD', path, { headers: TUS });
  return status === 200 ? Number(headers.get('upload-offset')) : -status;
}

/** Sends a part, and cuts the connection after that number of bytes. */
function cut({ url }: TestServer, who: Member, path: string, offset: number, bytes: Uint8Array): Promise<void> {
  const headers = {
    ...PART,
    authorization: `Bearer ${who.token}`,
    'upload-offset': offset,
    'content-length': bytes.length + 1,
  };
  const sending = request(`${url}/v1${path}`, { method: 'PATCH', headers });
  return new Promise((resolve) => {
    sending.on('error', () => {}).on('close', resolve);
    sending.write(bytes, () => sending.destroy());
  });
}

async function bytesOf(who: Member, url: string): Promise<Buffer> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${who.token}` } });
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

const idOf = (path: string) => path.split('/').at(-1) as string;

/** An upload goes on after interruptions, also on another node, and becomes a file. */
async function interrupted(t: TestContext, server: TestServer, ann: Member): Promise<void> {
  const bytes = randomBytes(5_000_000);
  const path = await begun(ann, bytes.length);
  await cut(server, ann, path, 0, bytes.subarray(0, 2_000_000));
  const other = await startServerWith(t, { ...server.settings });
  const elsewhere = Object.assign(Object.create(ann) as Member, { server: other });
  let offset = 0;
  await eventually('the first request to be over', async () => {
    const kept = await offsetOf(elsewhere, path);
    const { status, headers } = await append(elsewhere, path, kept, bytes.subarray(kept, kept + 1_000));
    offset = Number(headers.get('upload-offset'));
    return status === 204;
  });
  assert.ok(offset <= 2_001_000, String(offset));
  while (offset < bytes.length) {
    const { status, headers, json } = await append(elsewhere, path, offset, bytes.subarray(offset, offset + 1_500_000));
    assert.equal(status, 204, JSON.stringify(json));
    offset = Number(headers.get('upload-offset'));
  }
  const file = await ann.get<File>(`/files/${idOf(path)}`);
  assert.deepEqual([file.name, file.bytes, file.kind], ['a file.zip', bytes.length, 'file']);
  assert.deepEqual(await bytesOf(ann, file.url), bytes);
  assert.equal(await offsetOf(ann, path), bytes.length, 'whoever missed the last answer learns of it');
  assert.deepEqual(await miscounted(server.sql), []);
}

async function byTusClient({ url }: TestServer, ann: Member, bytes: Buffer): Promise<void> {
  const location = await new Promise<string>((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${url}/v1/uploads`,
      headers: { authorization: `Bearer ${ann.token}` },
      metadata: { filename: 'Ünïcode.zip', filetype: 'application/zip' },
      chunkSize: 700_000,
      retryDelays: [10],
      onSuccess: () => resolve(upload.url as string),
      onError: reject,
    });
    upload.start();
  });
  const file = await ann.get<File>(`/files/${idOf(location)}`);
  assert.equal(file.name, 'Ünïcode.zip');
  const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  assert.equal(hash(await bytesOf(ann, file.url)), hash(bytes));
}

test('disk', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const bytes = randomBytes(3_000_000);

  await t.test('an upload goes on after interruptions, also on another node, and becomes a file', (t) =>
    interrupted(t, server, ann),
  );
  await t.test('tus-js-client uploads here', () => byTusClient(server, ann, bytes));
  await t.test('the SDK uploads in parts, stops and goes on', async () => {
    const client = createClient({ url: server.url, token: ann.token });
    const stop = new AbortController();
    let upload = '';
    const blob = new Blob([bytes], { type: 'application/zip' });
    const first = client.files.uploadInParts(blob, {
      ...{ name: 'parts.zip', part: 400_000, signal: stop.signal },
      onBegun: (id) => (upload = id),
      onProgress: (sent) => sent > 1_000_000 && stop.abort(new Error('enough')),
    });
    await assert.rejects(first, { message: 'enough' });
    const sent: number[] = [];
    const file = await client.files.uploadInParts(blob, { upload, part: 400_000, onProgress: (n) => sent.push(n) });
    assert.ok((sent[0] ?? 0) > 0, 'it goes on');
    assert.deepEqual([file.id, file.name, file.bytes], [upload, 'parts.zip', bytes.length]);
    assert.deepEqual(await bytesOf(ann, file.url), bytes);
  });
});

test('S3: an upload goes on after interruptions, also on another node, and becomes a file', async (t) => {
  const server = await startTestServer(t, (await startS3(t)).settings);
  const ann = await member(server, 'ann');
  await interrupted(t, server, ann);
});

test('uploads', async (t) => {
  const server = await startTestServer(t, {
    LARGE_FILE_BYTES: '8000000',
    STORAGE_PER_ACCOUNT: '10000000',
    RATE_LIMITS: 'on',
  });
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => member(server, name)));
  assert.ok(ann && bob);

  await t.test('what is wrong is refused, and leaves the upload as it is', async () => {
    const path = await begun(ann, 100);
    await append(ann, path, 0, randomBytes(40));
    const part = (headers: Record<string, string>) =>
      ann.call('PATCH', path, { body: randomBytes(1), headers: { ...PART, 'upload-offset': '40', ...headers } });
    const wrong: [ask: () => Promise<Reply<unknown>>, status: number, code: string][] = [
      [() => append(ann, path, 39, randomBytes(1)), 409, 'wrong_offset'],
      [() => append(ann, path, 41, randomBytes(1)), 409, 'wrong_offset'],
      [() => append(ann, path, 40, randomBytes(61)), 413, 'too_large'],
      [() => append(bob, path, 40, randomBytes(1)), 404, 'not_found'],
      [() => bob.call('DELETE', path, { headers: TUS }), 404, 'not_found'],
      [() => part({ 'upload-offset': '-1' }), 400, 'invalid'],
      [() => part({ 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
      [() => part({ 'tus-resumable': '0.2.2' }), 412, 'precondition_failed'],
      [() => begin(ann, 8_000_001), 413, 'too_large'],
      [() => begin(ann, 0), 400, 'invalid'],
      [() => begin(ann, 'x'), 400, 'invalid'],
    ];
    // One after the other: two that write at once would refuse one another.
    for (const [ask, status, code] of wrong) {
      const answer = await ask();
      assert.ok(isProblem(answer, status, code), JSON.stringify([code, answer]));
    }
    assert.deepEqual([await offsetOf(ann, path), await offsetOf(bob, path)], [40, -404]);
    assert.equal((await ann.call('DELETE', path, { headers: TUS })).status, 204);
    assert.equal(await offsetOf(ann, path), -404);
  });

  await t.test('a file without a type, or without a name, is taken too', async () => {
    for (const metadata of ['filename YQ==,filetype ', 'filename ,filetype', 'odd,,'])
      assert.equal((await begin(bob, 1, metadata)).status, 201, metadata);
  });

  await t.test('an upload counts as stored from its beginning, and an account has so many at once', async () => {
    const path = await begun(ann, 8_000_000);
    assert.ok(isProblem(await begin(ann, 3_000_000), 413, 'quota_exceeded'));
    assert.equal((await ann.call('DELETE', path, { headers: TUS })).status, 204);
    const racing = await Promise.all(Array.from({ length: 25 }, () => begin(ann, 1)));
    assert.equal(racing.filter(({ status }) => status === 201).length, 20);
    assert.ok(racing.every((reply) => reply.status === 201 || isProblem(reply, 429, 'rate_limited')));
    assert.deepEqual(await miscounted(server.sql), []);
  });

  await t.test('an expired one is gone, with its bytes', async () => {
    const path = await begun(bob, 100);
    await append(bob, path, 0, randomBytes(40));
    await server.sql`update uploads set expires_at = now()`;
    assert.equal(await offsetOf(bob, path), -404);
    await server.close();
    const again = await startServerWith(t, { ...server.settings, PORT: '0' });
    await eventually('the sweep', async () => (await again.sql`select from uploads`).length === 0);
    assert.deepEqual(await miscounted(again.sql), []);
  });
});
