import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { seal, unseal } from './seal.ts';

const KEY = randomBytes(32);
const open = (text: string, { key = KEY, channel = 'events:7' } = {}) => unseal(key, channel, Buffer.from(text));

test('any sealed content is opened with the same key on the same channel', () => {
  for (const content of ['x', '', '{"a":"é€😀"}', 'line\nline'])
    assert.equal(open(seal(KEY, 'events:7', content)), content);
});

test('another key, another channel, another content or another tag opens nothing', () => {
  const sealed = seal(KEY, 'events:7', 'content');
  assert.equal(open(sealed, { key: randomBytes(32) }), null);
  assert.equal(open(sealed, { channel: 'events:8' }), null);
  assert.equal(open(`${sealed}x`), null);
  assert.equal(open(sealed.slice(0, -1)), null);
  const other = sealed.startsWith('A') ? 'B' : 'A';
  assert.equal(open(other + sealed.slice(1)), null);
  assert.equal(open(seal(KEY, 'events', '7\ncontent').replace('7\n', ''), { channel: 'events:7' }), null);
});

test('a text that is too short for a tag, or whose tag is not base64url, opens nothing', () => {
  for (const text of ['', 'x', 'x'.repeat(21), `${'='.repeat(22)}content`, '\u00ff'.repeat(30)])
    assert.equal(open(text), null);
});

test('the tag is HMAC-SHA-256 of channel, line feed and content, cut to 16 bytes: nodes of all versions agree on it', () => {
  const tag = createHmac('sha256', KEY).update('events:7\ncontent').digest().subarray(0, 16).toString('base64url');
  assert.equal(seal(KEY, 'events:7', 'content'), `${tag}content`);
});
