/** An account's own data: name, settings, picture, sessions; and how others find it. */

import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { BOARD_STREAM, LOBBY_STREAM } from '../../src/core/events/events.ts';
import type { Actor } from '../../src/core/model.ts';
import type { PeopleMark } from '../../src/core/people/people-search.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { PASSWORD } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import { eventsAfter, toldDuring } from '../support/streams.ts';

const code = (expected: ErrorCode) => (error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  assert.equal(error.code, expected, error.message);
  return true;
};

test('an own account', async (t) => {
  const node = await startCore(t);
  const { accounts, friends, media, people, profiles, sessions } = node.core;
  const [ann, bob] = [await node.person('ann'), await node.person('bob')];

  await t.test('each change of the account is told in its own stream', async () => {
    const changes: (() => Promise<unknown>)[] = [
      () => profiles.update(ann, { name: ' Ann Smith ', bio: 'tea', settings: { theme: 'dark', list: [1, 'ü'] } }),
      () => profiles.update(ann, { bio: '' }),
      () => accounts.changeEmail(ann, 'ann@example.com'),
      () => media.removeAvatar(ann),
      () => profiles.update(ann, { settings: {} }),
    ];
    for (const change of changes)
      assert.deepEqual(await toldDuring(node.sql, ann, change), [
        { kind: 'settings.changed', data: await profiles.ownAccount(ann) },
      ]);
    const { name, bio, email, settings } = await profiles.ownAccount(ann);
    assert.deepEqual(
      { name, bio, email, settings },
      { name: 'Ann Smith', bio: '', email: 'ann@example.com', settings: '{}' },
    );
    await profiles.update(ann, { name: null });
    assert.equal((await profiles.ownAccount(ann)).name, null);
  });

  await t.test('a name is a line, settings are bounded and storable', async () => {
    const nested = JSON.parse('['.repeat(4_000) + ']'.repeat(4_000));
    const most = [{ text: '\\u0000 \\\\ud800' }, { numbers: Array.from({ length: 4_000 }, () => 1) }, { nested }];
    for (const settings of most) await profiles.update(ann, { settings });
    const refused = [
      { name: 'x'.repeat(65) },
      { name: 'two\nlines' },
      { name: '\u200b' },
      { settings: { text: 'x'.repeat(8_192) } },
      { settings: { text: '\0' } },
      { settings: { 'key\ud800': 1 } },
      { settings: { text: '\\\0' } },
    ];
    for (const change of refused) await assert.rejects(profiles.update(ann, change), code('invalid'));
  });

  await t.test('friends are told of each other', async () => {
    const seen = accounts.show(bob, ann);
    const added = await toldDuring(node.sql, bob, () => friends.addFriend(ann, bob));
    assert.deepEqual(added[0], { kind: 'friend.added', data: { ...seen, name: null, email: 'ann@example.com' } });
    assert.equal(added[1]?.kind, 'notification.created');
    assert.deepEqual(await toldDuring(node.sql, ann, () => friends.removeFriend(bob, ann)), [
      { kind: 'friend.removed', data: { id: bob.id, uid: bob.uid } },
    ]);
  });

  await t.test('sessions are listed with what they are of, and end one by one', async () => {
    const { token } = await sessions.start(bob, { agent: '  Fire\nfox 150 ', address: '203.0.113.7' });
    const actor = await sessions.authenticate(token, 'owner');
    const listed = await sessions.listOwn(actor);
    assert.deepEqual(
      listed.map(({ agent, isCurrent }) => ({ agent, isCurrent })),
      [
        { agent: 'Fire fox 150', isCurrent: true },
        { agent: null, isCurrent: false },
      ],
    );
    const id = actor.sessionId as string;
    for (const other of [id, 'x', crypto.randomUUID()])
      await assert.rejects(sessions.endOwn(ann, other), code('not_found'));
    assert.deepEqual(await toldDuring(node.sql, bob, () => sessions.endOwn(bob, id)), [
      { kind: 'own-session.ended', data: { id } },
    ]);
    await assert.rejects(sessions.authenticate(token, 'owner'), code('unauthenticated'));
    await assert.rejects(sessions.endOwn(bob, id), code('not_found'));
    assert.equal((await sessions.listOwn(bob)).length, 1);
  });

  await t.test('people are found by the start of their names, then by likeness', async () => {
    const names = ['Maria', 'marin', 'MARTA', 'mark', 'Jürgen', 'oz%_'];
    const found = new Map((await node.crowd(names)).map((actor) => [actor.username, actor]));
    await profiles.update(found.get('oz%_') as typeof ann, { name: 'Marlene Müller' });
    const search = async (query: string) => (await people.listPeople(ann, query)).items.map(({ username }) => username);
    assert.deepEqual(await search('MAR'), ['Maria', 'marin', 'mark', 'MARTA', 'oz%_']);
    assert.deepEqual(await search('marlene'), ['oz%_']);
    assert.deepEqual(await search('jürg'), ['Jürgen']);
    assert.deepEqual(await search('müller'), ['oz%_']);
    assert.deepEqual(await search('jurgen'), ['Jürgen']);
    assert.equal((await search('martha'))[0], 'MARTA');
    assert.deepEqual(await search('%'), []);
    assert.deepEqual(await search('\0'), []);
    assert.equal((await search('')).length, names.length + 2);
    await assert.rejects(search('x'.repeat(65)), code('invalid'));
    for (const query of ['mar', '']) {
      const paged: string[] = [];
      for (let after: PeopleMark | null = null, more = true; more; ) {
        const { items, next } = await people.listPeople(ann, query, { after, limit: 2 });
        paged.push(...items.map(({ username }) => username));
        after = next;
        more = next !== null;
      }
      assert.deepEqual(paged, await search(query));
    }
  });
});

