/**
 * Backups: consistent snapshots of a running server, verified and restored elsewhere; never partial, never overwriting.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { createChanges } from '../../src/core/events/changes.ts';
import { createMedia } from '../../src/core/media/media.ts';
import { MemoryRates } from '../../src/limits/rates.ts';
import { startServer } from '../../src/server.ts';
import { readContainer, readWhole, writeContainer } from '../../src/store/backup/container.ts';
import { withoutSweeps } from '../../src/store/backup/objects-shown.ts';
import { restoreBackup } from '../../src/store/backup/restore.ts';
import { writeBackup } from '../../src/store/backup/write.ts';
import { openDiskBlobs } from '../../src/store/blobs-disk.ts';
import { openDatabase, type Sql } from '../../src/store/database.ts';
import { visitEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { runOnce } from '../../src/store/migrate.ts';
import { openSpool } from '../../src/store/spool.ts';
import { atEnd, eventually, folder } from '../support/conditions.ts';
import { emptyDatabase, privatePlaces, startTestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { connect, relayToken } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { startS3 } from '../support/s3.ts';
import { member, type Post } from '../support/social-people.ts';

const FAST = { PORT: '0', LOG_LEVEL: 'silent', ARGON2_MEMORY: '8', ARGON2_PASSES: '1', SOCKET_RATE: '100000' };
const GOING_ON = { signal: new AbortController().signal, onProgress: () => {} };

/** Between what somebody says and the next, in ms: the backup needs the processor too. */
const BREATH = 20;

type Said = { what: string; sentAt: number; heardAt: number };

/** Sends messages to the lobby until stated to stop, and records when each was sent and echoed. */
async function talker(t: TestContext, server: Awaited<ReturnType<typeof startTestServer>>, name: string) {
  const said = new Map<string, Said>();
  const socket = await connect(t, server, await relayToken(server, name));
  let going = true;
  const say = () => {
    const what = `${name} ${said.size}`;
    said.set(what, { what, sentAt: Date.now(), heardAt: Number.POSITIVE_INFINITY });
    socket.send(what);
  };
  socket.ws.on('message', (frame: Buffer) => {
    const { body } = JSON.parse(frame.toString()) as { body: string };
    const own = said.get(body);
    if (own === undefined) return;
    own.heardAt = Date.now();
    setTimeout(() => going && say(), BREATH);
  });
  for (let index = 0; index < 2; index += 1) say();
  return {
    said: () => [...said.values()],
    hears: (count: number) => socket.frameCount(socket.frames.length + count),
    stop: async () => {
      going = false;
      await socket.settled();
    },
  };
}

/** A file that is too large for the memory of whoever copies it, as far as its kind tells. */
async function storeFilm({ sql, settings }: { sql: Sql; settings: Readonly<Record<string, string>> }): Promise<void> {
  const folder = join(settings.DATA_DIR as string, 'files', 'private', 'ann');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'film.bin'), randomBytes(3_000_000));
  await sql`
    insert into objects (key, type, bytes, loose_since) values ('private/ann/film.bin', 'video/mp4', 3000000, null)`;
}

/** Posts pictures, one after each `pace`, until stated to stop. */
async function painter(
  server: Awaited<ReturnType<typeof startTestServer>>,
  name: string,
  pace: () => Promise<unknown>,
) {
  const person = await member(server, name);
  const picture = await halves(80, 60).jpeg().toBuffer();
  const said: Said[] = [];
  let going = true;
  const painting = (async () => {
    while (going) {
      const what = `${name} ${said.length}`;
      const one = { what, sentAt: Date.now(), heardAt: Number.POSITIVE_INFINITY };
      said.push(one);
      assert.equal((await person.post(what, [picture, picture])).status, 201);
      one.heardAt = Date.now();
      await pace();
    }
  })();
  return {
    said: () => said,
    stop: async () => {
      going = false;
      await painting;
    },
  };
}

/** The snapshot has every message echoed before it began, and none sent after it ended. */
function assertMoment(said: readonly Said[], stored: readonly string[], began: number, ended: number): void {
  const there = new Set(stored);
  const heard = said.filter(({ heardAt }) => heardAt < began);
  assert.ok(heard.length > 0, 'something was said before');
  assert.deepEqual(
    heard.filter(({ what }) => !there.has(what)),
    [],
    'lost',
  );
  assert.ok(
    said.some(({ sentAt }) => sentAt > ended),
    'it went on',
  );
  assert.deepEqual(
    said.filter(({ what, sentAt }) => sentAt > ended && there.has(what)),
    [],
    'from the future',
  );
  assert.equal(there.size, stored.length, 'doubled');
}

