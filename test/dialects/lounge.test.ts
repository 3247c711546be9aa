/** lounge, every line of its document and contract, over the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { answerOf, type HttpAnswer, JSON_TYPE, postJson, type TestServer } from '../support/harness.ts';
import { join, loungeAccount, loungeUser, PASSWORD, relayUser, say } from '../support/people.ts';
import { openRaw, openRawSocket, upgradeHead } from '../support/raw.ts';
import { sharedServer } from '../support/shared-server.ts';
import { type Frame, refusedUpgrade, type TestSocket } from '../support/socket.ts';

const emptyServer = sharedServer();
const loungeAlone = sharedServer({ DIALECTS: 'lounge', TOKEN_TTL: '15m', SOCKET_HEARTBEAT: '1' });

const IGOR = { email: 'igor@example.org', username: 'Igor', password: PASSWORD };
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const LOGIN_FAILED = failure(401, 'Login failed');

function failure(status: number, error: string): HttpAnswer {
  return { status, type: JSON_TYPE, body: JSON.stringify({ error }) };
}

function createUser(server: TestServer, body: unknown): Promise<HttpAnswer> {
  return answerOf(postJson(`${server.url}/createUser`, body));
}

function login(server: TestServer, body: unknown): Promise<HttpAnswer> {
  return answerOf(postJson(`${server.url}/login`, body));
}

async function countAccounts({ sql }: TestServer): Promise<number> {
  const [row] = await sql<[{ count: number }]>`select count(*)::int as count from accounts`;
  return row.count;
}

/** `[type, content]` of each frame. */
function story(socket: TestSocket): unknown[][] {
  return socket.json.map(({ type, msg }) => {
    const { list, username, text, error } = msg as Frame;
    return [type, list ?? username ?? text ?? error];
  });
}

// Accounts

test('a new user creates an account and logs in', async () => {
  const server = await emptyServer();
  const made = await createUser(server, { ...IGOR, username: 'User Name' });
  const { id } = JSON.parse(made.body);
  assert.match(id, /^\d+$/);
  const shown = { id, username: 'User Name', email: IGOR.email };
  assert.deepEqual(made, { status: 200, type: JSON_TYPE, body: JSON.stringify(shown) });

  const loggedIn = await login(server, { email: IGOR.email, password: PASSWORD });
  const { token, ...rest } = JSON.parse(loggedIn.body);
  assert.deepEqual([loggedIn.status, loggedIn.type, rest], [200, JSON_TYPE, { id, username: 'User Name' }]);
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
});

test('a token has subject, issuer and expiry', async () => {
  const server = await emptyServer();
  const { id, token } = await loungeAccount(server, 'Igor');
  const now = Date.now() / 1_000;
  const { exp, iat, sub, sid, jti, ...claims } = decodeJwt(token);
  assert.deepEqual(claims, { id, username: 'Igor', iss: 'koine', token_type: 'access', user_id: Number(id) });
  assert.match(String(jti), /^[0-9a-f-]{36}$/);
  assert.ok(Math.abs((exp as number) - now - 24 * 3600) < 60);
  assert.ok(Math.abs((iat as number) - now) < 60);
  assert.match(String(sid), /^[0-9a-f-]{36}$/);
  const [row] = await server.sql`select uid from accounts`;
  assert.equal(sub, row?.uid);
});

test('the lifetime of a token is configurable', async () => {
  const server = await loungeAlone();
  const { exp, iat } = decodeJwt((await loungeAccount(server, 'Igor')).token);
  assert.ok(Math.abs((exp as number) - (iat as number) - 900) <= 1);
});

test("an account with a missing, empty or mistyped field is refused with the field's name", async () => {
  const server = await emptyServer();
  for (const field of ['email', 'username', 'password'])
    for (const value of [undefined, '', null, 5, true, ['x'], { x: 1 }]) {
      const answer = await createUser(server, { ...IGOR, [field]: value });
      const { error } = JSON.parse(answer.body);
      assert.deepEqual([answer.status, answer.type], [400, JSON_TYPE]);
      assert.match(error, new RegExp(`^${field} (is required|must )`));
    }
  assert.equal(await countAccounts(server), 0);
});

