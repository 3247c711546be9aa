import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { namesFor } from './identities.ts';

const claims = {
  issuer: fc.string(),
  subject: fc.string({ unit: 'binary' }),
  username: fc.option(fc.string({ unit: 'binary', maxLength: 200 })),
};

test('every external identity gets at least two valid usernames to choose from', () => {
  fc.assert(
    fc.property(fc.record(claims), (person) => {
      const names = namesFor(person);
      assert.ok(names.length >= 2);
      for (const name of names) {
        assert.ok(name !== '' && [...name].length <= 64 && name === name.trim());
        assert.equal(name, name.normalize('NFC'));
        assert.doesNotMatch(name, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}/]/u);
      }
    }),
  );
});

test('the second name is the same at any time, and another for everybody else', () => {
  const second = (subject: string, issuer = 'a') => namesFor({ issuer, subject, username: 'ann' })[1];
  assert.equal(second('1'), second('1'));
  assert.equal(new Set([second('1'), second('2'), second('1', 'b')]).size, 3);
});