test('a backup under load is a consistent snapshot and can be moved to other stores and back', {
  timeout: 120_000,
}, async (t) => {
  const place = await folder(t);
  const file = join(place, 'one.tar.gz');
  const server = await startTestServer(t, { SOCKET_RATE: '100000' });
  const [ann, bob] = [await talker(t, server, 'ann'), await talker(t, server, 'bob')];
  const eve = await painter(server, 'eve', () => ann.hears(5));
  const people = [eve, ann, bob];
  const busy = (least: number) =>
    eventually('some to be heard', async () =>
      people.every(({ said }) => said().filter(({ heardAt }) => heardAt < Number.POSITIVE_INFINITY).length > least),
    );
  await busy(2);
  await storeFilm(server);
  const backup = await koine(server.settings, 'backup', file, '--json');
  assert.deepEqual([backup.code, backup.err], [0, '']);
  const ended = Date.now();
  await eventually('it to go on', async () => people.every(({ said }) => said().some(({ sentAt }) => sentAt > ended)));
  for (const { stop } of people) await stop();
  const began = Date.parse((JSON.parse(backup.out) as { at: string }).at);
  assert.equal((await stat(file)).mode & 0o777, 0o600);

  const verified = await koine({ TMPDIR: await folder(t) }, 'verify', file, '--json');
  assert.deepEqual([verified.code, verified.err], [0, '']);
  assert.deepEqual(JSON.parse(verified.out), JSON.parse(backup.out));

  // Restores to the embedded database and S3.
  const s3 = await startS3(t);
  const elsewhere = { ...FAST, ...s3.settings, DATA_DIR: join(place, 'elsewhere') };
  const restored = await koine(elsewhere, 'restore', file, '--keep-sessions');
  assert.deepEqual([restored.code, restored.err], [0, '']);
  const moved = await startServer(loadConfig(elsewhere));
  atEnd(t, () => moved.close());
  const { connection } = await visitEmbeddedPostgres(join(elsewhere.DATA_DIR, 'postgres'));
  const sql = openDatabase(connection, 1);
  atEnd(t, () => sql.end());
  const epochs = [server.sql, sql].map(
    async (db) => (await db<{ epoch: string }[]>`select epoch from installation`)[0]?.epoch,
  );
  const [before, after] = await Promise.all(epochs);
  assert.notEqual(after, before, 'positions from before the restore are no longer taken');
  const bodies = async (table: string) =>
    (await sql<{ body: string }[]>`select body from ${sql(table)}`).map(({ body }) => body);
  assertMoment([...ann.said(), ...bob.said()], await bodies('messages'), began, ended);
  assertMoment(eve.said(), await bodies('posts'), began, ended);
  const joe = await member({ url: moved.url, wsUrl: '' }, 'joe');
  const page = await joe.get<Post[]>('/posts/all');
  assert.ok(page.length > 0);
  for (const { images } of page) {
    assert.equal(images.length, 2);
    for (const image of images) assert.equal((await fetch(image)).status, 200, image);
  }

  // And back to a server and disk while the other one runs.
  const second = join(place, 'two.tar.gz');
  const away = await koine(elsewhere, 'backup', second, '--json');
  assert.deepEqual([away.code, away.err], [0, '']);
  const home = await target(t);
  const { manifest, header } = await home.restore(second);
  assert.equal(header.at, (JSON.parse(away.out) as { at: string }).at);
  const again = await backUp(home, join(place, 'three.tar.gz'));
  assert.deepEqual([again.manifest, again.header.tables], [manifest, header.tables]);
});

type Place = { sql: Sql; settings: Record<string, string>; source: Parameters<typeof writeBackup>[1] };

async function placeOf(t: TestContext, settings: { DATABASE_URL: string; DATA_DIR: string }): Promise<Place> {
  const sql = openDatabase(settings.DATABASE_URL, 2);
  atEnd(t, () => sql.end());
  const blobs = await openDiskBlobs(join(settings.DATA_DIR, 'files'), () => '');
  return { sql, settings, source: { sql, blobs, version: '0' } };
}

/** An installation with an account and a picture, and a backup of it, which lacks the file that nothing shows. */
async function backedUp(t: TestContext): Promise<Place & { file: string }> {
  const place = await placeOf(t, await privatePlaces(t));
  const file = join(await folder(t), 'backup');
  const picture = join(await folder(t), 'picture');
  await writeFile(picture, 'a picture');
  await place.sql`insert into accounts (username, username_key, password_hash) values ('ann', 'ann', 'x')`;
  await place.sql`insert into sessions (id, account_id, expires_at) values (gen_random_uuid(), 1, now() + interval '1 day')`;
  await place.sql`
    insert into objects (key, preview_key, account_id, width, height, bytes, loose_since)
    values ('posts/a.png', 'posts/a.preview.webp', 1, 1, 1, 18, null), ('posts/loose.png', null, 1, 1, 1, 18, now())`;
  for (const key of ['posts/a.png', 'posts/a.preview.webp']) await place.source.blobs.put(key, picture);
  await backUp(place, file);
  return { ...place, file };
}

