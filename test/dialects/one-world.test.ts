/**
 * Five people, each with a client of another API, on one server. Each sees the actions of the others in the terms of
 * the own API; sockets stay open throughout.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { DIALECTS } from '../../src/config/dialects.ts';
import type { Core } from '../../src/core/core.ts';
import { createDialects } from '../../src/dialects/index.ts';
import * as board from '../support/board-people.ts';
import { postJson, startTestServer, type TestServer } from '../support/harness.ts';
import * as koine from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { connect, join, loungeAccount, PASSWORD, relaySignIn, relaySignUp, say } from '../support/people.ts';
import { halves } from '../support/pictures.ts';
import * as social from '../support/social-people.ts';
import { openSocket, refusedUpgrade } from '../support/socket.ts';

const SIGNED_OUT = 4001;

/** Ann uses relay, Bob lounge, Carla board, Dmitri social, Elena messenger. */
async function fivePeople(server: TestServer) {
  await relaySignUp(server, 'ann');
  return {
    ann: { username: 'ann', token: (await relaySignIn(server, 'ann')).body },
    bob: await loungeAccount(server, 'Bob'),
    carla: await board.member(server, 'Carla'),
    dmitri: await social.member(server, 'Dmitri'),
    elena: await messenger.member(server, 'Елена', 'elena@example.org'),
  };
}

type People = Awaited<ReturnType<typeof fivePeople>>;

test('five people with different APIs share one world', async (t) => {
  const asked = dialectsAsked(t);
  const server = await startTestServer(t);
  const people = await fivePeople(server);
  await t.test('an account of one API signs in at the others', () => everybodySignsInEverywhere(server, people));
  await t.test('relay and lounge share the lobby, and Elena follows it as a room', () => theLobby(t, server, people));
  await t.test('posts of three APIs are in three lists', () => posts(t, server, people));
  await t.test('a friendship made in social is one in messenger, and ends there', () => friendship(server, people));
  await t.test('a chat of two is one room on two sockets', () => theChatOfTwo(t, server, people));
  await t.test('a group of social is a room in messenger', () => theGroup(t, people));
  await t.test('a deleted post disappears from all APIs', () => deletions(t, server, people));
  await t.test('signing out ends the session in all five APIs', () => signingOut(t, server, people));
  const absent = DIALECTS.filter((name) => !asked.has(name));
  assert.deepEqual(absent, [], 'dialects that take no part in the one world');
});

/** @returns the dialects under whose prefixes requests arrive, until the end of the test */
function dialectsAsked(t: TestContext): ReadonlySet<string> {
  const dialects = createDialects({} as Core, loadConfig({}));
  const asked = new Set<string>();
  const record = (message: unknown) => {
    const { url = '' } = (message as { request: IncomingMessage }).request;
    const dialect = dialects.find(({ prefixes }) => prefixes.some((prefix) => `${url}/`.startsWith(`${prefix}/`)));
    if (dialect) asked.add(dialect.name);
  };
  subscribe('http.server.request.start', record);
  t.after(() => unsubscribe('http.server.request.start', record));
  return asked;
}

async function everybodySignsInEverywhere(server: TestServer, { ann, bob, carla, dmitri, elena }: People) {
  for (const { username } of [ann, bob, carla, dmitri, elena]) {
    assert.equal((await relaySignIn(server, username)).status, 200, `${username}, relay`);
    assert.equal((await koine.signIn(server, username)).me.username, username, 'koine');
    const token = await board.boardToken(server, username);
    const me = await board.call<board.User>(server, 'GET', '/users/me', { token });
    assert.equal(me.json.username, username, 'board');
    const { access } = await messenger.signIn(server, username);
    const profile = await board.call<messenger.Profile>(server, 'GET', '/profiles/api/profile/', { token: access });
    assert.deepEqual([profile.json.id, profile.json.username], [me.json.id, username], 'messenger');
  }
  // The other two identify people by e-mail, and relay accounts have none.
  for (const { username, email } of [bob, carla, dmitri, elena]) {
    const body = { email, password: PASSWORD };
    const inLounge = await postJson(`${server.url}/login`, body);
    assert.equal(((await inLounge.json()) as { username: string }).username, username, 'lounge');
    const inSocial = await social.call<{ user: social.User }>(server, 'POST', '/auth/login', { body });
    assert.deepEqual([inSocial.status, inSocial.json.user.username], [200, username], 'social');
  }
  const { json: all } = await elena.call<messenger.User[]>('GET', '/accounts/api/users/');
  assert.deepEqual(
    all.map(({ username }) => username),
    ['ann', 'Bob', 'Carla', 'Dmitri', 'Елена'],
  );
  const everyone = await board.call<board.User[]>(server, 'GET', '/users/', { token: carla.token });
  assert.deepEqual(
    everyone.json.map(({ id, username, email }) => ({ id, username, email })),
    all,
  );
}

