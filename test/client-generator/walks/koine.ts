/** Calls koine with a client generated from its document. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Client = ReturnType<typeof createClient<paths>>;

export async function walk(baseUrl: string): Promise<void> {
  const anybody = createClient<paths>({ baseUrl });
  await signUp(anybody, baseUrl, 'ann');
  const again = await anybody.POST('/v1/session', { body: { login: 'ann', password: 'ann likes tea' } });
  const headers = { authorization: `Bearer ${again.data?.token}` };
  const member = createClient<paths>({ baseUrl, headers });
  const me = await member.GET('/v1/me');
  assert.deepEqual(me.data, again.data?.me);
  const sync = await member.GET('/v1/sync', { params: { query: { rooms: 5 } } });
  assert.equal(sync.data?.me.username, 'ann');
  assert.equal((await member.DELETE('/v1/session')).response.status, 204);
  const over = await member.GET('/v1/me');
  assert.equal(over.error?.code, 'unauthenticated');
  assert.equal((await anybody.GET('/v1/live')).response.status, 426);
}

async function signUp(anybody: Client, baseUrl: string, username: string) {
  const made = await anybody.POST('/v1/accounts', { body: { username, password: `${username} likes tea` } });
  assert.equal(made.response.status, 201);
  const { me, token } = made.data as components['schemas']['Session'];
  return { me, client: createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } }) };
}

/** Calls that must not type-check. */
export function wrong(client: Client): unknown[] {
  return [
    // @ts-expect-error a password is missing
    client.POST('/v1/session', { body: { login: 'ann' } }),
    // @ts-expect-error nobody signs in by GET
    client.GET('/v1/session'),
  ];
}