function backUp({ source }: Place, file: string) {
  const onMissing = (key: string) => {
    throw new Error(`${key} is gone`);
  };
  return writeBackup(file, source, { ...GOING_ON, onMissing });
}

/** An empty installation, and a restore into it. */
async function target(t: TestContext) {
  const place = await placeOf(t, { DATABASE_URL: await emptyDatabase(t), DATA_DIR: await folder(t) });
  const spool = await openSpool(join(place.settings.DATA_DIR as string, 'tmp'));
  const restore = (file: string) => restoreBackup(file, { ...place.source, spool }, GOING_ON);
  return { ...place, restore };
}

async function assertEmpty({ sql, source }: Place): Promise<void> {
  assert.deepEqual(await sql`select from pg_tables where schemaname = 'public'`.then((rows) => rows.length), 0);
  for await (const { key } of source.blobs.list('')) assert.fail(key);
}

test('a backup of a small installation', async (t) => {
  const source = await backedUp(t);
  const { file } = source;
  const place = await target(t);

  await t.test('a truncated or altered backup is refused and leaves the target empty', async () => {
    const bytes = await readFile(file);
    const altered = Buffer.from(bytes);
    // Several bytes: changing a single one may hit equivalent encodings that unpack to the same content.
    for (let at = bytes.length >> 1, end = at + 16; at < end; at += 1) altered[at] = (altered[at] ?? 0) ^ 0x10;
    for (const [index, damaged] of [bytes.subarray(0, bytes.length - 30), bytes.subarray(0, 900), altered].entries()) {
      const copy = `${file}.${index}`;
      await writeFile(copy, damaged);
      await assert.rejects(place.restore(copy), { name: 'DamagedBackupError', message: /^the backup is damaged: / });
      await assertEmpty(place);
    }
    await writeFile(`${file}.text`, 'not a backup at all');
    await assert.rejects(place.restore(`${file}.text`), { name: 'DamagedBackupError' });
  });

  await t.test('a backup with more content than declared or than the target has space for is refused', async () => {
    const whole: { name: string; bytes: Buffer }[] = [];
    for await (const entry of readContainer(file, GOING_ON.signal, Number.POSITIVE_INFINITY))
      whole.push({ name: entry.name, bytes: await readWhole(entry) });
    const [header, ...rest] = whole as [(typeof whole)[number], ...typeof whole];
    const stated = JSON.parse(header.bytes.toString()) as { files: number; tables: Record<string, number> };
    const empty = { name: 'tables/likes/000001.ndjson', bytes: Buffer.from('\n') };
    const lies = [
      [
        { ...stated, tables: { ...stated.tables, accounts: 0 } },
        [],
        /more rows of "accounts" than the 0 that its header states/,
      ],
      [{ ...stated, files: 1 }, [], /more files than the 1 that its header states/],
      [{ ...stated, files: 'many' }, [], /more files than the many that its header states/],
      [stated, [empty], /more rows of "likes" than the 0 that its header states/],
    ] as const;
    for (const [index, [lie, more, pattern]] of lies.entries()) {
      const copy = `${file}.lie-${index}`;
      await writeContainer(copy, GOING_ON.signal, async (add) => {
        await add(header.name, Buffer.from(JSON.stringify(lie)));
        for (const { name, bytes } of [...more, ...rest]) await add(name, bytes);
      });
      await assert.rejects(place.restore(copy), pattern);
      await assertEmpty(place);
    }
    const read = async () => {
      for await (const entry of readContainer(file, GOING_ON.signal, 2_000)) await readWhole(entry);
    };
    await assert.rejects(read, /^Error: it unpacks to more than the 0 MiB that there is room for$/);
  });

  await t.test('a restore overwrites neither accounts nor files, and a backup overwrites no file', async (t) => {
    await assert.rejects(backUp(source, file), /is there already/);
    await place.restore(file);
    const [ann] = await place.sql`select username from accounts`;
    assert.deepEqual(ann, { username: 'ann' });
    await assert.rejects(place.restore(file), /there are files already at .*posts\/a/);
    await place.source.blobs.remove(['posts/a.png', 'posts/a.preview.webp']);
    await assert.rejects(place.restore(file), /the database is not empty: its table "accounts" has rows/);
    const other = await target(t);
    await other.sql`create table guests (name text)`;
    await assert.rejects(other.restore(file), /the database is not empty: it has a table "guests"/);
  });

  await t.test('a backup is a snapshot, whatever is written during it', async (t) => {
    const file = join(await folder(t), 'moment');
    const writer = openDatabase(source.settings.DATABASE_URL as string, 1);
    atEnd(t, () => writer.end());
    let made: Promise<unknown> = Promise.resolve();
    await writer.begin(async (tx) => {
      await tx`lock table messages`;
      made = backUp(source, file);
      await eventually('the backup to have begun, and to come to the messages', async () => {
        const [{ waiting }] = await tx<[{ waiting: boolean }]>`
          select exists (select from pg_locks where relation = 'messages'::regclass and not granted) as waiting`;
        return waiting;
      });
      await tx`insert into accounts (username, username_key, password_hash) values ('bob', 'bob', 'x')`;
    });
    await made;
    const place = await target(t);
    await place.restore(file);
    assert.deepEqual([...(await place.sql`select username from accounts`)], [{ username: 'ann' }]);
  });

  await t.test(
    'a target without accounts is empty even if a server has run there, but not while one runs',
    async (t) => {
      const fresh = await placeOf(t, await privatePlaces(t));
      await fresh.sql`select 1`;
      const refused = await koine(fresh.settings, 'restore', file);
      assert.deepEqual(refused, {
        code: 1,
        out: '',
        err: 'koine: a Koine is running on that database: stop it first\n',
      });
      await fresh.sql.end();
      const again = await koine(fresh.settings, 'restore', file);
      assert.deepEqual([again.code, again.err], [0, '']);
      const sql = openDatabase(fresh.settings.DATABASE_URL as string, 1);
      atEnd(t, () => sql.end());
      const [found] = await sql`
      select (select count(*) from accounts) as accounts, (select count(*) from sessions) as sessions`;
      assert.deepEqual(found, { accounts: 1, sessions: 0 });
      const [made] =
        await sql`insert into accounts (username, username_key, password_hash) values ('bob', 'bob', 'x') returning id`;
      assert.equal(made?.id, 2);
    },
  );

  await t.test('an interrupted verification leaves nothing behind', { timeout: 60_000 }, async (t) => {
    const TMPDIR = await folder(t);
    const child = spawn(process.execPath, ['bin/koine.js', 'verify', file], {
      env: { ...process.env, TMPDIR },
      stdio: 'ignore',
    });
    atEnd(t, () => child.kill('SIGKILL'));
    const ended = once(child, 'exit');
    await eventually('it to begin', async () =>
      (await readdir(TMPDIR)).some((name) => name.startsWith('koine-verify-')),
    );
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    assert.deepEqual(
      (await readdir(TMPDIR)).filter((name) => name.startsWith('koine-')),
      [],
    );
  });

  await t.test('a missing file fails the backup unless --skip-missing is given', async (t) => {
    const { settings } = source;
    await source.source.blobs.remove(['posts/a.png']);
    const file = join(await folder(t), 'backup');
    const refused = await koine(settings, 'backup', file);
    assert.deepEqual([refused.code, refused.err.split(';')[0]], [1, 'koine: the stored file posts/a.png is missing']);
    assert.deepEqual(await readdir(join(file, '..')), []);
    const done = await koine(settings, 'backup', file, '--skip-missing', '--json');
    assert.deepEqual((JSON.parse(done.out) as { missing: string[] }).missing, ['posts/a.png']);
  });
});

