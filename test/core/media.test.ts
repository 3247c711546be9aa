/** Uploads from the wire to their links: a small front end over the real parser, core, database and stores. */
import assert from 'node:assert/strict';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Fastify, { type FastifyError, type FastifyRequest } from 'fastify';
import sharp from 'sharp';
import { loadConfig } from '../../src/config/config.ts';
import { createChanges } from '../../src/core/events/changes.ts';
import { createMedia, type Media } from '../../src/core/media/media.ts';
import { attachImages, type StoredImage } from '../../src/core/media/stored-images.ts';
import { takeFileForms, withForm } from '../../src/dialects/shared/multipart.ts';
import { AppError, toAppError } from '../../src/errors.ts';
import { serveFiles } from '../../src/http/static-files.ts';
import { createLimits } from '../../src/limits/limits.ts';
import type { Blobs } from '../../src/store/blobs.ts';
import { openDiskBlobs } from '../../src/store/blobs-disk.ts';
import { openS3Blobs, type S3Settings } from '../../src/store/blobs-s3.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { insertObjects } from '../../src/store/objects.ts';
import { openSpool } from '../../src/store/spool.ts';
import type { SpoolLimits } from '../../src/store/spool-budget.ts';
import { atEnd, eventually, folder } from '../support/conditions.ts';
import { privatePlaces, startServerWith, startTestServer } from '../support/harness.ts';
import { relaySignUp } from '../support/people.ts';
import { halves, phoneJpeg, photo, pngHead, SVG, ZIP } from '../support/pictures.ts';
import { head, openRaw } from '../support/raw.ts';
import { startS3 } from '../support/s3.ts';

const ANN = { id: 1, uid: '5b0e4b0e-0000-4000-8000-000000000001' };
const FOLDER = `posts/${ANN.uid}/5b0e4b0e-0000-4000-8000-0000000000ff`;
/** Of a stored picture, beside its keys. */
const ROW = {
  ...{ accountId: ANN.id, type: 'image/png', width: 1, height: 1, bytes: 1, previewBytes: 1 },
  ...{ duration: null, placeholder: null },
};
const SHAPE = { files: ['images'], textLength: 100, sender: ANN };

type Front = {
  url: string;
  sql: Sql;
  media: Media;
  blobs: Blobs;
  spool: string;
  /** Replaces the transaction that attaches the pictures. */
  commit: (images: StoredImage[]) => Promise<unknown>;
};

type Settings = {
  s3?: boolean;
  spoolLimits?: SpoolLimits;
  limits?: Partial<Media['limits']>;
  wrap?: (blobs: Blobs) => Blobs;
};

/** On a database that it empties: `POST /posts` with a form of `description` and `images`; answers the links. */
async function openFront(
  t: TestContext,
  database: string,
  { s3 = false, limits = {}, spoolLimits, wrap = (blobs) => blobs }: Settings,
): Promise<Front> {
  const dataDir = await folder(t);
  const sql = openDatabase(database, 4);
  const app = Fastify();
  atEnd(t, async () => {
    app.server.closeAllConnections();
    await app.close();
    await sql.end();
  });
  const config = loadConfig(s3 ? (await startS3(t)).settings : {});
  const spool = join(dataDir, 'tmp');
  let url = '';
  const blobs = wrap(s3 ? openS3Blobs(config.s3 as S3Settings) : await openDiskBlobs(dataDir, () => url));
  const media = createMedia(sql, createChanges(sql, { publish: () => {} }), {
    blobs,
    spool: await openSpool(spool, spoolLimits),
    limits: { ...config.uploads, ...limits },
    privateUrl: (uid) => `private/${uid}`,
    defaultAvatarUrl: () => 'default',
    uploads: createLimits(config).rates.uploads,
  });
  await sql`delete from objects`;
  await sql`delete from accounts`;
  await sql`
    insert into accounts (id, uid, username, username_key, password_hash) overriding system value
    values (${ANN.id}, ${ANN.uid}, 'ann', 'ann', '')`;
  const self: Front = {
    url,
    sql,
    media,
    blobs,
    spool,
    commit: (images) => sql.begin((tx) => attachImages(tx, images)),
  };
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return reply.code(415).send();
    const { status, code, message } = toAppError(error);
    return reply.code(status).send({ code, message });
  });
  takeFileForms(app);
  app.post('/posts', (request) => post(self, request));
  serveFiles(app, dataDir);
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  self.url = url;
  return self;
}

