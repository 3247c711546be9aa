/** relay, every line of its document and contract, over the wire. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { decodeJwt, SignJWT } from 'jose';
import { eventually } from '../support/conditions.ts';
import {
  answerOf,
  type HttpAnswer,
  JSON_TYPE,
  PLAIN,
  postJson,
  seedLobby,
  startServerWith,
  startTestServer,
  type TestServer,
} from '../support/harness.ts';
import {
  connect,
  loungeAccount,
  loungeUser,
  PASSWORD,
  relaySignIn,
  relaySignUp,
  relayToken,
  relayUser,
} from '../support/people.ts';
import { openRawSocket } from '../support/raw.ts';
import { sharedServer } from '../support/shared-server.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const JWT_SECRET = 'the secret that signs the tokens of these tests';
const emptyServer = sharedServer({ JWT_SECRET, RELAY_HISTORY: '0' });

const WRONG_FORMAT: HttpAnswer = { status: 409, type: PLAIN, body: 'Wrong format' };
const SUCCESS: HttpAnswer = { status: 200, type: PLAIN, body: 'Success' };
const TAKEN: HttpAnswer = { status: 409, type: PLAIN, body: 'Already exists' };
const WRONG_PASSWORD: HttpAnswer = { status: 401, type: PLAIN, body: 'Wrong username/password' };
const BAD_TOKEN = { code: 1008, reason: 'the token is not valid or has expired' };

/** Bodies that are malformed in the same way for sign-up and sign-in. */
const MISSHAPEN = [
  '',
  'ann',
  '{"username":"ann","password":"secret"',
  'null',
  '"ann"',
  '7',
  '[{"username":"ann","password":"secret"}]',
  {},
  { username: 'ann' },
  { password: 'secret' },
  { username: 'ann', password: '' },
  { username: '', password: 'secret' },
  { username: 'ann', password: 5 },
  { username: ['ann'], password: 'secret' },
  { username: 'ann', password: null },
  { username: { name: 'ann' }, password: 'secret' },
  { username: true, password: 'secret' },
];

function signUp(server: TestServer, body: unknown, headers?: Record<string, string>): Promise<HttpAnswer> {
  return answerOf(postJson(`${server.url}/signup`, body, headers));
}

function signIn(server: TestServer, body: unknown): Promise<HttpAnswer> {
  return answerOf(postJson(`${server.url}/signin`, body));
}

async function countAccounts({ sql }: TestServer): Promise<number> {
  const [row] = await sql<[{ count: number }]>`select count(*)::int as count from accounts`;
  return row.count;
}

function texts(socket: TestSocket): unknown[] {
  return socket.json.map((frame) => frame.body);
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `message ${from + index}`);
}

// Accounts

test('a new user signs up, signs in and gets a bare JWT', async () => {
  const server = await emptyServer();
  const credentials = { username: 'default', password: 'default' };
  assert.deepEqual(await signUp(server, credentials), SUCCESS);
  const { status, type, body } = await signIn(server, credentials);
  assert.deepEqual([status, type], [200, PLAIN]);
  assert.match(body, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  const claims = decodeJwt(body);
  assert.equal(claims.username, 'default');
  assert.match(claims.sub ?? '', /^[0-9a-f-]{36}$/);
});

test('a body is parsed as JSON regardless of its media type, and extra fields are ignored', async () => {
  const server = await emptyServer();
  for (const [index, type] of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-8',
  ].entries())
    assert.deepEqual(
      await signUp(server, { username: `user${index}`, password: 'x', age: 7 }, { 'content-type': type }),
      SUCCESS,
    );
  const untyped = new Blob([JSON.stringify({ username: 'blob', password: 'x' })]);
  assert.deepEqual(await answerOf(fetch(`${server.url}/signup`, { method: 'POST', body: untyped })), SUCCESS);
});