async function theLobby(t: TestContext, server: TestServer, { ann, bob, elena }: People) {
  const inLounge = await join(t, server, bob.token);
  assert.deepEqual(inLounge.json[0]?.msg, { list: [] });
  const inRelay = await connect(t, server, ann.token);
  await inLounge.frameWith({ type: 'user_joined', msg: { username: 'ann' } });
  const inMessenger = await elena.enter(t, { name: 'lobby' });
  await inLounge.frameWith({ type: 'user_joined', msg: { username: 'Елена' } });

  inRelay.send('hello from relay');
  const heard = await inRelay.frameWith({ from: 'ann', body: 'hello from relay' });
  const { sent_at: sentAt } = await inLounge.frameWith({ msg: { from_user: 'ann', text: 'hello from relay' } });
  const { timestamp } = await inMessenger.frameWith({ user: 'ann', content: 'hello from relay' });
  assert.deepEqual([Date.parse(String(sentAt)), Date.parse(String(timestamp))], [heard.timestamp, heard.timestamp]);

  say(inLounge, 'hello from lounge');
  await inRelay.frameWith({ from: 'Bob', body: 'hello from lounge' });
  await inMessenger.frameWith({ user: 'Bob', content: 'hello from lounge' });

  await elena.say({ name: 'lobby' }, 'привет');
  await inRelay.frameWith({ from: 'Елена', body: 'привет' });
  await inLounge.frameWith({ msg: { from_user: 'Елена', text: 'привет' } });

  const stored = await elena.read({ name: 'lobby' });
  assert.deepEqual(
    stored.map(({ user, content }) => [user, content]),
    [
      ['ann', 'hello from relay'],
      ['Bob', 'hello from lounge'],
      ['Елена', 'привет'],
    ],
  );
  assert.deepEqual(inMessenger.json, stored);

  await inRelay.close();
  await inLounge.frameWith({ type: 'user_left', msg: { username: 'ann' } });
  const again = await connect(t, server, (await relaySignIn(server, 'ann')).body);
  await again.frameCount(3);
  assert.deepEqual(
    again.json.map(({ from, body }) => [from, body]),
    stored.map(({ user, content }) => [user, content]),
  );
}

/** All posts, newest first, as the three APIs show them. */
async function threeLists(server: TestServer, { carla, dmitri, elena }: People) {
  const onBoard = await board.messages(server, '', carla.token);
  const inSocial = await dmitri.get<social.Post[]>('/posts/all');
  const inMessenger = await messenger.expectStatus(
    200,
    await elena.call<messenger.Post[]>('GET', '/profiles/api/posts/'),
  );
  return { onBoard, inSocial, inMessenger };
}

async function posts(t: TestContext, server: TestServer, people: People) {
  const { carla, dmitri, elena } = people;
  const watch = await openSocket(t, `${server.wsUrl}/ws`);
  await watch.frameCount(1);

  const thread = await carla.post('a thread of the board');
  const pictured = await dmitri.post('a post with a picture', [await halves(60, 40).jpeg().toBuffer()]);
  assert.equal(pictured.status, 201);
  const titled = messenger.expectStatus(
    201,
    await elena.call<messenger.Post>('POST', '/profiles/api/posts/', { title: 'Заметка', content: 'текст' }),
  );
  const texts = ['Заметка\n\nтекст', 'a post with a picture', 'a thread of the board'];
  const { onBoard, inSocial, inMessenger } = await threeLists(server, people);
  assert.deepEqual(
    onBoard.map(({ text, owner }) => [text, owner.username]),
    texts.map((text, i) => [text, ['Елена', 'Dmitri', 'Carla'][i]]),
  );
  assert.deepEqual(
    inSocial.map(({ description, author, images }) => [description, author.username, images.length]),
    texts.map((text, i) => [text, ['Елена', 'Dmitri', 'Carla'][i], i === 1 ? 1 : 0]),
  );
  assert.deepEqual(
    inMessenger.map(({ id, title, content }) => [id, title, content]),
    [
      [titled.id, 'Заметка', 'текст'],
      [onBoard[1]?.id, '', 'a post with a picture'],
      [thread.id, '', 'a thread of the board'],
    ],
  );
  await watch.frameCount(4);
  assert.deepEqual(
    watch.json.slice(1).map(({ event, data }) => [event, (data as board.Message).text]),
    texts.toReversed().map((text) => ['message.created', text]),
  );

  // A like from each on one post: social and board share likes.
  const [dmitrisId, theirs] = [onBoard[1]?.id as number, inSocial[1]?.id as string];
  assert.deepEqual((await carla.like(dmitrisId)).json, { likes_count: 1, is_liked_by_user: true });
  const liked = await dmitri.like(theirs);
  assert.deepEqual(liked.json.likes.map(({ username }) => username).toSorted(), ['Carla', 'Dmitri']);
  await watch.frameWith({ event: 'message.liked', data: { id: dmitrisId, likes_count: 2 } });
  await dmitri.like(theirs);
  await watch.until('the like taken back', ({ json }) => json.filter(({ event }) => event === 'message.liked')[2]);

  // Elena comments with a token of messenger: tokens work everywhere.
  const path = `/messages/${dmitrisId}/comments/`;
  const comment = await board.call<board.Comment>(server, 'POST', path, {
    token: elena.access,
    body: { text: 'красиво' },
  });
  assert.equal(comment.status, 201);
  const { data } = await watch.frameWith({ event: 'comment.created' });
  assert.equal((data as { comment: board.Comment }).comment.owner.username, 'Елена');
  const [, commented] = await board.messages(server, '', carla.token);
  assert.deepEqual(
    [commented?.likes_count, commented?.is_liked_by_user, commented?.comments.map(({ text }) => text)],
    [1, true, ['красиво']],
  );
}

