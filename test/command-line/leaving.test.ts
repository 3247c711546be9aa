/** `koine user export` and `koine user delete`: complete export, complete deletion. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { call as boardCall, boardToken, type Message } from '../support/board-people.ts';
import { eventually, folder } from '../support/conditions.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { member as koineMember, signIn } from '../support/koine-people.ts';
import { connect, relaySignIn } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { type Message as ChatMessage, type Member, members } from '../support/social-people.ts';
import { openSocket } from '../support/socket.ts';

type Rooms = { id: number; kind: string; members: number; messages: number };

/** Ann and Bob with content of every kind for each other, recognizable by its text. */
async function scene(t: TestContext, server: TestServer) {
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const picture = await halves(60, 40).jpeg().toBuffer();
  const annsPost = (await ann.post('of ann', [picture])).json;
  const bobsPost = (await bob.post('of bob', [picture])).json;
  for (const one of [ann, bob]) {
    await one.like(annsPost.id);
    await one.like(bobsPost.id);
  }
  assert.equal((await ann.call('POST', `/users/${ann.id}/friends/add/${bob.id}`)).status, 200);
  const tokens = { ann: await boardToken(server, 'ann'), bob: await boardToken(server, 'bob') };
  const posts = await boardCall<Message[]>(server, 'GET', '/messages/');
  for (const [index, name] of (['ann', 'bob'] as const).entries())
    for (const { id } of posts.json)
      await boardCall(server, 'POST', `/messages/${id}/comments/?owner_id=${index + 1}`, {
        token: tokens[name],
        body: { text: `comment of ${name}` },
      });
  const chat = await ann.chatWith(bob);
  for (const one of [ann, bob]) {
    const socket = await one.open(t, chat.id);
    socket.send(`chat of ${one.username}`);
    await socket.until('the echo', ({ frames }) => frames.some((frame) => frame.includes(`chat of ${one.username}`)));
    const lobby = await connect(t, server, (await relaySignIn(server, one.username)).body);
    lobby.send(`lobby of ${one.username}`);
    await lobby.until('the echo', ({ frames }) => frames.some((frame) => frame.includes(`lobby of ${one.username}`)));
    await lobby.close();
  }
  return { ann, bob, chat, annsPost, bobsPost };
}

/** Data that only the native API writes: a message that is deleted again is not in the export, one with a picture is. @returns the picture */
async function nativeParts(server: TestServer, ann: Member, postId: string): Promise<Buffer> {
  const native = await signIn(server, ann.username);
  await koineMember(server, 'eve');
  await server.sql`update accounts set name = 'Ann', name_key = 'ann' where username = 'ann'`;
  await native.do('PUT', `/posts/${postId}/bookmark`);
  await native.do('PUT', '/blocks/@eve');
  const [lobby] = await server.sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
  const inLobby = `/rooms/${lobby.uid}/messages`;
  const { seq } = await native.do<{ seq: number }>('POST', inLobby, { body: 'taken back' });
  await native.do('DELETE', `${inLobby}/${seq}`);
  const body = await halves(60, 40).jpeg().toBuffer();
  const headers = { 'content-disposition': 'attachment; filename="a.jpg"' };
  const { json } = await native.call<{ id: string; url: string }>('POST', '/files?alt=Halves', { body, headers });
  const sent = await native.do<{ seq: number }>('POST', inLobby, { body: '', files: [json.id] });
  await native.do('PUT', `${inLobby}/${sent.seq}/reactions/${encodeURIComponent('👍')}`);
  const content = await fetch(json.url, { headers: { authorization: `Bearer ${native.token}` } });
  return Buffer.from(await content.arrayBuffer());
}

test('an export contains all data of the person and no secrets', async (t) => {
  const server = await startTestServer(t);
  const { ann, annsPost, bobsPost } = await scene(t, server);
  const sentPicture = await nativeParts(server, ann, bobsPost.id);
  const place = await folder(t);
  const [out, packed] = await Promise.all([
    koine(server.settings, 'user', 'export', 'ann', join(place, 'ann'), '--json'),
    koine(server.settings, 'user', 'export', 'ann', join(place, 'ann.tar.gz')),
  ]);
  assert.deepEqual([out.code, out.err, packed.code, packed.err], [0, '', 0, '']);
  const account = JSON.parse(await readFile(join(place, 'ann', 'account.json'), 'utf8'));
  assert.deepEqual([account.username, account.email, account.uid], ['ann', ann.email, ann.id]);
  assert.ok(account.sessions.length > 0);
  assert.deepEqual(
    [account.name, account.bookmarks, account.blocks, account.reactions, account.files].map((part) =>
      Array.isArray(part) ? part.map(({ createdAt: _, key: __, room: ___, ...row }) => row) : part,
    ),
    [
      'Ann',
      [{ post: bobsPost.id }],
      [{ username: 'eve' }],
      [{ seq: 5, emoji: '👍' }],
      [{ name: 'a.jpg', alt: 'Halves' }],
    ],
  );
  const text = await readFile(join(place, 'ann', 'records', '0001.ndjson'), 'utf8');
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const counts: Record<string, number> = {};
  for (const { type } of records) counts[String(type)] = (counts[String(type)] ?? 0) + 1;
  assert.deepEqual(counts, { account: 1, friendship: 1, post: 1, comment: 2, like: 2, room: 1, message: 3 });
  const sent = records.find(({ files }) => files !== undefined) as { body: string; files: string[] };
  assert.equal(sent.body, 'a.jpg', 'a message without a text is called after its picture');
  assert.deepEqual(await readFile(join(place, 'ann', 'files', sent.files[0] as string)), sentPicture);
  const post = records.find(({ type }) => type === 'post') as { uid: string; images: string[] };
  assert.equal(post.uid, annsPost.id);
  assert.equal(annsPost.images[0], `${server.url}/files/${post.images[0]}`);
  const picture = Buffer.from(await (await fetch(annsPost.images[0] as string)).arrayBuffer());
  assert.deepEqual(await readFile(join(place, 'ann', 'files', post.images[0] as string)), picture);
  assert.ok(!/argon2|password|of bob/.test(text + JSON.stringify(account)));
  const again = await koine(server.settings, 'user', 'export', 'ann', join(place, 'ann'));
  assert.deepEqual([again.code, again.err], [1, `koine: ${join(place, 'ann')} is not empty\n`]);
  assert.deepEqual(await readdir(place), ['ann', 'ann.tar.gz']);
});