test('a malformed sign-up is refused as such and creates no account', async () => {
  const server = await emptyServer();
  const wrongNames = ['ninechars', 'a b', ' ann', 'анна', 'an\tn', 'an\u007fn', 'ann\u0000', 'an/n', 'é', '😀'];
  const wrongPasswords = ['p'.repeat(65), 'я'.repeat(33)];
  const bodies = [
    ...MISSHAPEN,
    ...wrongNames.map((username) => ({ username, password: 'secret' })),
    ...wrongPasswords.map((password) => ({ username: 'ann', password })),
  ];
  for (const body of bodies) assert.deepEqual(await signUp(server, body), WRONG_FORMAT, JSON.stringify(body));
  assert.equal(await countAccounts(server), 0);
});

test('names of up to 8 characters and passwords of 1 to 64 bytes are accepted', async () => {
  const server = await emptyServer();
  const passwords = { eightchr: 'p', '!~#$%&*+': 'p'.repeat(64), utf8: 'я'.repeat(32), spaces: ' a b ' };
  for (const [username, password] of Object.entries(passwords)) {
    assert.deepEqual(await signUp(server, { username, password }), SUCCESS, username);
    assert.equal((await signIn(server, { username, password })).status, 200, username);
  }
});

test('a name in use is refused, regardless of case', async () => {
  const server = await emptyServer();
  await relaySignUp(server, 'Ann');
  for (const username of ['Ann', 'ann', 'ANN'])
    assert.deepEqual(await signUp(server, { username, password: 'other' }), TAKEN);
  assert.deepEqual(await signUp(server, { username: 'ann', password: '' }), WRONG_FORMAT);
  assert.equal(await countAccounts(server), 1);
});

test('of concurrent sign-ups with one name one succeeds', async () => {
  const server = await emptyServer();
  const names = ['racer', 'Racer', 'RACER', 'rAcEr'];
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) => signUp(server, { username: names[index % 4], password: `p${index}` })),
  );
  const words = answers.map(({ body }) => body).sort();
  assert.deepEqual(words, [...Array(15).fill('Already exists'), 'Success']);
  assert.equal(await countAccounts(server), 1);
});

test('a sign-in reports format errors first, then a wrong password, then that the account is already in', async (t) => {
  const server = await emptyServer();
  const token = await relayToken(server, 'ann');
  for (const body of MISSHAPEN) assert.deepEqual(await signIn(server, body), WRONG_FORMAT, JSON.stringify(body));
  const ann = await connect(t, server, token);
  ann.send('here');
  await ann.frameCount(1);
  assert.deepEqual(await signIn(server, { username: 'ann', password: '' }), WRONG_FORMAT);
  assert.deepEqual(await signIn(server, { username: 'ann', password: 'wrong' }), WRONG_PASSWORD);
  assert.deepEqual(await signIn(server, { username: 'nobody', password: PASSWORD }), WRONG_PASSWORD);
  assert.deepEqual(await signIn(server, { username: 'ann\u0000', password: PASSWORD }), WRONG_PASSWORD);
  for (const username of ['ann', 'ANN'])
    assert.deepEqual(await signIn(server, { username, password: PASSWORD }), {
      status: 409,
      type: PLAIN,
      body: 'Already in',
    });
});

// Paths

test('each path is served with and without a trailing slash, and with a query', async (t) => {
  const server = await emptyServer();
  const body = { username: 'ann', password: 'secret' };
  assert.deepEqual(await answerOf(postJson(`${server.url}/signup/?from=home`, body)), SUCCESS);
  const token = await (await postJson(`${server.url}/signin/`, body)).text();
  const ann = await openSocket(t, `${server.wsUrl}/connect/`);
  ann.send(token);
  ann.send('hello');
  await ann.frameWith({ body: 'hello' });
});

