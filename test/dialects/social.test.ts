/** social for its front ends: cookies, posts with images, likes, views, friends. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { member as boardMember, messages as boardMessages } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { animated, animatedPng, halves, phoneJpeg, pngHead, SVG, ZIP } from '../support/pictures.ts';
import { head, openRaw } from '../support/raw.ts';
import { startS3 } from '../support/s3.ts';
import { sharedServer } from '../support/shared-server.ts';
import {
  call,
  cookieOf,
  type Failure,
  form,
  type Member,
  type Message,
  member,
  members,
  NOBODY,
  type Post,
  type Reply,
  type User,
  userOf,
} from '../support/social-people.ts';
import { openSocket } from '../support/socket.ts';

const FRIEND = 'http://localhost:5173';
const emptyServer = sharedServer();
const friendlyServer = sharedServer({ CORS_ORIGINS: FRIEND, OPEN_DIALECTS: 'board' });

const MIB = 1_048_576;
const TOO_LARGE = 'Слишком большой запрос, файл или изображение, или слишком много файлов';

function refused(reply: Reply<unknown>, status: number, detail: string): void {
  assert.deepEqual([reply.status, reply.json], [status, { detail }]);
}

/** `[type, place]` of each validation error. */
function validationErrors(reply: Reply<unknown>): [string, string][] {
  assert.equal(reply.status, 422, JSON.stringify(reply.json));
  const { detail } = reply.json as { detail: { type: string; loc: string[] }[] };
  return detail.map(({ type, loc }) => [type, loc.join('.')]);
}

// Signing in

test('registering signs in with an HttpOnly cookie', async () => {
  const server = await emptyServer();
  const body = { username: 'Аня', email: 'anya@example.org', password: PASSWORD };
  const made = await call<{ new_user: User }>(server, 'POST', '/auth/register', { body });
  const { id } = made.json.new_user;
  assert.match(id, /^[0-9a-f-]{36}$/);
  const user = { id, username: 'Аня', email: 'anya@example.org', avatar: `${server.url}/files/default-avatar.webp` };
  const message = 'Вы успешно зарегистрировались!';
  assert.deepEqual([made.status, made.json], [201, { message, detail: message, new_user: user }]);
  const [cookie] = made.headers.getSetCookie();
  assert.match(cookie as string, /^token=[\w.-]+; Path=\/; Max-Age=86(400|399); HttpOnly; SameSite=Lax$/);
  const headers = { cookie: `other="x y"; ${cookieOf(made)}; more=1` };
  const me = await call(server, 'GET', '/auth/current_user', { headers });
  assert.deepEqual([me.status, me.json], [200, user]);
  assert.equal((await fetch(user.avatar)).headers.get('content-type'), 'image/webp');
});

test("a name or an e-mail in use and invalid input are refused with the document's texts", async () => {
  const server = await emptyServer();
  await member(server, 'ann');
  const body = { username: 'Ann', email: 'other@example.org', password: PASSWORD };
  refused(await call(server, 'POST', '/auth/register', { body }), 403, 'Имя пользователя уже занято!');
  const mail = { ...body, username: 'bob', email: 'ANN@example.org' };
  refused(await call(server, 'POST', '/auth/register', { body: mail }), 403, 'Вы уже зарегистрированы!');
  const wrong = await call(server, 'POST', '/auth/register', { body: { username: 'a/b', password: 'short' } });
  refused(
    await call(server, 'POST', '/auth/register', { body: { ...body, username: 'a/b', password: 'short' } }),
    400,
    'Поле «Пароль» не может быть короче 8 символов. Поле «Имя пользователя» не подходит: такое имя недопустимо',
  );
  // The answer lists all problems of a malformed body.
  assert.deepEqual(validationErrors(wrong).sort(), [
    ['missing', 'body.email'],
    ['string_too_short', 'body.password'],
    ['value_error', 'body.username'],
  ]);
  assert.deepEqual(validationErrors(await call(server, 'POST', '/auth/login', { body: [] })), [
    ['model_attributes_type', 'body'],
  ]);
});

