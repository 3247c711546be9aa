/** Files of koine: any type, read by those who may, in parts, and harmless to a browser. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer } from '../support/harness.ts';
import { isProblem, Member, member, type Reply } from '../support/koine-people.ts';
import { halves, SVG } from '../support/pictures.ts';
import { startS3 } from '../support/s3.ts';
import { wav } from '../support/sounds.ts';
import { miscounted } from '../support/stored-bytes.ts';

type File = {
  id: string;
  kind: string;
  name: string;
  type: string;
  bytes: number;
  url: string;
  width?: number;
  duration?: number;
  previewUrl?: string;
  placeholder?: string;
};
type Room = { id: string };
/** A post as the social API shows it. */
type Shown = { id: string; description: string; images: string[] };
type Message = { seq: number; files: File[] };

/** The start of an MP4, and bytes after it. */
const FILM = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2'), randomBytes(100_000)]);
const HTML = Buffer.from('<script>alert(1)</script>');

function upload(who: Member, bytes: Uint8Array, name: string, type: string): Promise<Reply<File>> {
  const headers = {
    'content-type': type,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
  };
  return who.call<File>('POST', '/files', { body: bytes, headers });
}

async function made(who: Member, bytes: Uint8Array, name: string, type: string): Promise<File> {
  const { status, json } = await upload(who, bytes, name, type);
  assert.equal(status, 201, JSON.stringify(json));
  return json;
}

/** As a browser or a program asks for bytes; null: nobody asks. */
function ask(who: Member | null, url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { ...(who && { authorization: `Bearer ${who.token}` }), ...headers } });
}

async function statusFor(who: Member | null, url: string): Promise<number> {
  const answer = await ask(who, url);
  await answer.arrayBuffer();
  return answer.status;
}

