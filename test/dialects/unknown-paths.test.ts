/** Requests that reach no route: under a dialect's prefix they are answered in that dialect's shape, elsewhere plainly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, type HttpAnswer, JSON_TYPE, PLAIN, startTestServer } from '../support/harness.ts';
import { refusedUpgrade } from '../support/socket.ts';

const json = (status: number, body: object): HttpAnswer => ({ status, type: JSON_TYPE, body: JSON.stringify(body) });
const plain = (status: number, body: string): HttpAnswer => ({ status, type: PLAIN, body });

/** What each says of a path where nothing is, and of a path that has other methods. */
const ANSWERS = {
  board: [json(404, { detail: 'Not Found' }), json(405, { detail: 'Method Not Allowed' })],
  social: [json(404, { detail: 'Не найдено' }), json(405, { detail: 'Метод не поддерживается' })],
  messenger: [json(404, { detail: 'Not found.' }), json(405, { detail: 'Method "PUT" not allowed.' })],
  relay: [plain(404, 'Not found'), plain(405, 'Method not allowed')],
  lounge: [json(404, { error: 'Not found' }), json(405, { error: 'Method not allowed' })],
  none: [json(404, { error: 'Not found' }), json(405, { error: 'Method not allowed' })],
} as const;

/** Paths of each where nothing is, and one that is there with other methods than PUT. */
const PATHS = {
  board: {
    unknown: ['/users/1/2/3', '/token/x', '/messages/1/likes', '/comments', '/comments/1/2', '/ws/1'],
    known: '/users/me',
  },
  social: {
    unknown: ['/api', '/api/', '/api/nothing', '/api/nothing?x=/users/', '/api/posts', '/api/auth/x/y'],
    known: '/api/posts/all',
  },
  messenger: {
    unknown: ['/accounts', '/accounts/api/nothing/', '/profiles/api/', '/messenger/x'],
    known: '/profiles/api/posts/',
  },
  relay: { unknown: ['/signup/x', '/signin/x', '/connect/x/y'], known: '/signup' },
  lounge: { unknown: ['/createUser/x', '/login/x', '/join/x', '/status/x'], known: '/status' },
  none: { unknown: ['/nothing', '/apix', '/usersx', '/API/nothing', '/docs/x'], known: '/docs' },
} as const;
const NAMES = Object.keys(PATHS) as (keyof typeof PATHS)[];

test("a path or a method that does not exist is answered in the shape of its prefix's dialect", async (t) => {
  const server = await startTestServer(t);
  for (const name of NAMES) {
    const [notFound, notAllowed] = ANSWERS[name];
    for (const path of PATHS[name].unknown)
      for (const method of ['GET', 'POST', 'DELETE'])
        assert.deepEqual(await answerOf(fetch(server.url + path, { method })), notFound, `${method} ${path}`);
    const wrong = await fetch(server.url + PATHS[name].known, { method: 'PUT' });
    assert.match(wrong.headers.get('allow') ?? '', /GET|POST/, name);
    assert.deepEqual(await answerOf(Promise.resolve(wrong)), notAllowed, name);
  }
});

test('an upgrade where no socket is is refused in the shape of its dialect, and told which methods there are', async (t) => {
  const server = await startTestServer(t);
  for (const name of NAMES) {
    const [notFound] = ANSWERS[name];
    for (const path of [...PATHS[name].unknown, PATHS[name].known])
      assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path), notFound, path);
  }
  for (const [path, answer] of [
    ['/ws', json(405, { detail: 'Method Not Allowed' })],
    ['/api/chats/ws/1/2', json(405, { detail: 'Метод не поддерживается' })],
    ['/messenger/ws/ws/chat/x/', json(405, { detail: 'Method "POST" not allowed.' })],
    ['/connect', plain(405, 'Method not allowed')],
  ] as const)
    assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path, { method: 'POST' }), answer, path);
});

test('a dialect that is not served leaves its prefixes to nobody', async (t) => {
  const server = await startTestServer(t, { DIALECTS: 'board' });
  for (const path of ['/api/nothing', '/signup', '/messenger/x'])
    assert.deepEqual(await answerOf(fetch(server.url + path)), ANSWERS.none[0], path);
  assert.deepEqual(await refusedUpgrade(t, `${server.wsUrl}/connect`), ANSWERS.none[0]);
});

test('a request that is refused before its route is looked at is answered in the shape of its dialect', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '5' });
  const limited = {
    social: json(429, { detail: 'Слишком много запросов, попробуйте позже' }),
    messenger: json(429, { detail: 'Request was throttled.' }),
    relay: plain(429, 'Too many requests'),
  };
  for (const [path, answer] of [
    ['/api/nothing', limited.social],
    ['/messenger/nothing', limited.messenger],
    ['/connect/nothing', limited.relay],
  ] as const) {
    const answers: HttpAnswer[] = [];
    for (let count = 0; count < 70 && answers.at(-1)?.status !== 429; count += 1)
      answers.push(await answerOf(fetch(server.url + path)));
    assert.deepEqual(answers.at(-1), answer);
    assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path), answer);
  }
});
