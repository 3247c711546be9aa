/** Requests without a route: answered in the dialect's shape under its prefix, and generically elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, type HttpAnswer, JSON_TYPE, PLAIN, startTestServer } from '../support/harness.ts';
import { REFUSALS } from '../support/refusals.ts';
import { sharedServer } from '../support/shared-server.ts';
import { refusedUpgrade } from '../support/socket.ts';

const emptyServer = sharedServer();

const json = (status: number, body: object): HttpAnswer => ({ status, type: JSON_TYPE, body: JSON.stringify(body) });
const plain = (status: number, body: string): HttpAnswer => ({ status, type: PLAIN, body });

test("an unknown path or method is answered in the shape of its prefix's dialect", async () => {
  const server = await emptyServer();
  for (const [name, { unknown, known, notFound, notAllowed }] of Object.entries(REFUSALS)) {
    for (const path of unknown)
      for (const method of ['GET', 'POST', 'DELETE'])
        assert.deepEqual(await answerOf(fetch(server.url + path, { method })), notFound, `${method} ${path}`);
    const wrong = await fetch(server.url + known, { method: 'PUT' });
    assert.match(wrong.headers.get('allow') ?? '', /GET|POST/, name);
    assert.deepEqual(await answerOf(Promise.resolve(wrong)), notAllowed, name);
  }
});

test('an upgrade of a path without sockets is refused in the shape of its dialect, with the allowed methods', async (t) => {
  const server = await emptyServer();
  for (const { unknown, known, notFound } of Object.values(REFUSALS))
    for (const path of [...unknown, known])
      assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path), notFound, path);
  for (const [path, answer] of [
    ['/ws', json(405, { detail: 'Method Not Allowed' })],
    ['/api/chats/ws/1/2', json(405, { detail: 'Метод не поддерживается' })],
    ['/messenger/ws/ws/chat/x/', json(405, { detail: 'Method "POST" not allowed.' })],
    ['/connect', plain(405, 'Method not allowed')],
  ] as const)
    assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path, { method: 'POST' }), answer, path);
});

test('the prefixes of a disabled dialect are not found', async (t) => {
  const server = await startTestServer(t, { DIALECTS: 'board' });
  for (const path of ['/api/nothing', '/signup', '/messenger/x'])
    assert.deepEqual(await answerOf(fetch(server.url + path)), REFUSALS.none.notFound, path);
  assert.deepEqual(await refusedUpgrade(t, `${server.wsUrl}/connect`), REFUSALS.none.notFound);
});

test('a request refused before routing is answered in the shape of its dialect', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '5' });
  for (const [path, answer] of [
    ['/api/nothing', REFUSALS.social.tooMany],
    ['/messenger/nothing', REFUSALS.messenger.tooMany],
    ['/connect/nothing', REFUSALS.relay.tooMany],
  ] as const) {
    const answers: HttpAnswer[] = [];
    for (let count = 0; count < 70 && answers.at(-1)?.status !== 429; count += 1)
      answers.push(await answerOf(fetch(server.url + path)));
    assert.deepEqual(answers.at(-1), answer);
    assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path), answer);
  }
});
