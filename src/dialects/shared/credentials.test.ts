import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerToken, socketToken } from './credentials.ts';

test('a token is taken from a Bearer header, whatever the case of the scheme', () => {
  for (const header of ['Bearer a.b.c', 'bearer a.b.c', 'BEARER   a.b.c  ']) assert.equal(headerToken(header), 'a.b.c');
});

test('a header of another scheme is ignored, and a Bearer header without a token is refused', () => {
  for (const header of [undefined, '', 'Basic YTpi', 'Bearers x', 'x Bearer y'])
    assert.equal(headerToken(header), null);
  for (const header of ['Bearer', 'Bearer ', 'Bearer a b'])
    assert.throws(() => headerToken(header), { code: 'unauthenticated' });
});

test('the token of a socket comes from the query, or else from the subprotocol pair', () => {
  const token = (query: string, protocol?: string) =>
    socketToken({
      query: new URLSearchParams(query),
      headers: protocol === undefined ? {} : { 'sec-websocket-protocol': protocol },
    } as Parameters<typeof socketToken>[0]);
  assert.equal(token('token=a'), 'a');
  assert.equal(token('', 'bearer, b'), 'b');
  assert.equal(token('token=a', 'bearer, b'), 'a');
  for (const protocol of [undefined, 'bearer', 'bearer,', 'other, b', 'b, bearer'])
    assert.equal(token('', protocol), null);
});
