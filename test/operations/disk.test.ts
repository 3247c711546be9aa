/** A nearly full disk: detected before PostgreSQL stops. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import * as board from '../support/board-people.ts';
import { atEnd, folder } from '../support/conditions.ts';
import { postJson, startTestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import * as native from '../support/koine-people.ts';
import { join as joinLounge, PASSWORD, relaySignIn } from '../support/people.ts';
import { phoneJpeg } from '../support/pictures.ts';
import { startProcess } from '../support/server-process.ts';
import * as social from '../support/social-people.ts';

/** Bytes, more than any disk has. */
const TOO_MUCH = String(Number.MAX_SAFE_INTEGER);
const WORDS = 'The server has no space left to store this';

async function readiness({ url }: { url: string }): Promise<{ status: number; disk: string }> {
  const answer = await fetch(`${url}/readyz`);
  const { parts } = (await answer.json()) as { parts: { disk: string } };
  return { status: answer.status, disk: parts.disk };
}

test('below the reserve each dialect refuses writes that need space, and reads, sign-ins and deletions succeed', async (t) => {
  const settings = { DATA_DIR: await folder(t), LOG_LEVEL: 'warn' };
  const before = await startProcess(t, settings);
  const ann = await board.member(before, 'ann');
  const write = (server: { url: string }, text: string) =>
    board.call(server, 'POST', `/messages/?owner_id=${ann.id}`, { token: ann.token, body: { text } });
  assert.equal((await write(before, 'first')).status, 201);
  assert.deepEqual(await readiness(before), { status: 200, disk: 'up' });
  await before.stop();

  const server = await startProcess(t, { ...settings, DISK_RESERVE: TOO_MUCH });
  assert.deepEqual(await readiness(server), { status: 200, disk: 'degraded' });
  const refused = await write(server, 'second');
  assert.deepEqual([refused.status, refused.json], [507, { detail: WORDS }]);
  const headers = { authorization: `Bearer ${ann.token}` };
  const self = await social.call<social.User>(server, 'GET', '/auth/current_user', { headers });
  const post = { method: 'POST', headers, body: social.form(self.json.id, 'third', []) };
  assert.equal((await fetch(`${server.url}/api/posts/create`, post)).status, 507);
  const titled = await postJson(`${server.url}/profiles/api/posts/`, { title: 'a', content: 'fourth' }, headers);
  assert.equal(titled.status, 507);
  const signUps: [path: string, body: object, type: RegExp][] = [
    ['/signup', { username: 'bob', password: PASSWORD }, /^text\/plain/],
    ['/createUser', { username: 'bob', email: 'bob@example.org', password: PASSWORD }, /^application\/json/],
  ];
  for (const [path, body, type] of signUps) {
    const answer = await postJson(server.url + path, body);
    assert.equal(answer.status, 507, path);
    assert.match(answer.headers.get('content-type') ?? '', type);
    assert.ok((await answer.text()).includes(WORDS), path);
  }
  const { body: token, status } = await relaySignIn(server, 'ann');
  assert.equal(status, 200);
  const lobby = await joinLounge(t, server, token);
  lobby.send({ type: 'chat_message', msg: { text: 'hello' } });
  await lobby.until('the refusal', ({ frames }) => frames.some((frame) => frame.includes(WORDS)));

  const [first, ...none] = await board.messages(server);
  assert.deepEqual([first?.text, none], ['first', []]);
  const deleted = await board.call(server, 'DELETE', `/messages/${first?.id}`, { token: ann.token });
  assert.ok(deleted.status < 300, String(deleted.status));
  assert.deepEqual(await board.messages(server), []);
  await server.stop();
  const told = server.lines.map(({ msg, err }) => [
    String(msg).replace(settings.DATA_DIR, '…').replace(/\d+/g, 'n'),
    err,
  ]);
  assert.deepEqual(told, [
    [
      'the disk of DATA_DIR … has n MiB free, less than the n MiB of DISK_RESERVE: writes that need space are refused',
      undefined,
    ],
    ['a write was refused, the disk is full', undefined],
  ]);
});

test('with a remote database the disk of the data directory limits only pictures', async (t) => {
  const server = await startTestServer(t, { DISK_RESERVE: TOO_MUCH });
  const ann = await social.member(server, 'ann');
  const post = async (...images: Buffer[]) => (await ann.post('a day', images)).status;
  assert.equal(await post(await phoneJpeg()), 507);
  assert.ok((await post()) < 300);
});

/** A separate small file system. @returns null if this user may not mount one */
async function smallDisk(t: TestContext, size: string): Promise<string | null> {
  const place = join(await folder(t), 'disk');
  await mkdir(place);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place], { stdio: 'ignore' });
  } catch {
    return null;
  }
  atEnd(t, () => execFileSync('umount', [place]));
  return place;
}

test('a first start on a full disk names the disk', async (t) => {
  const place = await smallDisk(t, '64m');
  if (place === null) return t.skip('this user may mount no file system');
  const { code, err } = await koine({ DATA_DIR: join(place, 'data'), PORT: '0' }, 'start');
  assert.equal(code, 1);
  assert.match(
    err,
    /^koine: cannot start: the disk of DATA_DIR \S+ has 6\d MiB free, and a new database needs 256 MiB\n$/,
  );
});

test('a disk that is full in the middle of an upload refuses it by name, keeps none of it, and takes a smaller one', async (t) => {
  const place = await smallDisk(t, '2m');
  if (place === null) return t.skip('this user may mount no file system');
  const DATA_DIR = join(place, 'data');
  const server = await startTestServer(t, { DATA_DIR });
  const { token } = await native.member(server, 'ann');
  const bob = await social.member(server, 'bob');
  const headers = { authorization: `Bearer ${token}` };
  const upload = async (body: Buffer) => {
    const answer = await fetch(`${server.url}/v1/files`, { method: 'POST', body, headers });
    return [answer.status, ((await answer.json()) as native.Problem).code];
  };
  const large = randomBytes(3 * 1_048_576);
  assert.deepEqual(await upload(large), [507, 'disk_full']);
  assert.equal((await bob.post('a day', [large])).status, 507);
  assert.deepEqual(await readdir(join(DATA_DIR, 'tmp')), []);
  assert.deepEqual(await upload(await phoneJpeg()), [201, undefined]);
});