async function post({ media, commit }: Front, request: FastifyRequest): Promise<unknown> {
  return withForm(request, media, SHAPE, async ({ texts, files }) => {
    const images = await media.prepare({ actor: ANN, folder: FOLDER }, files.get('images') ?? []);
    try {
      await commit(images);
    } catch (error) {
      await media.release(images);
      throw error;
    }
    const links = images.map(({ key, previewKey }) => [media.url(key), media.url(previewKey)]);
    return { texts: Object.fromEntries(texts), links };
  });
}

type Answer = { status: number; body: { code?: string; message?: string; texts: object; links: [string, string][] } };

async function send({ url }: Front, parts: readonly (readonly [string, string | Buffer | File])[]): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, Buffer.isBuffer(value) ? new File([value], 'a.jpg') : value);
  const answer = await fetch(`${url}/posts`, { method: 'POST', body: form });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

/** Objects by attachment, blobs, and files in transit. */
async function holdings({ sql, blobs, spool }: Front) {
  const rows = await sql<{ loose: boolean }[]>`select loose_since is not null as loose from objects`;
  const keys: string[] = [];
  for await (const { key } of blobs.list('')) if (!key.startsWith('tmp/')) keys.push(key);
  return {
    attached: rows.filter(({ loose }) => !loose).length,
    loose: rows.filter(({ loose }) => loose).length,
    blobs: keys.length,
    spooled: (await readdir(spool)).length,
  };
}

const NOTHING = { attached: 0, loose: 0, blobs: 0, spooled: 0 };

