/** When batches begin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gathering } from './gathering.ts';

const INTERVAL = 60_000;

test('the first batch begins in the next turn, the next one an interval later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const nextTurn = () => new Promise<void>((resolve) => void setImmediate(resolve));
  const schedule = gathering(INTERVAL);
  const begun: string[] = [];
  schedule(() => void begun.push('first'));
  assert.equal(begun.length, 0);
  await nextTurn();
  assert.deepEqual(begun, ['first']);
  schedule(() => void begun.push('second'));
  await nextTurn();
  t.mock.timers.tick(INTERVAL / 2);
  assert.deepEqual(begun, ['first']);
  t.mock.timers.tick(INTERVAL / 2);
  assert.deepEqual(begun, ['first', 'second']);
});
