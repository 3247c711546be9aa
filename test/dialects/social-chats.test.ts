/** Chats of social: for members only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestServer } from '../support/harness.ts';
import { loungeAccount } from '../support/people.ts';
import { sharedServer } from '../support/shared-server.ts';
import {
  type Chat,
  call,
  type Member,
  type Message,
  member,
  members,
  NOBODY,
  userOf,
} from '../support/social-people.ts';
import { openSocket, refusedUpgrade } from '../support/socket.ts';

const emptyServer = sharedServer();
const strictServer = sharedServer({ HIDE_EMAILS: 'true', MESSAGE_LENGTH: '10', SOCKET_RATE: '1' });
const openServer = sharedServer({ OPEN_DIALECTS: 'social' });

const NO_TOKEN = 'Не удалось подтвердить учетные данные';

function socketUrl(server: TestServer, chatId: string, clientId: string): string {
  return `${server.wsUrl}/api/chats/ws/${chatId}/${clientId}`;
}

test('a chat has its creator and others as members, and a chat of two exists once', async () => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  const direct = await ann.call<Chat>('POST', '/chats/create', { users: [bob.id] });
  const avatar = `${server.url}/files/default-avatar.webp`;
  assert.equal(direct.status, 201);
  assert.deepEqual(direct.json, { id: direct.json.id, title: 'bob', avatar, users: [userOf(ann), userOf(bob)] });
  const again = await bob.call<Chat>('POST', '/chats/create', { users: [ann.id, bob.id] });
  assert.deepEqual([again.status, again.json.id, again.json.title], [201, direct.json.id, 'ann']);
  const both = await Promise.all([ann, eve].map((one) => one.chatWith(one === ann ? eve : ann)));
  assert.equal(both[0]?.id, both[1]?.id);

  const group = await ann.call<Chat>('POST', '/chats/create', { title: 'Трое', users: [bob.id, eve.id] });
  assert.deepEqual([group.json.title, group.json.users.length], ['Трое', 3]);
  const untitled = await ann.call<Chat>('POST', '/chats/create', { title: null, users: [bob.id, eve.id] });
  assert.deepEqual([untitled.json.title, untitled.json.id === group.json.id], ['bob, eve', false]);
  const alone = await ann.call<Chat>('POST', '/chats/create', {});
  assert.deepEqual(alone.json.users, [userOf(ann)]);
  assert.equal((await ann.call('POST', '/chats/create')).status, 201);

  const nobody = await ann.call('POST', '/chats/create', { users: [NOBODY] });
  assert.deepEqual([nobody.status, nobody.json.detail], [404, 'Пользователь не найден']);
  for (const body of [{ users: 'bob' }, { users: [7] }, { title: 7 }, { avatar: 7 }, []])
    assert.equal((await ann.call('POST', '/chats/create', body)).status, 422, JSON.stringify(body));
  const uids = Array.from({ length: 101 }, (_, n) => NOBODY.replace(/.{3}$/, String(100 + n)));
  for (const [body, detail] of [
    [{ title: ' ' }, 'Поле «Название» не может быть пустым'],
    [{ title: 'x'.repeat(201) }, 'Поле «Название» не может быть длиннее 200 символов'],
    [{ avatar: 'javascript:alert(1)' }, 'Поле «Картинка» должно быть веб-адресом'],
    [{ users: uids }, 'Поле «Участники» не может содержать больше 100 записей'],
  ] as const) {
    const reply = await ann.call('POST', '/chats/create', body);
    assert.deepEqual([reply.status, reply.json], [400, { detail }]);
  }
});

test('a message reaches all members of the chat, including its author, and nobody else', async (t) => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  const chat = await ann.chatWith(bob);
  const other = await ann.chatWith(eve);
  const sockets = await Promise.all([ann.open(t, chat.id), bob.open(t, chat.id)]);
  const elsewhere = await eve.open(t, other.id);
  sockets[0].send('{"message": "это просто текст"}');
  const frames = await Promise.all(
    sockets.map((socket) => socket.frameWith({ message: '{"message": "это просто текст"}' })),
  );
  assert.deepEqual(frames[0], frames[1]);
  const [frame] = frames as [Message, Message] & typeof frames;
  assert.deepEqual(frame.user, userOf(ann));
  assert.equal(typeof frame.id, 'number');
  assert.match(frame.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(await bob.get(`/chats/${chat.id}/messages/0`), [frame]);
  await elsewhere.settled();
  assert.deepEqual(elsewhere.frames, []);
});

test('a socket accepts its token in the cookie, the header, the query and the subprotocol', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.chatWith();
  const token = ann.cookie.slice('token='.length);
  const url = socketUrl(server, id, ann.id);
  const sockets = [
    await ann.open(t, id, { headers: { origin: server.url } }),
    await openSocket(t, url, { headers: { authorization: `Bearer ${token}` } }),
    await openSocket(t, `${url}/?token=${token}`),
    await openSocket(t, url, { protocols: ['bearer', token], headers: { origin: 'http://elsewhere.example' } }),
  ];
  sockets[3]?.send('всем');
  for (const socket of sockets) await socket.frameWith({ message: 'всем' });
});

test('a refused frame is answered, stores nothing and leaves the socket open', async (t) => {
  const server = await strictServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.chatWith();
  const socket = await ann.open(t, id);
  socket.send('');
  const detail = 'Сообщение не может быть пустым';
  const { created_at, ...refusal } = await socket.frameWith({ detail });
  assert.ok(Math.abs(Date.parse(String(created_at)) - Date.now()) < 60_000);
  const nobody = { id: '00000000-0000-0000-0000-000000000000', username: '', email: '', avatar: ann.avatar };
  assert.deepEqual(refusal, { id: 0, message: detail, user: nobody, detail });
  socket.send('x'.repeat(11));
  await socket.frameWith({ detail: 'Сообщение не может быть длиннее 10 символов' });
  socket.send(Buffer.from([1, 2, 3]));
  await socket.frameWith({ detail: 'Некорректные данные' });
  socket.send('годится');
  await socket.frameWith({ message: 'годится' });
  for (let index = 0; index < 12; index += 1) socket.send(' ');
  await socket.frameWith({ detail: 'Слишком много запросов, попробуйте позже' });
  assert.equal((await ann.get<Message[]>(`/chats/${id}/messages/0`)).length, 1);
});

test('messages are listed 20 per page: page 0 is the newest, oldest first within a page', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.chatWith();
  const socket = await ann.open(t, id);
  for (let index = 0; index < 45; index += 1) socket.send(`m${index}`);
  await socket.frameCount(45);
  const page = async (offset: number) =>
    (await ann.get<Message[]>(`/chats/${id}/messages/${offset}`)).map(({ message }) => message);
  const all = Array.from({ length: 45 }, (_, index) => `m${index}`);
  assert.deepEqual(
    [await page(0), await page(1), await page(2), await page(3)],
    [all.slice(25), all.slice(5, 25), all.slice(0, 5), []],
  );
  assert.equal((await ann.call('GET', `/chats/${id}/messages/x`)).status, 422);
  assert.equal((await ann.call('GET', `/chats/${id}/messages/-1`)).status, 422);
});

test('own chats are listed by their latest message, newest first', async (t) => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  const first = await ann.chatWith(bob);
  const second = await ann.chatWith(eve);
  const ids = async () => (await ann.get<Chat[]>(`/users/${ann.id}/chats`)).map(({ id }) => id);
  assert.deepEqual(await ids(), [second.id, first.id]);
  const socket = await bob.open(t, first.id);
  socket.send('наверх');
  await socket.frameCount(1);
  assert.deepEqual(await ids(), [first.id, second.id]);
  const rest = await ann.get<Chat[]>(`/users/${ann.id}/chats?before=${first.id}`);
  assert.deepEqual(rest, [second]);
});

test('a stranger can neither read, join, list, nor write as somebody else', async (t) => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  const chat = await ann.call<Chat>('POST', '/chats/create', { title: 'Секрет', users: [bob.id] });
  const { id } = chat.json;
  const inside = await ann.open(t, id);
  inside.send('между нами');
  await inside.frameCount(1);

  const asked: [status: number, detail: string, reply: Awaited<ReturnType<Member['call']>>][] = [
    [404, 'Чат не найден', await eve.call('GET', `/chats/${id}/messages/0`)],
    [404, 'Чат не найден', await eve.call('GET', `/chats/${NOBODY}/messages/0`)],
    [404, 'Чат не найден', await eve.call('GET', '/chats/7/messages/0')],
    [403, 'Нельзя действовать от имени другого пользователя', await eve.call('GET', `/users/${ann.id}/chats`)],
    [404, 'Чат не найден', await eve.call('GET', `/users/${eve.id}/chats?before=${id}`)],
  ];
  for (const [status, detail, reply] of asked) assert.deepEqual([reply.status, reply.json], [status, { detail }]);
  assert.deepEqual(await eve.get(`/users/${eve.id}/chats`), []);

  const { cookie } = eve;
  for (const [url, headers, status, detail] of [
    [socketUrl(server, id, eve.id), { cookie }, 404, 'Чат не найден'],
    [socketUrl(server, id, ann.id), { cookie }, 403, 'Нельзя действовать от имени другого пользователя'],
    [socketUrl(server, NOBODY, eve.id), { cookie }, 404, 'Чат не найден'],
    [socketUrl(server, '7', eve.id), { cookie }, 404, 'Чат не найден'],
    [socketUrl(server, id, ann.id), {}, 401, NO_TOKEN],
    [socketUrl(server, id, ann.id), { cookie: 'token=x' }, 401, NO_TOKEN],
    [socketUrl(server, id, ann.id), { authorization: 'Bearer x', cookie: ann.cookie }, 401, NO_TOKEN],
    [
      socketUrl(server, id, ann.id),
      { cookie: ann.cookie, origin: 'http://evil.example' },
      403,
      'Запросы с этого сайта не разрешены',
    ],
  ] as const) {
    const { status: got, body } = await refusedUpgrade(t, url, { headers });
    assert.deepEqual([got, JSON.parse(body)], [status, { detail }], url);
  }
  await inside.settled();
  assert.equal(inside.frames.length, 1);
});

test('signing out closes the sockets of that session', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const socket = await ann.open(t, (await ann.chatWith()).id);
  await ann.call('DELETE', '/auth/logout');
  assert.deepEqual(await socket.untilClosed(), { code: 4001, reason: 'signed out' });
});

test('hidden e-mails are in no frame and no history', async (t) => {
  const server = await strictServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const { id, users } = await ann.chatWith(bob);
  assert.deepEqual(
    users.map(({ email }) => email),
    [ann.email, ''],
  );
  const socket = await bob.open(t, id);
  socket.send('кто я?');
  const frame = (await socket.frameWith({ message: 'кто я?' })) as Message;
  assert.equal(frame.user.email, '');
  const [read] = await ann.get<Message[]>(`/chats/${id}/messages/0`);
  assert.equal(read?.user.email, '');
});

test('if social is open, a socket is opened by the id in its path', async (t) => {
  const server = await openServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const { id } = await ann.chatWith();
  const socket = await openSocket(t, socketUrl(server, id, ann.id));
  socket.send('открыто');
  await socket.frameWith({ message: 'открыто' });
  assert.equal((await refusedUpgrade(t, socketUrl(server, id, bob.id))).status, 404);
  assert.equal((await refusedUpgrade(t, socketUrl(server, id, NOBODY))).status, 401);
});

test('an account of another dialect can chat here with its token', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { token } = await loungeAccount(server, 'Bob');
  const headers = { authorization: `Bearer ${token}` };
  const me = await call<{ id: string }>(server, 'GET', '/auth/current_user', { headers });
  const made = await call<Chat>(server, 'POST', '/chats/create', { body: { users: [ann.id] }, headers });
  const socket = await openSocket(t, socketUrl(server, made.json.id, me.json.id), { headers });
  socket.send('из lounge');
  await socket.frameWith({ message: 'из lounge' });
});
