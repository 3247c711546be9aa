/** messenger's rooms: membership, names, and delivery once and in order, by socket and HTTP. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Chatroom,
  expectStatus,
  type Member,
  type Message,
  member,
  messagesOf,
  socketUrl,
} from '../support/messenger-people.ts';
import { join } from '../support/people.ts';
import { sharedServer } from '../support/shared-server.ts';
import { openSocket, refusedUpgrade, type TestSocket } from '../support/socket.ts';

const emptyServer = sharedServer({ SOCKET_RATE: '1000' });
const strictServer = sharedServer({ MESSAGE_LENGTH: '5' });

const ROOMS = '/messenger/api/chatrooms/';
const OWN_ROOMS = '/messenger/api/user/chatrooms/';
const NOT_FOUND = { detail: 'Not found.' };

async function rooms(who: Member, path = ROOMS): Promise<Chatroom[]> {
  return expectStatus(200, await who.call<Chatroom[]>('GET', path));
}

function contents(messages: readonly { content?: unknown }[]): unknown[] {
  return messages.map(({ content }) => content);
}

test('two users share one direct room under both names, whoever opens it', async () => {
  const server = await emptyServer();
  const [bob, ann] = [await member(server, 'bob'), await member(server, 'ann')];
  const made = await bob.call<Chatroom>('POST', ROOMS, { recipient: 'Ann' });
  assert.deepEqual(
    [made.status, made.json],
    [201, { id: made.json.id, name: 'ann_bob', members: [bob.id, ann.id], display_name: 'ann' }],
  );
  const again = await ann.call<Chatroom>('POST', ROOMS, { recipient: 'bob' });
  assert.deepEqual([again.status, again.json], [200, { ...made.json, display_name: 'bob' }]);
  assert.deepEqual(await rooms(ann, OWN_ROOMS), [again.json]);
});

test('concurrent requests for a direct room get the same room', async () => {
  const server = await emptyServer();
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      n % 2 === 0
        ? ann.call<Chatroom>('POST', ROOMS, { recipient: 'bob' })
        : bob.call<Chatroom>('POST', ROOMS, { recipient: 'ann' }),
    ),
  );
  assert.equal(new Set(replies.map(({ json }) => json.id)).size, 1);
  assert.deepEqual(replies.map(({ status }) => status).sort(), [...Array(9).fill(200), 201]);
});

test('a direct room needs another existing user', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const wrong = [
    ['nobody', 'Пользователь не найден.'],
    ['ann', 'Нельзя создать чат с самим собой.'],
    ['', 'This field may not be blank.'],
    [undefined, 'This field is required.'],
    [7, 'Пользователь не найден.'],
    [[7], 'Not a valid string.'],
  ];
  for (const [recipient, text] of wrong) {
    const { status, json } = await ann.call('POST', ROOMS, { recipient });
    assert.deepEqual([status, json], [400, { recipient: [text] }]);
  }
});

test('a list of rooms has own rooms and the lobby, and all rooms for an admin', async () => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await Promise.all(['ann', 'bob', 'eve'].map((name) => member(server, name)))) as [
    Member,
    Member,
    Member,
  ];
  const room = await ann.chatWith('bob');
  const names = (list: Chatroom[]) => list.map(({ name }) => name);
  const lobby = (await rooms(eve))[0];
  assert.deepEqual(await rooms(eve), [{ id: lobby?.id, name: 'lobby', members: [], display_name: 'Lobby' }]);
  assert.deepEqual(await rooms(eve, OWN_ROOMS), []);
  assert.deepEqual(names(await rooms(bob)), ['lobby', room.name]);
  assert.deepEqual(names(await rooms(bob, OWN_ROOMS)), [room.name]);
  await server.sql`update accounts set role = 'admin' where id = ${eve.id}`;
  assert.deepEqual(names(await rooms(eve)), ['lobby', room.name]);
  assert.deepEqual(await rooms(eve, OWN_ROOMS), []);
});

test('own rooms are listed a hundred per page', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  await server.sql`
    with made as (
      insert into streams (head) select 0 from generate_series(1, 120) returning id
    ), named as (
      insert into rooms (id, kind, name, title) select id, 'group', 'g' || id, 'G' from made returning id
    )
    insert into room_members (room_id, account_id) select id, ${ann.id} from named`;
  const pages = [await rooms(ann, OWN_ROOMS), await rooms(ann, `${OWN_ROOMS}?page=2`)];
  assert.deepEqual(
    pages.map(({ length }) => length),
    [100, 20],
  );
  const ids = pages.flat().map(({ id }) => id);
  assert.deepEqual(
    ids,
    [...new Set(ids)].sort((a, b) => a - b),
  );
});

test('a stranger can neither read a room nor write in it', async (t) => {
  const server = await emptyServer();
  const [ann, , eve] = [await member(server, 'ann'), await member(server, 'bob'), await member(server, 'eve')];
  const room = await ann.chatWith('bob');
  for (const one of [room, { name: 'ann_nobody' }, { name: 'x'.repeat(900) }]) {
    for (const [method, body] of [['GET'], ['POST', { content: 'let me in' }]] as const) {
      const { status, json } = await eve.call(method, messagesOf(one), body);
      assert.deepEqual([status, json], [404, NOT_FOUND]);
    }
    const refused = await refusedUpgrade(t, `${socketUrl(server, one)}?token=${eve.access}`);
    assert.deepEqual([refused.status, JSON.parse(refused.body)], [404, NOT_FOUND]);
  }
  assert.deepEqual(await ann.read(room), []);
});

test('messages sent by HTTP and by socket reach both, once each, in one order', async (t) => {
  const server = await emptyServer();
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const room = await ann.chatWith('bob');
  const sockets = await Promise.all([ann.enter(t, room), ann.enter(t, room), bob.enter(t, room)]);
  const posted: Promise<Message>[] = [];
  for (let n = 0; n < 20; n += 1) {
    (sockets[0] as TestSocket).send({ message: `ann ${n}` });
    (sockets[2] as TestSocket).send({ message: `bob ${n}` });
    posted.push(bob.say(room, `http ${n}`));
  }
  const answers = await Promise.all(posted);
  await Promise.all(sockets.map((socket) => socket.frameCount(60)));
  const read = await ann.read(room);
  assert.equal(read.length, 60);
  for (const socket of sockets) {
    await socket.settled();
    assert.deepEqual(socket.json, read);
  }
  for (const answer of answers) assert.equal(read.filter(({ id }) => id === answer.id).length, 1);
  for (const who of ['ann', 'bob'])
    assert.deepEqual(
      contents(read).filter((text) => String(text).startsWith(who)),
      Array.from({ length: 20 }, (_, n) => `${who} ${n}`),
    );
});

test('messages are listed oldest first, a hundred per page, with a link to the previous page', async (t) => {
  const server = await emptyServer();
  const [ann] = [await member(server, 'ann'), await member(server, 'bob')];
  const room = await ann.chatWith('bob');
  const socket = await ann.enter(t, room);
  for (let n = 0; n < 130; n += 1) socket.send({ message: String(n) });
  await socket.frameCount(130);
  const newest = await ann.read(room);
  const before = await ann.read(room, `?before=${newest[0]?.id}`);
  assert.deepEqual(
    contents([...before, ...newest]),
    Array.from({ length: 130 }, (_, n) => String(n)),
  );
  assert.equal(newest.length, 100);
  assert.deepEqual(await ann.read(room, `?before=${before[0]?.id}`), []);
  for (const query of ['?before=x', '?before=-1'])
    assert.equal((await ann.call('GET', `${messagesOf(room)}${query}`)).status, 400);
});

test('a message needs a non-blank content within the maximum length', async () => {
  const server = await strictServer();
  const [ann] = [await member(server, 'ann'), await member(server, 'bob')];
  const room = await ann.chatWith('bob');
  const wrong: [unknown, string][] = [
    [{}, 'This field is required.'],
    [{ content: ' \n' }, 'This field may not be blank.'],
    [{ content: [5] }, 'Not a valid string.'],
    [{ content: 'x'.repeat(6) }, 'Ensure this field has no more than 5 characters.'],
    [{ content: 'a\0' }, 'Not a valid string.'],
  ];
  for (const [body, text] of wrong) {
    const { status, json } = await ann.call('POST', messagesOf(room), body);
    assert.deepEqual([status, json], [400, { content: [text] }]);
  }
});

test('an invalid frame is answered, and the socket stays open', async (t) => {
  const server = await strictServer();
  const [ann] = [await member(server, 'ann'), await member(server, 'bob')];
  const socket = await ann.enter(t, await ann.chatWith('bob'));
  const wrong: [string | object, string][] = [
    ['{', 'the frame is not valid JSON'],
    ['[]', 'the frame must be {"message": "..."}'],
    ['null', 'the frame must be {"message": "..."}'],
    [{ content: 'x' }, 'message: This field is required.'],
    [{ message: 7 }, 'message: Not a valid string.'],
    [{ message: null }, 'message: This field may not be null.'],
    [{ message: ' ' }, 'message: This field may not be blank.'],
    [{ message: 'x'.repeat(6) }, 'message: Ensure this field has no more than 5 characters.'],
    [{ message: 'a\0' }, 'message: Not a valid string.'],
    [Buffer.from('x'), 'frames must be JSON text'],
  ];
  for (const [index, [frame, error]] of wrong.entries()) {
    socket.send(frame);
    await socket.frameCount(index + 1);
    const { timestamp, ...refusal } = socket.json[index] ?? {};
    assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000);
    assert.deepEqual(refusal, { id: 0, user: '', content: error, error });
  }
  socket.send({ message: 'fine' });
  await socket.frameWith({ user: 'ann', content: 'fine' });
});

test('a socket accepts its token in the header, the query or the subprotocol', async (t) => {
  const server = await emptyServer();
  const [ann] = [await member(server, 'ann'), await member(server, 'bob')];
  const room = await ann.chatWith('bob');
  const url = socketUrl(server, room);
  const sockets = [
    await ann.enter(t, room),
    await openSocket(t, `${url}?token=${ann.access}`),
    await openSocket(t, url, { protocols: ['bearer', ann.access] }),
    await openSocket(t, url.slice(0, -1), { headers: { authorization: `Bearer ${ann.access}` } }),
  ];
  for (const [n, socket] of sockets.entries()) socket.send({ message: String(n) });
  await Promise.all(sockets.map((socket) => socket.frameCount(4)));
});

test('every username leads to a room that is found by its name', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const names = ['with space', 'a@b.+-', 'Боря', '100%', '%41', 'what?#&;=', 'back\\slash', '...', '😀'.repeat(64)];
  for (const [n, name] of names.entries()) {
    const other = await member(server, name, `other${n}@example.org`);
    const room = await ann.chatWith(name);
    assert.equal(room.name, [name, 'ann'].sort().join('_'));
    const socket = await other.enter(t, room);
    const said = await ann.say(room, `hello ${name}`);
    assert.deepEqual(await socket.frameWith({ id: said.id }), said);
    assert.deepEqual(await other.read(room), [said]);
  }
});

test('two pairs whose names combine to the same text have two rooms', async (t) => {
  const server = await emptyServer();
  const [first, , second] = [
    await member(server, 'a_b'),
    await member(server, 'c'),
    await member(server, 'a'),
    await member(server, 'b_c'),
  ];
  const [one, other] = [await first.chatWith('c'), await second.chatWith('b_c')];
  assert.deepEqual([one.name, other.name], ['a_b_c', 'a_b_c-2']);
  await first.say(one, 'in the first');
  await second.say(other, 'in the second');
  assert.deepEqual(contents(await first.read(one)), ['in the first']);
  assert.deepEqual(contents(await second.read(other)), ['in the second']);
  // The computed name refers to the caller's own room.
  assert.deepEqual(contents(await second.read(one)), ['in the second']);
  const socket = await second.enter(t, one);
  await second.say(other, 'heard');
  await socket.frameWith({ content: 'heard' });
  assert.deepEqual(contents(await first.read(one)), ['in the first']);
  const eve = await member(server, 'eve');
  assert.equal((await refusedUpgrade(t, `${socketUrl(server, one)}?token=${eve.access}`)).status, 404);
});

test('neither group names nor numbered names collide with names that clients compute', async () => {
  const server = await emptyServer();
  const who = (name: string) => member(server, name);
  const [ann, bob, eve, ab, c] = [
    await who('ann'),
    await who('bob'),
    await who('eve'),
    await who('a_b'),
    await who('c'),
  ];
  const [a, bc, bc2, c2] = [await who('a'), await who('b_c'), await who('b_c-2'), await who('c-2')];
  const people = await server.sql<{ username: string; uid: string }[]>`select username, uid from accounts`;
  const uidOf = (one: Member) => people.find(({ username }) => username === one.username)?.uid as string;
  const trap = async (title: string, ...users: Member[]) =>
    expectStatus(201, await eve.call('POST', '/api/chats/create', { title, users: users.map(uidOf) }));
  await trap('ann_bob', ann, bob);
  await trap('a_b_c-2', a, bc2);
  // No room has that name yet, so it belongs to nobody else.
  assert.equal((await ann.call('GET', messagesOf({ name: 'ann_bob' }))).status, 404);
  assert.equal((await ann.chatWith('bob')).name, 'ann_bob');

  assert.equal((await ab.chatWith('c')).name, 'a_b_c');
  // `a_b_c-2` is the name that a computes for b_c-2, and a_b for c-2.
  const room = await a.chatWith('b_c');
  assert.equal(room.name, 'a_b_c-3');
  assert.equal((await a.call('GET', messagesOf({ name: 'a_b_c-2' }))).status, 404);
  const [one, other] = [await a.chatWith('b_c-2'), await ab.chatWith('c-2')];
  assert.deepEqual([one.name, other.name], ['a_b_c-2', 'a_b_c-2-2']);
  await bc2.say({ name: 'a_b_c-2' }, 'to a');
  await c2.say({ name: 'a_b_c-2' }, 'to a_b');
  await bc.say({ name: 'a_b_c' }, 'to a from b_c');
  assert.deepEqual(contents(await a.read({ name: 'a_b_c-2' })), ['to a']);
  assert.deepEqual(contents(await ab.read({ name: 'a_b_c-2' })), ['to a_b']);
  assert.deepEqual(contents(await a.read({ name: 'a_b_c' })), ['to a from b_c']);
  assert.deepEqual(contents(await c.read({ name: 'a_b_c' })), []);
});

test('a member who computes one name for two people finds the existing room, and names are case-sensitive', async () => {
  const server = await emptyServer();
  const [x, first, second] = [await member(server, 'a_b_a'), await member(server, 'a_b'), await member(server, 'b_a')];
  const [one, other] = [await x.chatWith('a_b'), await x.chatWith('b_a')];
  assert.deepEqual([one.name, other.name], ['a_b_a_b_a', 'a_b_a_b_a-2']);
  await first.say({ name: 'a_b_a_b_a' }, 'of a_b');
  await second.say({ name: 'a_b_a_b_a' }, 'of b_a');
  assert.deepEqual(contents(await x.read(one)), ['of a_b']);
  assert.deepEqual(contents(await x.read(other)), ['of b_a']);
  const longest = '_'.repeat(63);
  const [low, high] = [await member(server, `${longest}Я`, 'ja@example.org'), await member(server, `${longest}Ю`)];
  const long = await low.chatWith(high.username);
  assert.equal(long.name, [low.username, high.username].sort().join('_'));
  await low.say(long, 'long');
  assert.deepEqual(contents(await high.read(long)), ['long']);
  assert.equal((await x.call('GET', messagesOf({ name: 'A_b_a_b_a' }))).status, 404);
});

test('the lobby is a room here, and its members are seen in lounge', async (t) => {
  const server = await emptyServer();
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const inLounge = await join(t, server, bob.access);
  const socket = await ann.enter(t, { name: 'lobby' });
  await inLounge.frameWith({ type: 'user_joined', msg: { username: 'ann' } });
  socket.send({ message: 'hello lounge' });
  await inLounge.frameWith({ type: 'chat_message', msg: { from_user: 'ann', text: 'hello lounge' } });
  await socket.frameWith({ user: 'ann', content: 'hello lounge' });
  assert.deepEqual(contents(await bob.read({ name: 'lobby' })), ['hello lounge']);
});
