import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo } from './echo.ts';

test('an error repeats a short input unchanged', () => {
  for (const input of [7, true, 'text', ['a', 1, null], { a: { b: ['c'] } }, [], {}])
    assert.deepEqual(echo('field', input), input);
  for (const none of [undefined, null]) assert.equal(echo('field', none), null);
});

test('an error repeats at most 200 characters of a text, and never half a character', () => {
  assert.equal(echo('field', 'x'.repeat(200)), 'x'.repeat(200));
  assert.equal(echo('field', 'x'.repeat(201)), 'x'.repeat(200));
  assert.equal(echo('field', `${'x'.repeat(199)}😀`), `${'x'.repeat(199)}\ufffd`);
});

test('an error repeats no secret at any depth', () => {
  for (const field of ['password', 'new_password', 'accessToken', 'REFRESH', 'secret', 'access'])
    assert.equal(echo(field, 'hunter2'), '**********');
  assert.deepEqual(echo('body', { user: { Password: 'hunter2', name: 'a' }, list: [{ token: 1 }] }), {
    user: { Password: '**********', name: 'a' },
    list: [{ token: '**********' }],
  });
});

test('a list or an object that is too large or too deep is not repeated', () => {
  // As JSON: two brackets, and of each text the text and two quotes.
  assert.deepEqual(echo('field', ['x'.repeat(196)]), ['x'.repeat(196)]);
  assert.equal(echo('field', ['x'.repeat(197)]), null);
  assert.deepEqual(echo('field', { name: 'x'.repeat(188) }), { name: 'x'.repeat(188) });
  assert.equal(echo('field', { name: 'x'.repeat(189) }), null);
  assert.deepEqual(echo('field', ['x'.repeat(192), 1_234]), ['x'.repeat(192), 1_234]);
  assert.equal(echo('field', ['x'.repeat(192), 12_345]), null);
  assert.deepEqual(echo('field', [[[[]]]]), [[[[]]]]);
  assert.equal(echo('field', [[[[[]]]]]), null);
  assert.equal(echo('field', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [index, index]))), null);
});
