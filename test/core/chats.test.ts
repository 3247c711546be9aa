/** Chats: membership, names, permissions, and order of messages. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Actor, Message } from '../../src/core/model.ts';
import type { Room as Chat, RoomRef } from '../../src/core/rooms/rooms.ts';
import { openDatabase } from '../../src/store/database.ts';
import { eventually } from '../support/conditions.ts';
import { outcomes, refusal, startCore, startTwoCores, type TestNode } from '../support/core-harness.ts';
import { somebodyWaits, whileStreamIsHeld } from '../support/locks.ts';
import { openUnpublishedSocket, refusedUpgrade, type TestSocket } from '../support/socket.ts';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const LOBBY = { name: 'lobby' };

async function people(node: TestNode, ...names: string[]): Promise<Actor[]> {
  const made: Actor[] = [];
  for (const name of names) made.push(await node.person(name));
  return made;
}

async function group(node: TestNode, creator: Actor, title: string, others: readonly Actor[]): Promise<Chat> {
  const { room: chat } = await node.core.rooms.createRoom(creator, { title, memberUids: others.map(({ uid }) => uid) });
  return chat;
}

async function listen(t: TestContext, node: TestNode, actor: Actor, chat: { name: string }): Promise<TestSocket> {
  const token = await node.token(actor);
  const socket = await openUnpublishedSocket(t, `${node.wsUrl}/chat/${encodeURIComponent(chat.name)}?token=${token}`);
  await socket.frameCount(1);
  return socket;
}

/** Rooms, and streams of other things than accounts. */
async function countRooms({ sql }: TestNode): Promise<{ rooms: number; streams: number }> {
  const [counts] = await sql<[{ rooms: number; streams: number }]>`
    select (select count(*)::int from rooms) as rooms,
           (select count(*)::int from streams where id not in (select stream_id from accounts)) as streams`;
  return { ...counts };
}

const memberNames = (chat: Chat) => chat.members.map((member) => member.username);
const bodies = (messages: readonly Message[]) => messages.map((message) => message.body);

