/** When work begins. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createPace } from './pace.ts';

function begin(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const pace = createPace(50);
  const begun: string[] = [];
  return { pace, begun, enter: (name: string) => pace.enter(() => begun.push(name)) };
}

test('one at a time, in the order in which they came', (t) => {
  const { pace, begun, enter } = begin(t);
  for (const name of ['a', 'b', 'c']) enter(name);
  assert.deepEqual(begun, ['a']);
  pace.leave();
  assert.deepEqual(begun, ['a', 'b']);
  pace.leave();
  pace.leave();
  enter('d');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});

test('nobody waits for one that takes long', (t) => {
  const { pace, begun, enter } = begin(t);
  for (const name of ['a', 'b', 'c']) enter(name);
  t.mock.timers.tick(49);
  assert.deepEqual(begun, ['a']);
  t.mock.timers.tick(1);
  assert.deepEqual(begun, ['a', 'b']);
  t.mock.timers.tick(50);
  assert.deepEqual(begun, ['a', 'b', 'c']);
  for (let left = 0; left < 3; left += 1) pace.leave();
  enter('d');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});
