/** koine's conventions over the wire: sessions, cookies, problems. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERRORS } from '../../src/errors.ts';
import { KoineClient } from '../clients/koine-client.ts';
import { PROBLEM_TYPE, startTestServer } from '../support/harness.ts';
import { call, type Me, member, type Problem, type Session } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('koine: sessions, cookies and problems', async (t) => {
  const server = await startTestServer(t);

  await t.test('a new account is signed in, by its token and by the cookie', async () => {
    const body = { username: 'Ann', name: ' Ann Lee ', password: PASSWORD, email: 'Ann@example.org' };
    const made = await call<Session>(server, 'POST', '/accounts', { body });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('location'), '/v1/me');
    const { me, token, expiresAt } = made.json;
    assert.match(expiresAt, ISO);
    assert.match(me.createdAt, ISO);
    const { id, createdAt, ...rest } = me;
    assert.deepEqual(rest, {
      username: 'Ann',
      name: 'Ann Lee',
      avatarUrl: null,
      bio: '',
      email: 'Ann@example.org',
      emailVerified: false,
      privacy: { add: 'everybody', befriend: 'everybody', write: 'everybody' },
      push: { text: true, quietHours: null },
      role: 'member',
      settings: {},
    });
    for (const headers of [{ authorization: `Bearer ${token}` }, { cookie: `koine=${token}` }])
      assert.deepEqual((await call<Me>(server, 'GET', '/me', { headers })).json, me);
    for (const login of ['ann', 'ann@EXAMPLE.org']) {
      const again = await call<Session>(server, 'POST', '/session', { body: { login, password: PASSWORD } });
      assert.deepEqual([again.status, again.json.me], [200, me]);
      assert.notEqual(again.json.token, token);
    }
    const wrong = await call<Problem>(server, 'POST', '/session', { body: { login: 'ann', password: 'wrong' } });
    assert.deepEqual([wrong.status, wrong.json.code], [401, 'bad_credentials']);
  });

  await t.test('signing out ends the session and clears the cookie, also without a session', async () => {
    const client = new KoineClient(server);
    await client.call('POST', '/accounts', { username: 'bob', password: PASSWORD });
    assert.match(client.setCookie, /^koine=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const copy = client.at(server.url);
    assert.equal((await client.call('DELETE', '/session')).status, 204);
    assert.match(client.setCookie, /^koine=; Path=\/; Max-Age=0; /);
    assert.equal((await copy.call('GET', '/me')).status, 401);
    assert.equal((await copy.call('DELETE', '/session')).status, 204);
  });

  await t.test(
    'a write with the cookie must come from a page of this server; a read and a token need not',
    async () => {
      const client = new KoineClient(server);
      await client.call('POST', '/accounts', { username: 'cat', password: PASSWORD });
      for (const origin of ['https://evil.example', 'null', null]) {
        const elsewhere = client.at(origin);
        const refused = await elsewhere.call<Problem>('DELETE', '/session');
        assert.deepEqual([refused.status, refused.json.code], [403, 'forbidden'], String(origin));
        assert.equal((await elsewhere.call('GET', '/me')).status, 200);
      }
      // Nobody is signed in to an account that somebody else chose.
      const elsewhere = new KoineClient(server, 'https://evil.example');
      assert.equal((await elsewhere.call('POST', '/session', { login: 'cat', password: PASSWORD })).status, 403);
      const dan = await member(server, 'dan');
      const headers = { origin: 'https://evil.example' };
      assert.equal((await dan.call('DELETE', '/session', { headers })).status, 204);
    },
  );

  await t.test('a problem has a page that explains it, the request id, and the place of each fault', async () => {
    const body = { username: '', password: 'short', email: 7 };
    const refused = await call<Problem>(server, 'POST', '/accounts', { body });
    assert.equal(refused.headers.get('content-type'), PROBLEM_TYPE);
    const { instance, errors, ...problem } = refused.json;
    assert.deepEqual(problem, {
      type: '/docs/errors#invalid',
      title: 'The request is not valid',
      status: 400,
      detail: 'username must not be empty',
      code: 'invalid',
    });
    assert.equal(instance, refused.headers.get('x-request-id'));
    assert.deepEqual(
      errors?.map(({ pointer, code }) => [pointer, code]),
      [
        ['/username', 'blank'],
        ['/password', 'short'],
        ['/email', 'type'],
      ],
    );
    const headers = { 'content-type': 'application/json' };
    const notJson = await fetch(`${server.url}/v1/session`, { method: 'POST', headers, body: '{' });
    const [fault] = ((await notJson.json()) as Problem).errors ?? [];
    assert.deepEqual([fault?.pointer, fault?.code], ['', 'json']);
    const page = await (await fetch(`${server.url}/docs/errors`)).text();
    for (const code of Object.keys(ERRORS)) assert.ok(page.includes(`<h2 id="${code}">`), code);
  });
});