test('a sign-in distinguishes an unknown e-mail from a wrong password, and signing out ends the session', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const login = (email: string, password: string) => call(server, 'POST', '/auth/login', { body: { email, password } });
  refused(await login('bob@example.org', PASSWORD), 404, 'Пользователь с таким именем не найден!');
  refused(await login(ann.email, 'wrong'), 401, 'Проверьте введеные данные!');
  const entered = await login('Ann@Example.org', PASSWORD);
  assert.deepEqual([entered.status, entered.json], [200, { detail: 'Вы успешно вошли в аккаунт!', user: userOf(ann) }]);

  const headers = { cookie: cookieOf(entered) };
  const left = await call(server, 'DELETE', '/auth/logout', { headers });
  assert.deepEqual([left.status, left.json], [200, { detail: 'Вы успешно вышли из аккаунта' }]);
  assert.match(left.headers.getSetCookie()[0] as string, /^token=; Path=\/; Max-Age=0;/);
  const text = 'Не удалось подтвердить учетные данные';
  refused(await call(server, 'GET', '/auth/current_user', { headers }), 401, text);
  refused(await call(server, 'GET', '/auth/current_user'), 401, text);
  assert.equal((await call(server, 'DELETE', '/auth/logout', { headers })).status, 200);
  assert.equal((await call(server, 'DELETE', '/auth/logout')).status, 200);
  assert.equal((await ann.call('GET', '/auth/current_user')).status, 200);
});

test('the token works as a Bearer token too', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const authorization = `Bearer ${ann.cookie.slice('token='.length)}`;
  assert.equal((await call(server, 'GET', '/auth/current_user', { headers: { authorization } })).status, 200);
  const headers = { authorization: 'Bearer x', cookie: ann.cookie };
  assert.equal((await call(server, 'GET', '/auth/current_user', { headers })).status, 401);
});