async function friendsInMessenger(of: string, { elena }: People): Promise<number[] | undefined> {
  const path = `/profiles/api/search-user/?username=${encodeURIComponent(of)}`;
  const found = messenger.expectStatus(200, await elena.call<messenger.Profile>('GET', path));
  return found.profile.friends;
}

async function friendship(server: TestServer, people: People) {
  const { bob, dmitri, elena } = people;
  const { user: bobInSocial } = (
    await social.call<{ user: social.User }>(server, 'POST', '/auth/login', {
      body: { email: bob.email, password: PASSWORD },
    })
  ).json;
  await dmitri.call('POST', `/users/${dmitri.id}/friends/add/${bobInSocial.id}`);
  const added = await elena.call('POST', '/profiles/api/add-friend/', { username: 'dmitri' });
  assert.deepEqual(added.json, { message: 'Dmitri добавлен в друзья.' });

  assert.deepEqual(await friendsInMessenger('Dmitri', people), [Number(bob.id), elena.id]);
  assert.deepEqual((await friendsInMessenger('Bob', people))?.length, 1);
  const inSocial = await dmitri.get<social.User[]>('/users/friends/all');
  assert.deepEqual(
    inSocial.map(({ username }) => username),
    ['Bob', 'Елена'],
  );

  await elena.call('POST', '/profiles/api/remove-friend/', { username: 'Dmitri' });
  const left = await dmitri.get<social.User[]>('/users/friends/all');
  assert.deepEqual(
    left.map(({ username }) => username),
    ['Bob'],
  );
}

async function theChatOfTwo(t: TestContext, server: TestServer, { carla, dmitri, elena }: People) {
  const room = await elena.chatWith('Dmitri');
  assert.deepEqual([room.name, room.display_name], ['Dmitri_Елена', 'Dmitri']);
  const [chat] = await dmitri.get<social.Chat[]>(`/users/${dmitri.id}/chats`);
  assert.deepEqual(
    chat?.users.map(({ username }) => username),
    ['Dmitri', 'Елена'],
  );
  const chatId = chat?.id as string;
  const elenaInSocial = chat?.users[1] as social.User;
  assert.equal((await dmitri.chatWith(elenaInSocial)).id, chatId, 'there already');

  const his = await dmitri.open(t, chatId);
  const hers = await elena.enter(t, room);
  his.send('привет, Елена');
  const sent = await his.frameWith({ message: 'привет, Елена' });
  const heard = await hers.frameWith({ content: 'привет, Елена' });
  assert.deepEqual([heard.id, heard.user], [sent.id, 'Dmitri']);
  hers.send({ message: 'привет, Дима' });
  await his.frameWith({ message: 'привет, Дима', user: elenaInSocial });
  await elena.say(room, 'и по HTTP');
  await his.frameWith({ message: 'и по HTTP' });
  await hers.frameWith({ content: 'и по HTTP' });

  const read = await elena.read(room);
  const page = await dmitri.get<social.Message[]>(`/chats/${chatId}/messages/0`);
  assert.deepEqual(
    read.map(({ id, user, content }) => [id, user, content]),
    page.map(({ id, user, message }) => [id, user.username, message]),
  );
  assert.deepEqual([hers.json, his.json], [read, page]);

  const stranger = { headers: { authorization: `Bearer ${carla.token}` } };
  for (const [url, status] of [
    [messenger.socketUrl(server, room), 404],
    [`${server.wsUrl}/api/chats/ws/${chatId}/${dmitri.id}`, 403],
  ] as const)
    assert.equal((await refusedUpgrade(t, url, stranger)).status, status);
  assert.equal((await carla.call('GET', messenger.messagesOf(room))).status, 404);
}

