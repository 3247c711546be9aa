import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Members } from './members.ts';

test('a group has each member once, in order, whether it is small or large, until it is taken out', () => {
  const members = new Members<number>();
  const expected = new Set<number>();
  const check = () => assert.deepEqual([members.size, [...members]], [expected.size, [...expected]]);
  for (let round = 0; round < 2; round += 1) {
    for (const member of Array.from({ length: 40 }, (_, index) => index)) {
      members.add(member);
      members.add(member);
      expected.add(member);
      check();
    }
    for (let member = 0; member < 40; member += 1) {
      assert.equal(members.delete(member), expected.delete(member));
      assert.equal(members.delete(member), false);
      check();
    }
  }
});