async function spooledBytes({ spool }: Front): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(spool)).map((name) => stat(join(spool, name)).catch(() => ({ size: 0 }))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

function inAnHour(): Date {
  return new Date(Date.now() + 3_600_000 + 60_000);
}

test('uploads', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const front = (t: TestContext, settings: Settings = {}) => openFront(t, DATABASE_URL, settings);

  for (const s3 of [false, true])
    await t.test(`pictures of a post get working links, ${s3 ? 'in S3' : 'on disk'}`, async (t) => {
      const here = await front(t, { s3 });
      const { status, body } = await send(here, [
        ['description', 'two pictures'],
        ['images', await phoneJpeg()],
        ['images', new File([await halves(50, 40).png().toBuffer()], 'b.png', { type: 'image/png' })],
      ]);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(body.texts, { description: ['two pictures'] });
      assert.equal(body.links.length, 2);
      for (const [i, [link, preview]] of body.links.entries()) {
        assert.match(link, new RegExp(`/${FOLDER}/[0-9a-f-]{36}\\.${['jpg', 'png'][i]}$`));
        const picture = await fetch(link);
        assert.equal(picture.headers.get('content-type'), ['image/jpeg', 'image/png'][i]);
        const { width, exif } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
        assert.deepEqual([width, exif], [[480, 50][i], undefined]);
        assert.equal((await fetch(preview)).headers.get('content-type'), 'image/webp');
      }
      assert.deepEqual(await holdings(here), { attached: 2, loose: 0, blobs: 4, spooled: 0 });
    });

  await t.test('a post without a picture accepts no part, an empty text or an empty file', async (t) => {
    const here = await front(t);
    for (const images of [
      [],
      [['images', '']],
      [['images', new File([], '')]],
      [
        ['images', ''],
        ['images', ''],
      ],
    ] as const) {
      const { status, body } = await send(here, [['description', 'no picture'], ...images]);
      assert.deepEqual([status, body], [200, { texts: { description: ['no picture'] }, links: [] }]);
    }
    assert.deepEqual(await holdings(here), NOTHING);
  });

  await t.test(
    'a form with an invalid, misplaced or oversized file is refused and leaves nothing behind',
    async (t) => {
      const here = await front(t, { limits: { bytes: 300_000 } });
      const good = ['images', await halves(60, 40).jpeg().toBuffer()] as const;
      const large = await photo(700, 700).png().toBuffer();
      assert.ok(large.length > 300_000);
      for (const [what, wrong, status, code] of [
        ['an SVG', [['images', SVG]], 415, 'unsupported_media_type'],
        ['a zip', [['images', ZIP]], 415, 'unsupported_media_type'],
        ['a bomb', [['images', pngHead(50_000, 50_000)]], 413, 'too_large'],
        ['half a JPEG', [['images', good[1].subarray(0, good[1].length / 2)]], 415, 'unsupported_media_type'],
        ['an empty file with a name', [['images', new File([], 'a.jpg')]], 415, 'unsupported_media_type'],
        ['a large file', [['images', large]], 413, 'too_large'],
        ['a large file that is not the last', [['images', large], good, good], 413, 'too_large'],
        ['many files', Array.from({ length: 11 }, () => good), 413, 'too_large'],
        ['a text where a file belongs', [['images', 'http://elsewhere/a.jpg']], 400, 'invalid'],
        ['a file where a text belongs', [['description', new File(['x'], 'x.txt')]], 400, 'invalid'],
        ['a long text', [['description', 'x'.repeat(2_000)]], 400, 'invalid'],
        ['many texts', Array.from({ length: 80 }, (_, i) => [`t${i}`, ''] as const), 413, 'too_large'],
        ['a name of Object', [['__proto__', 'x']], 400, 'invalid'],
      ] as const) {
        const answer = await send(here, [good, ...wrong]);
        assert.deepEqual([answer.status, answer.body.code], [status, code], `${what}: ${JSON.stringify(answer.body)}`);
        assert.ok((answer.body.message ?? '').length > 10, what);
        assert.deepEqual(await holdings(here), NOTHING, what);
      }
      assert.equal((await send(here, [good])).status, 200);
    },
  );

  await t.test('the file name and the media type of an upload are ignored', async (t) => {
    const here = await front(t);
    const png = await halves(50, 40).png().toBuffer();
    for (const [name, type] of [
      ['a.jpg', 'image/jpeg'],
      ['../../../etc/passwd', 'text/html'],
      ['a.svg', 'image/svg+xml'],
      ['\u202Egpj.exe', ''],
    ] as const) {
      const { status, body } = await send(here, [['images', new File([png], name, { type })]]);
      assert.equal(status, 200);
      assert.match(body.links[0]?.[0] as string, /\/[0-9a-f-]{36}\.png$/);
    }
  });

  await t.test('a body that is no valid form is refused and leaves nothing behind', async (t) => {
    const here = await front(t);
    const picture = (await halves(60, 40).jpeg().toBuffer()).toString('latin1');
    const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
    const file = part('Content-Disposition: form-data; name="images"; filename="a.jpg"', picture);
    for (const [what, type, body, status] of [
      ['JSON', 'application/json', '{"images":[]}', 415],
      ['a form without files', 'application/x-www-form-urlencoded', 'images=', 415],
      ['no boundary', 'multipart/form-data', `${file}--b--\r\n`, 400],
      ['another boundary', 'multipart/form-data; boundary=c', `${file}--b--\r\n`, 400],
      ['no end', 'multipart/form-data; boundary=b', file, 400],
      ['an end within a file', 'multipart/form-data; boundary=b', file.slice(0, -100), 400],
      ['an end within a head', 'multipart/form-data; boundary=b', `${file}--b\r\nContent-Dispo`, 400],
      ['noise', 'multipart/form-data; boundary=b', '\0\x01\x02--b-b--b', 400],
    ] as const) {
      const headers = { 'content-type': type };
      const answer = await fetch(`${here.url}/posts`, { method: 'POST', headers, body: Buffer.from(body, 'latin1') });
      assert.equal(answer.status, status, `${what}: ${await answer.text()}`);
      assert.deepEqual(await holdings(here), NOTHING, what);
    }
  });

  await t.test('a client that disconnects during an upload leaves nothing behind', async (t) => {
    const here = await front(t);
    for (const ending of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const raw = await openRaw(t, here);
      raw.write(
        head('POST', '/posts', { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '5000000' }),
      );
      raw.write('--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n');
      raw.write(await halves(60, 40).jpeg().toBuffer());
      raw.write('\r\n--b\r\nContent-Disposition: form-data; name="images"; filename="b.jpg"\r\n\r\n');
      raw.write(Buffer.alloc(200_000));
      await eventually('both files to be on their way', async () => (await readdir(here.spool)).length === 2);
      raw.socket[ending]();
      await eventually('them to be gone', async () => (await readdir(here.spool)).length === 0);
      assert.deepEqual(await holdings(here), NOTHING);
    }
  });

  await t.test('an account has a limit on bytes in transit, however many of its forms never end', async (t) => {
    const limits = [
      [{ bytes: 1_000_000, bytesPerOwner: 250_000 }, 429, 'rate_limited'],
      [{ bytes: 250_000, bytesPerOwner: 1_000_000 }, 503, 'overloaded'],
    ] as const;
    for (const [spoolLimits, status, code] of limits) {
      const here = await front(t, { spoolLimits });
      const picture = await halves(60, 40).jpeg().toBuffer();
      const endless = await openRaw(t, here);
      const form = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '5000000' };
      const part = '--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n';
      endless.write(head('POST', '/posts', form));
      endless.write(part);
      endless.write(Buffer.alloc(200_000));
      await eventually('it to be on its way', async () => (await spooledBytes(here)) >= 196_608);
      assert.equal((await send(here, [['images', picture]])).status, 200, 'what fits is taken');

      const second = await openRaw(t, here);
      second.write(head('POST', '/posts', form));
      second.write(part);
      second.write(Buffer.alloc(200_000));
      assert.equal(await second.status(), status);
      assert.match(second.text, new RegExp(code));
      assert.ok((await spooledBytes(here)) <= 250_000);
      endless.socket.destroy();
      await eventually('it to be gone', async () => (await spooledBytes(here)) === 0);
      for (let n = 0; n < 3; n += 1) {
        const large = Buffer.concat([picture, Buffer.alloc(200_000)]);
        assert.equal((await send(here, [['images', large]])).status, 200, 'what is gone counts no more');
      }
    }
  });

  await t.test(
    'an oversized file is refused while the client still sends, and the connection stays usable',
    async (t) => {
      const here = await front(t, { limits: { bytes: 100_000 } });
      const raw = await openRaw(t, here);
      const size = 3_000_000;
      const start = '--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n';
      const length = String(start.length + size + 9);
      raw.write(
        head('POST', '/posts', { 'content-type': 'multipart/form-data; boundary=b', 'content-length': length }),
      );
      raw.write(start);
      raw.write(Buffer.alloc(size / 2));
      assert.equal(await raw.status(), 413);
      raw.write(Buffer.alloc(size / 2));
      raw.write('\r\n--b--\r\n');
      raw.write(head('GET', '/files/none.webp', { connection: 'close' }));
      await raw.untilGone();
      assert.match(raw.text, /HTTP\/1\.1 404/);
      assert.deepEqual(await holdings(here), NOTHING);
    },
  );

  for (const s3 of [false, true])
    await t.test(`a failed commit leaves neither rows nor blobs, ${s3 ? 'in S3' : 'on disk'}`, async (t) => {
      const here = await front(t, { s3 });
      let seen: Awaited<ReturnType<typeof holdings>> | null = null;
      here.commit = async (images) => {
        await here.sql.begin(async (tx) => {
          await attachImages(tx, images);
          seen = await holdings(here);
          throw new AppError('forbidden');
        });
      };
      const { status } = await send(here, [['images', await halves(60, 40).jpeg().toBuffer()]]);
      assert.equal(status, 403);
      assert.deepEqual(seen, { attached: 0, loose: 1, blobs: 2, spooled: 1 });
      assert.deepEqual(await holdings(here), NOTHING);
    });

  await t.test('a commit whose acknowledgement was lost keeps its pictures', async (t) => {
    const here = await front(t);
    here.commit = async (images) => {
      await here.sql.begin((tx) => attachImages(tx, images));
      throw new Error('the connection broke');
    };
    assert.equal((await send(here, [['images', await halves(60, 40).jpeg().toBuffer()]])).status, 500);
    assert.deepEqual(await holdings(here), { attached: 1, loose: 0, blobs: 2, spooled: 0 });
  });

  await t.test(
    'while the file store is unavailable posts with pictures fail, and partial uploads are swept',
    async (t) => {
      let puts = 0;
      const failing = (blobs: Blobs): Blobs => ({
        ...blobs,
        put: async (key, file) => {
          puts += 1;
          if (puts === 3) throw new AppError('unavailable');
          await blobs.put(key, file);
        },
      });
      const here = await front(t, { wrap: failing });
      let committed = false;
      here.commit = async () => {
        committed = true;
      };
      const picture = await halves(60, 40).jpeg().toBuffer();
      const { status } = await send(here, [
        ['images', picture],
        ['images', picture],
      ]);
      assert.deepEqual([status, committed], [503, false]);
      await here.media.sweep(inAnHour());
      assert.deepEqual(await holdings(here), NOTHING);
    },
  );

  for (const s3 of [false, true])
    await t.test(
      `leftovers of a crash, and nothing else, are swept after an hour, ${s3 ? 'in S3' : 'on disk'}`,
      async (t) => {
        const here = await front(t, { s3 });
        const picture = await halves(60, 40).jpeg().toBuffer();
        const { body } = await send(here, [['images', picture]]);
        await writeFile(join(here.spool, 'left'), picture);
        // Leftovers of crashes before, while and after blobs were stored.
        for (const [i, ending] of ['webp', 'jpg', 'png'].entries()) {
          const keys = { key: `${FOLDER}/n${i}.${ending}`, previewKey: `${FOLDER}/n${i}.preview.webp` };
          await insertObjects(here.sql, [{ ...keys, ...ROW }]);
          if (i > 0) await here.blobs.put(keys.key, join(here.spool, 'left'));
          if (i > 1) await here.blobs.put(keys.previewKey, join(here.spool, 'left'));
        }
        const full = { attached: 1, loose: 3, blobs: 5, spooled: 1 };
        assert.deepEqual(await holdings(here), full);
        await here.media.sweep();
        assert.deepEqual(await holdings(here), full, 'they may be in the works');
        const past = new Date(Date.now() - 120_000);
        await utimes(join(here.spool, 'left'), past, past);
        await here.media.sweep(inAnHour());
        assert.deepEqual(await holdings(here), { attached: 1, loose: 0, blobs: 2, spooled: 0 });
        assert.equal((await fetch(body.links[0]?.[0] as string)).status, 200);
      },
    );

  await t.test('a sweep handles any number of objects and resumes after an interruption', async (t) => {
    let away = true;
    const failing = (blobs: Blobs): Blobs => ({
      ...blobs,
      remove: (keys) => (away ? Promise.reject(new AppError('unavailable')) : blobs.remove(keys)),
    });
    const here = await front(t, { wrap: failing });
    await insertObjects(
      here.sql,
      Array.from({ length: 250 }, (_, i) => ({
        ...{ key: `${FOLDER}/n${i}.png`, previewKey: `${FOLDER}/n${i}.preview.webp` },
        ...ROW,
      })),
    );
    await assert.rejects(here.media.sweep(inAnHour()), { code: 'unavailable' });
    assert.equal((await holdings(here)).loose, 250);
    away = false;
    await Promise.all([here.media.sweep(inAnHour()), here.media.sweep(inAnHour())]);
    assert.deepEqual(await holdings(here), NOTHING);
  });

  await t.test(
    'an object that is being swept cannot be attached, and one that is being attached is not swept',
    async (t) => {
      const here = await front(t);
      const keys = { key: `${FOLDER}/a.png`, previewKey: `${FOLDER}/a.preview.webp` };
      await insertObjects(here.sql, [{ ...keys, ...ROW }]);
      await here.sql.begin(async (tx) => {
        await attachImages(tx, [keys]);
        await here.media.sweep(inAnHour());
      });
      assert.deepEqual(await holdings(here), { attached: 1, loose: 0, blobs: 0, spooled: 0 });
      await here.sql`update objects set loose_since = now(), condemned = true`;
      await assert.rejects(
        here.sql.begin((tx) => attachImages(tx, [keys])),
        { code: 'unavailable' },
      );
    },
  );

  await t.test('a profile picture can be set and replaced, and is deleted with the account', async (t) => {
    const here = await front(t);
    const { media, sql } = here;
    const upload = async (width: number) => {
      const path = join(here.spool, `u${width}`);
      await writeFile(path, await halves(width, 900).jpeg().toBuffer());
      return { path, bytes: 1 };
    };
    assert.equal(media.avatarUrl(null), 'default');
    const first = await upload(600);
    const { key } = await media.setAvatar(ANN, first);
    assert.match(key, new RegExp(`^avatars/${ANN.uid}/[0-9a-f-]{36}\\.jpg$`));
    const [row] = await sql`select avatar_key from accounts where id = ${ANN.id}`;
    assert.equal(row?.avatar_key, key);
    const picture = Buffer.from(await (await fetch(media.avatarUrl(key))).arrayBuffer());
    assert.equal((await sharp(picture).metadata()).height, 512);
    const second = await upload(700);
    const replaced = await media.setAvatar(ANN, second);
    await media.discard([first, second]);
    assert.deepEqual(await holdings(here), { attached: 1, loose: 1, blobs: 4, spooled: 0 });
    await media.sweep(inAnHour());
    assert.deepEqual(await holdings(here), { attached: 1, loose: 0, blobs: 2, spooled: 0 });
    assert.equal((await fetch(media.avatarUrl(replaced.key))).status, 200);
    await sql`delete from accounts where id = ${ANN.id}`;
    await media.sweep(inAnHour());
    assert.deepEqual(await holdings(here), NOTHING);
  });

  await t.test('of two concurrent profile pictures one is shown and the other is swept', async (t) => {
    const here = await front(t);
    const path = join(here.spool, 'u');
    await writeFile(path, await halves(60, 40).jpeg().toBuffer());
    await Promise.all([1, 2, 3].map(() => here.media.setAvatar(ANN, { path, bytes: 1 })));
    assert.deepEqual(await holdings(here), { attached: 1, loose: 2, blobs: 6, spooled: 1 });
    await here.media.sweep(inAnHour());
    assert.deepEqual(await holdings(here), { attached: 1, loose: 0, blobs: 2, spooled: 0 });
  });

  await t.test('a deleted actor cannot set the picture of another account', async (t) => {
    const here = await front(t);
    const path = join(here.spool, 'u');
    await writeFile(path, await halves(60, 40).jpeg().toBuffer());
    await here.sql`delete from accounts`;
    await assert.rejects(here.media.setAvatar(ANN, { path, bytes: 1 }));
    assert.deepEqual(await holdings(here), { ...NOTHING, spooled: 1 });
  });
});

test('a starting server sweeps leftovers of the previous one and logs where files are stored', async (t) => {
  const first = await startTestServer(t);
  await relaySignUp(first, 'ann');
  await first.sql`
    insert into objects (key, preview_key, width, height, bytes, loose_since)
    values ('posts/a.png', 'posts/a.preview.webp', 1, 1, 1, now() - interval '2 hours')`;
  const file = join(first.settings.DATA_DIR as string, 'files/posts/a.png');
  await first.close();
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, 'left');
  const second = await startServerWith(t, first.settings);
  await eventually('the row to be gone', async () => (await second.sql`select from objects`).length === 0);
  assert.deepEqual(await readdir(join(file, '..')).catch(() => []), []);
});
