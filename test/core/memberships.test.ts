/** Members of a room: roles, joining, leaving, invitations, deletion; and what the room and the accounts are told. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor, Role, RoomView } from '../../src/core/model.ts';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import type { Connection } from '../../src/hub/connection.ts';
import { outcomes, startTwoCores, type TestNode } from '../support/core-harness.ts';
import { plainEncoder, Recorder } from '../support/hub.ts';
import { eventsAfter, ownStream, toldDuring } from '../support/streams.ts';

const code = (expected: ErrorCode) => (error: unknown) => {
  if (!(error instanceof AppError)) throw error;
  assert.equal(error.code, expected, error.message);
  return true;
};

test('memberships', async (t) => {
  const nodes = await startTwoCores(t);
  const [node, other] = nodes;
  const { rooms, blocks } = node.core;
  const people: Actor[] = [];
  for (const name of ['ann', 'bob', 'cat', 'dan', 'eve']) people.push(await node.person(name));
  const [ann, bob, cat, dan, eve] = people as [Actor, Actor, Actor, Actor, Actor];
  const nameOf = new Map(people.map(({ id, username }) => [id, username]));

  const group = (members: readonly Actor[], title = 'Hiking'): Promise<RoomView> =>
    rooms.createGroup(ann, { title, memberUids: members.map(({ uid }) => uid) });
  const rolesIn = async ({ id }: { id: number }): Promise<Record<string, Role>> => {
    const rows = await node.sql<{ account_id: number; role: Role }[]>`
      select account_id, role from room_members where room_id = ${id} order by account_id`;
    return Object.fromEntries(rows.map(({ account_id, role }) => [nameOf.get(account_id) ?? '?', role]));
  };
  /** The events of the room, in short. */
  const history = async ({ id }: { id: number }): Promise<string[]> =>
    (await eventsAfter(node.sql, id)).map((event) => {
      if (event.kind === 'membership.added') return `+${event.data.person.username} ${event.data.role}`;
      if (event.kind === 'membership.removed') return `-${nameOf.get(event.data.id)}`;
      if (event.kind === 'membership.changed') return `${nameOf.get(event.data.id)} ${event.data.role}`;
      return event.kind;
    });

  const joinsOf = (told: readonly { kind: string; data: unknown }[]) =>
    told.filter(({ kind }) => kind === 'room.joined');
  const kindsOf = (told: readonly { kind: string }[]) => told.map(({ kind }) => kind);

  await t.test(
    'a room tells each member of it as it is, in every dialect; whoever is taken along is notified',
    async () => {
      const makings = [
        { make: () => group([bob]), notified: true },
        {
          make: async () => (await rooms.createRoom(ann, { title: 'old', memberUids: [bob.uid] })).room,
          notified: true,
        },
        { make: async () => (await rooms.openDirectRoom(ann, 'bob')).room, notified: false },
      ];
      let made: { id: number } = { id: 0 };
      for (const { make, notified } of makings) {
        const told = await toldDuring(node.sql, bob, async () => {
          made = await make();
        });
        assert.deepEqual(joinsOf(told), [{ kind: 'room.joined', data: await rooms.getView(bob, made) }]);
        assert.equal(kindsOf(told).includes('notification.created'), notified);
      }
      assert.deepEqual(await toldDuring(node.sql, ann, () => rooms.openDirectRoom(bob, 'ann')), []);
      assert.deepEqual(kindsOf(await toldDuring(node.sql, ann, () => group([]))), ['room.joined']);
      const view = await rooms.getView(bob, made);
      assert.deepEqual([view.kind, view.title, view.members.length, view.membersCount], ['direct', null, 2, 2]);
    },
  );

  await t.test('what joins is told of live as it is stored', async () => {
    const room = await group([]);
    const live: { kind: string; data: unknown }[] = [];
    const stream = await ownStream(node.sql, bob);
    const stop = await node.hub.listen(stream, { event: ({ kind, data }) => live.push({ kind, data }) });
    const told = await toldDuring(node.sql, bob, () => rooms.setMember(ann, room, bob));
    stop();
    assert.deepEqual(told, live);
    assert.deepEqual(joinsOf(told), [{ kind: 'room.joined', data: await rooms.getView(bob, room) }]);
  });

  await t.test('roles: who may do what', async () => {
    const room = await group([bob, cat, dan]);
    await rooms.setMember(ann, room, bob, 'moderator');
    assert.deepEqual(await rolesIn(room), { ann: 'owner', bob: 'moderator', cat: 'member', dan: 'member' });
    const refused: [ErrorCode, () => Promise<unknown>][] = [
      ['forbidden', () => rooms.setMember(cat, room, eve)],
      ['forbidden', () => rooms.setMember(bob, room, eve, 'moderator')],
      ['forbidden', () => rooms.setMember(bob, room, cat, 'moderator')],
      ['forbidden', () => rooms.setMember(bob, room, bob, 'owner')],
      ['forbidden', () => rooms.removeMember(bob, room, ann)],
      ['forbidden', () => rooms.removeMember(cat, room, dan)],
      ['forbidden', () => rooms.changeRoom(cat, room, { title: 'x' })],
      ['forbidden', () => rooms.removeRoom(bob, room)],
      ['forbidden', () => rooms.createInvite(cat, room)],
      ['forbidden', () => rooms.listInvites(cat, room)],
      ['not_found', () => rooms.setMember(eve, room, eve)],
      ['not_found', () => rooms.removeMember(eve, room, cat)],
      ['not_found', () => rooms.removeMember(ann, room, eve)],
      ['not_found', () => rooms.changeRoom(eve, room, { title: 'x' })],
      ['not_found', () => rooms.removeRoom(eve, room)],
      ['not_found', () => rooms.createInvite(eve, room)],
      ['not_found', () => rooms.listMembers(eve, room)],
      ['not_found', () => rooms.markRead(eve, room, 1)],
      ['not_found', () => rooms.setNotify(eve, room, 'all')],
      ['forbidden', () => rooms.setMember(ann, { id: 2 }, bob)],
      ['forbidden', () => rooms.removeMember({ ...ann, isAdmin: true }, { id: 2 }, bob)],
      ['forbidden', () => rooms.changeRoom({ ...ann, isAdmin: true }, { id: 2 }, { title: 'x' })],
      ['forbidden', () => rooms.removeRoom(ann, { id: 2 })],
    ];
    const direct = (await rooms.openDirectView(ann, { username: 'bob' })).room;
    refused.push(
      ['forbidden', () => rooms.setMember(ann, direct, cat)],
      ['forbidden', () => rooms.removeMember(ann, direct, ann)],
      ['forbidden', () => rooms.changeRoom(ann, direct, { title: 'x' })],
      ['forbidden', () => rooms.removeRoom(ann, direct)],
      ['forbidden', () => rooms.createInvite(ann, direct)],
    );
    for (const [index, [expected, attempt]] of refused.entries())
      await assert.rejects(attempt(), code(expected), `attempt ${index}`);
    assert.deepEqual(await rolesIn(room), { ann: 'owner', bob: 'moderator', cat: 'member', dan: 'member' });
    await rooms.removeMember(bob, room, dan);
    await rooms.setMember(bob, room, eve);
    assert.equal((await rooms.setMember(cat, room, eve)).role, 'member');
    await rooms.setMember(ann, room, cat, 'owner');
    assert.deepEqual(await history(room), ['bob moderator', '-dan', '+eve member', 'cat owner']);
    const { items } = await rooms.listMembers(eve, room);
    assert.deepEqual(
      items.map(({ person, role }) => [person.username, role]),
      [
        ['ann', 'owner'],
        ['bob', 'moderator'],
        ['cat', 'owner'],
        ['eve', 'member'],
      ],
    );
    const first = await rooms.listMembers(eve, room, { limit: 2 });
    assert.deepEqual(first.items, items.slice(0, 2));
    assert.deepEqual(await rooms.listMembers(eve, room, { after: first.next }), { items: items.slice(2), next: null });
  });

  await t.test('whoever is removed or leaves is told, and is out', async () => {
    const room = await group([bob, cat]);
    const left = [{ kind: 'room.left', data: { id: room.id, uid: room.uid } }];
    assert.deepEqual(await toldDuring(node.sql, bob, () => rooms.removeMember(ann, room, bob)), left);
    assert.deepEqual(await toldDuring(node.sql, cat, () => rooms.removeMember(cat, room, cat)), left);
    for (const gone of [bob, cat]) {
      await assert.rejects(rooms.getView(gone, room), code('not_found'));
      await assert.rejects(rooms.sendMessage(gone, room, 'x'), code('not_found'));
    }
    assert.equal((await rooms.getView(ann, room)).membersCount, 1);
  });

  await t.test('a socket that was about to follow the room does not, if its account is removed meanwhile', async () => {
    const room = await group([bob, cat]);
    const [bobs, cats] = [new Recorder(), new Recorder()];
    const approaches = [
      { recorder: bobs, admission: await rooms.approachRoom(bob, room) },
      { recorder: cats, admission: await rooms.approachRoom(cat, room) },
    ];
    await rooms.removeMember(ann, room, bob);
    const stream = await node.hub.open(room.id);
    await stream.reached(1, 10_000);
    const connections = approaches.map(({ recorder }) => recorder.connection());
    for (const [index, { admission }] of approaches.entries())
      await admission.enter(connections[index] as Connection, plainEncoder());
    const { seq } = await node.core.messages.send(ann, room, { body: 'between us' });
    await stream.reached(seq, 10_000);
    for (const connection of connections) connection.flush();
    assert.deepEqual([bobs.seqs, cats.seqs], [[1], [1, 2]]);
  });

  await t.test('a group always has an owner, and ends with its last member', async () => {
    const room = await group([bob, cat]);
    await rooms.removeMember(ann, room, ann);
    assert.deepEqual(await history(room), ['-ann', 'bob owner']);
    await rooms.setMember(bob, room, bob, 'member');
    assert.deepEqual(await rolesIn(room), { bob: 'member', cat: 'owner' });
    await rooms.removeMember(cat, room, cat);
    await assert.rejects(rooms.setMember(bob, room, bob, 'member'), code('invalid'));
    assert.deepEqual(await rolesIn(room), { bob: 'owner' });
    await rooms.removeMember(bob, room, bob);
    await node.core.prune();
    assert.equal((await node.sql`select from streams where id = ${room.id}`).length, 0);
  });

  await t.test('owners who leave on two nodes at once leave an owner', async () => {
    for (let round = 0; round < 10; round += 1) {
      const room = await group([bob, cat, dan]);
      await rooms.setMember(ann, room, bob, 'owner');
      const counts = await outcomes([
        node.core.rooms.removeMember(ann, room, ann),
        other.core.rooms.removeMember(bob, room, bob),
        node.core.rooms.removeMember(bob, room, cat),
        other.core.rooms.setMember(ann, room, eve),
      ]);
      assert.ok((counts.done ?? 0) >= 2);
      const roles = Object.values(await rolesIn(room));
      assert.equal(roles.filter((role) => role === 'owner').length, 1, JSON.stringify(roles));
    }
  });

  await t.test('a group is deleted for all of its members, and its messages later', async () => {
    const room = await group([bob]);
    const sent = Array.from({ length: 3 }, (_, index) => rooms.sendMessage(bob, room, `m${index}`));
    await Promise.all(sent);
    const left = [{ kind: 'room.left', data: { id: room.id, uid: room.uid } }];
    assert.deepEqual(await toldDuring(node.sql, bob, () => rooms.removeRoom(ann, room)), left);
    assert.equal((await node.sql`select from messages where room_id = ${room.id}`).length, 0);
    await assert.rejects(rooms.getView(ann, room), code('not_found'));
    await assert.rejects(rooms.removeRoom(ann, room), code('not_found'));
  });

  await t.test('the title and the picture change for everybody at once', async () => {
    const room = await group([bob]);
    const changed = await rooms.changeRoom(ann, room, { title: 'Climbing', avatar: 'https://pictures.example/1.png' });
    assert.deepEqual([changed.title, changed.avatarUrl], ['Climbing', 'https://pictures.example/1.png']);
    await rooms.changeRoom(ann, room, { title: 'Climbing' });
    const { title, avatarUrl } = await rooms.changeRoom(ann, room, { title: null });
    assert.deepEqual([title, avatarUrl], [null, 'https://pictures.example/1.png']);
    assert.deepEqual(await history(room), ['room.changed', 'room.changed']);
    await assert.rejects(rooms.changeRoom(ann, room, { title: 'x'.repeat(201) }), code('invalid'));
    await assert.rejects(rooms.changeRoom(ann, room, { avatar: 'javascript:1' }), code('invalid'));
  });

  await t.test('the same key makes one group, on two nodes at once', async () => {
    const wanted = { title: 'Once', memberUids: [bob.uid], key: 'key-1' };
    const made = await Promise.all(nodes.map(({ core }: TestNode) => core.rooms.createGroup(ann, wanted)));
    made.push(await rooms.createGroup(ann, wanted));
    assert.equal(new Set(made.map(({ id }) => id)).size, 1);
    await assert.rejects(rooms.createGroup(ann, { ...wanted, title: 'Twice' }), code('idempotency_key_reused'));
    assert.notEqual((await rooms.createGroup(bob, { ...wanted, memberUids: [] })).id, made[0]?.id);
  });

  await t.test('an invitation admits whoever has it, as often and as long as it says', async () => {
    const room = await group([]);
    const invite = await rooms.createInvite(ann, room, { maxUses: 2 });
    const shown = await rooms.getInvitation(bob, invite.code);
    assert.deepEqual(shown, {
      ...invite,
      room: { uid: room.uid, title: 'Hiking', avatarUrl: null, avatarKey: null, membersCount: 1 },
    });
    const counts = await outcomes(
      [bob, cat, dan, eve].map((actor, index) =>
        (nodes[index % 2] as TestNode).core.rooms.acceptInvite(actor, invite.code),
      ),
    );
    assert.deepEqual(counts, { done: 2, not_found: 2 });
    assert.equal(Object.keys(await rolesIn(room)).length, 3);
    assert.deepEqual(await rooms.listInvites(ann, room), []);
    const another = await rooms.createInvite(ann, room);
    assert.deepEqual(await rooms.acceptInvite(ann, another.code), {
      room: await rooms.getView(ann, room),
      joined: false,
    });
    assert.deepEqual(await rooms.listInvites(ann, room), [another]);
    await rooms.revokeInvite(ann, room, another.code);
    await assert.rejects(rooms.acceptInvite(eve, another.code), code('not_found'));
    await assert.rejects(rooms.revokeInvite(ann, room, another.code), code('not_found'));
    const expired = await rooms.createInvite(ann, room, { lasts: 60 });
    await node.sql`update room_invites set created_at = now() - interval '2 minutes', expires_at = now() - interval '1 minute'`;
    await assert.rejects(rooms.getInvitation(eve, expired.code), code('not_found'));
    await assert.rejects(rooms.acceptInvite(eve, expired.code), code('not_found'));
    await node.core.prune();
    assert.equal((await node.sql`select from room_invites`).length, 0);
    for (const wanted of [{ lasts: 0 }, { lasts: 1e9 }, { maxUses: 0 }, { maxUses: 1.5 }])
      await assert.rejects(rooms.createInvite(ann, room, wanted), code('invalid'));
  });

  await t.test('the invitations of somebody who is removed go with them', async () => {
    const room = await group([bob]);
    await rooms.setMember(ann, room, bob, 'moderator');
    const invite = await rooms.createInvite(bob, room);
    await rooms.removeMember(ann, room, bob);
    await assert.rejects(rooms.acceptInvite(bob, invite.code), code('not_found'));
  });

  await t.test('a blocked account does not reach the one who blocked it', async () => {
    const direct = (await rooms.openDirectView(cat, { username: 'dan' })).room;
    await node.core.friends.addFriend(cat, { username: 'dan' });
    const told = await toldDuring(node.sql, dan, () => blocks.block(cat, { username: 'dan' }));
    assert.deepEqual(told, [{ kind: 'friend.removed', data: { id: cat.id, uid: cat.uid } }]);
    await assert.rejects(rooms.sendMessage(dan, direct, 'hello?'), code('not_found'));
    await rooms.sendMessage(cat, direct, 'bye');
    await assert.rejects(node.core.friends.addFriend(dan, { username: 'cat' }), code('forbidden'));
    await blocks.block(cat, { username: 'eve' });
    await assert.rejects(rooms.openDirectRoom(eve, 'cat'), code('forbidden'));
    await assert.rejects(rooms.createGroup(eve, { memberUids: [cat.uid] }), code('forbidden'));
    const room = await rooms.createGroup(eve, { title: 'of eve' });
    await assert.rejects(rooms.setMember(eve, room, cat), code('forbidden'));
    const shared = await group([cat, dan]);
    await rooms.sendMessage(ann, shared, 'seen');
    await rooms.sendMessage(dan, shared, 'not seen');
    const { unread, lastMessage } = await rooms.getView(cat, shared);
    assert.deepEqual([unread, lastMessage], [1, null]);
    const listed = await blocks.listBlocks(cat);
    assert.deepEqual(
      listed.map(({ username }) => username),
      ['dan', 'eve'],
    );
    const unblocking = async () => {
      await blocks.unblock(cat, { username: 'dan' });
      await blocks.unblock(cat, { username: 'dan' });
      await blocks.unblock(cat, { username: 'eve' });
    };
    assert.deepEqual(await toldDuring(node.sql, cat, unblocking), [
      { kind: 'block.removed', data: { id: dan.id, uid: dan.uid } },
      { kind: 'block.removed', data: { id: eve.id, uid: eve.uid } },
    ]);
    await rooms.sendMessage(dan, direct, 'hello');
    await rooms.openDirectRoom(eve, 'cat');
    await assert.rejects(blocks.block(cat, { username: 'cat' }), code('invalid'));
  });
});
