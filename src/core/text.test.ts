import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEmail, checkUsername, comparisonKey, fitUsername } from './account-rules.ts';
import { canExist } from './rooms/room-access.ts';
import { checkText, composed, composedStart } from './text.ts';

/** Something as long as a name of that many UTF-16 units, which counts how often it is normalised. */
function countedName(length: number) {
  const counts = { normalized: 0 };
  const normalize = () => {
    counts.normalized += 1;
    return 'x';
  };
  return { name: { length, normalize } as unknown as string, counts };
}

test('a name is composed only when it is not too long to be one', () => {
  const short = countedName(512);
  assert.equal(composed(short.name), 'x');
  const long = countedName(513);
  assert.equal(composed(long.name), null);
  assert.deepEqual([short.counts.normalized, long.counts.normalized], [1, 0]);
});

test('a name that is too long is nobody’s, cannot be taken, and calls no room', () => {
  const long = '\u0301\u0323'.repeat(80_000);
  assert.equal(comparisonKey(long), comparisonKey(`${long}x`));
  assert.throws(() => checkUsername(comparisonKey(long)));
  assert.throws(() => checkEmail(comparisonKey(long)));
  assert.throws(() => checkUsername(long), /at most 64 characters/);
  assert.throws(() => checkEmail(long), /at most 254 characters/);
  assert.throws(() => checkText('text', long, 4_000), /at most 4000 characters/);
  assert.equal(canExist({ name: long }), false);
  assert.ok(composedStart(long).length <= 512);
  assert.ok([...fitUsername(long, 64)].length <= 64);
});

test('the longest names are names in whichever form they come', () => {
  const name = 'ᾂ'.repeat(64);
  assert.equal(checkUsername(name.normalize('NFD')), name);
  assert.equal(comparisonKey(name.normalize('NFD')), comparisonKey(name));
});
