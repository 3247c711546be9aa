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

test('a password matches in every Unicode normalisation form, and no other text does', async (t) => {
  const server = await startTestServer(t);
  assert.equal(await signUp(server, 'ann', COMPOSED), 201);
  assert.equal(await signUp(server, 'bob', DECOMPOSED), 201);
  for (const name of ['ann', 'bob']) {
    for (const password of [COMPOSED, DECOMPOSED]) assert.equal(await signIn(server, name, password), 200);
    for (const password of [COMPOSED.toUpperCase(), ` ${COMPOSED}`, COMPOSED.replace(' ', '')])
      assert.equal(await signIn(server, name, password), 401);
  }
});

test('a hash of an unnormalised password still matches the password as it was typed', async (t) => {
  const server = await startTestServer(t);
  await board.member(server, 'ann');
  const earlier = await hash(DECOMPOSED, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  await server.sql`update accounts set password_hash = ${earlier}`;
  assert.equal(await signIn(server, 'ann', DECOMPOSED), 200);
  assert.equal(await signIn(server, 'ann', PASSWORD), 401);
});

test('a password with a lone surrogate is refused and matches nothing', async (t) => {
  const server = await startTestServer(t);
  assert.equal(await signUp(server, 'ann', 'password \ud800'), 422);
  assert.equal(await signUp(server, 'ann', 'password \ufffd'), 201);
  for (const half of ['\ud800', '\udfff']) assert.equal(await signIn(server, 'ann', `password ${half}`), 401);
  assert.equal(await signIn(server, 'ann', 'password \ufffd'), 200);
});
