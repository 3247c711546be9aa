/** Equivalence of passwords. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hash } from '@node-rs/argon2';
import * as board from '../support/board-people.ts';
import { postJson, startTestServer, type TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

const COMPOSED = 'p\u00e4ssw\u00f6rd x';
const DECOMPOSED = COMPOSED.normalize('NFD').replace(' ', '\u00a0');

async function signIn(server: TestServer, username: string, password: string): Promise<number> {
  return (await postJson(`${server.url}/signin`, { username, password })).status;
}

async function signUp(server: TestServer, username: string, password: string): Promise<number> {
  const body = { username, email: `${username}@example.org`, password };
  return (await postJson(`${server.url}/users/`, body)).status;
}

test('passwords', async (t) => {
  const server = await startTestServer(t);

  await t.test('a password matches in every Unicode normalisation form, and no other text does', async () => {
    assert.equal(await signUp(server, 'ann', COMPOSED), 201);
    assert.equal(await signUp(server, 'bob', DECOMPOSED), 201);
    for (const name of ['ann', 'bob']) {
      for (const password of [COMPOSED, DECOMPOSED]) assert.equal(await signIn(server, name, password), 200);
      for (const password of [COMPOSED.toUpperCase(), ` ${COMPOSED}`, COMPOSED.replace(' ', '')])
        assert.equal(await signIn(server, name, password), 401);
    }
  });

  await t.test('a hash of an unnormalised password still matches the password as it was typed', async () => {
    await board.member(server, 'cleo');
    const earlier = await hash(DECOMPOSED, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    await server.sql`update accounts set password_hash = ${earlier} where username = 'cleo'`;
    assert.equal(await signIn(server, 'cleo', DECOMPOSED), 200);
    assert.equal(await signIn(server, 'cleo', PASSWORD), 401);
  });

  await t.test('a password with a lone surrogate is refused and matches nothing', async () => {
    assert.equal(await signUp(server, 'eve', 'password \ud800'), 422);
    assert.equal(await signUp(server, 'eve', 'password \ufffd'), 201);
    for (const half of ['\ud800', '\udfff']) assert.equal(await signIn(server, 'eve', `password ${half}`), 401);
    assert.equal(await signIn(server, 'eve', 'password \ufffd'), 200);
  });
});
