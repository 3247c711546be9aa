/** The rights to write to an account, add it to groups and befriend it: everybody obeys, by whatever API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call as boardCall } from '../support/board-people.ts';
import { startTestServer } from '../support/harness.ts';
import { isProblem, type Member, member, type Page, type Person } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { PASSWORD } from '../support/people.ts';
import { cookieOf, call as socialCall } from '../support/social-people.ts';

const CIRCLES = ['everybody', 'friends_of_friends', 'friends', 'nobody'] as const;

test('what accounts let others do', async (t) => {
  const server = await startTestServer(t);
  const names = ['ann', 'friend', 'second', 'stranger', 'mod'];
  const [ann, friend, second, stranger, mod] = (await Promise.all(names.map((name) => member(server, name)))) as [
    Member,
    Member,
    Member,
    Member,
    Member,
  ];
  await server.sql`update accounts set role = 'moderator' where username = 'mod'`;
  await ann.do('PUT', `/friends/${friend.id}`);
  await friend.do('PUT', `/friends/${second.id}`);
  const set = (privacy: object) => ann.do('PATCH', '/me', { privacy });
  const others = [friend, second, stranger, mod];

  await t.test('at first everybody may, and each part is changed by itself', async () => {
    type Me = { privacy: object };
    assert.deepEqual((await ann.get<Me>('/me')).privacy, {
      write: 'everybody',
      add: 'everybody',
      befriend: 'everybody',
    });
    await set({ write: 'friends' });
    await set({ befriend: 'nobody' });
    assert.deepEqual((await ann.get<Me>('/me')).privacy, { write: 'friends', add: 'everybody', befriend: 'nobody' });
    assert.equal((await ann.call('PATCH', '/me', { body: { privacy: { write: 'some' } } })).status, 400);
  });

  await t.test('groups have only whom their makers may add', async () => {
    const group = (who: Member) =>
      who.call('POST', '/rooms', { body: { kind: 'group', title: 'x', members: [ann.id] } });
    const statuses = [];
    for (const add of CIRCLES) {
      await set({ add });
      statuses.push(await Promise.all(others.map(async (who) => (await group(who)).status)));
    }
    assert.deepEqual(statuses, [
      [201, 201, 201, 201],
      [201, 201, 403, 201],
      [201, 403, 403, 201],
      [403, 403, 403, 201],
    ]);
    assert.ok(isProblem(await group(stranger), 403, 'not_welcome'));
    const { id } = await stranger.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'x', members: [] });
    assert.ok(
      isProblem(await stranger.call('PUT', `/rooms/${id}/members/${ann.id}`, { body: {} }), 403, 'not_welcome'),
    );
    const { code } = await stranger.do<{ code: string }>('POST', `/rooms/${id}/invites`, {});
    assert.equal((await ann.call('POST', `/invites/${code}`)).status, 201, 'she comes of her own accord');
  });

  await t.test('direct rooms begin only where they may; those that are there stay', async () => {
    const open = async (who: Member) =>
      (await who.call('POST', '/rooms', { body: { kind: 'direct', members: [ann.id] } })).status;
    await set({ write: 'nobody' });
    assert.deepEqual(await Promise.all(others.map(open)), [403, 403, 403, 201]);
    await set({ write: 'friends_of_friends' });
    assert.deepEqual(await Promise.all([friend, second, stranger].map(open)), [201, 201, 403]);
    await set({ write: 'nobody' });
    assert.equal(await open(friend), 200);
  });

  await t.test('the published APIs obey in their own words', async () => {
    const pair = await messenger.signIn(server, 'stranger');
    const room = await boardCall<{ detail: string }>(server, 'POST', '/messenger/api/chatrooms/', {
      token: pair.access,
      body: { recipient: 'ann' },
    });
    assert.deepEqual([room.status, typeof room.json.detail], [403, 'string']);
    const signedIn = await socialCall(server, 'POST', '/auth/login', {
      body: { email: 'stranger@example.org', password: PASSWORD },
    });
    const social = (path: string, body?: object) =>
      socialCall<{ detail: string }>(server, 'POST', path, { body, headers: { cookie: cookieOf(signedIn) } });
    assert.equal((await social('/chats/create', { users: [ann.id] })).status, 403);
    const asked = await social(`/users/${stranger.id}/friends/add/${ann.id}`);
    assert.deepEqual([asked.status, asked.json.detail], [202, 'Запрос в друзья отправлен пользователю ann']);
    const again = await boardCall<{ message: string }>(server, 'POST', '/profiles/api/add-friend/', {
      token: pair.access,
      body: { username: 'ann' },
    });
    assert.deepEqual([again.status, again.json.message], [202, 'Запрос отправлен: ann решит, дружить ли с вами.']);
  });

  await t.test('whom somebody does not let become a friend at once asks', async () => {
    const list = async (who: Member, path: string) =>
      (await who.get<Page<Person>>(path)).items.map(({ username }) => username);
    assert.deepEqual(await list(ann, '/friend-requests'), ['stranger']);
    assert.deepEqual(await list(stranger, '/friend-requests?direction=sent'), ['ann']);
    type Told = Page<{ kind: string; actor: Person }>;
    const told = (await ann.get<Told>('/notifications')).items.filter(({ kind }) => kind === 'request');
    assert.deepEqual(
      told.map(({ actor }) => actor.username),
      ['stranger'],
      'once',
    );
    assert.equal((await second.call('PUT', `/friends/${ann.id}`)).status, 202);
    assert.equal((await ann.call('DELETE', `/friend-requests/${second.id}`)).status, 204);
    assert.equal((await second.call('PUT', `/friends/${ann.id}`)).status, 202, 'nothing tells that she declined');
    assert.deepEqual(await list(ann, '/friend-requests'), ['stranger']);
    assert.equal((await ann.call('PUT', `/friends/${stranger.id}`)).status, 200);
    assert.deepEqual(await list(stranger, '/friends'), ['ann']);
    assert.deepEqual(await list(stranger, '/friend-requests?direction=sent'), []);
    assert.equal((await second.call('DELETE', `/friend-requests/${ann.id}`)).status, 204);
    assert.equal((await second.call('DELETE', `/friend-requests/${ann.id}`)).status, 404);
  });

  await t.test('a block ends what was asked', async () => {
    await second.call('PUT', `/friends/${ann.id}`);
    await ann.do('PUT', `/blocks/${second.id}`);
    assert.deepEqual((await second.get<Page<Person>>('/friend-requests?direction=sent')).items, []);
    assert.equal((await second.call('PUT', `/friends/${ann.id}`)).status, 403);
  });
});