test('an account that its owner deletes', async (t) => {
  const node = await startCore(t, undefined, { DELETION_GRACE: '0s' });
  const { access, friends, removal, rooms, sessions } = node.core;
  const [zoe, bob] = [await node.person('zoe'), await node.person('bob')];
  const group = await rooms.createGroup(zoe, { title: 'of zoe', memberUids: [bob.uid] });
  const direct = (await rooms.openDirectView(zoe, bob)).room;
  const alone = await rooms.createGroup(zoe, { title: 'alone' });
  const [pictured, replaced] = [
    await rooms.createGroup(bob, { title: 'a' }),
    await rooms.createGroup(bob, { title: 'b' }),
  ];
  const pictures: string[] = [];
  const setPicture = async (actor: Actor, room: { id: number }) => {
    const path = join(node.places.DATA_DIR, 'tmp', `upload-${pictures.length}`);
    await writeFile(path, await halves(20, 10).png().toBuffer());
    const { avatarKey } = await rooms.setPicture(actor, room, (use) => use({ path, bytes: 1 }));
    pictures.push(avatarKey ?? '');
  };
  for (const room of [pictured, replaced]) {
    await rooms.setMember(bob, room, zoe, 'moderator');
    await setPicture(zoe, room);
    await rooms.removeMember(zoe, room, zoe);
  }
  await setPicture(bob, replaced);
  await friends.addFriend(zoe, bob);
  for (const room of [group, direct, alone, { id: LOBBY_STREAM }]) await rooms.sendMessage(zoe, room, 'of zoe');
  await rooms.sendMessage(bob, group, 'of bob');
  const heads = new Map<number, number>();
  for (const { id, head } of await node.sql<{ id: number; head: number }[]>`select id, head from streams`)
    heads.set(id, head);
  const since = async (streamId: number) =>
    (await eventsAfter(node.sql, streamId, heads.get(streamId))).map(({ kind, data }) => ({ kind, data }));
  const named = { id: zoe.id, uid: zoe.uid };

  await assert.rejects(removal.removeOwn(zoe, 'not it', '127.0.0.1'), code('bad_credentials'));
  const token = await node.token(zoe);
  const told = await toldDuring(node.sql, bob, async () => {
    await removal.removeOwn(zoe, PASSWORD, '127.0.0.1');
    await assert.rejects(sessions.authenticate(token, 'owner'), code('unauthenticated'));
    await eventually('the account to be gone', async () => (await node.sql`select from accounts`).length === 1);
  });
  assert.deepEqual(told, [{ kind: 'friend.removed', data: named }]);
  const removed = { kind: 'account.removed', data: named };
  assert.deepEqual(await since(group.id), [
    removed,
    { kind: 'membership.removed', data: named },
    { kind: 'membership.changed', data: { id: bob.id, uid: bob.uid, role: 'owner' } },
    { kind: 'room.changed', data: { title: null, avatarUrl: null, avatarKey: null, posting: 'everybody' } },
    removed,
  ]);
  assert.deepEqual(await since(direct.id), [removed, { kind: 'membership.removed', data: named }, removed]);
  assert.deepEqual(await since(LOBBY_STREAM), [removed, removed]);
  const bare = { title: 'a', avatarUrl: null, avatarKey: null, posting: 'everybody' };
  assert.deepEqual(await since(pictured.id), [{ kind: 'room.changed', data: bare }, removed], 'of her picture');
  assert.deepEqual(await since(replaced.id), [], 'another picture was in its place');
  assert.equal((await rooms.getView(bob, pictured)).avatarKey, null);
  assert.equal((await rooms.getView(bob, replaced)).avatarKey, pictures[2]);
  const isThere = (key = '') =>
    stat(join(node.places.DATA_DIR, 'files', key)).then(
      () => true,
      () => false,
    );
  await eventually(
    'her pictures to be gone',
    async () => !(await isThere(pictures[0])) && !(await isThere(pictures[1])),
  );
  assert.ok(await isThere(pictures[2]));
  assert.deepEqual((await since(BOARD_STREAM)).at(0), removed);
  assert.equal((await node.sql`select from streams where id = ${alone.id}`).length, 0);
  const view = await rooms.getView(bob, group);
  assert.deepEqual([view.myRole, view.membersCount, view.lastMessage?.body], ['owner', 1, 'of bob']);

  const eve = await node.person('eve');
  await access.leave(eve.id, 60);
  await node.core.prune();
  assert.equal((await node.sql`select from accounts`).length, 2, 'she may still come back');
  await node.sql`update accounts set leaving_at = now() where leaving_at is not null`;
  await node.core.prune();
  assert.equal((await node.sql`select from accounts`).length, 1);
});