test("an account with an invalid field is refused with the field's name", async () => {
  const server = await emptyServer();
  const wrong = {
    username: [' \t ', 'a/b', 'a\nb', 'nul\u0000', 'x'.repeat(65), '\ud800'],
    email: [
      '  ',
      'nobody',
      '@example.org',
      'a@',
      'a b@example.org',
      'a@b@c',
      `${'x'.repeat(250)}@b.org`,
      'nul\u0000@b.org',
    ],
    password: ['7 chars', '😀'.repeat(7), 'x'.repeat(257)],
  };
  for (const [field, values] of Object.entries(wrong))
    for (const value of values) {
      const answer = await createUser(server, { ...IGOR, [field]: value });
      assert.equal(answer.status, 400, `${field} ${value}`);
      assert.match(JSON.parse(answer.body).error, new RegExp(`^${field} `));
    }
  assert.equal(await countAccounts(server), 0);
});

test('names are stored in one Unicode form, without surrounding blanks', async () => {
  const server = await emptyServer();
  const { body } = await createUser(server, { ...IGOR, username: '  Zoe\u0308 😀 ', email: ' Zoe@Example.org ' });
  const { username, email } = JSON.parse(body);
  assert.deepEqual([username, email], ['Zo\u00eb 😀', 'Zoe@Example.org']);
  assert.equal((await login(server, { email: 'zoe@example.ORG', password: PASSWORD })).status, 200);
  assert.equal((await createUser(server, { ...IGOR, username: 'x'.repeat(64) })).status, 200);
});

test('a name or an e-mail in use is refused, regardless of case', async () => {
  const server = await emptyServer();
  await createUser(server, IGOR);
  const nameTaken = failure(409, 'Username is already taken');
  const emailTaken = failure(409, 'Email is already taken');
  for (const username of ['Igor', 'IGOR', ' igor '])
    assert.deepEqual(await createUser(server, { ...IGOR, email: 'new@example.org', username }), nameTaken);
  for (const email of ['igor@example.org', 'IGOR@Example.ORG'])
    assert.deepEqual(await createUser(server, { ...IGOR, email, username: 'New' }), emailTaken);
  assert.equal(await countAccounts(server), 1);
});

test('of concurrent sign-ups with one e-mail one succeeds', async () => {
  const server = await emptyServer();
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => createUser(server, { ...IGOR, username: `Igor ${index}` })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, ...Array(11).fill(409)]);
  assert.equal(await countAccounts(server), 1);
});

test('an unknown e-mail and a wrong password get the same answer', async () => {
  const server = await emptyServer();
  await createUser(server, IGOR);
  assert.deepEqual(await login(server, { email: IGOR.email, password: 'wrong' }), LOGIN_FAILED);
  assert.deepEqual(await login(server, { email: 'nobody@example.org', password: PASSWORD }), LOGIN_FAILED);
  assert.deepEqual(await login(server, { email: 'not an e-mail\u0000', password: PASSWORD }), LOGIN_FAILED);
});

test("a login with a missing, empty or mistyped field is refused with the field's name", async () => {
  const server = await emptyServer();
  const good = { email: IGOR.email, password: PASSWORD };
  for (const field of ['email', 'password'])
    for (const value of [undefined, '', null, 5, ['x']]) {
      const { status, body } = await login(server, { ...good, [field]: value });
      assert.equal(status, 400);
      assert.match(JSON.parse(body).error, new RegExp(`^${field} `));
    }
});

// Paths

test('/status answers ok', async () => {
  const server = await emptyServer();
  for (const path of ['/status', '/status/', '/status?x=1'])
    assert.deepEqual(await answerOf(fetch(`${server.url}${path}`)), {
      status: 200,
      type: JSON_TYPE,
      body: '{"status":"ok"}',
    });
});

test('each path is served with a trailing slash too', async (t) => {
  const server = await emptyServer();
  assert.equal((await postJson(`${server.url}/createUser/`, IGOR)).status, 200);
  const answer = await postJson(`${server.url}/login/`, { email: IGOR.email, password: PASSWORD });
  const { token } = (await answer.json()) as { token: string };
  const igor = await join(t, server, token);
  await igor.frameWith({ type: 'user_joined' });
  const slashed = await openRaw(t, server);
  slashed.write(upgradeHead('/join/', { authorization: `Bearer ${token}` }));
  assert.equal(await slashed.status(), 101);
});