async function theGroup(t: TestContext, { bob, dmitri, elena }: People) {
  const [bobInSocial] = await dmitri.get<social.User[]>('/users/friends/all');
  const [direct] = await dmitri.get<social.Chat[]>(`/users/${dmitri.id}/chats`);
  const elenaInSocial = direct?.users[1] as social.User;
  const made = await dmitri.call<social.Chat>('POST', '/chats/create', {
    title: 'Поход',
    users: [bobInSocial?.id, elenaInSocial.id],
  });
  assert.equal(made.status, 201);
  const rooms = await elena.call<messenger.Chatroom[]>('GET', '/messenger/api/user/chatrooms/');
  const room = rooms.json.find(({ display_name }) => display_name === 'Поход') as messenger.Chatroom;
  assert.equal(room.members.length, 3);

  // Bob, whose own API has only the lobby, uses its token.
  const his = await dmitri.open(t, made.json.id);
  const bobs = await elena.enter(t, room, { headers: { authorization: `Bearer ${bob.token}` } });
  const hers = await elena.enter(t, room);
  const sockets = [his, bobs, hers];
  his.send('кто идёт?');
  await Promise.all(sockets.map((socket) => socket.frameCount(1)));
  bobs.send({ message: 'I do' });
  await Promise.all(sockets.map((socket) => socket.frameCount(2)));
  await elena.say(room, 'и я');
  await Promise.all(sockets.map((socket) => socket.frameCount(3)));
  assert.deepEqual(
    his.json.map(({ message, user }) => [message, (user as social.User).username]),
    [
      ['кто идёт?', 'Dmitri'],
      ['I do', 'Bob'],
      ['и я', 'Елена'],
    ],
  );
  assert.deepEqual(bobs.json, hers.json);
  assert.deepEqual(hers.json, await elena.read(room));
}

async function deletions(t: TestContext, server: TestServer, people: People) {
  const { carla, dmitri, elena } = people;
  const watch = await openSocket(t, `${server.wsUrl}/ws`);
  await watch.frameCount(1);
  const [titled, pictured, thread] = await board.messages(server, '', carla.token);
  const [comment] = (pictured as board.Message).comments;

  assert.equal((await carla.call('DELETE', `/messages/${pictured?.id}`)).status, 403, 'it is Dmitri’s');
  const token = await board.boardToken(server, 'Dmitri');
  // The author of the post may.
  await board.call(server, 'DELETE', `/comments/${comment?.id}`, { token });
  await watch.frameWith({ event: 'comment.deleted', data: { message_id: pictured?.id, id: comment?.id } });
  await board.call(server, 'DELETE', `/messages/${pictured?.id}`, { token });
  await watch.frameWith({ event: 'message.deleted', data: { id: pictured?.id } });
  await carla.call('DELETE', `/messages/${thread?.id}`);
  await watch.frameWith({ event: 'message.deleted', data: { id: thread?.id } });

  const { onBoard, inSocial, inMessenger } = await threeLists(server, people);
  assert.deepEqual(
    [onBoard.map(({ id }) => id), inSocial.length, inMessenger.map(({ id }) => id)],
    [[titled?.id], 1, [titled?.id]],
  );
  assert.deepEqual(await dmitri.get(`/users/${dmitri.id}/posts`), []);
  const own = await elena.call<messenger.Profile>('GET', '/profiles/api/profile/');
  assert.deepEqual(
    own.json.posts.map(({ title }) => title),
    ['Заметка'],
  );
}

async function signingOut(t: TestContext, server: TestServer, { bob, dmitri, elena }: People) {
  const [chat] = await dmitri.get<social.Chat[]>(`/users/${dmitri.id}/chats`);
  const cookieToken = dmitri.cookie.slice('token='.length);
  const bearer = { headers: { authorization: `Bearer ${cookieToken}` } };
  const sockets = [
    await dmitri.open(t, chat?.id as string),
    await elena.enter(t, { name: 'lobby' }, bearer),
    await join(t, server, cookieToken),
    await connect(t, server, cookieToken),
  ];
  const others = await join(t, server, bob.token);
  // relay answers a valid token with the lobby's history.
  await sockets[3]?.frameCount(3);
  assert.equal((await dmitri.call('DELETE', '/auth/logout')).status, 200);
  for (const socket of sockets) assert.equal((await socket.untilClosed()).code, SIGNED_OUT);
  await others.frameWith({ type: 'user_left', msg: { username: 'Dmitri' } });
  for (const path of ['/users/me', '/api/auth/current_user', '/profiles/api/profile/'])
    assert.equal((await board.call(server, 'GET', path, { token: cookieToken })).status, 401, path);
}
