import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEmail, checkUsername, comparisonKey, fitUsername } from './account-rules.ts';
import { canExist } from './rooms/room-access.ts';
import {
  checkCharacters,
  checkText,
  composed,
  composedStart,
  decomposed,
  isBlank,
  isLongerThan,
  isUid,
  preparedPassword,
} from './text.ts';

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

test('a text may have exactly as many characters as its bound, of one unit or of two', () => {
  for (const character of ['x', '𝔵', '😀']) {
    assert.equal(isLongerThan(character.repeat(10), 10), false);
    assert.equal(isLongerThan(character.repeat(11), 10), true);
    assert.equal(checkText('text', character.repeat(10), 10), character.repeat(10));
    assert.throws(() => checkText('text', character.repeat(11), 10), { code: 'invalid' });
  }
  assert.equal(isLongerThan(`${'😀'.repeat(5)}${'x'.repeat(5)}`, 10), false);
  assert.equal(isLongerThan(`${'😀'.repeat(5)}${'x'.repeat(6)}`, 10), true);
});

test('a text shows something, has no control characters but tab and newline, and no half characters', () => {
  for (const blank of ['', ' \t\r\n', '\u200b\u2800', '\u3000\ufeff']) {
    assert.equal(isBlank(blank), true);
    assert.throws(() => checkText('text', blank, 10), { code: 'invalid' });
  }
  for (const wrong of ['a\0', 'a\u0007', 'a\u007f', 'a\u0085', 'a\rb', 'a\r', 'a\ud800', '\udc00a']) {
    assert.throws(() => checkText('text', wrong, 10), { code: 'invalid' });
    assert.throws(() => checkCharacters('text', wrong), { code: 'invalid' });
  }
  for (const fine of ['a', ' a ', 'a\tb\nc\r\nd', '👩\u200d🚀', 'a\u00adb'])
    assert.equal(checkText('text', fine, 10), fine);
});

test('of a text beyond the length of a name only the beginning is normalised', () => {
  assert.equal(composedStart(`e\u0301${'x'.repeat(600)}`), `é${'x'.repeat(510)}`);
  assert.equal(decomposed('é'), 'e\u0301');
  assert.equal(decomposed('x'.repeat(2_049)), 'x'.repeat(2_048));
});

test('a password is hashed in one form, however a keyboard sends it; none has more than 1,024 units or half a character', () => {
  assert.equal(preparedPassword('e\u0301\u00a0\u3000x'), 'é  x');
  assert.equal(preparedPassword('x'.repeat(1_024)), 'x'.repeat(1_024));
  for (const none of ['x'.repeat(1_025), '\ud800', 'x\udc00']) assert.equal(preparedPassword(none), null);
});

test('a uid is a UUID in hexadecimal, in either case, with nothing around it', () => {
  const uid = '0123abcd-4567-89ef-abcd-ef0123456789';
  for (const fine of [uid, uid.toUpperCase()]) assert.equal(isUid(fine), true);
  for (const wrong of [
    '',
    `${uid}0`,
    `x${uid}`,
    uid.slice(1),
    `g${uid.slice(1)}`,
    uid.replaceAll('-', '0'),
    `${uid.slice(0, 35)}\n`,
  ])
    assert.equal(isUid(wrong), false);
});