test('a wrong method is answered with the allowed ones, an unknown path is not found, and /connect requires an upgrade', async () => {
  const server = await emptyServer();
  const call = (method: string, path: string) => fetch(`${server.url}${path}`, { method });
  for (const path of ['/signup', '/signin', '/signup/']) {
    const answer = call('GET', path);
    assert.deepEqual(await answerOf(answer), { status: 405, type: PLAIN, body: 'Method not allowed' });
    assert.equal((await answer).headers.get('allow'), 'POST');
  }
  assert.equal((await call('DELETE', '/connect')).status, 405);
  assert.deepEqual(await answerOf(call('GET', '/nothing')), {
    status: 404,
    type: JSON_TYPE,
    body: '{"error":"Not found"}',
  });
  assert.deepEqual(await answerOf(call('GET', '/signup/more')), { status: 404, type: PLAIN, body: 'Not found' });
  const upgrade = call('GET', '/connect');
  assert.deepEqual(await answerOf(upgrade), {
    status: 426,
    type: PLAIN,
    body: 'This address speaks WebSocket only',
  });
  assert.equal((await upgrade).headers.get('upgrade'), 'websocket');
});

// The socket's token

test('a valid token is accepted without an answer', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  await loungeUser(t, server, 'Watcher').then((watcher) =>
    watcher.until('ann to be in', ({ json }) => JSON.stringify(json).includes('"ann"')),
  );
  await ann.settled();
  assert.deepEqual(ann.frames, []);
});

test('a socket accepts its token in the query, the header or the subprotocol', async (t) => {
  const server = await emptyServer();
  const url = `${server.wsUrl}/connect`;
  const ann = await openSocket(t, `${url}?token=${await relayToken(server, 'ann')}`);
  const bob = await openSocket(t, url, { headers: { authorization: `Bearer ${await relayToken(server, 'bob')}` } });
  const eve = await openSocket(t, url, { protocols: ['bearer', await relayToken(server, 'eve')] });
  assert.equal(eve.ws.protocol, 'bearer');
  for (const [name, socket] of Object.entries({ ann, bob, eve })) {
    socket.send(`from ${name}`);
    await socket.frameWith({ from: name, body: `from ${name}` });
  }
});

test('frames that follow the token at once are handled in order', async (t) => {
  const server = await emptyServer();
  const token = await relayToken(server, 'ann');
  const ann = await openSocket(t, `${server.wsUrl}/connect`);
  for (const frame of [token, ...numbered(50)]) ann.send(frame);
  await ann.frameCount(50);
  assert.deepEqual(texts(ann), numbered(50));
});

test('a socket with a missing, invalid or expired token is closed with the reason', async (t) => {
  const server = await emptyServer();
  const good = await relayToken(server, 'ann');
  const claims = decodeJwt(good);
  const expired = await new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1_000) - 31 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(JWT_SECRET));
  for (const token of ['', 'not a token', `${good}x`, good.slice(0, -8), expired])
    assert.deepEqual(await (await connect(t, server, token)).untilClosed(), BAD_TOKEN, token);

  const url = `${server.wsUrl}/connect`;
  for (const authorization of ['Bearer wrong', 'Basic YW5uOnNlY3JldA==', good])
    assert.deepEqual(await (await openSocket(t, url, { headers: { authorization } })).untilClosed(), BAD_TOKEN);
  assert.deepEqual(await (await openSocket(t, `${url}?token=wrong`)).untilClosed(), BAD_TOKEN);
  assert.deepEqual(await (await openSocket(t, url, { protocols: ['bearer', 'wrong'] })).untilClosed(), BAD_TOKEN);

  await server.sql`update sessions set created_at = now() - interval '2 h', expires_at = now() - interval '1 h'`;
  assert.deepEqual(await (await connect(t, server, good)).untilClosed(), BAD_TOKEN);
});

test('a binary first frame is not accepted as a token', async (t) => {
  const server = await emptyServer();
  const socket = await openSocket(t, `${server.wsUrl}/connect`);
  socket.send(Buffer.from(await relayToken(server, 'ann')));
  assert.deepEqual(await socket.untilClosed(), { code: 1008, reason: 'the token must be a text frame' });
});

// Messages

