/** Calls with types: checked by the compiler, made to a real server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../packages/client/src/client.ts';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';

test('any call of the API is made by its path, with the types of its document', async (t) => {
  const server = await startTestServer(t);
  const { token, me } = await member(server, 'ann');
  const { request } = createClient({ url: server.url, token });
  const { items } = await request('GET', '/v1/rooms');
  const [lobby] = items;
  assert.equal(lobby?.kind, 'lobby');
  const path = { roomId: lobby?.id as string };
  const sent = await request('POST', '/v1/rooms/{roomId}/messages', { path, json: { body: 'hello' }, key: 'one' });
  const page = await request('GET', '/v1/rooms/{roomId}/messages', { path, query: { limit: 1 } });
  assert.deepEqual(
    page.items.map(({ seq, author, body }) => [seq, author.id, body]),
    [[sent.seq, me.id, 'hello']],
  );
});

/** Calls that must not type-check. */
export function wrong({ request }: ReturnType<typeof createClient>): unknown[] {
  return [
    // @ts-expect-error the room is missing
    request('GET', '/v1/rooms/{roomId}'),
    // @ts-expect-error a message has a body
    request('POST', '/v1/rooms/{roomId}/messages', { path: { roomId: 'a' }, json: {} }),
    // @ts-expect-error nobody deletes all rooms
    request('DELETE', '/v1/rooms'),
  ];
}