/** Deadlocks in the node's database so far. Connections flush their statistics when they close. */
async function countDeadlocks({ places }: TestNode): Promise<number> {
  const sql = openDatabase(places.DATABASE_URL, 1);
  try {
    await eventually('the others to end', async () => {
      const others = await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`;
      return others.length === 0;
    });
    const [row] = await sql<[{ deadlocks: number }]>`
      select deadlocks from pg_stat_database where datname = current_database()`;
    return row.deadlocks;
  } finally {
    await sql.end();
  }
}

test('chats', async (t) => {
  const nodes = await startTwoCores(t);
  const [node] = nodes;

  // Creating chats

  await t.test('a direct chat is the same room for both members, whoever creates it', async () => {
    const [ann, bob] = (await people(node, 'ann1', 'Bob1')) as [Actor, Actor];
    const { rooms: chats } = node.core;
    const first = await chats.openDirectRoom(bob, 'ANN1');
    assert.equal(first.created, true);
    assert.equal(first.room.name, 'Bob1_ann1');
    assert.equal(first.room.title, 'ann1');
    assert.equal(first.room.kind, 'direct');
    assert.deepEqual(first.room.members, [
      {
        id: ann.id,
        uid: ann.uid,
        username: 'ann1',
        name: null,
        email: 'ann1@example.org',
        avatarUrl: null,
        avatarKey: null,
        bot: false,
      },
      {
        id: bob.id,
        uid: bob.uid,
        username: 'Bob1',
        name: null,
        email: 'Bob1@example.org',
        avatarUrl: null,
        avatarKey: null,
        bot: false,
      },
    ]);
    const again = await Promise.all([
      chats.openDirectRoom(ann, 'bob1'),
      chats.createRoom(ann, { memberUids: [bob.uid] }),
      chats.createRoom(bob, { memberUids: [ann.uid, bob.uid, ann.uid.toUpperCase()] }),
    ]);
    for (const { room: chat, created } of again) {
      assert.equal(created, false);
      assert.equal(chat.id, first.room.id);
    }
    assert.equal(again[0].room.title, 'Bob1');
  });

  await t.test('a chat with a title, a picture, several members or none is a new group', async () => {
    const [ann, bob, eve] = (await people(node, 'ann2', 'bob2', 'eve2')) as [Actor, Actor, Actor];
    const { rooms: chats } = node.core;
    const make = (chat: Parameters<typeof chats.createRoom>[1]) => chats.createRoom(ann, chat);
    const made = [
      await make({ title: 'Pair', memberUids: [bob.uid] }),
      await make({ avatar: 'https://example.org/a.png', memberUids: [bob.uid] }),
      await make({ memberUids: [eve.uid, bob.uid] }),
      await make({}),
      await make({ memberUids: [ann.uid] }),
    ];
    assert.ok(made.every(({ room: chat, created }) => created && chat.kind === 'group'));
    assert.equal(new Set(made.map(({ room: chat }) => chat.id)).size, 5);
    assert.deepEqual(
      made.map(({ room }) => [room.title, room.name, memberNames(room).join()]),
      [
        ['Pair', 'Pair', 'ann2,bob2'],
        ['bob2', 'bob2', 'ann2,bob2'],
        ['bob2, eve2', 'bob2, eve2', 'ann2,bob2,eve2'],
        ['ann2', 'ann2', 'ann2'],
        ['ann2', 'ann2-2', 'ann2'],
      ],
    );
    assert.equal(made[1]?.room.avatarUrl, 'https://example.org/a.png');
    const asEve = await chats.getRoom(eve, { name: 'bob2, eve2' });
    assert.equal(asEve.title, 'ann2, bob2');
  });

  await t.test('a chat with no valid member, too many members, or an invalid title or picture is refused', async () => {
    const [ann] = (await people(node, 'ann3')) as [Actor];
    const { createRoom, openDirectRoom } = node.core.rooms;
    const before = await countRooms(node);
    for (const uid of [NOBODY, 'bob3', '', '\0'])
      await assert.rejects(createRoom(ann, { memberUids: [uid] }), refusal('not_found'));
    await assert.rejects(createRoom(ann, { title: 'x', memberUids: [ann.uid, NOBODY] }), refusal('not_found'));
    for (const title of ['', '  ', 'x'.repeat(201), 'a\0b', '\ud800'])
      await assert.rejects(createRoom(ann, { title }), refusal('invalid'));
    for (const avatar of ['javascript:alert(1)', 'data:text/html,x', '/\0', `/${'x'.repeat(2_048)}`])
      await assert.rejects(createRoom(ann, { avatar }), refusal('invalid'));
    await assert.rejects(createRoom(ann, { memberUids: Array(101).fill(ann.uid) }), refusal('invalid'));
    await assert.rejects(openDirectRoom(ann, 'bob3'), refusal('not_found'));
    await assert.rejects(openDirectRoom(ann, ' ANN3 '), refusal('self_chat'));
    assert.deepEqual(await countRooms(node), before);
  });

  await t.test('colliding room names get distinct numbers', async () => {
    const [a, b, c, ab, bc] = (await people(node, 'a', 'b', 'c', 'a_b', 'b_c')) as [Actor, Actor, Actor, Actor, Actor];
    const { rooms: chats } = node.core;
    const direct = async (actor: Actor, other: Actor) => (await chats.openDirectRoom(actor, other.username)).room.name;
    assert.equal((await group(node, b, 'a_b_c-2', [])).name, 'a-b-c-2');
    assert.equal(await direct(ab, c), 'a_b_c');
    assert.equal(await direct(bc, a), 'a_b_c-2');
    assert.equal((await group(node, b, 'a_b_c', [a])).name, 'a-b-c');
    assert.equal((await group(node, b, 'a-b-c', [a])).name, 'a-b-c-3');
    assert.equal(await direct(a, bc), 'a_b_c-2');
    assert.equal((await group(node, b, 'lobby', [a])).name, 'lobby-2');
    const tails: string[] = [];
    for (const title of ['Команда мечты', 'a/b\nc', '..', '.', 'é'.normalize('NFD'), 'x'.repeat(200)])
      tails.push((await group(node, c, title, [])).name);
    assert.deepEqual(tails, ['Команда мечты', 'a-b-c-4', '-..', '-.', 'é'.normalize('NFC'), 'x'.repeat(100)]);
    const found = await chats.getRoom(c, { name: 'é'.normalize('NFD') });
    assert.equal(found.title, 'é'.normalize('NFD'));
  });

  await t.test('two members who create their direct chat concurrently on two nodes get the same room', async () => {
    const before = await countRooms(node);
    for (let round = 0; round < 15; round += 1) {
      const [ann, bob] = (await people(nodes[0], `amy ${round}`, `ben ${round}`)) as [Actor, Actor];
      const made = await Promise.all(
        nodes.flatMap(({ core: { rooms: chats } }) => [
          chats.openDirectRoom(ann, bob.username),
          chats.openDirectRoom(bob, ann.username),
          chats.createRoom(ann, { memberUids: [bob.uid] }),
          chats.createRoom(bob, { memberUids: [ann.uid] }),
        ]),
      );
      assert.equal(new Set(made.map(({ room: chat }) => chat.uid)).size, 1);
      assert.equal(made.filter(({ created }) => created).length, 1);
      assert.ok(made.every(({ room: chat }) => chat.members.length === 2 && chat.name === `amy ${round}_ben ${round}`));
    }
    assert.deepEqual(await countRooms(node), { rooms: before.rooms + 15, streams: before.streams + 15 });
  });

  // Listing

  await t.test('chats are listed by their latest message, newest first, page by page', async () => {
    const [ann, bob, eve] = (await people(node, 'ann6', 'bob6', 'eve6')) as [Actor, Actor, Actor];
    const { rooms: chats } = node.core;
    const one = await group(node, ann, 'one', [bob]);
    await group(node, ann, 'two', [bob]);
    const three = await group(node, ann, 'three', [bob]);
    await group(node, eve, 'not theirs', []);
    const titles = async (actor: Actor) => (await chats.listRoomsByActivity(actor)).map((chat) => chat.title);
    await eventually('a new millisecond', async () => Date.now() > three.activeAt.getTime());
    await chats.sendMessage(bob, { uid: one.uid }, 'hello');
    assert.deepEqual((await titles(ann))[0], 'one');
    assert.deepEqual(await titles(ann), await titles(bob));
    assert.deepEqual(await titles(eve), ['not theirs']);
    await node.sql`update streams set active_at = '2025-01-01T00:00:00.123Z' where id > 3`;
    const listed: string[] = [];
    for (let before: Chat | null = null; ; ) {
      const page: Chat[] = await chats.listRoomsByActivity(ann, {
        before: before && { activeAt: before.activeAt, id: before.id },
        limit: 2,
      });
      listed.push(...page.map((chat) => chat.title));
      before = page.at(-1) ?? null;
      if (page.length < 2) break;
    }
    assert.deepEqual(listed, ['three', 'two', 'one']);
  });

  // Messages

  await t.test('messages are listed newest first and before an id, even if some were deleted', async () => {
    const [ann, bob] = (await people(node, 'ann7', 'bob7')) as [Actor, Actor];
    const { rooms: chats } = node.core;
    const { room: chat } = await chats.openDirectRoom(ann, 'bob7');
    const sent: Message[] = [];
    for (let index = 0; index < 50; index += 1) {
      sent.push(await chats.sendMessage(index % 2 ? ann : bob, { name: chat.name }, `m${index}`));
      await chats.sendMessage(ann, LOBBY, 'elsewhere');
    }
    const gone = sent.filter((_, index) => index % 7 === 3);
    await node.sql`delete from messages where id = any(${gone.map(({ id }) => id)})`;
    const left = sent.filter((message) => !gone.includes(message));

    const ref = { uid: chat.uid };
    for (const page of [0, 1, 2, 3, 50, Number.MAX_SAFE_INTEGER]) {
      const end = Math.max(0, left.length - page * 20);
      const expected = left.slice(Math.max(0, end - 20), end);
      assert.deepEqual(await chats.listMessagePage(bob, ref, page, 20), expected, `page ${page}`);
    }
    assert.deepEqual(await chats.listMessages(bob, ref, null), left);
    assert.deepEqual(await chats.listMessages(bob, ref, null, 5), left.slice(-5));
    const newest = sent.at(-1)?.id as number;
    const oldest = sent[0]?.id as number;
    for (let before = Math.max(0, oldest - 3); before <= newest + 3; before += 1) {
      const expected = left.filter(({ id }) => id < before).slice(-10);
      assert.deepEqual(await chats.listMessages(bob, ref, before, 10), expected, `before ${before}`);
    }
    assert.deepEqual(await chats.listMessages(ann, ref, Number.MAX_SAFE_INTEGER), left);
    for (const wrong of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(chats.listMessages(ann, ref, wrong), refusal('invalid'));
      await assert.rejects(chats.listMessagePage(ann, ref, wrong, 20), refusal('invalid'));
    }
  });

  await t.test('a room without messages has an empty list', async () => {
    const [ann] = (await people(node, 'ann8')) as [Actor];
    const chat = await group(node, ann, 'quiet', []);
    assert.deepEqual(await node.core.rooms.listMessages(ann, chat, null), []);
    assert.deepEqual(await node.core.rooms.listMessages(ann, chat, 5), []);
    assert.deepEqual(await node.core.rooms.listMessagePage(ann, chat, 0, 20), []);
  });

  await t.test('a message carries everything that a dialect shows of its author, live and from the log', async (t) => {
    const [ann] = (await people(node, 'ann9')) as [Actor];
    const chat = await group(node, ann, 'x', []);
    const socket = await listen(t, node, ann, chat);
    const sent = await node.core.rooms.sendMessage(ann, chat, 'hi');
    assert.deepEqual(sent.author, {
      id: ann.id,
      uid: ann.uid,
      username: 'ann9',
      email: 'ann9@example.org',
      name: null,
      avatarUrl: null,
      avatarKey: null,
      bot: false,
    });
    assert.deepEqual(await socket.frameWith({ body: 'hi' }), sent);
    assert.deepEqual(await node.core.rooms.listMessages(ann, chat, null), [sent]);
  });

  await t.test('e-mails are visible to members, or if hidden only to their owners and admins', async (t) => {
    const [ann, bob] = (await people(node, 'ann10', 'bob10')) as [Actor, Actor];
    const discreet = await startCore(t, node.places, { HIDE_EMAILS: 'true' });
    for (const [{ core }, seen] of [
      [node, ['bob10@example.org', 'bob10@example.org', 'bob10@example.org', 'bob10@example.org']],
      [discreet, ['', 'bob10@example.org', 'bob10@example.org', '']],
    ] as const) {
      const { rooms: chats, friends } = core;
      const { room: chat } = await chats.openDirectRoom(ann, 'bob10');
      const message = await chats.sendMessage(bob, { id: chat.id }, 'hi');
      const viewers = [ann, bob, { ...ann, isAdmin: true }];
      const inChat = await Promise.all(viewers.map((viewer) => chats.getRoom(viewer, { id: chat.id })));
      assert.deepEqual([...inChat.map(({ members }) => members[1]?.email), message.author.email], seen);
      assert.equal((await friends.addFriend(ann, { uid: bob.uid })).person.email, seen[0]);
      assert.equal((await friends.listFriends(ann, { uid: ann.uid }))[0]?.email, seen[0]);
      assert.equal((await friends.removeFriend(ann, { uid: bob.uid })).email, seen[0]);
    }
  });

  await t.test(
    'only members of a chat receive its messages, in one order, whether sent by socket or by HTTP',
    async (t) => {
      const [ann, bob, eve] = (await people(node, 'ann11', 'bob11', 'eve11')) as [Actor, Actor, Actor];
      const { room: chat } = await node.core.rooms.openDirectRoom(ann, 'bob11');
      const [annSocket, bobSocket] = [await listen(t, node, ann, chat), await listen(t, node, bob, chat)];
      const eveSocket = await listen(t, node, eve, LOBBY);
      for (let index = 0; index < 20; index += 1) {
        annSocket.send(`a${index}`);
        bobSocket.send(`b${index}`);
        await node.core.rooms.sendMessage(bob, { name: chat.name }, `c${index}`);
      }
      await Promise.all([annSocket, bobSocket].map((socket) => socket.frameCount(61)));
      assert.deepEqual(annSocket.json, bobSocket.json);
      const stored = await node.core.rooms.listMessages(ann, chat, null);
      assert.deepEqual(annSocket.json.slice(1), stored);
      await eveSocket.settled();
      assert.equal(eveSocket.frames.length, 1);
      annSocket.send('   ');
      assert.deepEqual(await annSocket.frameWith({ error: 'invalid' }), { error: 'invalid' });
    },
  );

  await t.test('a chat is found by its name, whatever usernames it contains', async (t) => {
    const pairs = [
      ['Анна Каренина', 'b.@+-b'],
      ['%2F..', '?#&'],
      ['🙂'.repeat(64), '🙃'.repeat(64)],
    ];
    for (const pair of pairs) {
      const [one, other] = (await people(node, ...pair)) as [Actor, Actor];
      const { room: chat } = await node.core.rooms.openDirectRoom(one, other.username);
      const socket = await listen(t, node, other, chat);
      socket.send('hi');
      await socket.frameWith({ body: 'hi', roomId: chat.id });
    }
  });

  await t.test('everybody can read, follow and write in the lobby without being a member', async (t) => {
    const [ann, bob] = (await people(node, 'ann13', 'bob13')) as [Actor, Actor];
    const socket = await listen(t, node, ann, LOBBY);
    assert.equal(await node.core.lobby.isIn(ann, 'lobby'), true);
    await node.core.lobby.send(bob, 'through the lobby');
    const sent = await node.core.rooms.sendMessage(bob, LOBBY, 'through the room');
    assert.deepEqual(await socket.frameWith({ body: 'through the room' }), sent);
    assert.deepEqual(bodies(await node.core.rooms.listMessages(ann, LOBBY, null)).slice(-2), [
      'through the lobby',
      sent.body,
    ]);
  });

  await t.test("signing out closes only the sockets of one's own chats", async (t) => {
    const [ann, bob] = (await people(node, 'ann14', 'bob14')) as [Actor, Actor];
    const { room: chat } = await node.core.rooms.openDirectRoom(ann, 'bob14');
    const sockets = [await listen(t, node, ann, chat), await listen(t, node, ann, LOBBY)];
    const other = await listen(t, node, bob, chat);
    await node.core.sessions.endAll(ann.id);
    for (const socket of sockets) assert.equal((await socket.untilClosed()).code, 4001);
    await other.settled();
  });

  // Permissions

  await t.test('nobody but members, not even an admin, reads, follows or writes in a chat', async (t) => {
    const [ann, bob, eve] = (await people(node, 'ann15', 'bob15', 'eve15')) as [Actor, Actor, Actor];
    const { rooms: chats } = node.core;
    const direct = (await chats.openDirectRoom(ann, 'bob15')).room;
    const rooms = [direct, await group(node, ann, 'secret plans', [bob])];
    for (const room of rooms) await chats.sendMessage(ann, room, 'secret');
    for (const stranger of [eve, { ...eve, isAdmin: true }])
      for (const { id, uid, name } of rooms) {
        for (const ref of [{ id }, { uid }, { name }]) {
          await assert.rejects(chats.getRoom(stranger, ref), refusal('not_found'));
          await assert.rejects(chats.listMessages(stranger, ref, null), refusal('not_found'));
          await assert.rejects(chats.listMessages(stranger, ref, 10), refusal('not_found'));
          await assert.rejects(chats.listMessagePage(stranger, ref, 0, 20), refusal('not_found'));
          await assert.rejects(chats.sendMessage(stranger, ref, 'let me in'), refusal('not_found'));
        }
        const url = `${node.wsUrl}/chat/${encodeURIComponent(name)}`;
        const refused = await refusedUpgrade(t, `${url}?token=${await node.token(stranger)}`);
        assert.deepEqual([refused.status, refused.body], [404, 'not_found']);
        assert.equal((await refusedUpgrade(t, url)).status, 401);
      }
    assert.deepEqual(await chats.listRoomsByActivity(eve), []);
    assert.equal((await node.sql`select from messages where body = 'let me in'`).length, 0);
  });

  await t.test('an unknown room is not found, whatever its name', async () => {
    const [ann] = (await people(node, 'ann16')) as [Actor];
    const { rooms: chats } = node.core;
    const refs: RoomRef[] = [
      { uid: NOBODY },
      { uid: 'x' },
      { uid: '' },
      { name: 'ann_bob' },
      { name: '' },
      { name: '\0' },
      { name: 'x'.repeat(100_000) },
    ];
    const ids = [0, -1, 1, 99_999, 2 ** 31, 1.5, Number.NaN].map((id) => ({ id }));
    for (const ref of [...refs, ...ids]) {
      await assert.rejects(chats.getRoom(ann, ref), refusal('not_found'));
      await assert.rejects(chats.listMessages(ann, ref, null), refusal('not_found'));
      await assert.rejects(chats.listMessagePage(ann, ref, 0, 20), refusal('not_found'));
    }
    for (const ref of [...refs, ...ids]) await assert.rejects(chats.sendMessage(ann, ref, 'x'), refusal('not_found'));
  });

  await t.test(
    'messages of a stranger in a batch are refused, and those of members are delivered in order',
    async () => {
      const [ann, bob, eve] = (await people(node, 'ann17', 'bob17', 'eve17')) as [Actor, Actor, Actor];
      const { rooms: chats } = node.core;
      const one = await group(node, ann, 'one', [bob]);
      const two = await group(node, eve, 'two', []);
      const sends = Array.from({ length: 60 }, (_, index) => ({
        actor: [ann, eve, bob][index % 3] as Actor,
        room: index % 2 ? one : two,
        text: `m${index}`,
      }));
      let results: PromiseSettledResult<Message>[] = [];
      const statements = await node.statementsOf(async () => {
        results = await Promise.allSettled(
          sends.map(({ actor, room, text }) => chats.sendMessage(actor, { id: room.id }, text)),
        );
      });
      // One stores, and one finds out for all that were refused whether only moderators write there.
      assert.equal(statements.length, 2);
      const allowed = sends.map(({ actor, room }) => (actor === eve) === (room === two));
      assert.deepEqual(
        results.map(({ status }) => status === 'fulfilled'),
        allowed,
      );
      for (const [index, result] of results.entries())
        if (result.status === 'fulfilled') {
          assert.equal(result.value.body, sends[index]?.text);
          assert.equal(result.value.author.id, sends[index]?.actor.id);
        } else refusal('not_found')(result.reason);
      for (const [room, reader] of [
        [one, ann],
        [two, eve],
      ] as const) {
        const expected = sends.filter((send, index) => allowed[index] && send.room === room).map(({ text }) => text);
        assert.deepEqual(bodies(await chats.listMessages(reader, room, null)), expected);
      }
    },
  );

  await t.test(
    'a member removed while a message waits for the room gets it refused, and the messages of others are stored',
    async () => {
      const [ann, bob] = (await people(node, 'ann18', 'bob18')) as [Actor, Actor];
      const { rooms: chats } = node.core;
      const alone = await group(node, ann, 'bob alone', [bob]);
      const both = await group(node, ann, 'both', [bob]);
      for (const speakers of [[bob], [ann, bob]]) {
        const { id } = speakers.length === 1 ? alone : both;
        let sending: Promise<Message>[] = [];
        await node.sql.begin(async (tx) => {
          await tx`update streams set head = head + 1 where id = ${id}`;
          sending = speakers.map((actor) => chats.sendMessage(actor, { id }, 'too late?'));
          for (const promise of sending) promise.catch(() => {});
          await eventually('the message to wait', async () => {
            const [row] = await node.sql`
            select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
            return row?.n > 0;
          });
          await tx`delete from room_members where room_id = ${id} and account_id = ${bob.id}`;
        });
        await assert.rejects(sending.at(-1) as Promise<Message>, refusal('not_found'));
        const stored = await node.sql<{ author_id: number }[]>`select author_id from messages where room_id = ${id}`;
        assert.deepEqual(
          stored.map((row) => row.author_id),
          speakers.length === 1 ? [] : [ann.id],
        );
      }
    },
  );

  await t.test(
    'concurrent changes of chats, messages and accounts are refused with a reason and never fail with an error',
    async () => {
      for (let round = 0; round < 10; round += 1) {
        const [ann, bob, eve] = (await people(nodes[0], `a${round}`, `b${round}`, `e${round}`)) as [
          Actor,
          Actor,
          Actor,
        ];
        const room = await group(nodes[0], ann, `g${round}`, [bob, eve]);
        const acts = nodes.flatMap(({ core: { rooms: chats, friends } }) => [
          chats.openDirectRoom(ann, bob.username),
          chats.createRoom(ann, { title: 'x', memberUids: [bob.uid, eve.uid] }),
          friends.addFriend(eve, { uid: bob.uid }),
          chats.sendMessage(eve, { id: room.id }, 'hello'),
        ]);
        const deletion = nodes[1].sql`delete from accounts where id = ${bob.id}`;
        const counts = await outcomes([...acts, deletion]);
        assert.deepEqual(
          Object.keys(counts).filter((code) => !['done', 'not_found', 'already_friends'].includes(code)),
          [],
        );
      }
    },
  );
});