test('a deleted account disappears everywhere at once, and the content of others stays', async (t) => {
  const server = await startTestServer(t);
  const { ann, bob, chat, annsPost, bobsPost } = await scene(t, server);
  const board = await openSocket(t, `${server.wsUrl}/ws`);
  const annsSocket = await ann.open(t, chat.id);
  const bobsSocket = await bob.open(t, chat.id);

  const unasked = await koine(server.settings, 'user', 'delete', 'ann');
  assert.deepEqual([unasked.code, unasked.out], [1, '']);
  assert.match(unasked.err, /--yes/);
  const deleted = await koine(server.settings, 'user', 'delete', 'ann', '--yes', '--json');
  assert.deepEqual([deleted.code, deleted.err], [0, '']);

  assert.equal((await annsSocket.untilClosed()).code, 4001);
  assert.equal(bobsSocket.closed, null);
  await board.until('what has gone', ({ json }) => json.filter(({ event }) => event !== 'ready').length >= 3);
  assert.deepEqual(
    board.json.map(({ event }) => event).filter((event) => event !== 'ready'),
    ['message.deleted', 'comment.deleted', 'message.liked'],
  );
  const [left, ...others] = (await boardCall<Message[]>(server, 'GET', '/messages/')).json;
  assert.deepEqual([left?.text, left?.likes_count, others], ['of bob', 1, []]);
  assert.deepEqual(
    left?.comments.map(({ text }) => text),
    ['comment of bob'],
  );
  const [counters] = await server.sql`select likes_count, comments_count from posts`;
  assert.deepEqual(counters, { likes_count: 1, comments_count: 1 });
  const said = await bob.get<ChatMessage[]>(`/chats/${chat.id}/messages/0`);
  assert.deepEqual(
    said.map(({ message }) => message),
    ['chat of bob'],
  );

  // The lobby's window in memory forgets her too.
  await eventually('her to be forgotten', async () => {
    const lobby = await connect(t, server, (await relaySignIn(server, 'bob')).body);
    await lobby.until('the past', ({ frames }) => frames.some((frame) => frame.includes('lobby of bob')));
    await lobby.settled();
    await lobby.close();
    return !lobby.frames.some((frame) => frame.includes('of ann'));
  });
  for (const [table, column] of [
    ['messages', 'body'],
    ['posts', 'body'],
    ['comments', 'body'],
    ['events', 'payload::text'],
  ] as const) {
    const [row] = await server.sql<[{ n: number }]>`
      select count(*) as n from ${server.sql(table)} where ${server.sql.unsafe(column)} like '%of ann%'`;
    assert.equal(row.n, 0, table);
  }
  assert.equal((await fetch(annsPost.images[0] as string)).status, 404);
  assert.equal((await fetch(bobsPost.images[0] as string)).status, 200);
  assert.equal(
    (await koine(server.settings, 'user', 'delete', 'ann', '--yes')).err,
    'koine: there is no account named "ann"\n',
  );
});

test('deleting an account deletes a hundred thousand messages, and rooms without other members', {
  timeout: 60_000,
}, async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  await ann.chatWith(bob);
  const { sql } = server;
  await ann.call('POST', '/chats/create', { users: [], title: 'mine' });
  await sql`
    insert into messages (room_id, seq, author_id, body, created_at)
    select 2, n, (select id from accounts where username = 'ann'), 'of ann', now() from generate_series(1, 100000) as n`;
  await sql`update streams set head = 100000 where id = 2`;
  const deleted = await koine(server.settings, 'user', 'delete', 'ann', '--yes', '--json');
  assert.deepEqual(JSON.parse(deleted.out), { username: 'ann', deleted: true, messages: 100_000, pictures: true });
  const rooms = await sql<Rooms[]>`
    select r.kind, (select count(*) from room_members m where m.room_id = r.id) as members,
           (select count(*) from messages m where m.room_id = r.id) as messages
      from rooms r order by r.id`;
  assert.deepEqual(
    rooms.map(({ kind, members, messages }) => [kind, members, messages]),
    [
      ['lobby', 0, 0],
      ['direct', 1, 0],
    ],
  );
});
