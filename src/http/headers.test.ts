import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerHeaders } from './headers.ts';

test('only an https public URL gets an HSTS header, for a year', () => {
  const header = 'strict-transport-security';
  assert.equal(answerHeaders('https://koine.example.org')[header], 'max-age=31536000');
  for (const publicUrl of [undefined, 'http://koine.example.org'])
    assert.equal(answerHeaders(publicUrl)[header], undefined);
});
