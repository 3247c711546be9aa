import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { routableUrl, unreadable } from './unreadable-urls.ts';

const MAX_PARAM = 1_024;
const routed = (url?: string) => routableUrl({ url } as IncomingMessage);
const LONGEST = 'x'.repeat(MAX_PARAM);

test('a readable URL is routed unchanged', () => {
  for (const url of [
    '/',
    '/a/b?c=%zz',
    '/caf%C3%A9/b',
    `/${LONGEST}/${LONGEST}?${LONGEST}`,
    `/${'%C3%A9'.repeat(MAX_PARAM)}`,
  ]) {
    assert.equal(routed(url), url);
    assert.equal(unreadable(url), null);
  }
  assert.equal(routed(), '/');
});

test('each unreadable path segment is routed as "-", and the rest unchanged', () => {
  assert.equal(routed('/a/%zz/b/%?c=%d#e'), '/a/-/b/-?c=%d#e');
  assert.equal(routed(`/a/${LONGEST}x/b#c/d`), '/a/-/b#c/d');
  assert.equal(routed('/%zz'), '/-');
});

test('a broken escape is invalid, and an overlong segment is too large', () => {
  assert.equal(unreadable('/a/%E9/b')?.code, 'invalid');
  assert.equal(unreadable(`/a/${LONGEST}x`)?.code, 'too_large');
  assert.equal(unreadable(`/a/${'%C3%A9'.repeat(MAX_PARAM + 1)}`)?.code, 'too_large');
});