test('files on disk', async (t) => {
  const server = await startTestServer(t, { FILE_BYTES: '300000', UPLOAD_BYTES: '200000' });
  const [ann, bob, eve] = await Promise.all(['ann', 'bob', 'eve'].map((name) => member(server, name)));
  assert.ok(ann && bob && eve);
  const room = await ann.do<Room>('POST', '/rooms', { kind: 'group', title: 'Files', members: [bob.id] });
  const film = await made(ann, FILM, 'Ferien im März.mp4', 'video/mp4');
  const { files } = await ann.do<Message>('POST', `/rooms/${room.id}/messages`, { body: '', files: [film.id] });
  const { url } = files[0] as File;

  await t.test('a file keeps its name and bytes, and is of a type that its content has', async () => {
    for (const [bytes, name, sent, kind, type] of [
      [FILM, 'a.mp4', 'application/x-nonsense', 'video', 'video/mp4'],
      [Buffer.from('ID3\x04 and so on'), 'a.mp3', 'x/y', 'audio', 'audio/mpeg'],
      [Buffer.from('some words'), 'words.txt', 'text/plain; charset=utf-8', 'file', 'text/plain'],
      [HTML, 'a.mp4', 'video/mp4', 'file', 'application/octet-stream'],
      [HTML, 'a.html', 'text/html', 'file', 'application/octet-stream'],
      [SVG, 'a.svg', 'image/svg+xml', 'file', 'application/octet-stream'],
      [Buffer.from('alert(1)'), 'a.js', 'text/javascript', 'file', 'application/octet-stream'],
      [
        (await halves(60, 40).jpeg().toBuffer()).subarray(0, 200),
        'cut.jpg',
        'image/jpeg',
        'file',
        'application/octet-stream',
      ],
      [randomBytes(300_000), 'largest.bin', 'application/zip', 'file', 'application/zip'],
    ] as const) {
      const file = await made(ann, bytes, name, sent);
      assert.deepEqual([file.kind, file.name, file.type, file.bytes], [kind, name, type, bytes.length], name);
      const answer = await ask(ann, file.url);
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), Buffer.from(bytes), name);
      const { headers } = answer;
      assert.equal(headers.get('content-type'), kind === 'file' ? 'application/octet-stream' : type, name);
      assert.ok(headers.get('content-disposition')?.startsWith(kind === 'file' ? 'attachment; ' : 'inline; '), name);
      assert.deepEqual(
        [headers.get('x-content-type-options'), headers.get('content-security-policy')],
        ['nosniff', "default-src 'none'; sandbox"],
      );
    }
    assert.ok(isProblem(await upload(ann, randomBytes(300_001), 'x', 'x/y'), 413, 'too_large'));
    assert.ok(isProblem(await upload(ann, new Uint8Array(), 'x', 'x/y'), 400, 'invalid'));
    const named = await ask(ann, url);
    assert.equal(
      named.headers.get('content-disposition'),
      `inline; filename="Ferien im M_rz.mp4"; filename*=UTF-8''Ferien%20im%20M%C3%A4rz.mp4`,
    );
    await named.arrayBuffer();
  });

  await t.test('a picture has its size, a preview, and a placeholder of a few bytes', async () => {
    const { placeholder = '', ...file } = await made(ann, await halves(60, 40).png().toBuffer(), 'a.png', 'image/png');
    assert.deepEqual([file.kind, file.type, file.width], ['image', 'image/png', 60]);
    assert.ok(Buffer.from(placeholder, 'base64').length > 5 && placeholder.length <= 40, placeholder);
    const answer = await ask(ann, file.previewUrl ?? '');
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'image/webp']);
    await answer.arrayBuffer();
    assert.equal(await statusFor(ann, `${server.url}/v1/files/${film.id}/preview`), 404, 'a film has none');
  });

  await t.test('a sound has its duration, and a film that does not say it has none', async () => {
    const sound = await made(ann, wav(2), 'a.wav', 'audio/wav');
    assert.deepEqual([sound.kind, sound.duration, film.duration], ['audio', 2_000, undefined]);
  });

  await t.test('parts are answered as they are asked for', async () => {
    const tag = (await ask(ann, url)).headers.get('etag') ?? '';
    for (const [range, more, status, bytes] of [
      ['bytes=0-0', {}, 206, FILM.subarray(0, 1)],
      ['bytes=10-19', {}, 206, FILM.subarray(10, 20)],
      ['bytes=-5', {}, 206, FILM.subarray(-5)],
      [`bytes=${FILM.length - 1}-`, {}, 206, FILM.subarray(-1)],
      ['bytes=0-99999999', {}, 206, FILM],
      ['bytes=1-2', { 'if-range': tag }, 206, FILM.subarray(1, 3)],
      ['bytes=1-2', { 'if-range': '"another"' }, 200, FILM],
      ['bytes=1-2,5-6', {}, 200, FILM],
      ['pages=1-2', {}, 200, FILM],
      ['bytes=5-1', {}, 416, null],
      [`bytes=${FILM.length}-`, {}, 416, null],
    ] as const) {
      const answer = await ask(bob, url, { range, ...more });
      const body = Buffer.from(await answer.arrayBuffer());
      assert.equal(answer.status, status, range);
      if (bytes !== null) assert.deepEqual(body, bytes, range);
      else
        assert.deepEqual(
          [(JSON.parse(body.toString()) as { code: string }).code, answer.headers.get('content-range')],
          ['range_not_satisfiable', `bytes */${FILM.length}`],
        );
    }
    // Without it, this client asks to pass by caches.
    const revalidating = { 'cache-control': 'max-age=0', 'if-none-match': tag };
    assert.equal((await ask(ann, url, revalidating)).status, 304);
  });

  await t.test('members of its room read it, as long as they are members', async () => {
    const paths = [url, `${server.url}/v1/files/${film.id}`];
    for (const path of paths)
      assert.deepEqual([await statusFor(bob, path), await statusFor(eve, path)], [200, 404], path);
    assert.equal(await statusFor(null, url), 404);
    assert.equal(await statusFor(null, `${server.url}/v1/files/nothing/content`), 404);
    const cookie = { cookie: `koine=${bob.token}` };
    assert.equal((await ask(null, url, { ...cookie, range: 'bytes=0-1' })).status, 206);
    assert.equal((await ann.call('DELETE', `/rooms/${room.id}/members/${bob.id}`)).status, 204);
    assert.deepEqual([await statusFor(bob, url), (await ask(null, url, cookie)).status], [404, 404]);
    // Nor is there a way around: by the key, whoever knows it.
    const [{ key }] = await server.sql<[{ key: string }]>`select key from objects where uid = ${film.id}`;
    assert.equal(await statusFor(ann, `${server.url}/files/${key}`), 404);
    const [{ seq }] = await server.sql<[{ seq: number }]>`select seq from message_files where object_key = ${key}`;
    assert.equal((await ann.call('DELETE', `/rooms/${room.id}/messages/${seq}`)).status, 204);
    assert.deepEqual(
      [await statusFor(ann, url), await statusFor(bob, url)],
      [200, 404],
      'deleted: its owner until the sweep',
    );
  });

  await t.test('of a post everybody reads it, and other dialects show its link', async () => {
    const [picture, words] = [
      await made(ann, await halves(60, 40).png().toBuffer(), 'a.png', 'image/png'),
      await made(ann, Buffer.from('words'), 'words.txt', 'text/plain'),
    ];
    const post = await ann.do<{ id: string; images: File[] }>('POST', '/posts', {
      body: 'both',
      images: [picture.id, words.id],
    });
    assert.deepEqual(
      post.images.map(({ kind }) => kind),
      ['image', 'file'],
    );
    for (const { url: link } of post.images) assert.equal(await statusFor(null, link), 200);
    const listed = (await (await ask(ann, `${server.url}/api/posts/all`)).json()) as Shown[];
    const { description, images } = listed.find(({ id }) => id === post.id) as Shown;
    assert.deepEqual([description, images], [`both\n${words.url}`, [picture.url]]);
    // Messages are counted about once a second.
    await eventually('all bytes to be counted', async () => (await miscounted(server.sql)).length === 0);
  });
});