test('concurrently created rooms of one name get distinct numbers without gaps', async (t) => {
  const nodes = await startTwoCores(t);
  const [ann] = (await people(nodes[0], 'ann')) as [Actor];
  const title = fc.constantFrom('Team', 'Team-2', 'Team-3', 'Team-2-2', 'lobby');
  const making = fc.array(fc.record({ title, node: fc.integer({ min: 0, max: 1 }) }), { minLength: 2, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(making, async (chats) => {
      await nodes[0].sql`delete from streams where id in (select id from rooms where kind <> 'lobby')`;
      await nodes[0].sql`delete from room_names`;
      const made = await Promise.all(chats.map((chat) => group(nodes[chat.node] as TestNode, ann, chat.title, [])));
      const names = new Set(made.map((chat) => chat.name));
      assert.equal(names.size, chats.length);
      for (const [index, chat] of made.entries()) {
        const wanted = chats[index]?.title as string;
        assert.ok(chat.name === wanted || chat.name.startsWith(`${wanted}-`), `${wanted} became ${chat.name}`);
        const number = Number(chat.name.slice(wanted.length + 1));
        for (let lower = 2; lower < number; lower += 1) assert.ok(names.has(`${wanted}-${lower}`), `no ${lower}`);
      }
    }),
    { numRuns: 40 },
  );
});

test("a member's list of rooms has own rooms and the lobby by id, and an admin's has all rooms", async (t) => {
  const node = await startCore(t);
  const [ann, bob, eve] = (await people(node, 'ann', 'bob', 'eve')) as [Actor, Actor, Actor];
  const { rooms: chats } = node.core;
  await chats.openDirectRoom(ann, 'bob');
  await group(node, eve, 'Eve alone', []);
  const names = async (actor: Actor, page = 0) => (await chats.listRooms(actor, page)).map((chat) => chat.name);
  assert.deepEqual(await names(ann), ['lobby', 'ann_bob']);
  assert.deepEqual(await names(eve), ['lobby', 'Eve alone']);
  assert.deepEqual(await names({ ...bob, isAdmin: false }), ['lobby', 'ann_bob']);
  assert.deepEqual(await names({ ...eve, isAdmin: true }), ['lobby', 'ann_bob', 'Eve alone']);
  const [lobby, direct] = await chats.listRooms({ ...eve, isAdmin: true }, 0);
  assert.deepEqual([lobby?.title, lobby?.members], ['Lobby', []]);
  assert.equal(direct?.title, 'ann, bob');
  assert.deepEqual(await names(ann, 1), []);
  assert.deepEqual(await names(ann, Number.MAX_SAFE_INTEGER), []);
  for (const page of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    await assert.rejects(names(ann, page), refusal('invalid'));
});

test('a page of rooms has at most a hundred entries, and the next page continues', async (t) => {
  const node = await startCore(t);
  const [ann] = (await people(node, 'ann')) as [Actor];
  for (let index = 0; index < 150; index += 1) await group(node, ann, `room ${index}`, []);
  const pages = [await node.core.rooms.listRooms(ann, 0), await node.core.rooms.listRooms(ann, 1)];
  assert.deepEqual(
    pages.map((page) => page.length),
    [100, 51],
  );
  const ids = pages.flat().map((chat) => chat.id);
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  );
  const all = await node.core.rooms.listRooms({ ...ann, isAdmin: true }, 1);
  assert.deepEqual(all, pages[1]);
});

// Concurrency

test('50 members write in 20 rooms through two nodes: each room has one order without gaps, and nobody starves', async (t) => {
  const nodes = await startTwoCores(t);
  const speakers = await nodes[0].crowd(Array.from({ length: 50 }, (_, index) => `p${index}`));
  const [first, ...others] = speakers as [Actor, ...Actor[]];
  const rooms: Chat[] = [];
  for (let index = 0; index < 20; index += 1) rooms.push(await group(nodes[0], first, `room ${index}`, others));
  const sockets = await Promise.all(rooms.map((room, index) => listen(t, nodes[index % 2] as TestNode, first, room)));

  const sendAll = () =>
    outcomes(
      speakers.flatMap((speaker, index) =>
        rooms.map((_, offset) => {
          const { id } = rooms[(index * 7 + offset) % rooms.length] as Chat;
          // Each room through both nodes.
          return (nodes[(index + (offset < 10 ? 0 : 1)) % 2] as TestNode).core.rooms.sendMessage(
            speaker,
            { id },
            `${index}`,
          );
        }),
      ),
    );
  // Both nodes begin while a room is locked: a different lock order would deadlock.
  let results = {};
  await whileStreamIsHeld(nodes[0], rooms[10]?.id ?? 0, async (sql) => {
    const sending = sendAll();
    await somebodyWaits(sql, 2);
    return async () => {
      results = await sending;
    };
  });
  assert.deepEqual(results, { done: 1_000 });
  const perRoom = await nodes[0].sql`
    select room_id, count(*) as n, min(seq) as first, max(seq) as last, count(distinct author_id) as authors
      from messages group by room_id order by room_id`;
  assert.deepEqual(
    [...perRoom],
    rooms.map(({ id }) => ({ room_id: id, n: 50, first: 1, last: 50, authors: 50 })),
  );
  // These nodes share no broker, so each finds the other's messages in the log.
  for (const [index, socket] of sockets.entries()) {
    await socket.frameCount(51);
    const stored = await nodes[0].core.rooms.listMessages(first, rooms[index] as Chat, null);
    assert.deepEqual(socket.json.slice(1), stored);
  }
  assert.equal(await countDeadlocks(nodes[0]), 0, 'a deadlock is resolved and tried again, and nobody sees it');
});
