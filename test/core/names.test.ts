/** Confusable names and equivalent e-mail addresses belong to one account each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as board from '../support/board-people.ts';
import { postJson, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { PASSWORD, relaySignIn } from '../support/people.ts';

const SIGN_UPS = ['/users/', '/accounts/api/users/', '/createUser', '/api/auth/register'];
const TAKEN = [400, 403, 409];
/** A Cyrillic letter, a mathematical one, and a capital I for an l. */
const LIKE_ANNL = ['\u0430nnl', '\u{1d41a}nnl', 'annI', 'ann1', 'ANNI'];
const LIKE_DANNL = LIKE_ANNL.map((name) => `d${name}`);

async function signUp(server: TestServer, username: string, email: string, path = '/users/'): Promise<number> {
  return (await postJson(server.url + path, { username, email, password: PASSWORD })).status;
}

async function signIn(server: TestServer, email: string): Promise<{ status: number; username?: string }> {
  const answer = await postJson(`${server.url}/login`, { email, password: PASSWORD });
  return { status: answer.status, username: ((await answer.json()) as { username: string }).username };
}

test('names', async (t) => {
  const server = await startTestServer(t);

  await t.test(
    'every dialect refuses a name that looks like an existing one, and accepts names of other scripts',
    async () => {
      await board.member(server, 'annl');
      for (const [index, path] of SIGN_UPS.entries())
        for (const [n, name] of LIKE_ANNL.entries()) {
          const status = await signUp(server, name, `a${index}.${n}@example.org`, path);
          assert.ok(TAKEN.includes(status), `${path} ${name}: ${status}`);
        }
      for (const [n, name] of ['Елена', 'анна', 'annb', 'Ännl', 'ian', 'lan'].entries())
        assert.equal(await signUp(server, name, `b${n}@example.org`), 201, name);
      assert.equal(await signUp(server, 'IAN', 'c@example.org'), 400);
    },
  );

  await t.test('of confusable names requested concurrently only one is created', async () => {
    const statuses = await Promise.all(LIKE_DANNL.map((name, n) => signUp(server, name, `d${n}@example.org`)));
    assert.deepEqual(statuses.sort(), [201, 400, 400, 400, 400]);
  });

  await t.test('confusable accounts of earlier versions stay, and new names are compared with them', async (t) => {
    for (const name of ['evil', 'bob', 'earl']) await board.member(server, name);
    await server.sql`update accounts set username = 'evi1', username_key = 'evi1' where username = 'bob'`;
    await server.sql`update accounts set skeleton = null, email_key = 'evil@xn--bcher-kva.de' where username = 'evil'`;
    await server.sql`update accounts set skeleton = null, email_key = 'evil@bücher.de.' where username = 'evi1'`;
    await server.sql`update accounts set email = 'evil@bücher.de.' where username = 'evi1'`;
    await server.sql`update accounts set email = 'evil@xn--bcher-kva.de' where username = 'evil'`;
    const next = await startServerWith(t, server.settings);
    for (const name of ['evil', 'evi1']) assert.equal((await relaySignIn(next, name)).status, 200);
    assert.equal(await signUp(next, 'eviI', 'other@example.org'), 400);
    assert.equal((await signIn(next, 'evil@xn--bcher-kva.de')).username, 'evil');
    assert.equal((await signIn(next, 'evil@bücher.de')).username, 'evil');
    assert.equal((await signIn(next, 'evil@bücher.de.')).username, 'evi1');
    assert.equal(await signUp(next, 'somebody', 'evil@bücher.de'), 400);
  });

  await t.test('an e-mail address is the same in Unicode and Punycode, and with a trailing dot', async () => {
    assert.equal(await signUp(server, 'una', 'una@xn--bcher-kva.de.'), 201);
    for (const email of ['una@xn--bcher-kva.de', 'una@bücher.de', 'Una@BÜCHER.de', 'una@bu\u0308cher.de.']) {
      assert.equal((await signIn(server, email)).username, 'una', email);
      for (const [n, path] of SIGN_UPS.entries())
        assert.ok(TAKEN.includes(await signUp(server, `ulf${n}`, email, path)), `${path} ${email}`);
    }
    assert.equal((await signIn(server, 'una@bucher.de')).status, 401);
  });
});