test('a backup of an older Koine is restored as it was and can be migrated', async (t) => {
  const old = await placeOf(t, { DATABASE_URL: await emptyDatabase(t), DATA_DIR: await folder(t) });
  for (const name of ['0001-foundation.sql', '0002-posts.sql', '0003-friends-and-chats.sql'])
    await old.sql.begin((tx) => runOnce(tx, name));
  await old.sql`insert into accounts (username, username_key, password_hash) values ('ann', 'ann', 'x')`;
  const file = join(await folder(t), 'old');
  await backUp(old, file);
  const place = await target(t);
  await place.restore(file);
  assert.equal((await place.sql`select from koine_migrations`).length, 3);
  await place.sql.end();
  assert.match((await koine(place.settings, 'migrate')).out, /^applied 0004-/);
});

test('the sweep deletes no file during a backup', async (t) => {
  const { sql, source, settings } = await backedUp(t);
  const spool = await openSpool(join(settings.DATA_DIR as string, 'tmp'));
  const limits = { files: 1, bytes: 1, fileBytes: 1, largeFileBytes: 1, pixels: 1, cores: 1 };
  const media = createMedia(sql, createChanges(sql, { publish: () => {} }), {
    blobs: source.blobs,
    spool,
    limits,
    uploads: new MemoryRates({ points: Number.POSITIVE_INFINITY, seconds: 60 }),
    privateUrl: () => '',
    defaultAvatarUrl: () => '',
  });
  await sql`update objects set loose_since = now() - interval '2 hours'`;
  await withoutSweeps(sql, async () => {
    await media.sweep();
    assert.ok(await source.blobs.read('posts/a.png'));
  });
  await media.sweep();
  assert.equal(await source.blobs.read('posts/a.png'), null);
});
