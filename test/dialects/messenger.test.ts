/** messenger, every line of its document and contract, over the wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import sharp from 'sharp';
import { call, type Reply } from '../support/board-people.ts';
import {
  expectStatus,
  type Member,
  member,
  messagesOf,
  type Pair,
  type Post,
  type Profile,
  signIn,
  socketUrl,
  type User,
} from '../support/messenger-people.ts';
import { PASSWORD } from '../support/people.ts';
import { animatedPng, halves } from '../support/pictures.ts';
import { sharedServer } from '../support/shared-server.ts';
import { refusedUpgrade } from '../support/socket.ts';

const emptyServer = sharedServer();
const strictServer = sharedServer({ HIDE_EMAILS: 'true', BIO_LENGTH: '10', TITLE_LENGTH: '5', POST_LENGTH: '6' });

const USERS = '/accounts/api/users/';
const TOKEN = '/accounts/api/token/';
const PROFILE = '/profiles/api/profile/';
const POSTS = '/profiles/api/posts/';
const ROOMS = '/messenger/api/chatrooms/';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const REQUIRED = ['This field is required.'];
const BLANK = ['This field may not be blank.'];
const NOT_A_STRING = ['Not a valid string.'];
const NO_CREDENTIALS = { detail: 'Authentication credentials were not provided.' };
const BAD_TOKEN = {
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
};

function short(reply: Reply<unknown>): [number, unknown] {
  return [reply.status, reply.json];
}

// Accounts and tokens

test('a new account is shown as documented and listed', async () => {
  const server = await emptyServer();
  const body = { username: 'newuser', email: 'newuser@example.com', password: 'yourpassword' };
  const made = await call<User>(server, 'POST', USERS, { body });
  assert.deepEqual(short(made), [201, { id: made.json.id, username: 'newuser', email: 'newuser@example.com' }]);
  const { access: token } = await signIn(server, 'newuser', 'yourpassword');
  for (const path of [USERS, USERS.slice(0, -1), `${USERS}?page=1`])
    assert.deepEqual(short(await call(server, 'GET', path, { token })), [200, [made.json]]);
  assert.deepEqual(short(await call(server, 'GET', `${USERS}?page=2`, { token })), [200, []]);
});

test('users are listed by id, a hundred per page', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  await server.sql`
    insert into accounts (username, username_key, password_hash)
    select 'user' || n, 'user' || n, 'x' from generate_series(1, 120) n`;
  const pages = await Promise.all([1, 2, 3].map((page) => ann.call<User[]>('GET', `${USERS}?page=${page}`)));
  assert.deepEqual(
    pages.map(({ json }) => json.length),
    [100, 21, 0],
  );
  const ids = pages.flatMap(({ json }) => json.map(({ id }) => id));
  assert.deepEqual(
    ids,
    [...ids].sort((a, b) => a - b),
  );
});

test('an invalid account is refused with all problems by field', async () => {
  const server = await emptyServer();
  const wrong: [unknown, object][] = [
    [{}, { username: REQUIRED, email: REQUIRED, password: REQUIRED }],
    [undefined, { username: REQUIRED, email: REQUIRED, password: REQUIRED }],
    [
      { username: '', email: ' ', password: '' },
      { username: BLANK, email: BLANK, password: BLANK },
    ],
    [
      { username: [7], email: true, password: ['x'] },
      { username: NOT_A_STRING, email: NOT_A_STRING, password: NOT_A_STRING },
    ],
    [
      { username: null, email: 'nobody', password: 'short' },
      {
        username: ['This field may not be null.'],
        email: ['Enter a valid email address.'],
        password: ['Ensure this field has at least 8 characters.'],
      },
    ],
    [
      { username: 'x'.repeat(65), email: 'a@b.c', password: 'x'.repeat(257) },
      {
        username: ['Ensure this field has no more than 64 characters.'],
        password: ['Ensure this field has no more than 256 characters.'],
      },
    ],
    [
      { username: 'a/b', password: PASSWORD },
      { username: ['username must not contain control characters, invisible characters or "/"'], email: REQUIRED },
    ],
    [[], { non_field_errors: ['Invalid data. Expected a dictionary.'] }],
    ['null', { non_field_errors: ['No data provided'] }],
    ['{"username"', { detail: 'JSON parse error' }],
  ];
  for (const [body, errors] of wrong)
    assert.deepEqual(short(await call(server, 'POST', USERS, { body })), [400, errors], JSON.stringify(body));
  assert.equal((await server.sql`select 1 from accounts`).length, 0);
});

test('a name or an e-mail in use is refused by field, regardless of case', async () => {
  const server = await emptyServer();
  await member(server, 'ann');
  const password = PASSWORD;
  const name = { username: 'ANN', email: 'other@example.org', password };
  assert.deepEqual(short(await call(server, 'POST', USERS, { body: name })), [
    400,
    { username: ['A user with that username already exists.'] },
  ]);
  const email = { username: 'other', email: 'Ann@Example.org', password };
  assert.deepEqual(short(await call(server, 'POST', USERS, { body: email })), [
    400,
    { email: ['This field must be unique.'] },
  ]);
  const both = { username: 'Ann', email: 'Ann@Example.org', password };
  assert.deepEqual(short(await call(server, 'POST', USERS, { body: both })), [
    400,
    { username: ['A user with that username already exists.'], email: ['This field must be unique.'] },
  ]);
});

test('forms are accepted like JSON', async () => {
  const server = await emptyServer();
  const form = new URLSearchParams({ username: 'ann', email: 'ann@example.org', password: PASSWORD });
  const made = await fetch(server.url + USERS, { method: 'POST', body: form });
  assert.equal(made.status, 201);
  const pair = await fetch(server.url + TOKEN, { method: 'POST', body: form });
  assert.deepEqual(Object.keys((await pair.json()) as object).sort(), ['access', 'refresh']);
});

test('a token pair has the claims of Simple JWT and the configured lifetimes', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  for (const [type, life] of [
    ['access', 300],
    ['refresh', 86_400],
  ] as const) {
    const claims = decodeJwt(ann[type]);
    assert.equal(claims.token_type, type);
    assert.equal(claims.user_id, ann.id);
    assert.match(String(claims.jti), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs((claims.exp ?? 0) - (claims.iat ?? 0) - life) <= 1);
  }
});

test("a failed sign-in gets Simple JWT's error", async () => {
  const server = await emptyServer();
  await member(server, 'ann');
  for (const body of [
    { username: 'ann', password: 'wrong' },
    { username: 'nobody', password: PASSWORD },
  ]) {
    const reply = await call(server, 'POST', TOKEN, { body });
    assert.deepEqual(short(reply), [401, { detail: 'No active account found with the given credentials' }]);
    assert.equal(reply.headers.get('www-authenticate'), 'Bearer realm="api"');
  }
  assert.deepEqual(short(await call(server, 'POST', TOKEN, { body: { username: '' } })), [
    400,
    { username: BLANK, password: REQUIRED },
  ]);
  assert.deepEqual(short(await call(server, 'POST', `${TOKEN}refresh/`, { body: {} })), [400, { refresh: REQUIRED }]);
});

test('every path but three requires a token, and tells a missing from an invalid one', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const calls: [string, string][] = [
    ['GET', USERS],
    ['GET', PROFILE],
    ['PATCH', PROFILE],
    ['GET', POSTS],
    ['POST', POSTS],
    ['GET', '/profiles/api/search-user/?username=ann'],
    ['POST', '/profiles/api/add-friend/'],
    ['POST', '/profiles/api/remove-friend/'],
    ['GET', ROOMS],
    ['POST', ROOMS],
    ['GET', messagesOf({ name: 'lobby' })],
    ['POST', messagesOf({ name: 'lobby' })],
    ['GET', '/messenger/api/user/chatrooms/'],
  ];
  for (const [method, path] of calls)
    for (const [authorization, body] of [
      [undefined, NO_CREDENTIALS],
      ['Basic YTpi', NO_CREDENTIALS],
      ['Bearer', BAD_TOKEN],
      ['Bearer not.a.token', BAD_TOKEN],
      [`Bearer ${ann.refresh}`, BAD_TOKEN],
    ] as const) {
      const reply = await call(server, method, path, authorization ? { headers: { authorization } } : {});
      assert.deepEqual(short(reply), [401, body], `${method} ${path} ${authorization}`);
      assert.equal(reply.headers.get('www-authenticate'), 'Bearer realm="api"');
    }
});

test("a wrong method and an unknown room get Django REST framework's errors", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  assert.deepEqual(short(await ann.call('DELETE', USERS)), [405, { detail: 'Method "DELETE" not allowed.' }]);
  assert.deepEqual(short(await ann.call('PUT', PROFILE)), [405, { detail: 'Method "PUT" not allowed.' }]);
  for (const name of ['none', '\0', 'x'.repeat(500), 'ann_'])
    assert.deepEqual(short(await ann.call('GET', messagesOf({ name }))), [404, { detail: 'Not found.' }], name);
});

test('a page number is a whole number from 1', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const wrong = [
    ['0', 'Ensure this value is greater than or equal to 1.'],
    ['-1', 'Ensure this value is greater than or equal to 1.'],
    ['x', 'A valid integer is required.'],
    ['', 'A valid integer is required.'],
    ['99999999999999999999', `Ensure this value is less than or equal to ${Number.MAX_SAFE_INTEGER}.`],
  ];
  for (const path of [USERS, POSTS, ROOMS, '/messenger/api/user/chatrooms/']) {
    for (const [page, text] of wrong)
      assert.deepEqual(
        short(await ann.call('GET', `${path}?page=${page}`)),
        [400, { page: [text] }],
        `${path} ${page}`,
      );
    assert.deepEqual(short(await ann.call('GET', `${path}?page=${Number.MAX_SAFE_INTEGER}`)), [200, []]);
  }
});

// Profiles and posts

test("a profile has the user's picture, bio and posts; picture and bio can be changed together or separately", async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const fresh = expectStatus(200, await ann.call<Profile>('GET', PROFILE));
  assert.deepEqual(fresh, {
    id: ann.id,
    username: 'ann',
    email: 'ann@example.org',
    profile: { image: fresh.profile.image, bio: '', friends: [] },
    posts: [],
  });
  const defaultPicture = await fetch(new URL(fresh.profile.image, server.url));
  assert.match(defaultPicture.headers.get('content-type') ?? '', /^image\//);

  const said = expectStatus(200, await ann.call<Profile>('PATCH', PROFILE, { bio: 'Био' }));
  assert.deepEqual(said.profile, { image: fresh.profile.image, bio: 'Био', friends: [] });

  const form = new FormData();
  form.set('bio', 'with a picture');
  form.set('image', new Blob([new Uint8Array(await halves(64, 64).png().toBuffer())], { type: 'image/png' }), 'me.png');
  const shown = expectStatus(200, await patch(server.url, ann, form));
  assert.equal(shown.profile.bio, 'with a picture');
  assert.notEqual(shown.profile.image, fresh.profile.image);
  const picture = await fetch(new URL(shown.profile.image, server.url));
  assert.equal((await sharp(await picture.arrayBuffer()).metadata()).width, 64);

  const kept = expectStatus(200, await ann.call<Profile>('PATCH', PROFILE, {}));
  assert.deepEqual(kept.profile, shown.profile);
  const emptied = expectStatus(200, await ann.call<Profile>('PATCH', PROFILE, { bio: '' }));
  assert.deepEqual(emptied.profile, { image: shown.profile.image, bio: '', friends: [] });
});

test('an invalid picture or an overlong bio changes nothing', async () => {
  const server = await strictServer();
  const ann = await member(server, 'ann');
  const before = expectStatus(200, await ann.call<Profile>('GET', PROFILE));
  const long = { bio: ['Ensure this field has no more than 10 characters.'] };
  assert.deepEqual(short(await ann.call('PATCH', PROFILE, { bio: 'х'.repeat(11) })), [400, long]);
  assert.deepEqual(short(await ann.call('PATCH', PROFILE, { bio: [7] })), [400, { bio: NOT_A_STRING }]);
  assert.deepEqual(short(await ann.call('PATCH', PROFILE, { bio: '\0', image: 'x' })), [
    400,
    { image: ['The submitted data was not a file. Check the encoding type on the form.'] },
  ]);
  assert.deepEqual(short(await ann.call('PATCH', PROFILE, { bio: '\0' })), [
    400,
    { bio: ['bio must not contain control characters'] },
  ]);

  const form = new FormData();
  form.set('bio', 'fine');
  form.set('image', new Blob(['no picture']), 'me.png');
  assert.deepEqual(short(await patch(server.url, ann, form)), [
    400,
    { image: ['Upload a valid image. The file you uploaded was either not an image or a corrupted image.'] },
  ]);
  form.set('image', new Blob([new Uint8Array(animatedPng(await halves(8, 8).png().toBuffer(), 2))]), 'me.png');
  assert.deepEqual(short(await patch(server.url, ann, form)), [
    400,
    { image: ['moving pictures must be GIF or WebP: an animated PNG or AVIF would lose its movement'] },
  ]);
  const picture = new FormData();
  picture.set('bio', 'х'.repeat(11));
  picture.set('image', new Blob([new Uint8Array(await halves(8, 8).png().toBuffer())]), 'me.png');
  assert.deepEqual(short(await patch(server.url, ann, picture)), [400, long]);
  assert.deepEqual(expectStatus(200, await ann.call<Profile>('GET', PROFILE)), before);
});

async function patch(url: string, { access }: Pair, body: FormData): Promise<Reply<Profile>> {
  const reply = await fetch(url + PROFILE, { method: 'PATCH', body, headers: { authorization: `Bearer ${access}` } });
  return { status: reply.status, headers: reply.headers, json: (await reply.json()) as Profile };
}

test("posts of everybody are listed newest first, and board's have an empty title", async () => {
  const server = await emptyServer();
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const made = await ann.call<Post>('POST', POSTS, { title: 'Новый пост', content: 'Текст' });
  assert.deepEqual(short(made), [201, { ...made.json, title: 'Новый пост', content: 'Текст' }]);
  assert.deepEqual(Object.keys(made.json), ['id', 'title', 'content', 'created_at']);
  assert.match(made.json.created_at, ISO);
  const through = await bob.call<{ id: number }>('POST', `/messages/?owner_id=${bob.id}`, { text: 'from board' });
  const listed = expectStatus(200, await ann.call<Post[]>('GET', POSTS));
  assert.deepEqual(
    listed.map(({ id, title, content }) => [id, title, content]),
    [
      [through.json.id, '', 'from board'],
      [made.json.id, 'Новый пост', 'Текст'],
    ],
  );
  const own = expectStatus(200, await ann.call<Profile>('GET', PROFILE));
  assert.deepEqual(own.posts, [made.json]);
});

test('a post needs a non-blank title and content within the maximum lengths', async () => {
  const server = await strictServer();
  const ann = await member(server, 'ann');
  const wrong: [object, object][] = [
    [{}, { title: REQUIRED, content: REQUIRED }],
    [
      { title: ' ', content: '' },
      { title: BLANK, content: BLANK },
    ],
    [
      { title: true, content: {} },
      { title: NOT_A_STRING, content: NOT_A_STRING },
    ],
    [
      { title: 'x'.repeat(6), content: 'x'.repeat(7) },
      {
        title: ['Ensure this field has no more than 5 characters.'],
        content: ['Ensure this field has no more than 6 characters.'],
      },
    ],
    [{ title: 't', content: 'a\0b' }, { content: NOT_A_STRING }],
  ];
  for (const [body, errors] of wrong) assert.deepEqual(short(await ann.call('POST', POSTS, body)), [400, errors]);
  assert.deepEqual(short(await ann.call('GET', POSTS)), [200, []]);
});

// Search and friends

test('a search finds the user of exactly that name, with friends by id', async () => {
  const server = await emptyServer();
  const [ann, jane] = [await member(server, 'ann'), await member(server, 'jane_doe')];
  await member(server, 'jane');
  await jane.call('PATCH', PROFILE, { bio: "Jane's bio" });
  const search = (name: string) => ann.call<Profile>('GET', `/profiles/api/search-user/${name}`);
  const found = expectStatus(200, await search('?username=jane_doe'));
  assert.deepEqual(found, {
    id: jane.id,
    username: 'jane_doe',
    email: 'jane_doe@example.org',
    profile: { image: found.profile.image, bio: "Jane's bio", friends: [] },
    posts: [],
  });
  await ann.call('POST', '/profiles/api/add-friend/', { username: 'jane_doe' });
  assert.deepEqual(expectStatus(200, await search('?username=jane_doe')).profile.friends, [ann.id]);
  assert.deepEqual(expectStatus(200, await ann.call<Profile>('GET', PROFILE)).profile.friends, [jane.id]);
  assert.deepEqual(await jane.call('GET', PROFILE), await search('?username=jane_doe'));
  for (const query of ['', '?username=', '?username=%20'])
    assert.deepEqual(short(await search(query)), [400, { error: 'Введите логин пользователя для поиска.' }]);
  for (const query of ['?username=jan', '?username=%00'])
    assert.deepEqual(short(await search(query)), [404, { error: 'Пользователь не найден.' }]);
});

test("friends are added and removed, with the document's answers", async () => {
  const server = await emptyServer();
  const [ann] = [await member(server, 'ann'), await member(server, 'Jane')];
  const add = (username: unknown) => ann.call('POST', '/profiles/api/add-friend/', { username });
  const remove = (username: unknown) => ann.call('POST', '/profiles/api/remove-friend/', { username });
  assert.deepEqual(short(await remove('Jane')), [400, { message: 'Пользователь не является другом.' }]);
  assert.deepEqual(short(await add('jane')), [200, { message: 'Jane добавлен в друзья.' }]);
  assert.deepEqual(short(await add('Jane')), [400, { message: 'Пользователь уже в списке друзей.' }]);
  assert.deepEqual(short(await add('ann')), [400, { message: 'Нельзя добавить в друзья самого себя.' }]);
  assert.deepEqual(short(await add('nobody')), [400, { username: ['Пользователь не найден.'] }]);
  assert.deepEqual(short(await remove('Jane')), [200, { message: 'Jane удален из друзей.' }]);
  assert.deepEqual(short(await remove('nobody')), [404, { error: 'Профиль не найден.' }]);
  assert.deepEqual(short(await add(undefined)), [400, { username: REQUIRED }]);
  assert.deepEqual(short(await add('')), [400, { username: BLANK }]);
  assert.deepEqual(short(await remove(null)), [400, { username: ['This field may not be null.'] }]);
});

test('hidden e-mails are shown only to their owners', async () => {
  const server = await strictServer();
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  assert.deepEqual(
    expectStatus(200, await bob.call<User[]>('GET', USERS)).map(({ email }) => email),
    ['', 'bob@example.org'],
  );
  assert.equal(expectStatus(200, await ann.call<Profile>('GET', PROFILE)).email, 'ann@example.org');
  const found = await bob.call<Profile>('GET', '/profiles/api/search-user/?username=ann');
  assert.equal(expectStatus(200, found).email, '');
});

// The socket's refusals

test('a socket is refused before the upgrade for a missing token, a stranger or an unknown room', async (t) => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await Promise.all(['ann', 'bob', 'eve'].map((name) => member(server, name)))) as [
    Member,
    Member,
    Member,
  ];
  const room = await ann.chatWith(bob.username);
  const url = socketUrl(server, room);
  const refused = async (at: string, authorization?: string) => {
    const { status, body } = await refusedUpgrade(t, at, authorization ? { headers: { authorization } } : {});
    return [status, JSON.parse(body)];
  };
  assert.deepEqual(await refused(url), [401, NO_CREDENTIALS]);
  assert.deepEqual(await refused(url, 'Bearer nothing'), [401, BAD_TOKEN]);
  assert.deepEqual(await refused(`${url}?token=nothing`), [401, BAD_TOKEN]);
  assert.deepEqual(await refused(url, `Bearer ${ann.refresh}`), [401, BAD_TOKEN]);
  const notFound = { detail: 'Not found.' };
  assert.deepEqual(await refused(url, `Bearer ${eve.access}`), [404, notFound]);
  assert.deepEqual(await refused(url.slice(0, -1), `Bearer ${eve.access}`), [404, notFound]);
  const nowhere = socketUrl(server, { name: 'nowhere' });
  assert.deepEqual(await refused(nowhere, `Bearer ${ann.access}`), [404, notFound]);
  assert.deepEqual(short(await ann.call('GET', new URL(url).pathname)), [
    426,
    { detail: 'This address speaks WebSocket only' },
  ]);
});