test('a message reaches everybody in the lobby, including its sender', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  const bob = await relayUser(t, server, 'bob');
  bob.send('here');
  await bob.frameWith({ body: 'here' });
  const before = Date.now();
  ann.send('hello');
  const frames = await Promise.all([ann, bob].map((socket) => socket.frameWith({ from: 'ann', body: 'hello' })));
  assert.deepEqual(Object.keys(frames[0] as object), ['from', 'body', 'timestamp']);
  assert.deepEqual(frames[0], frames[1]);
  const { timestamp } = frames[0] as { timestamp: number };
  assert.ok(Number.isInteger(timestamp) && timestamp >= before - 5 && timestamp <= Date.now() + 5);
});

test('the whole frame is the body, unchanged', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  const bodies = [
    '  kept  ',
    '{"body":"not parsed"}',
    'line\nline\r\n\ttab',
    '"\\ </script> \u2028',
    '👩‍👩‍👧 жɐ',
    '😀'.repeat(4_000),
  ];
  for (const body of bodies) ann.send(body);
  await ann.frameCount(bodies.length);
  assert.deepEqual(texts(ann), bodies);
  const stored = await server.sql<{ body: string }[]>`select body from messages order by id`;
  assert.deepEqual(
    stored.map((row) => row.body),
    bodies,
  );
});

test('an invalid message is answered in the shape of a message, and the socket stays open', async (t) => {
  const server = await emptyServer();
  const bob = await relayUser(t, server, 'bob');
  bob.send('here');
  await bob.frameWith({ body: 'here' });
  const ann = await relayUser(t, server, 'ann');
  const refused: [string | Buffer, string][] = [
    ['', 'text must not be blank'],
    [' \t\n\u00a0', 'text must not be blank'],
    ['x'.repeat(4_001), 'text must have at most 4000 characters'],
    ['nul \u0000 byte', 'text must not contain control characters'],
    [Buffer.from('binary'), 'text must be a text frame'],
  ];
  for (const [index, [frame, error]] of refused.entries()) {
    ann.send(frame);
    await ann.frameCount(index + 1);
    const { timestamp, ...refusal } = ann.json[index] as { timestamp: number };
    assert.deepEqual(refusal, { from: '', body: error, error });
    assert.ok(Number.isInteger(timestamp) && Math.abs(timestamp - Date.now()) < 60_000);
  }
  ann.send('fine');
  await ann.frameWith({ body: 'fine' });
  await bob.frameWith({ body: 'fine' });
  assert.deepEqual(texts(bob), ['here', 'fine']);
});

test('a ping gets a pong, before the token too', async (t) => {
  const server = await emptyServer();
  const socket = await openSocket(t, `${server.wsUrl}/connect`);
  for (const payload of ['', 'are you there', 'x'.repeat(125)]) {
    const pong = new Promise<string>((resolve) => socket.ws.once('pong', (data) => resolve(data.toString())));
    socket.ws.ping(payload);
    assert.equal(await pong, payload);
  }
});

// One socket per account

test('a second socket of an account replaces the first', async (t) => {
  const server = await emptyServer();
  const watcher = await loungeUser(t, server, 'Watcher');
  const token = await relayToken(server, 'ann');
  const first = await connect(t, server, token);
  first.send('from the first');
  await first.frameCount(1);
  const second = await connect(t, server, token);
  assert.deepEqual(await first.untilClosed(), { code: 4000, reason: 'replaced' });
  second.send('from the second');
  await second.frameWith({ body: 'from the second' });
  assert.deepEqual(await relaySignIn(server, 'ann'), { status: 409, body: 'Already in' });
  await second.close();
  await watcher.frameWith({ type: 'user_left' });
  const comings = watcher.json.filter(({ msg }) => (msg as { username?: string }).username === 'ann');
  assert.deepEqual(
    comings.map(({ type }) => type),
    ['user_joined', 'user_left'],
  );
});

test('an account is no longer in after its socket has closed, and can sign in again', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  ann.send('here');
  await ann.frameCount(1);
  assert.equal((await relaySignIn(server, 'ann')).body, 'Already in');
  await ann.close();
  await eventually('ann to be out', async () => (await relaySignIn(server, 'ann')).status === 200);
});

