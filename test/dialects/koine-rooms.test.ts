/** koine's rooms over the wire: creation, lists, members, marks, invitations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { startTestServer } from '../support/harness.ts';
import { eventWith, live } from '../support/koine-live.ts';
import { isProblem, type Member, member, type Page, type Person, type Problem } from '../support/koine-people.ts';
import { phoneJpeg } from '../support/pictures.ts';
import * as social from '../support/social-people.ts';

type Room = {
  id: string;
  kind: string;
  title: string | null;
  avatarUrl: string | null;
  members?: Person[];
  membersCount?: number;
  myRole: string;
  seq: number;
  readSeq: number;
  unread: number;
  mentions: number;
  notify: string;
  activeAt: string;
  lastMessage: { body: string } | null;
};
type Message = { seq: number };

test('koine: rooms', async (t) => {
  const server = await startTestServer(t, { UPLOAD_BYTES: '50000' });
  const [ann, bob, cat] = [await member(server, 'ann'), await member(server, 'bob'), await member(server, 'cat')];

  const group = (title: string, members: readonly Member[] = [bob]): Promise<Room> =>
    ann.do<Room>('POST', '/rooms', { kind: 'group', title, members: members.map(({ id }) => id) });
  const say = (who: Member, { id }: Room, body: string): Promise<Message> =>
    who.do<Message>('POST', `/rooms/${id}/messages`, { body });

  await t.test('a group is made once for a key, a direct room once for two', async () => {
    const headers = { 'idempotency-key': 'hiking-1' };
    const body = { kind: 'group', title: 'Hiking', members: [bob.id] };
    const first = await ann.call<Room>('POST', '/rooms', { headers, body });
    const again = await ann.call<Room>('POST', '/rooms', { headers, body });
    assert.deepEqual([first.status, again.status, again.json], [201, 201, first.json]);
    assert.equal(first.headers.get('location'), `/v1/rooms/${first.json.id}`);
    const { members, activeAt, ...room } = first.json;
    assert.ok(Date.parse(activeAt) <= Date.now());
    assert.deepEqual(
      members?.map(({ username }) => username),
      ['ann', 'bob'],
    );
    assert.deepEqual(room, {
      id: room.id,
      ...{ kind: 'group', title: 'Hiking', avatarUrl: null, membersCount: 2, myRole: 'owner', posting: 'everybody' },
      ...{ seq: 0, readSeq: 0, unread: 0, mentions: 0, notify: 'all', lastMessage: null },
    });
    const other = await ann.call<Problem>('POST', '/rooms', { headers, body: { ...body, title: 'Climbing' } });
    assert.deepEqual([other.status, other.json.code], [422, 'idempotency_key_reused']);

    const direct = await ann.call<Room>('POST', '/rooms', { body: { kind: 'direct', members: [bob.id] } });
    const known = await bob.call<Room>('POST', '/rooms', { body: { kind: 'direct', members: [ann.id] } });
    assert.deepEqual([direct.status, known.status, known.json.id], [201, 200, direct.json.id]);
    for (const members of [[], [bob.id, cat.id], [ann.id], [crypto.randomUUID()]]) {
      const { status } = await ann.call('POST', '/rooms', { body: { kind: 'direct', members } });
      assert.ok([400, 404].includes(status), `${members}: ${status}`);
    }
  });

  await t.test('the list begins with the room where somebody spoke last, and has the lobby', async () => {
    const made = [await group('one'), await group('two'), await group('three')];
    await say(bob, made[0] as Room, 'newest');
    const rooms = await ann.all<Room>('/rooms', 2);
    assert.deepEqual(rooms[0], await ann.get(`/rooms/${made[0]?.id}`));
    assert.deepEqual([rooms[0]?.lastMessage?.body, rooms[0]?.unread], ['newest', 1]);
    assert.equal(new Set(rooms.map(({ id }) => id)).size, rooms.length);
    for (const { id } of made) assert.ok(rooms.some((room) => room.id === id));
    const lobby = rooms.find(({ kind }) => kind === 'lobby') as Room;
    assert.deepEqual(
      [lobby.title, lobby.members, lobby.myRole, lobby.notify],
      ['Lobby', undefined, 'member', 'mentions'],
    );
  });

  await t.test('what others wrote after the mark is unread; the mark only grows', async () => {
    const room = await group('marks');
    const view = async (who: Member) => {
      const { readSeq, unread, mentions } = await who.get<Room>(`/rooms/${room.id}`);
      return { readSeq, unread, mentions };
    };
    const [first, second] = [await say(bob, room, 'hello'), await say(bob, room, 'hello @ann')];
    await say(ann, room, 'of my own');
    const deleted = await say(bob, room, 'deleted');
    assert.equal((await bob.call('DELETE', `/rooms/${room.id}/messages/${deleted.seq}`)).status, 204);
    assert.deepEqual(await view(ann), { readSeq: 0, unread: 2, mentions: 1 });
    const read = (seq: number) => ann.do('PUT', `/rooms/${room.id}/read`, { seq });
    assert.deepEqual(await read(first.seq), { readSeq: first.seq, unread: 1, mentions: 1 });
    assert.deepEqual(await read(second.seq), { readSeq: second.seq, unread: 0, mentions: 0 });
    assert.deepEqual(await read(first.seq), { readSeq: second.seq, unread: 0, mentions: 0 });
    const { seq } = await ann.get<Room>(`/rooms/${room.id}`);
    assert.deepEqual(await read(1_000_000), { readSeq: seq, unread: 0, mentions: 0 });
    for (const wrong of [-1, 1.5, 'x'])
      assert.equal((await ann.call('PUT', `/rooms/${room.id}/read`, { body: { seq: wrong } })).status, 400);
    await server.sql`
      insert into messages (room_id, seq, author_id, body, created_at)
      select r.id, 1000 + n, b.id, 'm', now() from rooms r, accounts b, generate_series(1, 150) n
       where r.uid = ${room.id} and b.username = 'bob'`;
    assert.equal((await view(ann)).unread, 100);
    assert.deepEqual(await ann.do('PUT', `/rooms/${room.id}/notify`, { notify: 'nothing' }), { notify: 'nothing' });
    assert.equal((await ann.get<Room>(`/rooms/${room.id}`)).notify, 'nothing');
  });

  await t.test('members come, change and go', async () => {
    const room = await group('members');
    const path = `/rooms/${room.id}/members`;
    const added = await ann.do<{ person: Person; role: string }>('PUT', `${path}/@cat`, {});
    assert.deepEqual([added.person.id, added.role], [cat.id, 'member']);
    assert.equal((await ann.do<{ role: string }>('PUT', `${path}/${bob.id}`, { role: 'moderator' })).role, 'moderator');
    const listed = await cat.all<{ person: Person; role: string }>(path, 1);
    assert.deepEqual(
      listed.map(({ person, role }) => [person.username, role]),
      [
        ['ann', 'owner'],
        ['bob', 'moderator'],
        ['cat', 'member'],
      ],
    );
    assert.equal((await cat.call<Problem>('PUT', `${path}/@ann`, { body: { role: 'member' } })).json.code, 'forbidden');
    assert.equal((await bob.call('DELETE', `${path}/@cat`)).status, 204);
    assert.equal((await cat.call('GET', `/rooms/${room.id}`)).status, 404);
    assert.equal((await ann.call('DELETE', `${path}/${ann.id}`)).status, 204);
    assert.equal((await bob.get<Room>(`/rooms/${room.id}`)).myRole, 'owner');
    assert.equal((await bob.call('DELETE', `/rooms/${room.id}`)).status, 204);
    assert.equal((await bob.call('GET', `/rooms/${room.id}`)).status, 404);
  });

  await t.test('an invitation shows what it leads to, and admits', async () => {
    const room = await group('invited', []);
    const made = await ann.do<{ code: string; uses: number }>('POST', `/rooms/${room.id}/invites`, {
      expiresIn: 60,
      maxUses: 5,
    });
    const shown = await cat.get<{ room: object }>(`/invites/${made.code}`);
    assert.deepEqual(shown.room, { id: room.id, title: 'invited', avatarUrl: null, membersCount: 1 });
    assert.equal((await cat.call('GET', `/rooms/${room.id}`)).status, 404);
    assert.equal((await cat.call<Room>('POST', `/invites/${made.code}`)).status, 201);
    const again = await cat.call<Room>('POST', `/invites/${made.code}`);
    assert.deepEqual([again.status, again.json.id, again.json.membersCount], [200, room.id, 2]);
    const { items } = await ann.get<Page<{ uses: number }>>(`/rooms/${room.id}/invites`);
    assert.deepEqual(items, [{ ...made, uses: 1 }]);
    assert.equal((await ann.call('DELETE', `/rooms/${room.id}/invites/${made.code}`)).status, 204);
    for (const code of [made.code, 'nothing', 'x'.repeat(1_000), '%00'])
      assert.equal((await bob.call<Problem>('POST', `/invites/${code}`)).status, 404, code);
  });

  await t.test('a group is renamed', async () => {
    const room = await group('old');
    const renamed = await ann.do<Room>('PATCH', `/rooms/${room.id}`, { title: 'new', avatarUrl: '/pictures/1.png' });
    assert.deepEqual([renamed.title, renamed.avatarUrl, renamed.seq], ['new', '/pictures/1.png', 1]);
    assert.equal((await ann.do<Room>('PATCH', `/rooms/${room.id}`, { title: null })).title, null);
  });

  await t.test('moderators of a group upload its picture, which all who see the group are shown', async () => {
    const room = await group('pictured');
    const path = `/rooms/${room.id}/avatar`;
    const set = (by: Member, to: string, picture: Uint8Array) =>
      by.call<Room>('PUT', to, { body: picture, headers: { 'content-type': 'image/jpeg' } });
    const picture = await phoneJpeg();
    const { items } = await ann.get<Page<Room>>('/rooms');
    const ofKind = (kind: string) => `/rooms/${items.find((one) => one.kind === kind)?.id}/avatar`;
    const tooLarge = Buffer.alloc(60_000);
    for (const [by, to, status, code] of [
      [bob, path, 403, 'forbidden'],
      [cat, path, 404, 'not_found'],
      [ann, ofKind('direct'), 403, 'forbidden'],
      [ann, ofKind('lobby'), 403, 'forbidden'],
    ] as const) {
      assert.ok(isProblem(await set(by, to, tooLarge), status, code), `${to}: before it is received`);
      assert.ok(isProblem(await by.call('DELETE', to), status, code), to);
    }
    assert.ok(isProblem(await set(ann, path, tooLarge), 413, 'too_large'));
    assert.ok(isProblem(await set(ann, path, Buffer.from('no picture')), 415, 'unsupported_media_type'));
    assert.equal((await set(ann, path, Buffer.alloc(0))).status, 400);

    await ann.do('PUT', `/rooms/${room.id}/members/${bob.id}`, { role: 'moderator' });
    const watching = await live(t, server, ann, { have: { [`room:${room.id}`]: 0 } });
    const first = await set(bob, path, picture);
    const { avatarUrl } = first.json;
    assert.deepEqual([first.status, (await ann.get<Room>(`/rooms/${room.id}`)).avatarUrl], [200, avatarUrl]);
    await eventWith(watching, 'room.changed', { title: 'pictured', avatarUrl, posting: 'everybody' });
    const stored = await sharp(await (await fetch(avatarUrl ?? '')).arrayBuffer()).metadata();
    assert.deepEqual([stored.width, stored.height, stored.exif], [384, 512, undefined]);
    const { code } = await ann.do<{ code: string }>('POST', `/rooms/${room.id}/invites`, {});
    assert.equal((await cat.get<{ room: Room }>(`/invites/${code}`)).room.avatarUrl, avatarUrl);
    const headers = { cookie: `token=${bob.token}` };
    const chats = await social.call<social.Chat[]>(server, 'GET', `/users/${bob.id}/chats`, { headers });
    assert.equal(chats.json.find(({ id }) => id === room.id)?.avatar, avatarUrl);

    const renamed = await ann.do<Room>('PATCH', `/rooms/${room.id}`, { title: 'named', avatarUrl });
    assert.deepEqual([renamed.title, renamed.avatarUrl], ['named', avatarUrl], 'what was shown may be sent back');
    const second = await set(ann, path, picture);
    assert.notEqual(second.json.avatarUrl, avatarUrl);
    const loose = async () => (await server.sql`select from objects where loose_since is not null`).length;
    assert.equal(await loose(), 1, 'the one before is swept');
    await ann.do('PATCH', `/rooms/${room.id}`, { avatarUrl: 'https://pictures.example/1.png' });
    assert.equal(await loose(), 2);
    const { seq } = await ann.get<Room>(`/rooms/${room.id}`);
    assert.equal((await ann.call('DELETE', path)).status, 204);
    assert.equal((await bob.call('DELETE', path)).status, 204);
    const bare = await ann.get<Room>(`/rooms/${room.id}`);
    assert.deepEqual([bare.avatarUrl, bare.seq], [null, seq + 1], 'told once');
  });
});
