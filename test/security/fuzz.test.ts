/** A part of the nightly fuzzing, and regressions that it found. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fuzz } from '../fuzz/fuzz.ts';
import { SETTINGS, Target } from '../fuzz/target.ts';
import { atEnd } from '../support/conditions.ts';
import { answerOf, JSON_TYPE, PLAIN, postJson, privatePlaces, startTestServer } from '../support/harness.ts';
import { member } from '../support/social-people.ts';

async function target(t: TestContext): Promise<Target> {
  const started = await Target.start({ ...SETTINGS, ...(await privatePlaces(t)) });
  atEnd(t, () => started.stop());
  return started;
}

test('every generated request and frame is answered as documented, and the server stays up', async (t) => {
  const findings: string[] = [];
  const report = await fuzz(await target(t), {
    seed: 20_260_101,
    requests: 300,
    frames: 1_000,
    seconds: 60,
    say: (line) => findings.push(line),
  });
  assert.deepEqual(findings, []);
  assert.equal(report.findings, 0);
  assert.equal(report.http.sent, 300);
  assert.equal(report.frames.sent, 1_000);
});

test('regressions', async (t) => {
  const server = await startTestServer(t);
  await t.test("a malformed content type is bad input, in the dialect's words", async () => {
    const headers = { 'content-type': 'nonsense' };
    const body = '{"username":"ann","password":"correct horse"}';
    const send = (path: string) => answerOf(fetch(server.url + path, { method: 'POST', headers, body }));
    const message = 'the content-type header is no media type';
    assert.deepEqual(await send('/signin'), { status: 409, type: PLAIN, body: 'Wrong format' });
    assert.deepEqual(await send('/login'), { status: 400, type: JSON_TYPE, body: JSON.stringify({ error: message }) });
    const board = await send('/token');
    assert.deepEqual([board.status, JSON.parse(board.body).detail.length], [422, 1]);
    for (const path of ['/api/auth/login', '/api/auth/register'])
      assert.deepEqual(await send(path), {
        status: 400,
        type: JSON_TYPE,
        body: '{"detail":"Тело запроса имеет неверный формат"}',
      });
    assert.equal((await send('/accounts/api/token/')).status, 400);
  });

  await t.test("the document of each writing social operation mentions the refusal of other sites' pages", async () => {
    const { cookie } = await member(server, 'ann');
    const headers = { cookie, origin: 'https://evil.example', 'content-type': 'application/json' };
    assert.equal((await postJson(`${server.url}/api/chats/create`, {}, headers)).status, 403);
    const document = (await (await fetch(`${server.url}/docs/social/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: object }>>;
    };
    const unsaid = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method, { responses }]) => method !== 'get' && !('403' in responses))
        .map(([method]) => `${method} ${path}`),
    );
    assert.deepEqual(unsaid, []);
  });

  await t.test('a file in a form part without a name is bad input, and nothing is posted', async () => {
    const bob = await member(server, 'bob');
    const parts = ['name="author"', 'name="description"', 'filename="a.png"'].map(
      (says) => `--b\r\ncontent-disposition: form-data; ${says}\r\n\r\n${bob.id}\r\n`,
    );
    const headers = { cookie: bob.cookie, 'content-type': 'multipart/form-data; boundary=b' };
    const body = `${parts.join('')}--b--\r\n`;
    const answer = await fetch(`${server.url}/api/posts/create`, { method: 'POST', headers, body });
    assert.equal(answer.status, 422);
    assert.match(await answer.text(), /a part without a name must not be a file/);
    assert.deepEqual(await bob.get('/posts/all'), []);
  });
});