test('a wrong method is refused as such, and /join without an upgrade requires one', async () => {
  const server = await emptyServer();
  for (const [method, path, allow] of [
    ['GET', '/createUser', 'POST'],
    ['PUT', '/login', 'POST'],
    ['POST', '/status', 'GET, HEAD'],
  ] as const) {
    const answer = fetch(`${server.url}${path}`, { method });
    assert.deepEqual(await answerOf(answer), failure(405, 'Method not allowed'));
    assert.equal((await answer).headers.get('allow'), allow);
  }
  for (const method of ['GET', 'POST'])
    assert.deepEqual(
      await answerOf(fetch(`${server.url}/join`, { method })),
      failure(426, 'This address speaks WebSocket only'),
    );
});

// Joining

test('a missing or invalid token is refused with its reason before the upgrade', async (t) => {
  const server = await emptyServer();
  const { token } = await loungeAccount(server, 'Igor');
  const url = `${server.wsUrl}/join`;
  for (const method of [undefined, 'POST'] as const) {
    const refused = (headers: Record<string, string>) => refusedUpgrade(t, url, { headers, ...(method && { method }) });
    assert.deepEqual(await refused({}), failure(401, 'Authorization header is missing'));
    for (const authorization of [token, `Basic ${token}`, 'Bearer', `Bearer ${token} more`, ''])
      assert.deepEqual(await refused({ authorization }), failure(401, 'Invalid Authorization header format'));
    for (const bad of ['x', `${token}x`, token.slice(0, -4)])
      assert.deepEqual(await refused({ authorization: `Bearer ${bad}` }), failure(401, 'Unauthorized'));
  }
  assert.deepEqual(await refusedUpgrade(t, `${url}?token=x`), failure(401, 'Unauthorized'));
});

test('members join by GET and by POST, with the token in the header, the query or the subprotocol', async (t) => {
  const server = await emptyServer();
  const { token } = await loungeAccount(server, 'Igor');
  for (const options of [{}, { method: 'POST' as const }]) {
    const igor = await join(t, server, token, options);
    say(igor, 'hello');
    await igor.until('the message', (socket) => story(socket).some(([, text]) => text === 'hello'));
  }
  const inQuery = await openRawSocket(t, server, `/join?token=${token}`);
  await inQuery.until('users_online', ({ text }) => text.includes('users_online'));
  const offered = await openRaw(t, server);
  offered.write(upgradeHead('/join', { 'sec-websocket-protocol': `bearer, ${token}` }));
  await offered.until('users_online', ({ text }) => text.includes('users_online'));
  assert.match(offered.text, /sec-websocket-protocol: bearer\r\n/i);
});

test('a POST with a body can join as well', async (t) => {
  const server = await emptyServer();
  const { token } = await loungeAccount(server, 'Igor');
  const raw = await openRaw(t, server);
  raw.write(`${upgradeHead('/join', { authorization: `bearer ${token}`, 'content-length': '2' }, 'POST')}{}`);
  assert.equal(await raw.status(), 101);
  await raw.until('users_online', ({ text }) => text.includes('users_online'));
});