test('a socket of lounge does not prevent a sign-in through relay', async (t) => {
  const server = await emptyServer();
  await loungeUser(t, server, 'Ann');
  assert.equal((await relaySignIn(server, 'Ann')).status, 200);
});

test('with short deadlines', { concurrency: true }, async (t) => {
  const server = await startTestServer(t, { SOCKET_AUTH_TIMEOUT: '1', SOCKET_HEARTBEAT: '1' });

  const unknown = t.test('a socket that never authenticates is closed', async (t) => {
    const silent = await openSocket(t, `${server.wsUrl}/connect`);
    const ann = await relayUser(t, server, 'ann');
    assert.deepEqual(await silent.untilClosed(), { code: 1008, reason: 'no token came in time' });
    ann.send('the deadline was not for me');
    await ann.frameCount(1);
  });

  const idle = t.test('an idle socket receives nothing, not even a ping, and stays open', async (t) => {
    const quiet = await startTestServer(t, { SOCKET_HEARTBEAT: '1' });
    const silent = await openRawSocket(t, quiet, `/connect?token=${await relayToken(quiet, 'ann')}`);
    const greeted = silent.received.length;
    const watcher = await loungeUser(t, quiet, 'Watcher');
    let pings = 0;
    for (; pings < 4; pings += 1) await once(watcher.ws, 'ping');
    assert.equal((await relaySignIn(quiet, 'ann')).body, 'Already in');
    assert.equal(silent.received.length, greeted);
    assert.equal(silent.gone, false);
  });

  const expired = t.test('a socket is closed when its session expires', async (t) => {
    const token = await relayToken(server, 'late');
    await server.sql`
      update sessions set expires_at = now() + interval '1 s'
       where account_id = (select id from accounts where username = 'late')`;
    const late = await connect(t, server, token);
    assert.deepEqual(await late.untilClosed(), { code: 4001, reason: 'signed out' });
  });

  await Promise.all([unknown, idle, expired]);
});

// History

test('a new socket receives the newest messages, oldest first, and then live ones', async (t) => {
  const server = await startTestServer(t, { RELAY_HISTORY: '3' });
  const ann = await relayUser(t, server, 'ann');
  for (const text of numbered(5)) ann.send(text);
  await ann.frameCount(5);
  const bob = await relayUser(t, server, 'bob');
  await bob.frameCount(3);
  ann.send('live');
  await bob.frameCount(4);
  assert.deepEqual(bob.frames, ann.frames.slice(2));
});

test('RELAY_HISTORY=0 sends no history', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  ann.send('before');
  await ann.frameCount(1);
  const bob = await relayUser(t, server, 'bob');
  bob.send('after');
  await bob.frameCount(1);
  assert.deepEqual(texts(bob), ['after']);
});

test('a history longer than the window in memory is sent completely, and ends at the configured number', async (t) => {
  const server = await startTestServer(t, { RELAY_HISTORY: '2500', SOCKET_RATE: '10000' });
  await relaySignUp(server, 'seed');
  await seedLobby(server.sql, 'seed', numbered(2_400));
  const ann = await relayUser(t, server, 'ann');
  await ann.frameCount(2_400);
  assert.deepEqual(texts(ann), numbered(2_400));
  for (const text of numbered(200, 2_400)) ann.send(text);
  await ann.frameCount(2_600);
  const bob = await relayUser(t, server, 'bob');
  // A message sent before the history arrives may be committed before the history is read, and be part of it.
  await bob.frameCount(2_500);
  bob.send('last');
  await bob.frameWith({ body: 'last' });
  assert.deepEqual(texts(bob), [...numbered(2_500, 100), 'last']);
});

test('the history is the same after a restart', async (t) => {
  const server = await startTestServer(t);
  const ann = await relayUser(t, server, 'ann');
  const lounger = await loungeAccount(server, 'A long name');
  for (const text of numbered(20)) ann.send(text);
  await ann.frameCount(20);
  await server.close();
  assert.deepEqual(await ann.untilClosed(), { code: 1012, reason: 'server is restarting' });

  const restarted = await startServerWith(t, { ...server.settings });
  const back = await connect(t, restarted, lounger.token);
  back.send('back');
  await back.frameCount(21);
  assert.deepEqual(back.frames.slice(0, 20), ann.frames);
  assert.deepEqual({ ...back.json[20], timestamp: 0 }, { from: 'A long name', body: 'back', timestamp: 0 });
});

