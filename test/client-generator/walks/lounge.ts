/** Calls lounge with a client generated from its document. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

export async function walk(baseUrl: string): Promise<void> {
  const client = createClient<paths>({ baseUrl });
  const igor = { email: 'igor@example.org', password: 'correct horse' };

  const made = await client.POST('/createUser', { body: { ...igor, username: 'Igor' } });
  assert.equal(made.response.status, 200);
  assert.deepEqual(made.data, { id: made.data?.id, username: 'Igor', email: igor.email });

  const again = await client.POST('/createUser', { body: { ...igor, username: 'Igor' } });
  assert.equal(again.response.status, 409);
  assert.equal(again.error?.error, 'Username is already taken');

  const failed = await client.POST('/login', { body: { ...igor, password: 'wrong' } });
  assert.equal(failed.response.status, 401);
  assert.equal(failed.error?.error, 'Login failed');

  const session = await client.POST('/login', { body: igor });
  assert.deepEqual([session.data?.id, session.data?.username], [made.data?.id, 'Igor']);
  assert.match(session.data?.token ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/);

  const status = await client.GET('/status');
  assert.equal(status.data?.status satisfies 'ok' | undefined, 'ok');

  const join = await client.GET('/join', { headers: { authorization: `Bearer ${session.data?.token}` } });
  assert.equal(join.response.status, 426);
}

/** Calls that must not type-check. */
export function wrong(client: ReturnType<typeof createClient<paths>>): unknown[] {
  return [
    // @ts-expect-error a password is missing
    client.POST('/login', { body: { email: 'igor@example.org' } }),
    // @ts-expect-error there is no such path
    client.GET('/nothing'),
    // @ts-expect-error a name is a text
    client.POST('/createUser', { body: { email: 'igor@example.org', password: 'correct horse', username: 7 } }),
  ];
}
