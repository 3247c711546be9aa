/** The storage quota: every byte is counted, writes beyond it are refused, and deleting frees space. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { call, type Member, type Message, members } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import * as native from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { loungeUser, relayUser, say } from '../support/people.ts';
import { photo } from '../support/pictures.ts';
import * as social from '../support/social-people.ts';
import { miscounted, storedBytes } from '../support/stored-bytes.ts';

const WORDS = 'The storage quota of this account is used up: delete something first';
const SOCIAL_WORDS = 'Место для ваших данных закончилось: сначала удалите что-нибудь';
const REFUSED = { detail: WORDS };

function startWith(t: TestContext, bytes: number): Promise<TestServer> {
  return startTestServer(t, {
    RATE_LIMITS: 'on',
    SOCKET_RATE: '1000',
    MESSAGES_PER_ACCOUNT: '100000',
    STORAGE_PER_ACCOUNT: String(bytes),
  });
}

test('posts, comments and longer edits beyond the quota are refused, and deleting or shortening frees space', async (t) => {
  const server = await startWith(t, 40_000);
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const write = (text: string) => ann.call<Message>('POST', `/messages/?owner_id=${ann.id}`, { text });
  const first = await ann.post('é'.repeat(10_000));
  const second = await ann.post('x'.repeat(12_000));
  await bob.comment(first.id, 'bob was here');
  await ann.comment(second.id, 'c'.repeat(4_000));
  const beyond = [
    await write('x'.repeat(5_000)),
    await ann.call('POST', `/messages/${second.id}/comments/?owner_id=${ann.id}`, { text: 'c'.repeat(4_000) }),
    await ann.call('PUT', `/messages/${second.id}`, { text: 'x'.repeat(20_000) }),
  ];
  for (const { status, json } of beyond) assert.deepEqual([status, json], [413, REFUSED]);
  assert.deepEqual(await miscounted(server.sql), []);
  await ann.post('what still fits');

  assert.equal((await ann.call('PUT', `/messages/${second.id}`, { text: 'shorter' })).status, 200);
  assert.equal((await write('x'.repeat(5_000))).status, 201);
  assert.equal((await write('x'.repeat(12_000))).status, 413);
  // As after lowering the setting: changes that do not grow the account still succeed.
  await server.sql`update stored_bytes set bytes = bytes + 100000 where account_id = ${ann.id}`;
  assert.equal((await write('x')).status, 413);
  assert.equal((await ann.call('PUT', `/messages/${second.id}`, { text: 'short' })).status, 200);
  await server.sql`update stored_bytes set bytes = bytes - 100000 where account_id = ${ann.id}`;
  assert.ok((await ann.call('DELETE', `/messages/${first.id}`)).status < 300);
  assert.equal((await write('x'.repeat(12_000))).status, 201);
  await bob.post('x'.repeat(20_000));
  assert.deepEqual(await miscounted(server.sql), []);
});

test('a longer edit of a message beyond the quota is refused, and a deleted message frees the bytes of its text', async (t) => {
  const server = await startWith(t, 10_000);
  const ann = await native.member(server, 'ann');
  const [lobby] = await server.sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
  const path = `/rooms/${lobby.uid}/messages`;
  const send = async (length: number) =>
    (await ann.do<{ seq: number }>('POST', path, { body: 'x'.repeat(length) })).seq;
  const edit = (seq: number, length: number) =>
    ann.call('PATCH', `${path}/${seq}`, { body: { body: 'y'.repeat(length) } });
  const [first, second] = [await send(4_000), await send(2_000)];
  const counted = () => eventually('the bytes to be counted', async () => (await miscounted(server.sql)).length === 0);
  await counted();
  assert.equal((await edit(second, 3_500)).status, 200);
  assert.equal((await edit(first, 1_000)).status, 200);
  assert.equal((await edit(first, 4_000)).status, 200);
  const third = await send(1_000);
  await counted();
  assert.ok(native.isProblem(await edit(third, 3_000), 413, 'quota_exceeded'));
  assert.equal((await ann.call('DELETE', `${path}/${first}`)).status, 204);
  assert.equal((await edit(third, 3_000)).status, 200);
  assert.deepEqual(await miscounted(server.sql), []);
});

test('of concurrent writes those within the quota succeed, and so do those of other accounts in the batch', async (t) => {
  const server = await startWith(t, 10_000);
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const write = async (by: Member, length: number) =>
    (await by.call('POST', `/messages/?owner_id=${by.id}`, { text: 'x'.repeat(length) })).status;
  const statuses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? write(ann, 3_000) : write(bob, 10))),
  );
  const of = (rest: number) => statuses.filter((_, n) => n % 2 === rest).sort();
  assert.deepEqual(of(0), [...Array(3).fill(201), ...Array(7).fill(413)]);
  assert.deepEqual(of(1), Array(10).fill(201));
  assert.deepEqual(await miscounted(server.sql), []);
});

test('of concurrent uploads those within the quota are stored, and a swept picture frees its space', async (t) => {
  const picture = await photo(400, 300).jpeg().toBuffer();
  const server = await startWith(t, 80_000);
  const [ann, bob] = [await social.member(server, 'ann'), await social.member(server, 'bob')];
  const replies = await Promise.all(Array.from({ length: 4 }, () => ann.post('a day', [picture])));
  const [stored] = await storedBytes(server.sql);
  const [done, ...others] = replies.sort((a, b) => a.status - b.status);
  assert.equal(done?.status, 201, JSON.stringify([stored, done?.json]));
  for (const { status, json } of others) assert.deepEqual([status, json], [413, { detail: SOCIAL_WORDS }]);
  const objects = async () => (await server.sql`select from objects`).length;
  assert.equal(await objects(), 1);
  const form = new FormData();
  form.append('avatar', new File([await photo(512, 512).png().toBuffer()], 'a.png'));
  assert.equal((await ann.call('PUT', `/users/${ann.id}/avatar`, form)).status, 413);
  assert.equal((await bob.post('his', [picture])).status, 201);
  assert.equal((await ann.post('words still fit')).status, 201);

  const [post] = await server.sql<[{ id: number }]>`select post_id as id from post_images order by post_id limit 1`;
  const token = ann.cookie.slice('token='.length);
  assert.ok((await call(server, 'DELETE', `/messages/${post.id}`, { token })).status < 300);
  await server.sql`update objects set loose_since = now() - interval '2 hours' where loose_since is not null`;
  const lounge = await loungeUser(t, server, 'eve');
  say(lounge, 'counted when the server stops');
  await lounge.until('the echo', ({ frames }) => frames.some((frame) => frame.includes('counted when')));
  await server.close();

  const again = await startServerWith(t, { ...server.settings, PORT: '0' });
  await eventually('the sweep', async () => (await again.sql`select from objects`).length === 1);
  const there = await social.call<social.Post>(again, 'POST', '/posts/create', {
    body: social.form(ann.id, 'another day', [picture]),
    headers: { cookie: ann.cookie },
  });
  assert.equal(there.status, 201);
  assert.deepEqual(await miscounted(again.sql), []);
  const listed = (await koine(again.settings, 'user', 'list', '--json')).out.trim().split('\n');
  assert.deepEqual(
    listed.map((line) => (JSON.parse(line) as { bytes: number }).bytes),
    (await storedBytes(again.sql)).map(({ stored }) => stored),
  );
});

test("every socket refuses a full account in its dialect's words until content is deleted", async (t) => {
  const server = await startWith(t, 3_000);
  const [ann, bob] = [await relayUser(t, server, 'ann'), await loungeUser(t, server, 'bob')];
  const [eve, dan] = [await social.member(server, 'eve'), await messenger.member(server, 'dan')];
  const chat = await eve.open(t, (await eve.chatWith()).id);
  const room = await dan.chatWith('eve');
  const roomSocket = await dan.enter(t, room);
  const speakers = [
    { name: 'ann', words: WORDS, socket: ann, speak: (text: string) => ann.send(text) },
    { name: 'bob', words: WORDS, socket: bob, speak: (text: string) => say(bob, text) },
    { name: 'eve', words: SOCIAL_WORDS, socket: chat, speak: (text: string) => chat.send(text) },
    { name: 'dan', words: WORDS, socket: roomSocket, speak: (text: string) => roomSocket.send({ message: text }) },
  ];
  const eventuallyHears = (speaker: (typeof speakers)[number], text: string) =>
    eventually(`${speaker.name} to hear "${text}"`, async () => {
      speaker.speak('again');
      return speaker.socket.frames.some((frame) => frame.includes(text));
    });
  for (const { speak } of speakers) speak('x'.repeat(2_900));
  await Promise.all(speakers.map((speaker) => eventuallyHears(speaker, speaker.words)));
  const refused = await dan.call('POST', messenger.messagesOf(room), { content: 'over HTTP' });
  assert.deepEqual([refused.status, refused.json], [413, REFUSED]);

  const fay = await loungeUser(t, server, 'fay');
  say(fay, 'fay speaks on');
  await fay.until('her own words', ({ frames }) => frames.some((frame) => frame.includes('fay speaks on')));
  const allCounted = () =>
    eventually('every message to be counted', async () => (await miscounted(server.sql)).length === 0);
  await allCounted();
  await server.sql`delete from messages where author_id in (select id from accounts where username <> 'fay')`;
  for (const { socket } of speakers) socket.frames.length = 0;
  await Promise.all(speakers.map((speaker) => eventuallyHears(speaker, 'again')));
  await allCounted();
});