test('an incomplete WebSocket upgrade is refused', async (t) => {
  const server = await emptyServer();
  const { token } = await loungeAccount(server, 'Igor');
  const authorization = `Bearer ${token}`;
  const refused: [string, number, RegExp][] = [
    [upgradeHead('/join', { authorization, 'sec-websocket-version': '7' }), 426, /"error":".*Sec-WebSocket-Version/],
    [upgradeHead('/join', { authorization, 'sec-websocket-key': 'short' }), 400, /"error":".*Sec-WebSocket-Key/],
  ];
  for (const [request, status, body] of refused) {
    const raw = await openRaw(t, server);
    raw.write(request);
    await raw.untilGone();
    assert.equal(await raw.status(), status);
    assert.match(raw.text, body);
  }
});

test('a request that offers HTTP/2 is answered as if it had not, body included', async (t) => {
  const server = await emptyServer();
  const { email } = await loungeAccount(server, 'Igor');
  const raw = await openRaw(t, server);
  const body = JSON.stringify({ email, password: PASSWORD });
  const offer = 'connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n';
  raw.write(`POST /login HTTP/1.1\r\nhost: koine\r\ncontent-length: ${body.length}\r\n${offer}\r\n${body}`);
  await raw.until('the token', ({ text }) => text.includes('"token":'));
  raw.write(`GET /join HTTP/1.1\r\nhost: koine\r\n${offer}\r\n`);
  await raw.until('the answer', ({ text }) => text.includes('This address speaks WebSocket only'));
  assert.deepEqual(raw.text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 426']);
});

test('a new socket first receives the members present, sorted, each once', async (t) => {
  const server = await emptyServer();
  const patrick = await loungeAccount(server, 'Patrick');
  const first = await join(t, server, patrick.token);
  assert.deepEqual(story(first)[0], ['users_online', []]);
  await join(t, server, patrick.token);
  const adam = await relayUser(t, server, 'adam');
  await first.frameWith({ type: 'user_joined', msg: { username: 'adam' } });
  await loungeUser(t, server, 'Bob');
  await join(t, server, (await loungeAccount(server, 'adam2')).token);
  const igor = await loungeUser(t, server, 'Igor');
  assert.deepEqual(story(igor)[0], ['users_online', ['Bob', 'Patrick', 'adam', 'adam2']]);
  assert.deepEqual(Object.keys(igor.json[0] as object), ['type', 'sent_at', 'msg']);
  assert.match(String(igor.json[0]?.sent_at), RFC_3339);
  await adam.close();
});

test('everybody receives joins and leaves, the joining user included, once for all sockets of a user', async (t) => {
  const server = await emptyServer();
  const ann = await loungeUser(t, server, 'Ann');
  const { token } = await loungeAccount(server, 'Bob');
  const first = await join(t, server, token);
  const second = await join(t, server, token);
  await second.settled();
  assert.deepEqual(story(first).slice(1), [['user_joined', 'Bob']]);
  assert.deepEqual(story(second), [['users_online', ['Ann', 'Bob']]]);
  await first.close();
  say(second, 'still here');
  await second.frameCount(2);
  await second.close();
  await ann.frameWith({ type: 'user_left', msg: { username: 'Bob' } });
  assert.deepEqual(story(ann), [
    ['users_online', []],
    ['user_joined', 'Ann'],
    ['user_joined', 'Bob'],
    ['chat_message', 'still here'],
    ['user_left', 'Bob'],
  ]);
  for (const { sent_at } of ann.json) assert.match(String(sent_at), RFC_3339);
});

test('a user who is silent for two heartbeats has left', async (t) => {
  const server = await loungeAlone();
  const ann = await loungeUser(t, server, 'Ann');
  const dead = await openRawSocket(t, server, `/join?token=${(await loungeAccount(server, 'Bob')).token}`);
  await ann.frameWith({ type: 'user_joined', msg: { username: 'Bob' } });
  await ann.frameWith({ type: 'user_left', msg: { username: 'Bob' } });
  await dead.untilGone();
  await ann.settled();
});

// Talking

test("a message reaches everybody, with its author and the server's time", async (t) => {
  const server = await emptyServer();
  const sockets = await Promise.all(['Ann', 'Bob', 'Eve'].map((name) => loungeUser(t, server, name)));
  const [ann] = sockets as [TestSocket, TestSocket, TestSocket];
  const before = Date.now();
  ann.send({
    type: 'chat_message',
    sent_at: '1999-01-01T00:00:00Z',
    msg: { from_user: 'Bob', text: ' Hello! ', x: 1 },
    y: 2,
  });
  const frames = await Promise.all(sockets.map((socket) => socket.frameWith({ type: 'chat_message' })));
  const { sent_at } = frames[0] as { sent_at: string };
  for (const frame of frames)
    assert.deepEqual(frame, { type: 'chat_message', sent_at, msg: { from_user: 'Ann', text: ' Hello! ' } });
  assert.match(sent_at, RFC_3339);
  assert.ok(Date.parse(sent_at) >= before - 5 && Date.parse(sent_at) <= Date.now() + 5);
  const [row] = await server.sql<[{ created_at: Date }]>`select created_at from messages`;
  assert.equal(row.created_at.toISOString(), sent_at);
});

test('an invalid frame is answered on its socket only, which stays open', async (t) => {
  const server = await emptyServer();
  const bob = await loungeUser(t, server, 'Bob');
  const { token } = await loungeAccount(server, 'Ann');
  const ann = await join(t, server, token);
  await join(t, server, token).then((other) => other.settled());
  await ann.frameWith({ type: 'user_joined' });
  const refused: [string | object | Buffer, string][] = [
    ['{"type":', 'the frame is not valid JSON'],
    ['', 'the frame is not valid JSON'],
    ['null', 'type must be "chat_message"'],
    ['[]', 'type must be "chat_message"'],
    ['"chat_message"', 'type must be "chat_message"'],
    [{}, 'type must be "chat_message"'],
    [{ type: 'users_online', msg: { text: 'x' } }, 'type must be "chat_message"'],
    [{ type: ['chat_message'], msg: { text: 'x' } }, 'type must be "chat_message"'],
    [{ type: 'chat_message' }, 'msg.text is required'],
    [{ type: 'chat_message', msg: null }, 'msg.text is required'],
    [{ type: 'chat_message', msg: 'x' }, 'msg.text is required'],
    [{ type: 'chat_message', msg: {} }, 'msg.text is required'],
    [{ type: 'chat_message', text: 'x' }, 'msg.text is required'],
    [{ type: 'chat_message', msg: { text: 5 } }, 'msg.text must be a string'],
    [{ type: 'chat_message', msg: { text: null } }, 'msg.text must be a string'],
    [{ type: 'chat_message', msg: { text: '' } }, 'text must not be blank'],
    [{ type: 'chat_message', msg: { text: ' \n ' } }, 'text must not be blank'],
    [{ type: 'chat_message', msg: { text: 'x'.repeat(4_001) } }, 'text must have at most 4000 characters'],
    [{ type: 'chat_message', msg: { text: 'nul \u0000' } }, 'text must not contain control characters'],
    ['{"type":"chat_message","msg":{"text":"half \\ud800"}}', 'text is not valid text'],
    [Buffer.from('{}'), 'frames must be JSON text'],
  ];
  const start = ann.frames.length;
  for (const [index, [frame, error]] of refused.entries()) {
    ann.send(frame);
    await ann.frameCount(start + index + 1);
    const { sent_at, ...rest } = ann.json[start + index] as Frame;
    assert.deepEqual(rest, { type: 'error', msg: { error } });
    assert.match(String(sent_at), RFC_3339);
  }
  say(ann, 'fine');
  await bob.frameWith({ type: 'chat_message' });
  assert.deepEqual(story(bob), [
    ['users_online', []],
    ['user_joined', 'Bob'],
    ['user_joined', 'Ann'],
    ['chat_message', 'fine'],
  ]);
});

test('a text of the maximum length is accepted in any JSON escaping', async (t) => {
  const server = await emptyServer();
  const ann = await loungeUser(t, server, 'Ann');
  const text = '😀'.repeat(4_000);
  const escaped = text.replaceAll('😀', '\\ud83d\\ude00');
  ann.send(`{"type":"chat_message","msg":{"text":"${escaped}"}}`);
  const { msg } = await ann.frameWith({ type: 'chat_message' });
  assert.deepEqual(msg, { from_user: 'Ann', text });
});

test('messages of one socket keep their order', async (t) => {
  const server = await emptyServer();
  const ann = await loungeUser(t, server, 'Ann');
  const bob = await loungeUser(t, server, 'Bob');
  const expected = Array.from({ length: 100 }, (_, index) => `message ${index}`);
  for (const text of expected) say(ann, text);
  await bob.frameCount(102);
  const heard = story(bob).filter(([type]) => type === 'chat_message');
  assert.deepEqual(
    heard.map(([, text]) => text),
    expected,
  );
});

test('a server with lounge alone does not serve relay', async (t) => {
  const server = await loungeAlone();
  await loungeUser(t, server, 'Ann');
  assert.equal((await postJson(`${server.url}/signup`, { username: 'ann', password: 'x' })).status, 404);
});
