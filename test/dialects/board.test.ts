/** board, every line of its document and contract, over the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presentError } from '../../src/dialects/board/errors.ts';
import { AppError, ERRORS, type ErrorCode } from '../../src/errors.ts';
import {
  admin,
  boardToken,
  call,
  type Issue,
  type Message,
  member,
  members,
  messages,
  type User,
  validationErrors,
} from '../support/board-people.ts';
import type { TestServer } from '../support/harness.ts';
import { loungeAccount, PASSWORD, relaySignIn, relayToken } from '../support/people.ts';
import { sharedServer } from '../support/shared-server.ts';

const emptyServer = sharedServer();
const strictServer = sharedServer({ HIDE_EMAILS: 'true', POST_LENGTH: '5', COMMENT_LENGTH: '3' });
const openServer = sharedServer({ OPEN_DIALECTS: 'board' });

const ANN = { username: 'ann', email: 'ann@example.org', password: PASSWORD };
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NO_CREDENTIALS = { detail: 'Could not validate credentials' };

function signUp(server: TestServer, body: unknown) {
  return call<User>(server, 'POST', '/users/', { body });
}

function askToken(server: TestServer, body: string) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return call<Record<string, string>>(server, 'POST', '/token', { body, headers });
}

async function count({ sql }: TestServer, table: string): Promise<number> {
  const [row] = await sql<[{ n: number }]>`select count(*)::int as n from ${sql(table)}`;
  return row.n;
}

// Users

test('a new user creates an account', async () => {
  const server = await emptyServer();
  const made = await signUp(server, { ...ANN, avatar_url: 'https://example.org/ann.png' });
  const { id } = made.json;
  assert.equal(made.status, 201);
  assert.deepEqual(made.json, { id, username: 'ann', email: ANN.email, avatar_url: 'https://example.org/ann.png' });
  assert.deepEqual(Object.keys(made.json), ['id', 'username', 'email', 'avatar_url']);
  assert.ok(Number.isInteger(id));
  const plain = await signUp(server, { ...ANN, username: 'bob', email: 'bob@example.org', avatar_url: null });
  assert.equal(plain.json.avatar_url, null);
});

test('a name or an e-mail in use is refused, regardless of case, and the name is checked first', async () => {
  const server = await emptyServer();
  await signUp(server, ANN);
  for (const body of [ANN, { ...ANN, username: ' ANN ', email: 'new@example.org' }]) {
    const { status, json } = await signUp(server, body);
    assert.deepEqual([status, json], [400, { detail: 'Username already registered' }]);
  }
  const { status, json } = await signUp(server, { ...ANN, username: 'new', email: 'Ann@Example.ORG' });
  assert.deepEqual([status, json], [400, { detail: 'Email already registered' }]);
  assert.equal(await count(server, 'accounts'), 1);
});

test('an invalid account is refused with the names of all wrong fields', async () => {
  const server = await emptyServer();
  const long = 'x'.repeat(257);
  const wrong: [unknown, [string, string][]][] = [
    [undefined, [['missing', 'body']]],
    ['', [['missing', 'body']]],
    ['null', [['missing', 'body']]],
    ['{"username": }', [['json_invalid', 'body.0']]],
    ['{"__proto__": {}}', [['json_invalid', 'body.0']]],
    [[ANN], [['model_attributes_type', 'body']]],
    ['"ann"', [['model_attributes_type', 'body']]],
    [
      {},
      [
        ['missing', 'body.username'],
        ['missing', 'body.email'],
        ['missing', 'body.password'],
      ],
    ],
    [
      { username: 5, email: null, password: [], avatar_url: 5 },
      [
        ['string_type', 'body.username'],
        ['string_type', 'body.email'],
        ['string_type', 'body.password'],
        ['string_type', 'body.avatar_url'],
      ],
    ],
    [
      { username: '', email: '', password: '' },
      [
        ['string_too_short', 'body.username'],
        ['string_too_short', 'body.email'],
        ['string_too_short', 'body.password'],
      ],
    ],
    [
      { username: 'x'.repeat(65), email: `${long}@example.org`, password: long, avatar_url: 'x'.repeat(2049) },
      [
        ['string_too_long', 'body.password'],
        ['string_too_long', 'body.username'],
        ['string_too_long', 'body.email'],
        ['string_too_long', 'body.avatar_url'],
      ],
    ],
    [
      { username: 'a/b', email: 'nobody', password: '7 chars', avatar_url: 'javascript:alert(1)' },
      [
        ['string_too_short', 'body.password'],
        ['value_error', 'body.username'],
        ['value_error', 'body.email'],
        ['value_error', 'body.avatar_url'],
      ],
    ],
    [
      { ...ANN, username: ' \t', email: 'nul\u0000@b.org' },
      [
        ['string_too_short', 'body.username'],
        ['value_error', 'body.email'],
      ],
    ],
  ];
  for (const [body, expected] of wrong) {
    const reply = await signUp(server, body);
    assert.equal(reply.status, 422, JSON.stringify(body));
    assert.deepEqual(validationErrors(reply), expected, JSON.stringify(body));
  }
  assert.equal(await count(server, 'accounts'), 0);
});

test("validation errors have FastAPI's format", async () => {
  const server = await emptyServer();
  const body = { username: 5, password: '7 chars' };
  const { json } = await signUp(server, body);
  assert.deepEqual(json, {
    detail: [
      { type: 'missing', loc: ['body', 'email'], msg: 'Field required', input: { ...body, password: '**********' } },
      { type: 'string_type', loc: ['body', 'username'], msg: 'Input should be a valid string', input: 5 },
      {
        type: 'string_too_short',
        loc: ['body', 'password'],
        msg: 'String should have at least 8 characters',
        input: '**********',
      },
    ],
  });
  const page = await call(server, 'GET', '/messages/?skip=-1&limit=many');
  assert.deepEqual(page.json, {
    detail: [
      {
        type: 'greater_than_equal',
        loc: ['query', 'skip'],
        msg: 'Input should be greater than or equal to 0',
        input: '-1',
      },
      {
        type: 'int_parsing',
        loc: ['query', 'limit'],
        msg: 'Input should be a valid integer, unable to parse string as an integer',
        input: 'many',
      },
    ],
  });
});

test('members list accounts by id, page by page', async () => {
  const server = await emptyServer();
  const [ann, ...others] = await members(server, 'ann', 'bob', 'eve', 'joe');
  const ids = [ann, ...others].map((one) => (one as User).id).sort((a, b) => a - b);
  const list = async (query: string) =>
    (await call<User[]>(server, 'GET', `/users/${query}`, { token: ann?.token ?? '' })).json;
  const idsOf = (users: User[]) => users.map(({ id }) => id);
  assert.deepEqual(idsOf(await list('')), ids);
  assert.deepEqual(idsOf(await list('?skip=1&limit=2')), ids.slice(1, 3));
  assert.deepEqual(idsOf(await list('?skip=3')), ids.slice(3));
  assert.deepEqual(await list('?skip=4'), []);
  assert.deepEqual(await list('?skip=9007199254740991'), []);
  const anonymous = await call(server, 'GET', '/users/');
  assert.deepEqual([anonymous.status, anonymous.json], [401, NO_CREDENTIALS]);
  assert.equal(anonymous.headers.get('www-authenticate'), 'Bearer');
});

test('an account is found by its id', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const shown = { id: ann.id, username: 'ann', email: ann.email, avatar_url: null };
  assert.deepEqual((await ann.call('GET', `/users/${ann.id}`)).json, shown);
  assert.deepEqual((await ann.call('GET', `/users/${ann.id}/`)).json, shown);
  for (const id of ['0', '-1', '999999', '99999999999999']) {
    const { status, json } = await ann.call('GET', `/users/${id}`);
    assert.deepEqual([status, json], [404, { detail: 'User not found' }], id);
  }
  for (const id of ['ann', '1.5', '%20', 'NaN', '1e999']) {
    const reply = await ann.call('GET', `/users/${id}`);
    assert.deepEqual([reply.status, validationErrors(reply)], [422, [['int_parsing', 'path.user_id']]], id);
  }
  assert.equal((await call(server, 'GET', `/users/${ann.id}`)).status, 401);
});

test("/users/me returns the token's account", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { status, json } = await ann.call('GET', '/users/me');
  assert.deepEqual([status, json], [200, { id: ann.id, username: 'ann', email: ann.email, avatar_url: null }]);
  assert.deepEqual((await ann.call('GET', '/users/me/')).json, json);
  for (const authorization of [
    'Bearer wrong',
    'Basic YW5uOng=',
    ann.token,
    'Bearer ',
    `Bearer ${ann.token}x`,
    undefined,
  ]) {
    const reply = await call(server, 'GET', '/users/me', {
      headers: authorization === undefined ? {} : { authorization },
    });
    assert.deepEqual([reply.status, reply.json], [401, NO_CREDENTIALS], authorization);
    assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
  }
});

test('members see e-mails, and anonymous callers do not', async () => {
  const server = await emptyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [
    Awaited<ReturnType<typeof member>>,
    Awaited<ReturnType<typeof member>>,
  ];
  const message = await ann.post('hello');
  await ann.comment(message.id, 'first');
  assert.equal(message.owner.email, ann.email);
  const emails = ([first]: Message[]) => [first?.owner.email, first?.comments[0]?.owner.email];
  assert.deepEqual(emails(await messages(server, '', bob.token)), [ann.email, ann.email]);
  assert.deepEqual(emails(await messages(server)), ['', '']);
  assert.deepEqual(emails(await messages(server, '', 'not a token')), ['', '']);
  const { json } = await call<Message[]>(server, 'GET', '/users/ann/messages');
  assert.deepEqual(emails(json), ['', '']);
});

test('with HIDE_EMAILS only owners and admins see e-mails', async () => {
  const server = await strictServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const root = await admin(server, 'root');
  await ann.post('hello');
  const seenBy = async (token: string) => (await messages(server, '', token))[0]?.owner.email;
  assert.deepEqual(
    [await seenBy(ann.token), await seenBy(bob.token), await seenBy(root.token)],
    [ann.email, '', ann.email],
  );
  assert.equal((await bob.call<User>('GET', `/users/${ann.id}`)).json.email, '');
  assert.equal((await bob.call<User>('GET', '/users/me')).json.email, bob.email);
  assert.deepEqual(
    (await bob.call<User[]>('GET', '/users/')).json.map(({ email }) => email),
    ['', bob.email, ''],
  );
});

// Tokens

test('a token is issued for the password form, with name or e-mail, and for JSON', async () => {
  const server = await emptyServer();
  await signUp(server, ANN);
  for (const username of ['ann', ' Ann', ANN.email, 'ANN@example.org']) {
    const form = new URLSearchParams({
      grant_type: 'password',
      username,
      password: PASSWORD,
      scope: '',
      client_id: 'x',
    });
    const { status, json } = await askToken(server, form.toString());
    assert.deepEqual(
      [status, Object.keys(json), json.token_type],
      [200, ['access_token', 'token_type'], 'bearer'],
      username,
    );
    assert.equal((await call(server, 'GET', '/users/me', { token: json.access_token as string })).status, 200);
  }
  const inJson = await call<Record<string, string>>(server, 'POST', '/token/', {
    body: { username: 'ann', password: PASSWORD },
  });
  assert.equal(inJson.json.token_type, 'bearer');
});

test('a wrong password and an unknown name get the same answer', async () => {
  const server = await emptyServer();
  await signUp(server, ANN);
  for (const [username, password] of [
    ['ann', 'wrong'],
    [ANN.email, 'wrong'],
    ['nobody', PASSWORD],
    ['nul\u0000', PASSWORD],
  ] as const) {
    const reply = await askToken(server, new URLSearchParams({ username, password }).toString());
    assert.deepEqual([reply.status, reply.json], [401, { detail: 'Incorrect username or password' }]);
    assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
  }
});

test("a username that looks like another's e-mail does not prevent that sign-in", async () => {
  const server = await emptyServer();
  await signUp(server, ANN);
  await signUp(server, { username: ANN.email, email: 'eve@example.org', password: 'the password of eve' });
  const whose = async (password: string) => {
    const token = await boardToken(server, ANN.email, password);
    return (await call<User>(server, 'GET', '/users/me', { token })).json.email;
  };
  assert.equal(await whose(PASSWORD), ANN.email);
  assert.equal(await whose('the password of eve'), 'eve@example.org');
  assert.equal((await askToken(server, `username=${ANN.email}&password=wrong`)).status, 401);
});

test('a form with a missing field is refused with its name', async () => {
  const server = await emptyServer();
  assert.deepEqual(validationErrors(await askToken(server, 'username=&x=y')), [
    ['missing', 'body.username'],
    ['missing', 'body.password'],
  ]);
  assert.deepEqual(validationErrors(await askToken(server, '')), [
    ['missing', 'body.username'],
    ['missing', 'body.password'],
  ]);
  const reply = await call(server, 'POST', '/token', { body: { username: 'ann', password: 5 } });
  assert.deepEqual([reply.status, validationErrors(reply)], [422, [['string_type', 'body.password']]]);
});

test('board accounts sign in through relay and lounge, and vice versa', async () => {
  const server = await emptyServer();
  await signUp(server, ANN);
  const viaRelay = await relaySignIn(server, 'ann');
  assert.equal(viaRelay.status, 200);
  assert.equal((await call<User>(server, 'GET', '/users/me', { token: viaRelay.body })).json.username, 'ann');
  const viaLounge = await call(server, 'POST', '/login', { body: { email: ANN.email, password: PASSWORD } });
  assert.equal(viaLounge.status, 200);

  const bob = await loungeAccount(server, 'Bob Smith');
  await relayToken(server, 'joe');
  for (const name of ['Bob Smith', bob.email, 'joe']) assert.ok(await boardToken(server, name));
  const joe = await call<User>(server, 'GET', '/users/me', { token: await boardToken(server, 'joe') });
  assert.equal(joe.json.email, '');
});

// Messages

test('a member writes a message as the owner named in the query or the body', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const message = await ann.post('  hello\nworld ');
  assert.match(message.timestamp, TIMESTAMP);
  const { id, timestamp } = message;
  const owner = { id: ann.id, username: 'ann', email: ann.email, avatar_url: null };
  const shown = {
    id,
    text: '  hello\nworld ',
    timestamp,
    owner,
    comments: [],
    likes_count: 0,
    is_liked_by_user: false,
  };
  assert.deepEqual(message, shown);
  assert.deepEqual(Object.keys(message), Object.keys(shown));
  assert.deepEqual(await messages(server, '', ann.token), [shown]);
  const inBody = await ann.call<Message>('POST', '/messages', { text: 'x', owner_id: ann.id });
  assert.equal(inBody.status, 201);
  const untyped = await call(server, 'POST', `/messages?owner_id=${ann.id}`, {
    token: ann.token,
    body: '{"text":"y"}',
    headers: { 'content-type': 'text/plain' },
  });
  assert.equal(untyped.status, 201);
});

test('nobody can write in the name of another account', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const root = await admin(server, 'root');
  const message = await ann.post('hello');
  const text = 'x';
  for (const one of [bob, root]) {
    for (const [path, body] of [
      [`/messages/?owner_id=${ann.id}`, { text }],
      ['/messages/', { text, owner_id: ann.id }],
      [`/messages/?owner_id=${one.id}`, { text, owner_id: ann.id }],
    ] as const) {
      const { status, json } = await one.call('POST', path, body);
      assert.deepEqual([status, json], [403, { detail: 'Not authorized to post for this user' }]);
    }
    const comment = await one.call('POST', `/messages/${message.id}/comments/?owner_id=${ann.id}`, { text });
    assert.deepEqual([comment.status, comment.json], [403, { detail: 'Not authorized to comment for this user' }]);
  }
  assert.equal((await call(server, 'POST', `/messages/?owner_id=${ann.id}`, { body: { text } })).status, 401);
  assert.deepEqual([await count(server, 'posts'), await count(server, 'comments')], [1, 0]);
});

test('an invalid message is refused with the names of all wrong fields', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const own = `/messages/?owner_id=${ann.id}`;
  const wrong: [string, unknown, [string, string][]][] = [
    [
      '/messages/',
      {},
      [
        ['missing', 'body.text'],
        ['missing', 'query.owner_id'],
      ],
    ],
    [
      '/messages/?owner_id=x',
      { text: ' \n' },
      [
        ['int_parsing', 'query.owner_id'],
        ['string_too_short', 'body.text'],
      ],
    ],
    [
      '/messages/',
      { text: null, owner_id: 'x' },
      [
        ['string_type', 'body.text'],
        ['int_parsing', 'body.owner_id'],
      ],
    ],
    [
      '/messages/',
      undefined,
      [
        ['missing', 'body'],
        ['missing', 'query.owner_id'],
      ],
    ],
    [own, { text: '' }, [['string_too_short', 'body.text']]],
    [own, { text: 'x'.repeat(20_001) }, [['string_too_long', 'body.text']]],
    [own, { text: 'nul \u0000' }, [['value_error', 'body.text']]],
    [own, '{"text":"half a pair \\ud800"}', [['value_error', 'body.text']]],
    [own, '{', [['json_invalid', 'body.0']]],
  ];
  for (const [path, body, expected] of wrong) {
    const reply = await ann.call('POST', path, body);
    assert.equal(reply.status, 422, JSON.stringify(body));
    assert.deepEqual(validationErrors(reply), expected, JSON.stringify(body));
  }
  const invalidUtf8 = await fetch(`${server.url}${own}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ann.token}` },
    body: Buffer.from([0x7b, 0xff, 0x7d]),
  });
  assert.equal(invalidUtf8.status, 422);
  const huge = await ann.call('POST', own, { text: 'x'.repeat(1_100_000) });
  assert.deepEqual([huge.status, huge.json], [413, { detail: 'The request is too large' }]);
  assert.equal(await count(server, 'posts'), 0);
  assert.equal((await ann.post('😀'.repeat(20_000))).text.length, 40_000);
});

test('the maximum lengths are configurable', async () => {
  const server = await strictServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('12345');
  await ann.comment(id, '123');
  assert.equal((await ann.call('POST', `/messages/?owner_id=${ann.id}`, { text: '123456' })).status, 422);
  assert.equal((await ann.call('POST', `/messages/${id}/comments`, { text: '1234' })).status, 422);
  const edit = await ann.call<{ detail: Issue[] }>('PUT', `/messages/${id}?new_text=123456`);
  assert.deepEqual(edit.json.detail, [
    {
      type: 'string_too_long',
      loc: ['query', 'new_text'],
      msg: 'String should have at most 5 characters',
      input: '123456',
    },
  ]);
});

test('everybody can list messages, newest first, page by page', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const ids: number[] = [];
  for (let n = 0; n < 5; n += 1) ids.unshift((await ann.post(`message ${n}`)).id);
  const list = async (query: string) => (await messages(server, query)).map(({ id }) => id);
  assert.deepEqual(await list(''), ids);
  assert.deepEqual(await list('?skip=1&limit=2'), ids.slice(1, 3));
  assert.deepEqual(await list('?limit=100&skip=4'), ids.slice(4));
  assert.deepEqual(await list('?skip=5'), []);
  assert.deepEqual(await list('?skip=9007199254740991'), []);
  for (const query of ['limit=0', 'limit=101', 'limit=', 'skip=1.5', 'skip=x', 'skip=-1', 'skip=1&skip=2', 'skip=9e99'])
    assert.equal((await call(server, 'GET', `/messages/?${query}`)).status, 422, query);
});

test('a message shows its newest 50 comments, oldest first', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('hello');
  const other = await ann.post('other');
  await ann.comment(other.id, 'elsewhere');
  for (let n = 0; n < 53; n += 1) await ann.comment(id, `comment ${n}`);
  const [, message] = await messages(server);
  assert.deepEqual(
    message?.comments.map(({ text }) => text),
    Array.from({ length: 50 }, (_, n) => `comment ${n + 3}`),
  );
});

test("a user's messages are found by name, even if the name is digits or 'me'", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const face = '😀'.repeat(64);
  const odd = await members(server, '123', 'me', 'with a space', 'pércent%');
  await ann.post('first');
  for (const one of odd) await one.post(`from ${one.username}`);
  await ann.post('second');
  const texts = async (name: string, query = '') => {
    const { json } = await call<Message[]>(server, 'GET', `/users/${encodeURIComponent(name)}/messages${query}`);
    return json.map(({ text }) => text);
  };
  assert.deepEqual(await texts('ann'), ['second', 'first']);
  assert.deepEqual(await texts('ANN', '/?skip=1&limit=1'), ['first']);
  assert.deepEqual(await texts('ann', '?skip=2'), []);
  for (const one of odd) assert.deepEqual(await texts(one.username), [`from ${one.username}`]);
  await signUp(server, { ...ANN, username: face, email: 'face@example.org' });
  assert.deepEqual(await texts(face), []);
  for (const name of ['nobody', String(ann.id), 'nul\u0000']) {
    const { status, json } = await call(server, 'GET', `/users/${encodeURIComponent(name)}/messages`);
    assert.deepEqual([status, json], [404, { detail: 'User not found' }], name);
  }
});

test('the author or an admin edits a message, by body or by query', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const root = await admin(server, 'root');
  const message = await ann.post('old');
  const comment = await bob.comment(message.id, 'well');
  await bob.like(message.id);
  await ann.like(message.id);
  const path = `/messages/${message.id}`;
  const edited = await ann.call<Message>('PUT', path, { text: 'new' });
  assert.equal(edited.status, 200);
  assert.deepEqual(edited.json, {
    ...message,
    text: 'new',
    comments: [comment],
    likes_count: 2,
    is_liked_by_user: true,
  });
  assert.equal((await ann.call<Message>('PUT', `${path}?new_text=newer`)).json.text, 'newer');
  assert.equal((await ann.call<Message>('PUT', `${path}/?new_text=query`, { text: 'body' })).json.text, 'body');
  assert.equal((await root.call<Message>('PUT', path, { text: 'by an admin' })).json.owner.username, 'ann');
  const [row] = await server.sql`select edited_at > created_at as edited from posts`;
  assert.equal(row?.edited, true);

  const refused = await bob.call('PUT', path, { text: 'mine' });
  assert.deepEqual([refused.status, refused.json], [403, { detail: 'Not authorized to update this message' }]);
  assert.equal((await ann.call('PUT', path, { text: 'x', owner_id: bob.id })).status, 403);
  assert.equal((await call(server, 'PUT', path, { body: { text: 'x' } })).status, 401);
  for (const id of [message.id + 99, 99_999_999_999]) {
    const missing = await ann.call('PUT', `/messages/${id}`, { text: 'x' });
    assert.deepEqual([missing.status, missing.json], [404, { detail: 'Message not found' }]);
  }
  for (const [at, body, expected] of [
    [path, {}, [['missing', 'body.text']]],
    [path, undefined, [['missing', 'body.text']]],
    [path, { text: ' ' }, [['string_too_short', 'body.text']]],
    [`${path}?new_text=%20`, undefined, [['string_too_short', 'query.new_text']]],
    [
      '/messages/x',
      { text: 5 },
      [
        ['int_parsing', 'path.message_id'],
        ['string_type', 'body.text'],
      ],
    ],
  ] as const) {
    const reply = await ann.call('PUT', at, body);
    assert.deepEqual([reply.status, validationErrors(reply)], [422, expected]);
  }
  assert.equal((await messages(server))[0]?.text, 'by an admin');
});

test('a title is shown above the text and stays the title while the text contains it', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('body');
  await server.sql`update posts set title = 'Title'`;
  assert.equal((await messages(server))[0]?.text, 'Title\n\nbody');
  const stored = async (text: string) => {
    assert.equal((await ann.call<Message>('PUT', `/messages/${id}`, { text })).json.text, text);
    const [row] = await server.sql`select title, body from posts`;
    return [row?.title, row?.body];
  };
  assert.deepEqual(await stored('Title\n\nnew body'), ['Title', 'new body']);
  assert.deepEqual(await stored(`Title\n\n${'x'.repeat(20_000)}`), ['Title', 'x'.repeat(20_000)]);
  assert.deepEqual(await stored('Title\n\n'), [null, 'Title\n\n']);
  assert.deepEqual(await stored('Title\n\nagain'), [null, 'Title\n\nagain']);
});

test('the author or an admin deletes a message with its comments and likes', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const root = await admin(server, 'root');
  const [first, second] = [await ann.post('first'), await ann.post('second')];
  for (const { id } of [first, second]) {
    await bob.comment(id, 'well');
    await bob.like(id);
  }
  const refused = await bob.call('DELETE', `/messages/${first.id}`);
  assert.deepEqual([refused.status, refused.json], [403, { detail: 'Not authorized to delete this message' }]);
  assert.equal((await call(server, 'DELETE', `/messages/${first.id}`)).status, 401);
  const gone = await ann.call('DELETE', `/messages/${first.id}`);
  assert.deepEqual([gone.status, gone.json], [204, null]);
  assert.equal((await root.call('DELETE', `/messages/${second.id}/`, '')).status, 204);
  for (const id of [first.id, 99_999_999_999]) {
    const missing = await ann.call('DELETE', `/messages/${id}`);
    assert.deepEqual([missing.status, missing.json], [404, { detail: 'Message not found' }]);
  }
  assert.equal((await ann.call('DELETE', '/messages/x')).status, 422);
  for (const table of ['posts', 'comments', 'likes']) assert.equal(await count(server, table), 0);
});

// Comments

test('members comment on messages', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const message = await ann.post('hello');
  const comment = await bob.comment(message.id, 'well');
  const { id, timestamp } = comment;
  assert.match(timestamp, TIMESTAMP);
  const owner = { id: bob.id, username: 'bob', email: bob.email, avatar_url: null };
  assert.deepEqual(comment, { id, text: 'well', timestamp, owner });
  const path = `/messages/${message.id}/comments`;
  assert.equal((await bob.call('POST', path, { text: 'without an owner' })).status, 201);
  assert.equal((await bob.call('POST', path, { text: 'owner in the body', owner_id: bob.id })).status, 201);
  assert.equal((await messages(server))[0]?.comments.length, 3);

  const missing = await bob.call('POST', `/messages/${message.id + 99}/comments/`, { text: 'x' });
  assert.deepEqual([missing.status, missing.json], [404, { detail: 'Message not found' }]);
  assert.equal((await call(server, 'POST', path, { body: { text: 'x' } })).status, 401);
  for (const [at, body, expected] of [
    [path, {}, [['missing', 'body.text']]],
    [path, { text: 'x'.repeat(4_001) }, [['string_too_long', 'body.text']]],
    [
      '/messages/x/comments?owner_id=y',
      { text: '' },
      [
        ['int_parsing', 'path.message_id'],
        ['int_parsing', 'query.owner_id'],
        ['string_too_short', 'body.text'],
      ],
    ],
  ] as const) {
    const reply = await bob.call('POST', at, body);
    assert.deepEqual([reply.status, validationErrors(reply)], [422, expected]);
  }
});

test("a comment's author, the message's author or an admin deletes a comment", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const eve = await member(server, 'eve');
  const root = await admin(server, 'root');
  const message = await ann.post('hello');
  for (const one of [bob, ann, root]) {
    const { id } = await bob.comment(message.id, 'well');
    const refused = await eve.call('DELETE', `/comments/${id}`);
    assert.deepEqual([refused.status, refused.json], [403, { detail: 'Not authorized to delete this comment' }]);
    assert.equal((await one.call('DELETE', `/comments/${id}`)).status, 204);
    const missing = await one.call('DELETE', `/comments/${id}`);
    assert.deepEqual([missing.status, missing.json], [404, { detail: 'Comment not found' }]);
  }
  assert.equal((await call(server, 'DELETE', '/comments/1')).status, 401);
  assert.deepEqual(validationErrors(await ann.call('DELETE', '/comments/x')), [['int_parsing', 'path.comment_id']]);
  assert.equal((await messages(server))[0]?.comments.length, 0);
});

// Likes

test('a like is toggled on and off', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await member(server, 'bob');
  const { id } = await ann.post('hello');
  assert.deepEqual((await ann.like(id)).json, { likes_count: 1, is_liked_by_user: true });
  assert.deepEqual((await bob.like(id)).json, { likes_count: 2, is_liked_by_user: true });
  assert.deepEqual((await ann.call('POST', `/messages/${id}/like/`, '')).json, {
    likes_count: 1,
    is_liked_by_user: false,
  });
  const seenBy = async (token?: string) => {
    const [message] = await messages(server, '', token);
    return [message?.likes_count, message?.is_liked_by_user];
  };
  assert.deepEqual(
    [await seenBy(ann.token), await seenBy(bob.token), await seenBy()],
    [
      [1, false],
      [1, true],
      [1, false],
    ],
  );
  const missing = await ann.like(id + 99);
  assert.deepEqual([missing.status, missing.json], [404, { detail: 'Message not found' }]);
  assert.equal((await call(server, 'POST', `/messages/${id}/like`)).status, 401);
  assert.equal((await ann.call('POST', '/messages/x/like')).status, 422);
});

// Open to callers without a token

test('by default a caller without a token cannot act by an id', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('hello');
  for (const [method, path] of [
    ['POST', `/messages/?owner_id=${ann.id}`],
    ['POST', `/messages/${id}/comments/?owner_id=${ann.id}`],
    ['PUT', `/messages/${id}?new_text=x&owner_id=${ann.id}`],
    ['GET', '/users/'],
    ['GET', `/users/${ann.id}`],
  ] as const) {
    const reply = await call(server, method, path, method === 'POST' ? { body: { text: 'x' } } : {});
    assert.deepEqual([reply.status, reply.json], [401, NO_CREDENTIALS], path);
  }
});

test('an open dialect trusts the id of a caller without a token where the document asks for one', async () => {
  const server = await openServer();
  const ann = await member(server, 'ann');
  const body = { text: 'x' };
  const made = await call<Message>(server, 'POST', `/messages/?owner_id=${ann.id}`, { body });
  assert.deepEqual([made.status, made.json.owner.username], [201, 'ann']);
  const { id } = made.json;
  assert.equal((await call(server, 'POST', '/messages/', { body: { ...body, owner_id: ann.id } })).status, 201);
  assert.equal((await call(server, 'POST', `/messages/${id}/comments/?owner_id=${ann.id}`, { body })).status, 201);
  assert.equal((await call(server, 'PUT', `/messages/${id}?new_text=new&owner_id=${ann.id}`)).status, 200);
  const users = await call<User[]>(server, 'GET', '/users/');
  assert.deepEqual([users.status, users.json[0]?.email], [200, '']);
  assert.equal((await call<User>(server, 'GET', `/users/${ann.id}`)).json.username, 'ann');

  const unknown = await call(server, 'POST', '/messages/?owner_id=999', { body });
  assert.deepEqual([unknown.status, unknown.json], [404, { detail: 'User not found' }]);
});

test('an open dialect still requires a token where the document does, and makes nobody an admin', async () => {
  const server = await openServer();
  const ann = await member(server, 'ann');
  const root = await admin(server, 'root');
  const { id } = await ann.post('hello');
  const comment = await ann.comment(id, 'well');
  const claim = `owner_id=${ann.id}`;
  for (const [method, path] of [
    ['DELETE', `/messages/${id}?${claim}`],
    ['DELETE', `/comments/${comment.id}?${claim}`],
    ['POST', `/messages/${id}/like?${claim}`],
    ['GET', `/users/me?${claim}`],
    ['PUT', `/messages/${id}?new_text=without+an+id`],
    ['POST', `/messages/${id}/comments/`],
  ] as const) {
    const reply = await call(server, method, path, method === 'POST' ? { body: { text: 'x' } } : {});
    assert.deepEqual([reply.status, reply.json], [401, NO_CREDENTIALS], path);
  }
  const asAdmin = await call(server, 'PUT', `/messages/${id}?new_text=x&owner_id=${root.id}`);
  assert.deepEqual([asAdmin.status, asAdmin.json], [403, { detail: 'Not authorized to update this message' }]);
  const withToken = await call(server, 'PUT', `/messages/${id}?new_text=x&owner_id=${root.id}`, { token: ann.token });
  assert.equal(withToken.status, 403);
  const badToken = await call(server, 'POST', `/messages/?${claim}`, { token: 'bad', body: { text: 'x' } });
  assert.equal(badToken.status, 401);
  assert.equal((await call(server, 'GET', '/users/', { token: 'bad' })).status, 200);
});

// Errors

test('every error has its words', () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { status, type, body } = presentError(new AppError(code));
    assert.ok(status >= 400 && status < 600, code);
    assert.equal(type, 'application/json; charset=utf-8');
    assert.notEqual(JSON.parse(body).detail.length, 0);
  }
  const [issue] = JSON.parse(presentError(new AppError('invalid', { message: 'no' })).body).detail;
  assert.deepEqual(issue, { type: 'value_error', loc: ['body'], msg: 'Value error, no', input: null });
});

test('a wrong method is refused as such, and /ws without an upgrade requires one', async () => {
  const server = await emptyServer();
  for (const [method, path, allow] of [
    ['PATCH', '/messages/1', 'PUT, DELETE'],
    ['DELETE', '/users/', 'POST, GET, HEAD'],
    ['GET', '/token', 'POST'],
    ['POST', '/comments/1', 'DELETE'],
  ] as const) {
    const reply = await call(server, method, path);
    assert.deepEqual([reply.status, reply.json], [405, { detail: 'Method Not Allowed' }]);
    assert.equal(reply.headers.get('allow'), allow, path);
  }
  const upgrade = await call(server, 'GET', '/ws');
  assert.deepEqual([upgrade.status, upgrade.json], [426, { detail: 'This address speaks WebSocket only' }]);
});
