/** When work begins. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createBatchGate } from './batch-gate.ts';

function begin(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gate = createBatchGate(50);
  const begun: string[] = [];
  return { gate, begun, enter: (name: string) => gate.enter(() => begun.push(name)) };
}

test('one at a time, in the order in which they came', (t) => {
  const { gate, begun, enter } = begin(t);
  for (const name of ['a', 'b', 'c']) enter(name);
  assert.deepEqual(begun, ['a']);
  gate.leave();
  assert.deepEqual(begun, ['a', 'b']);
  gate.leave();
  gate.leave();
  enter('d');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});

test('nobody waits for one that takes long', (t) => {
  const { gate, begun, enter } = begin(t);
  for (const name of ['a', 'b', 'c']) enter(name);
  t.mock.timers.tick(49);
  assert.deepEqual(begun, ['a']);
  t.mock.timers.tick(1);
  assert.deepEqual(begun, ['a', 'b']);
  t.mock.timers.tick(50);
  assert.deepEqual(begun, ['a', 'b', 'c']);
  for (let left = 0; left < 3; left += 1) gate.leave();
  enter('d');
  assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
});
