/** Preconditions of writes: a request with one is never executed as if it had none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { member as boardMember, type Message } from '../support/board-people.ts';
import { answerOf, JSON_TYPE, PLAIN, postJson, startTestServer } from '../support/harness.ts';
import { member as messengerMember } from '../support/messenger-people.ts';
import { PASSWORD } from '../support/people.ts';
import { form, member } from '../support/social-people.ts';

const ENGLISH = 'A precondition of the request does not hold';
const RUSSIAN = 'Условие запроса не выполнено';

test('a write with an entity tag in If-Match is refused with 412 and writes nothing; `*` matches an existing resource', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob, cat] = [
    await member(server, 'ann'),
    await boardMember(server, 'bob'),
    await messengerMember(server, 'cat'),
  ];
  const message: Message = await bob.post('as it was');
  const json = { 'content-type': 'application/json' };
  const writes: [
    method: string,
    path: string,
    init: RequestInit & { headers: Record<string, string> },
    status: number,
    body: string,
  ][] = [
    [
      'PUT',
      `/messages/${message.id}`,
      { headers: { ...json, authorization: `Bearer ${bob.token}` }, body: '{"text":"new"}' },
      200,
      ENGLISH,
    ],
    ['DELETE', `/messages/${message.id}`, { headers: { authorization: `Bearer ${bob.token}` } }, 204, ENGLISH],
    [
      'PATCH',
      `/api/users/${ann.id}`,
      { headers: { ...json, cookie: ann.cookie }, body: '{"email":"new@example.org"}' },
      200,
      RUSSIAN,
    ],
    ['POST', '/api/posts/create', { headers: { cookie: ann.cookie }, body: form(ann.id, 'new', []) }, 201, RUSSIAN],
    [
      'PATCH',
      '/profiles/api/profile/',
      { headers: { ...json, authorization: `Bearer ${cat.access}` }, body: '{"bio":"new"}' },
      200,
      ENGLISH,
    ],
  ];
  const state = async () => server.sql`
    select (select json_agg(p order by id) from posts p) as posts,
           (select json_agg(a order by id) from accounts a) as accounts`;
  for (const [method, path, init, status, detail] of writes) {
    const before = await state();
    const send = (condition: Record<string, string>) =>
      fetch(server.url + path, { ...init, method, headers: { ...init.headers, ...condition } });
    for (const condition of [
      { 'if-match': '"x"' },
      { 'if-match': 'W/"x", "y"' },
      { 'if-match': '' },
      { 'if-none-match': '*' },
    ] as Record<string, string>[])
      assert.deepEqual(
        await answerOf(send(condition)),
        { status: 412, type: JSON_TYPE, body: JSON.stringify({ detail }) },
        path,
      );
    assert.deepEqual([...(await state())], [...before], path);
    assert.equal((await send({ 'if-match': '*', 'if-none-match': '"x"' })).status, status, path);
  }
  // Authorization comes first, and reads ignore preconditions.
  const stranger = { method: 'DELETE', headers: { 'if-match': '"x"' } };
  assert.equal((await fetch(`${server.url}/messages/1`, stranger)).status, 401);
  assert.equal((await fetch(`${server.url}/messages/`, { headers: { 'if-match': '"x"' } })).status, 200);
  const socket = await fetch(`${server.url}/join`, { method: 'POST', headers: { 'if-none-match': '*' } });
  assert.equal(socket.status, 426, 'opening a socket is no write');
  const signUp = postJson(`${server.url}/signup`, { username: 'eve', password: PASSWORD }, { 'if-match': '"x"' });
  assert.deepEqual(await answerOf(signUp), { status: 412, type: PLAIN, body: ENGLISH });
});
