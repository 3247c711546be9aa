import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPayload } from './events.ts';

const MAX_EVENT_BYTES = 524_288;
/** The payload of a text of that many characters has `FRAME` bytes more. */
const FRAME = '{"text":""}'.length;

for (const [character, bytes] of [
  ['x', 1],
  ['é', 2],
  ['€', 3],
] as const)
  test(`an event may have exactly 512 KiB, also in characters of ${bytes} bytes`, () => {
    const room = MAX_EVENT_BYTES - FRAME;
    const text = character.repeat(Math.floor(room / bytes)) + 'x'.repeat(room % bytes);
    assert.equal(Buffer.byteLength(toPayload({ text })), MAX_EVENT_BYTES);
    assert.throws(() => toPayload({ text: `${text}x` }), { code: 'too_large' });
  });
