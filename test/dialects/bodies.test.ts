/** Accepted bodies, as in the frameworks of these APIs, and the answers to refused ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../support/board-people.ts';
import { JSON_TYPE, postJson, startTestServer, type TestServer } from '../support/harness.ts';
import { member as messengerMember } from '../support/messenger-people.ts';
import { PASSWORD } from '../support/people.ts';
import { sharedServer } from '../support/shared-server.ts';
import { member as socialMember } from '../support/social-people.ts';

const emptyServer = sharedServer();

type Body = NonNullable<RequestInit['body']>;

const ANN = { username: 'ann', email: 'ann@example.org', password: PASSWORD };

function multipart(fields: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

async function post(server: TestServer, path: string, body: Body, headers: Record<string, string> = {}) {
  const answer = await fetch(server.url + path, { method: 'POST', body, headers });
  const text = await answer.text();
  return { status: answer.status, text, json: JSON.parse(text) };
}

test('each dialect accepts the body types that its framework accepts', async () => {
  const server = await emptyServer();
  assert.equal((await post(server, '/users/', JSON.stringify(ANN))).status, 201);
  const { username, password } = ANN;
  const wanted: [string, Body][] = [
    ['/token', new URLSearchParams({ username, password })],
    ['/token', multipart({ username, password })],
    ['/accounts/api/token/', new URLSearchParams({ username, password })],
    ['/accounts/api/token/', multipart({ username, password })],
    ['/accounts/api/users/', multipart({ ...ANN, username: 'bob', email: 'bob@example.org' })],
    ['/accounts/api/users/', new URLSearchParams({ ...ANN, username: 'eve', email: 'eve@example.org' })],
  ];
  for (const [path, body] of wanted) {
    const { status, text } = await post(server, path, body);
    assert.ok(status === 200 || status === 201, `${path} ${body.constructor.name}: ${status} ${text}`);
  }
  const bob = await messengerMember(server, 'carol');
  const headers = { authorization: `Bearer ${bob.access}` };
  for (const form of [new URLSearchParams(), new FormData()]) {
    form.set('title', 'a title');
    form.set('content', ' a text ');
    const { status, json } = await post(server, '/profiles/api/posts/', form, headers);
    assert.deepEqual([status, json.title, json.content], [201, 'a title', 'a text']);
  }
  const bio = await fetch(`${server.url}/profiles/api/profile/`, {
    method: 'PATCH',
    headers,
    body: new URLSearchParams({ bio: 'by a form' }),
  });
  assert.equal(((await bio.json()) as { profile: { bio: string } }).profile.bio, 'by a form');
});

test('a refused body type is answered with the received and the supported types', async () => {
  const server = await emptyServer();
  const ann = await socialMember(server, 'ann');
  const cookie = { cookie: ann.cookie };
  const form = () => multipart({ username: 'ann' });
  const xml = { 'content-type': 'application/xml; charset=utf-8' };
  const all = 'application/json, application/x-www-form-urlencoded, multipart/form-data';
  const board = (came: string, taken: string) => ({
    detail: `Unsupported media type "${came}" in request: ${taken} is taken`,
  });
  const messenger = (came: string) => ({ detail: `Unsupported media type "${came}" in request. Supported: ${all}.` });
  const social = (came: string, taken: string) => ({ detail: `Тип «${came}» не поддерживается: нужен ${taken}` });
  const refused: [string, Body, Record<string, string>, object][] = [
    ['/users/', form(), {}, board('multipart/form-data', 'application/json')],
    ['/token', '<a/>', xml, board('application/xml', all)],
    ['/accounts/api/users/', '<a/>', xml, messenger('application/xml')],
    ['/accounts/api/token/', 'x', { 'content-type': 'text/plain' }, messenger('text/plain')],
    ['/api/auth/login', form(), {}, social('multipart/form-data', 'application/json')],
    [
      '/api/posts/create',
      '{}',
      { ...cookie, 'content-type': 'application/json' },
      social('application/json', 'multipart/form-data'),
    ],
    [
      '/api/posts/create',
      'a=b',
      { ...cookie, 'content-type': 'application/x-www-form-urlencoded' },
      social('application/x-www-form-urlencoded', 'multipart/form-data'),
    ],
  ];
  for (const [path, body, headers, answer] of refused) {
    const { status, json } = await post(server, path, body, headers);
    assert.deepEqual([status, json], [415, answer], path);
  }
});

test('text forms have bounds on fields and bytes, and accept no files', async () => {
  const server = await emptyServer();
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x${index}`, 'x']));
  const { username, password } = ANN;
  const large = 'x'.repeat(1_100_000);
  for (const path of ['/token', '/accounts/api/token/'])
    for (const [body, status] of [
      [multipart({ ...many, username, password }), 413],
      [new URLSearchParams({ ...many, username, password }), 413],
      [multipart({ username, password: large }), 413],
      [new URLSearchParams({ username, password: large }), 413],
      [multipart({ username, password: new Blob(['a file']) }), path === '/token' ? 422 : 400],
    ] as const)
      assert.equal((await post(server, path, body)).status, status, `${path} ${body.constructor.name}`);
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const part = '--b\r\ncontent-disposition: form-data; name="username"';
  for (const broken of ['', 'x', `${part}\r\n\r\nann`, `${part}; filename="x"\r\n\r\nann`])
    assert.equal((await post(server, '/token', broken, headers)).status, 422, broken);
});

test('board parses integers as pydantic does', async (t) => {
  const server = await startTestServer(t);
  assert.equal((await postJson(`${server.url}/users/`, ANN)).status, 201);
  const { json: token } = await post(server, '/token', new URLSearchParams(ANN));
  const write = (owner_id: unknown, query = '') =>
    call<{ detail: { type: string; input: unknown }[] }>(server, 'POST', `/messages/${query}`, {
      token: token.access_token,
      body: { text: 'x', ...(owner_id !== undefined && { owner_id }) },
    });
  for (const taken of ['1', ' 1 ', '1.0', '+1', '01', 1.0, true])
    assert.equal((await write(taken)).status, 201, JSON.stringify(taken));
  for (const taken of ['1', '%201', '1.0', '0_1'])
    assert.equal((await write(undefined, `?owner_id=${taken}`)).status, 201, taken);
  for (const [refused, type] of [
    ['1.5', 'int_parsing'],
    ['one', 'int_parsing'],
    ['', 'int_parsing'],
    ['1__0', 'int_parsing'],
    [1.5, 'int_from_float'],
    [null, 'int_type'],
    [[1], 'int_type'],
  ] as const) {
    const { status, json } = await write(refused);
    assert.deepEqual([status, json.detail[0]?.type], [422, type], JSON.stringify(refused));
  }
  const text = await call<{ detail: { type: string }[] }>(server, 'POST', '/messages/?owner_id=1', {
    token: token.access_token,
    body: { text: 5 },
  });
  assert.equal(text.json.detail[0]?.type, 'string_type');
});

test('messenger trims texts as Django REST framework does, but not passwords', async () => {
  const server = await emptyServer();
  const ann = await messengerMember(server, 'ann');
  const posted = await ann.call<{ title: string; content: string }>('POST', '/profiles/api/posts/', {
    title: 7,
    content: ' x\n',
  });
  assert.deepEqual([posted.status, posted.json.title, posted.json.content], [201, '7', 'x']);
  for (const title of [true, null, ['x'], {}])
    assert.equal((await ann.call('POST', '/profiles/api/posts/', { title, content: 'x' })).status, 400);
  const spaced = { username: 'bob', email: 'bob@example.org', password: '  eight  ' };
  assert.equal((await call(server, 'POST', '/accounts/api/users/', { body: spaced })).status, 201);
  const signIn = (password: string) =>
    call(server, 'POST', '/accounts/api/token/', { body: { username: ' bob ', password } });
  assert.deepEqual([(await signIn('  eight  ')).status, (await signIn('eight')).status], [200, 401]);
});

test('a body with half a million invalid elements is refused at once, with a one-line answer', async () => {
  const server = await emptyServer();
  const ann = await socialMember(server, 'ann');
  const create = (users: string) =>
    post(server, '/api/chats/create', `{"users":[${users}]}`, {
      cookie: ann.cookie,
      'content-type': 'application/json',
    });
  for (const [count, status, reason] of [
    [500_000, 422, 'JSON decode error'],
    [5_000, 400, 'Поле «Участники» не может содержать больше 1000 записей'],
    [900, 422, 'Input should be a valid string'],
  ] as const) {
    const answer = await create(Array(count).fill('1').join());
    const reasons = [answer.json.detail]
      .flat()
      .map((one: string | { msg: string }) => (typeof one === 'string' ? one : one.msg));
    assert.deepEqual([answer.status, reasons], [status, [reason]]);
    assert.ok(answer.text.length < 500, answer.text);
  }
});

test('no answer echoes more than 200 characters of input, or any password or token', async () => {
  const server = await emptyServer();
  const password = 'do not tell: hunter2';
  const short = 'hunter2';
  const long = 'long '.repeat(10_000);
  const bodies = [
    { password },
    { password: short, username: long },
    { password: [password], email: long, username: long },
    { username: { password }, email: 'x', password: { password } },
    { refresh: [password], users: { token: password } },
    { username: long, email: long, password: password.repeat(100) },
  ];
  const paths = [
    '/users/',
    '/token',
    '/api/auth/register',
    '/api/auth/login',
    '/accounts/api/users/',
    '/accounts/api/token/',
    '/accounts/api/token/refresh/',
    '/signup',
    '/signin',
    '/createUser',
    '/login',
  ];
  for (const path of paths)
    for (const body of bodies) {
      const answer = await postJson(server.url + path, body);
      const text = await answer.text();
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
      assert.ok(!text.includes('hunter2'), `${path}: ${text}`);
      assert.ok(text.length < 2_000, `${path}: ${text.length} bytes`);
      if (answer.headers.get('content-type') === JSON_TYPE) JSON.parse(text);
    }
});