test('an Authorization header of another scheme, set by a proxy, hides neither the cookie nor any other token', async (t) => {
  const server = await friendlyServer();
  const ann = await member(server, 'ann');
  const chat = await ann.chatWith();
  const token = ann.cookie.slice('token='.length);
  const [row] = await server.sql`select id from accounts`;
  for (const authorization of ['Basic YW5uOmFubg==', 'Digest username="ann"', 'Bearerish x', 'nonsense', '']) {
    const headers = { authorization, cookie: ann.cookie };
    assert.equal((await call(server, 'GET', '/auth/current_user', { headers })).status, 200, authorization);
    const write = { body: {}, headers: { ...headers, origin: FRIEND } };
    assert.equal((await call(server, 'POST', '/chats/create', write)).status, 201, authorization);
    const foreign = { body: {}, headers: { ...headers, origin: 'http://evil.example' } };
    refused(await call(server, 'POST', '/chats/create', foreign), 403, 'Запросы с этого сайта не разрешены');
    await ann.open(t, chat.id, { headers: { authorization } });
    const socket = `${server.wsUrl}/api/chats/ws/${chat.id}/${ann.id}?token=${token}`;
    await openSocket(t, socket, { headers: { authorization } });
    // The same in dialects without cookies.
    const owner = await fetch(`${server.url}/messages/?owner_id=${row?.id}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'open' }),
    });
    assert.equal(owner.status, 201, authorization);
    await openSocket(t, `${server.wsUrl}/messenger/ws/ws/chat/lobby/?token=${token}`, { headers: { authorization } });
  }
  const headers = { authorization: 'Bearer', cookie: ann.cookie };
  assert.equal((await call(server, 'GET', '/auth/current_user', { headers })).status, 401);
});

test('pages of other sites can neither write with the cookie nor read, except those of CORS_ORIGINS', async () => {
  const server = await friendlyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const path = `/users/${ann.id}/friends/add/${bob.id}`;
  const from = (headers: Record<string, string>) =>
    call(server, 'POST', path, { headers: { cookie: ann.cookie, ...headers } });
  const text = 'Запросы с этого сайта не разрешены';
  for (const origin of ['http://evil.example', 'null', `${FRIEND}.evil.example`, 'http://localhost:5174', 'nonsense'])
    refused(await from({ origin }), 403, text);
  refused(await from({ 'sec-fetch-site': 'cross-site' }), 403, text);
  const body = { email: ann.email, password: PASSWORD };
  refused(await call(server, 'POST', '/auth/login', { body, headers: { origin: 'http://evil.example' } }), 403, text);
  const foreign = await call(server, 'GET', '/posts/all', {
    headers: { cookie: ann.cookie, origin: 'http://evil.example' },
  });
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);

  const welcome = await from({ origin: FRIEND });
  assert.equal(welcome.status, 200);
  assert.deepEqual(
    ['access-control-allow-origin', 'access-control-allow-credentials', 'vary'].map((name) =>
      welcome.headers.get(name),
    ),
    [FRIEND, 'true', 'origin'],
  );
  refused(await from({ origin: server.url }), 409, 'Пользователь уже находится в друзьях');
  const preflight = await fetch(`${server.url}/api${path}`, {
    method: 'OPTIONS',
    headers: {
      origin: FRIEND,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'content-type',
    },
  });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /PATCH/);
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type');
  const error = await call(server, 'GET', '/auth/current_user', { headers: { origin: FRIEND } });
  assert.deepEqual([error.status, error.headers.get('access-control-allow-origin')], [401, FRIEND]);
});

// Posts

test('a post links to its images, in order and without camera metadata', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const pictures = [
    await phoneJpeg(),
    await halves(50, 40).png().toBuffer(),
    await halves(50, 40).webp().toBuffer(),
    await animated('gif'),
    await halves(50, 40).avif().toBuffer(),
  ];
  const { status, json: post } = await ann.post('Пять картинок', pictures);
  assert.equal(status, 201, JSON.stringify(post));
  assert.deepEqual(
    { ...post, id: '', images: [], created_at: '' },
    {
      ...{ id: '', author: { id: ann.id, username: 'ann', avatar: ann.avatar }, description: 'Пять картинок' },
      ...{ images: [], likes: [], created_at: '', views: 0 },
    },
  );
  assert.match(post.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const endings = ['jpg', 'png', 'webp', 'webp', 'webp'];
  assert.equal(post.images.length, 5);
  for (const [index, link] of post.images.entries()) {
    const place = `^${server.url}/files/posts/${ann.id}/${post.id}/[0-9a-f-]{36}\\.${endings[index]}$`;
    assert.match(link, new RegExp(place));
    const { exif } = await sharp(Buffer.from(await (await fetch(link)).arrayBuffer())).metadata();
    assert.equal(exif, undefined);
  }
  assert.deepEqual(await ann.get('/posts/all'), [post]);
  assert.deepEqual(await ann.get(`/users/${ann.id}/posts`), [post]);
});

test('images of posts are stored in S3 if files are', async (t) => {
  const server = await startTestServer(t, (await startS3(t)).settings);
  const ann = await member(server, 'ann');
  const { json } = await ann.post('in S3', [await halves(50, 40).png().toBuffer()]);
  const [link] = json.images as [string];
  assert.match(link, new RegExp(`/posts/${ann.id}/${json.id}/[0-9a-f-]{36}\\.png$`));
  assert.ok(!link.startsWith(server.url));
  assert.equal((await fetch(link)).headers.get('content-type'), 'image/png');
});

test('a post needs no picture, under either documented path', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  for (const path of ['/posts/create', '/auth/create', '/posts/create/'])
    for (const images of [[], [''], [new File([], '')]]) {
      const { status, json } = await ann.call<Post>('POST', path, form(ann.id, path, images));
      assert.deepEqual([status, json.images, json.description], [201, [], path]);
    }
});

/** Rows, objects, files and uploads in transit. */
async function holdings({ sql, settings }: TestServer): Promise<number[]> {
  const [rows] = await sql<[{ posts: number; images: number; objects: number }]>`
    select (select count(*)::int from posts) as posts, (select count(*)::int from post_images) as images,
           (select count(*)::int from objects) as objects`;
  const list = async (folder: string) =>
    (await readdir(join(settings.DATA_DIR as string, folder), { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    ).length;
  return [rows.posts, rows.images, rows.objects, await list('files'), await list('tmp')];
}

async function gained(server: TestServer, before: readonly number[]): Promise<number[]> {
  return (await holdings(server)).map((count, index) => count - (before[index] as number));
}

test('a refused post leaves no rows, objects or files behind', async (t) => {
  const server = await startTestServer(t, { UPLOAD_BYTES: '300000', POST_LENGTH: '100' });
  const ann = await member(server, 'ann');
  const good = await halves(60, 40).jpeg().toBuffer();
  const large = Buffer.alloc(400_000);
  for (const [what, images, status] of [
    ['an SVG', [good, SVG], 415],
    ['a zip', [good, ZIP], 415],
    ['a bomb', [good, pngHead(50_000, 50_000)], 413],
    ['a moving PNG', [good, animatedPng(await halves(60, 40).png().toBuffer(), 3)], 415],
    ['half a JPEG', [good, good.subarray(0, good.length / 2)], 415],
    ['an empty file', [good, new File([], 'a.jpg')], 415],
    ['a large file', [good, large], 413],
    ['many files', Array.from({ length: 11 }, () => good), 413],
  ] as const) {
    const reply = await ann.call('POST', '/posts/create', form(ann.id, what, images));
    assert.equal(reply.status, status, `${what}: ${JSON.stringify(reply.json)}`);
    assert.match(reply.json.detail, /[а-я]/, what);
    assert.deepEqual(await holdings(server), [0, 0, 0, 0, 0], what);
  }
  const withoutAuthor = form(ann.id, 'x', [good]);
  withoutAuthor.delete('author');
  for (const [what, body, place] of [
    ['no author', withoutAuthor, 'author'],
    ['a text in place of a file', form(ann.id, 'x', [good, 'a.jpg']), 'images'],
  ] as const) {
    assert.equal(validationErrors(await ann.call('POST', '/posts/create', body))[0]?.[1], `body.${place}`, what);
    assert.deepEqual(await holdings(server), [0, 0, 0, 0, 0], what);
  }
  for (const [description, reason] of [
    [' ', 'Поле «Описание» не может быть пустым'],
    ['x'.repeat(101), 'Поле «Описание» не может быть длиннее 100 символов'],
    ['nul \u0000', 'Поле «Описание» содержит недопустимые символы'],
  ] as const) {
    refused(await ann.call('POST', '/posts/create', form(ann.id, description, [good])), 400, reason);
    assert.deepEqual(await holdings(server), [0, 0, 0, 0, 0], reason);
  }
  const raw = async (type: string, body: string) =>
    fetch(`${server.url}/api/posts/create`, {
      method: 'POST',
      headers: { cookie: ann.cookie, 'content-type': type },
      body,
    });
  const part = '--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\nxxx';
  assert.equal((await raw('multipart/form-data; boundary=b', part)).status, 400);
  assert.equal((await raw('multipart/form-data', part)).status, 400);
  assert.equal((await raw('application/json', '{}')).status, 415);
  refused(
    await call(server, 'POST', '/posts/create', { body: form(ann.id, 'x', [good]) }),
    401,
    'Не удалось подтвердить учетные данные',
  );
  refused(
    await ann.call('POST', '/posts/create', form(NOBODY, 'x', [good])),
    403,
    'Нельзя действовать от имени другого пользователя',
  );
  assert.deepEqual(await holdings(server), [0, 0, 0, 0, 0]);
  const named = new File([await halves(60, 40).png().toBuffer()], 'a.jpg', { type: 'image/jpeg' });
  assert.equal((await ann.post('a PNG that is called .jpg', [named])).status, 201);
  assert.deepEqual(await holdings(server), [1, 1, 1, 2, 0]);
});

test('a picture of eleven MiB is too large, and its post is not created', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const before = await holdings(server);
  const picture = await halves(60, 40).jpeg().toBuffer();
  // Like motion photos of phones, with a video behind the picture.
  const sized = (bytes: number) => Buffer.concat([picture, Buffer.alloc(bytes - picture.length, 'film')]);
  for (const images of [[sized(11 * MIB)], [picture, sized(10 * MIB + 1)], [sized(11 * MIB), picture]]) {
    refused(await ann.post('too large', images), 413, TOO_LARGE);
    assert.deepEqual(await holdings(server), before);
  }
  assert.equal((await ann.post('just so', [sized(10 * MIB)])).status, 201);
  assert.deepEqual(await gained(server, before), [1, 1, 1, 2, 0]);
});

test('a client that disconnects during an upload leaves nothing behind, and its next upload succeeds', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const before = await holdings(server);
  const picture = await halves(60, 40).jpeg().toBuffer();
  const text = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = '--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n';
  for (const ending of ['destroy', 'resetAndDestroy', 'end'] as const) {
    const raw = await openRaw(t, server);
    const headers = {
      cookie: ann.cookie,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': '5000000',
    };
    raw.write(head('POST', '/api/posts/create', headers));
    raw.write(`${text('author', ann.id)}${text('description', 'broken off')}${file}`);
    raw.write(picture);
    raw.write(`\r\n${file}`);
    raw.write(picture);
    await eventually('both files to be on their way', async () => (await holdings(server))[4] === 2);
    raw.socket[ending]();
    await eventually('them to be gone', async () => (await holdings(server))[4] === 0);
    assert.deepEqual(await holdings(server), before);
  }
  assert.equal((await ann.post('whole', [picture])).status, 201);
  assert.deepEqual(await gained(server, before), [1, 1, 1, 2, 0]);
});

test('deleting a post releases its images', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  await ann.post('gone', [await halves(60, 40).png().toBuffer()]);
  await server.sql`delete from accounts`;
  const rows = await server.sql`select loose_since is not null as loose from objects`;
  assert.deepEqual([...rows], [{ loose: true }]);
});

test('all posts are listed, newest first, 50 per page', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  await server.sql`
    insert into posts (author_id, body) select a.id, 'p' || n from accounts a, generate_series(1, 120) n order by n`;
  const pages = await Promise.all([0, 1, 2, 3].map((page) => ann.get<Post[]>(`/posts/all?page=${page}`)));
  assert.deepEqual(
    pages.map((page) => page.length),
    [50, 50, 20, 0],
  );
  assert.deepEqual(
    pages.flat().map(({ description }) => description),
    Array.from({ length: 120 }, (_, index) => `p${120 - index}`),
  );
  assert.deepEqual(await ann.get<Post[]>(`/users/${ann.id}/posts?page=2`), pages[2]);
  for (const page of ['-1', 'x', '1.5'])
    assert.equal(validationErrors(await ann.call('GET', `/posts/all?page=${page}`))[0]?.[1], 'query.page');
  refused(await ann.call('GET', `/users/${NOBODY}/posts`), 404, 'Пользователь не найден');
  refused(await ann.call('GET', '/users/7/posts'), 404, 'Пользователь не найден');
});

test('only its owner toggles a like, and the newest likes come first', async () => {
  const server = await emptyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const { json: post } = await ann.post('liked');
  assert.deepEqual((await ann.like(post.id)).json.likes, [userOf(ann)]);
  assert.deepEqual((await bob.like(post.id)).json.likes, [userOf(bob), userOf(ann)]);
  const back = await bob.like(post.id);
  assert.deepEqual([back.status, back.json.likes], [200, [userOf(ann)]]);
  refused(await bob.call('PATCH', `/posts/${NOBODY}/like/${bob.id}`), 404, 'Пост не найден');
  refused(await bob.call('PATCH', `/posts/7/like/${bob.id}`), 404, 'Пост не найден');
  const text = 'Нельзя действовать от имени другого пользователя';
  refused(await bob.call('PATCH', `/posts/${post.id}/like/${ann.id}`), 403, text);
  const [shown] = await ann.get<Post[]>('/posts/all');
  assert.deepEqual(shown?.likes, [userOf(ann)]);
});

test('at most the newest hundred likes are shown', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { json: post } = await ann.post('liked by many');
  await server.sql`
    insert into accounts (username, username_key, password_hash) select 'u' || n, 'u' || n, '' from generate_series(1, 130) n`;
  await server.sql`
    insert into likes (post_id, account_id, created_at)
    select p.id, a.id, now() + a.id * interval '1 second' from posts p, accounts a where a.username <> 'ann'`;
  const [shown] = await ann.get<Post[]>('/posts/all');
  assert.deepEqual(
    shown?.likes.map(({ username }) => username),
    Array.from({ length: 100 }, (_, index) => `u${130 - index}`),
  );
  assert.equal(post.likes.length, 0);
});

// Views

async function viewsOf(reader: Member): Promise<number[]> {
  return (await reader.get<Post[]>('/posts/all')).map(({ views }) => views);
}

test('each member other than the author counts as one view, ever', async () => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  await ann.post('first');
  await ann.post('second');
  for (let again = 0; again < 3; again += 1) assert.ok((await viewsOf(ann)).every((views) => views === 0));
  for (const reader of [bob, bob, eve, bob]) await viewsOf(reader);
  await eventually('two views of each', async () => (await viewsOf(ann)).every((views) => views === 2));
  await viewsOf(bob);
  await server.sql`delete from accounts where username = 'eve'`;
  await eventually('the next round to be over', async () => (await viewsOf(bob)).every((views) => views === 2));
});

test('a graceful shutdown loses no view', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  await ann.post('seen');
  await viewsOf(bob);
  await server.close();
  const next = await startServerWith(t, server.settings);
  const [post] = await next.sql`select views from posts`;
  assert.equal(post?.views, 1);
});

// One world

test('a message of board is a post here and vice versa, and likes are counted once', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const bob = await boardMember(server, 'bob');
  await ann.post('из social', [await halves(60, 40).png().toBuffer()]);
  const message = await bob.post('from board');
  const [first, second] = await boardMessages(server);
  assert.deepEqual([first?.text, second?.text, second?.owner.username], ['from board', 'из social', 'ann']);
  const posts = await ann.get<Post[]>('/posts/all');
  assert.deepEqual(
    posts.map(({ description, author, images }) => [description, author.username, images.length]),
    [
      ['from board', 'bob', 0],
      ['из social', 'ann', 1],
    ],
  );
  await ann.like(posts[0]?.id as string);
  await bob.like(message.id);
  const [liked] = await ann.get<Post[]>('/posts/all');
  assert.deepEqual(
    liked?.likes.map(({ username }) => username),
    ['bob', 'ann'],
  );
  assert.equal((await boardMessages(server))[0]?.likes_count, 2);
});

// Friends

test("friends are added, checked, listed and removed, with the document's texts", async () => {
  const server = await emptyServer();
  const [ann, bob, eve] = (await members(server, 'ann', 'bob', 'eve')) as [Member, Member, Member];
  const path = (act: string, of: User = ann, friend: User = bob) => `/users/${of.id}/friends/${act}/${friend.id}`;
  const added = await ann.call('POST', path('add'));
  assert.deepEqual([added.status, added.json], [200, { detail: 'Пользователь ann успешно добавил bob в друзья' }]);
  refused(await ann.call('POST', path('add')), 409, 'Пользователь уже находится в друзьях');
  refused(await bob.call('POST', path('add', bob, ann)), 409, 'Пользователь уже находится в друзьях');
  refused(await ann.call('POST', path('add', ann, ann)), 400, 'Нельзя добавить в друзья самого себя');
  refused(await ann.call('POST', `/users/${ann.id}/friends/add/${NOBODY}`), 404, 'Пользователь не найден');
  for (const act of ['add', 'remove'])
    refused(await eve.call('POST', path(act)), 403, 'Нельзя действовать от имени другого пользователя');

  assert.deepEqual(await eve.get(`/users/${ann.id}/friends/${bob.id}`), { user_is_friend: true });
  assert.deepEqual(await eve.get(`/users/${eve.id}/friends/${bob.id}`), { user_is_friend: false });
  assert.deepEqual(await bob.get('/users/friends/all'), [userOf(ann)]);
  assert.deepEqual(await eve.get(`/users/${ann.id}/friends/all`), [userOf(bob)]);
  assert.deepEqual(await ann.get(`/users/friends/all?after=${bob.id}`), []);
  assert.deepEqual(await eve.get('/users/friends/all'), []);

  const removed = await bob.call('POST', path('remove', bob, ann));
  assert.deepEqual([removed.status, removed.json], [200, { detail: 'Пользователь bob успешно удалил ann из друзей' }]);
  refused(await ann.call('DELETE', path('remove')), 404, 'Пользователь не находится в друзьях');
  await ann.call('POST', path('add'));
  assert.equal((await ann.call('DELETE', path('remove'))).status, 200);
  assert.deepEqual(await ann.get(`/users/${ann.id}/friends/${bob.id}`), { user_is_friend: false });
});

// The own account

test('a profile picture is shown everywhere, and an invalid one is refused', async () => {
  const server = await emptyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  await ann.post('by ann');
  const avatar = (file: Buffer | null) => {
    const data = new FormData();
    if (file) data.append('avatar', new File([file], 'me.png'));
    return data;
  };
  const path = `/users/${ann.id}/avatar`;
  assert.deepEqual(validationErrors(await ann.call('PUT', path, avatar(null))), [['missing', 'body.avatar']]);
  assert.equal((await ann.call('PUT', path, avatar(SVG))).status, 415);
  const picture = await halves(900, 600).png().toBuffer();
  refused(await bob.call('PUT', path, avatar(picture)), 403, 'Нельзя действовать от имени другого пользователя');
  const { status, json: user } = await ann.call<User>('PUT', path, avatar(picture));
  assert.equal(status, 200);
  assert.match(user.avatar, new RegExp(`/files/avatars/${ann.id}/[0-9a-f-]{36}\\.png$`));
  assert.equal((await sharp(Buffer.from(await (await fetch(user.avatar)).arrayBuffer())).metadata()).width, 512);
  assert.deepEqual(await ann.get('/auth/current_user'), user);
  const [post] = await bob.get<Post[]>('/posts/all');
  assert.equal(post?.author.avatar, user.avatar);
  await bob.post('by bob');
  const [own] = await ann.get<Post[]>('/posts/all');
  assert.equal(own?.author.avatar, `${server.url}/files/default-avatar.webp`);
});

test("an account's e-mail can be changed to an unused one", async () => {
  const server = await emptyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const path = `/users/${ann.id}`;
  refused(await ann.call('PATCH', path, { email: 'BOB@example.org' }), 403, 'Этот адрес уже занят!');
  refused(
    await bob.call('PATCH', path, { email: 'x@example.org' }),
    403,
    'Нельзя действовать от имени другого пользователя',
  );
  const noAddress = 'Поле «Электронная почта» должно быть адресом электронной почты';
  refused(await ann.call('PATCH', path, { email: 'nowhere' }), 400, noAddress);
  refused(await ann.call('PATCH', path, { email: '' }), 400, 'Поле «Электронная почта» не может быть пустым');
  assert.deepEqual(validationErrors(await ann.call('PATCH', path, { email: 7 })), [['string_type', 'body.email']]);
  const { json } = await ann.call<User>('PATCH', path, { email: 'new@example.org' });
  assert.deepEqual(json, { ...userOf(ann), email: 'new@example.org' });
  const body = { email: 'new@example.org', password: PASSWORD };
  assert.equal((await call(server, 'POST', '/auth/login', { body })).status, 200);
});

test('hidden e-mails are shown only to their owners', async (t) => {
  const server = await startTestServer(t, { HIDE_EMAILS: 'true' });
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const { json: post } = await ann.post('liked');
  await bob.like(post.id);
  const emails = async (reader: Member) => (await reader.get<Post[]>('/posts/all'))[0]?.likes.map(({ email }) => email);
  assert.deepEqual([await emails(ann), await emails(bob)], [[''], [bob.email]]);
});

// Without a token

test('nothing can be read or done without a token', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const chat = await ann.chatWith();
  for (const [method, path] of everyCall(ann, chat.id)) {
    refused(await call(server, method, path), 401, 'Не удалось подтвердить учетные данные');
    const headers = { cookie: 'token=x.y.z' };
    assert.equal((await call<Failure>(server, method, path, { headers })).status, 401, `${method} ${path}`);
  }
});

function everyCall({ id }: User, chatId: string): [string, string][] {
  return [
    ['GET', '/auth/current_user'],
    ['GET', '/posts/all'],
    ['PATCH', `/posts/${NOBODY}/like/${id}`],
    ['POST', '/chats/create'],
    ['GET', `/chats/${chatId}/messages/0`],
    ['GET', `/users/${id}/chats`],
    ['GET', `/users/${id}/posts`],
    ['GET', '/users/friends/all'],
    ['GET', `/users/${id}/friends/all`],
    ['GET', `/users/${id}/friends/${NOBODY}`],
    ['POST', `/users/${id}/friends/add/${NOBODY}`],
    ['POST', `/users/${id}/friends/remove/${NOBODY}`],
    ['DELETE', `/users/${id}/friends/remove/${NOBODY}`],
    ['PATCH', `/users/${id}`],
  ];
}

test("if social is open, reading needs no token and shows no e-mail, and writing needs the actor's id", async (t) => {
  const server = await startTestServer(t, { OPEN_DIALECTS: 'social' });
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const made = await call<Post>(server, 'POST', '/posts/create', { body: form(ann.id, 'open', []) });
  assert.deepEqual([made.status, made.json.author.id], [201, ann.id]);
  const liked = await call<Post>(server, 'PATCH', `/posts/${made.json.id}/like/${bob.id}`);
  assert.equal(liked.json.likes[0]?.id, bob.id);
  assert.equal((await call(server, 'POST', `/users/${ann.id}/friends/add/${bob.id}`)).status, 200);
  const chat = await ann.chatWith(bob);
  const socket = await openSocket(t, `${server.wsUrl}/api/chats/ws/${chat.id}/${bob.id}`);
  socket.send('Привет!');
  const said = (await socket.frameWith({ message: 'Привет!' })) as Message & Record<string, unknown>;
  const anonymous = ({ id, username, avatar }: User) => ({ id, username, email: '', avatar });
  const reads: Record<string, unknown> = {
    '/posts/all': [{ ...liked.json, author: made.json.author, likes: [anonymous(bob)] }],
    [`/users/${ann.id}/posts`]: [{ ...liked.json, likes: [anonymous(bob)] }],
    [`/chats/${chat.id}/messages/0`]: [{ ...said, user: anonymous(bob) }],
    [`/chats/${chat.id}/messages/1`]: [],
    [`/users/${ann.id}/friends/all`]: [anonymous(bob)],
    [`/users/${ann.id}/friends/${bob.id}`]: { user_is_friend: true },
    '/users/friends/all': [],
  };
  // A view is counted a moment after a list was read.
  const stable = (read: unknown): unknown =>
    JSON.parse(JSON.stringify(read, (key, value: unknown) => (key === 'views' ? undefined : value)));
  // Without a cookie, and with an invalid one.
  for (const headers of [{}, { cookie: 'token=x.y.z' }] as Record<string, string>[])
    for (const [path, expected] of Object.entries(reads)) {
      const reply = await call(server, 'GET', path, { headers });
      assert.deepEqual([reply.status, stable(reply.json)], [200, stable(expected)], path);
    }
  assert.equal((await call(server, 'GET', `/users/${ann.id}/chats`)).status, 200);
  refused(await call(server, 'GET', `/chats/${NOBODY}/messages/0`), 404, 'Чат не найден');

  for (const [method, path] of [
    ['PATCH', `/posts/${made.json.id}/like/${NOBODY}`],
    ['GET', '/auth/current_user'],
    ['POST', '/chats/create'],
  ] as const)
    refused(await call(server, method, path), 401, 'Не удалось подтвердить учетные данные');
  const stale = { headers: { cookie: 'token=x.y.z' } };
  assert.equal((await call(server, 'PATCH', `/posts/${made.json.id}/like/${bob.id}`, stale)).status, 401);
  refused(
    await ann.call('PATCH', `/posts/${made.json.id}/like/${bob.id}`),
    403,
    'Нельзя действовать от имени другого пользователя',
  );
  const evil = { headers: { origin: 'http://evil.example' } };
  assert.equal((await call(server, 'PATCH', `/posts/${made.json.id}/like/${bob.id}`, evil)).status, 403);
});