test('the cutover from history to live messages has no gaps or duplicates during traffic', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '10000', RELAY_HISTORY: '5000' });
  await relaySignUp(server, 'seed');
  await seedLobby(server.sql, 'seed', numbered(1_500));
  const writers = await Promise.all(['w1', 'w2', 'w3'].map((name) => relayUser(t, server, name)));
  const tokens = await Promise.all(numbered(12).map((_, index) => relayToken(server, `r${index}`)));
  const talking = writers.map((writer) => talk(writer, 200));
  const readers: TestSocket[] = [];
  for (const token of tokens) readers.push(await connect(t, server, token));
  await Promise.all(talking);
  const all = 1_500 + 3 * 200;
  await Promise.all([...writers, ...readers].map((socket) => socket.frameCount(all)));
  const stored = await server.sql<{ body: string }[]>`select body from messages order by seq`;
  for (const socket of [...writers, ...readers]) {
    await socket.settled();
    assert.deepEqual(
      texts(socket),
      stored.map((row) => row.body),
    );
  }
});

/** Sends each text after the echo of the previous one. */
async function talk(socket: TestSocket, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const text = `${index} of ${socket.ws.url}${Math.random()}`;
    const before = socket.frames.length;
    socket.send(text);
    await socket.until('the echo', ({ frames }) => frames.slice(before).some((frame) => frame.includes(text)));
  }
}

// The database schema

test('the documented tables exist with their columns and types', async () => {
  const server = await emptyServer();
  const columns = await server.sql`
    select table_name as "table", column_name as "column", data_type as type, character_maximum_length as length
      from information_schema.columns where table_schema = 'relay' order by table_name, ordinal_position`;
  assert.deepEqual(
    columns.map(({ table, column, type, length }) => [table, column, type, length]),
    [
      ['messages', 'id', 'integer', null],
      ['messages', 'from', 'character varying', 8],
      ['messages', 'body', 'text', null],
      ['messages', 'timestamp', 'bigint', null],
      ['users', 'username', 'character varying', 8],
      ['users', 'password', 'character varying', 64],
      ['users', 'created_at', 'timestamp without time zone', null],
    ],
  );
});

test('the documented tables show accounts and messages, and never a password hash', async (t) => {
  const server = await emptyServer();
  const ann = await relayUser(t, server, 'ann');
  await loungeAccount(server, 'A long name');
  ann.send('hello');
  const { timestamp } = await ann.frameWith({ body: 'hello' });
  assert.deepEqual(
    [...(await server.sql`select "from", body, timestamp from relay.messages`)],
    [{ from: 'ann', body: 'hello', timestamp }],
  );
  const users = await server.sql`
    select username, password, abs(extract(epoch from (now() at time zone 'UTC') - created_at)) < 60 as fresh
      from relay.users`;
  const [row] = await server.sql`select password_hash as hash from accounts where username = 'ann'`;
  const digest = createHash('sha256').update(row?.hash).digest('hex');
  assert.deepEqual([...users], [{ username: 'ann', password: digest, fresh: true }]);
});

test('the documented tables are read-only', async () => {
  const server = await emptyServer();
  const { sql } = server;
  await relaySignUp(server, 'ann');
  const writes = [
    sql`insert into relay.users (username, password) values ('eve', 'x')`,
    sql`update relay.users set username = 'eve'`,
    sql`delete from relay.users`,
    sql`insert into relay.messages ("from", body, timestamp) values ('ann', 'x', 1)`,
    sql`update relay.messages set body = 'x'`,
    sql`delete from relay.messages`,
  ];
  for (const write of writes) await assert.rejects(write, { code: '55000' });
});