test('files in an object store are read by links that are signed and expire', async (t) => {
  const { settings } = await startS3(t);
  const first = await startTestServer(t, settings);
  const [ann, bob] = await Promise.all(['ann', 'bob'].map((name) => member(first, name)));
  assert.ok(ann && bob);
  // Larger than what is sent to the store in one piece.
  const bytes = randomBytes(9_000_000);
  const film = Buffer.concat([FILM.subarray(0, 24), bytes]);
  const { url, kind } = await made(ann, film, 'a film.mp4', 'video/mp4');
  assert.equal(kind, 'video');
  assert.equal(await statusFor(bob, url), 404);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${ann.token}` }, redirect: 'manual' });
  assert.deepEqual([answer.status, answer.headers.get('cache-control')], [302, 'private, max-age=600']);
  const link = answer.headers.get('location') ?? '';
  assert.match(link, /[?&]X-Amz-Expires=3600(&|$)/);
  const stored = await fetch(link);
  assert.deepEqual(
    [stored.status, stored.headers.get('content-type'), stored.headers.get('content-disposition')],
    [200, 'video/mp4', `inline; filename="a film.mp4"; filename*=UTF-8''a%20film.mp4`],
  );
  assert.deepEqual(Buffer.from(await stored.arrayBuffer()), film);
  const part = await fetch(link, { headers: { range: 'bytes=100-199' } });
  assert.deepEqual([part.status, Buffer.from(await part.arrayBuffer())], [206, film.subarray(100, 200)]);
  await first.close();
  const again = await startServerWith(t, { ...first.settings, PORT: '0' });
  const sameAnn = new Member(again, { me: ann.me, token: ann.token, expiresAt: '' });
  assert.equal(await statusFor(sameAnn, `${again.url}/v1/files/${url.split('/').at(-2)}/content`), 200);
});
