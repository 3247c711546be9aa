/** Calls relay with a client generated from its document. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { paths } from './api.ts';

export async function walk(baseUrl: string): Promise<void> {
  const client = createClient<paths>({ baseUrl });
  const ann = { body: { username: 'ann', password: 'secret' }, parseAs: 'text' } as const;

  const made = await client.POST('/signup', ann);
  assert.deepEqual([made.response.status, made.data], [200, 'Success']);

  const again = await client.POST('/signup', ann);
  assert.deepEqual([again.response.status, again.error], [409, 'Already exists']);

  const failed = await client.POST('/signin', { ...ann, body: { ...ann.body, password: 'wrong' } });
  assert.deepEqual([failed.response.status, failed.error], [401, 'Wrong username/password']);

  const signedIn = await client.POST('/signin', ann);
  const token: string | undefined = signedIn.data;
  assert.match(token ?? '', /^[\w-]+\.[\w-]+\.[\w-]+$/);
  assert.equal(signedIn.response.headers.get('content-type'), 'text/plain; charset=utf-8');

  const connect = await client.GET('/connect', { parseAs: 'text' });
  assert.equal(connect.response.status, 426);
}

/** Calls that must not type-check. */
export function wrong(client: ReturnType<typeof createClient<paths>>): unknown[] {
  return [
    // @ts-expect-error a password is missing
    client.POST('/signin', { body: { username: 'ann' } }),
    // @ts-expect-error sign-up has no GET
    client.GET('/signup'),
  ];
}
