/** When batches begin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gathering } from './gathering.ts';

test('the first batch begins in the next turn, the next one some time later', async () => {
  const schedule = gathering(30);
  const begun: number[] = [];
  const batch = () => new Promise<void>((resolve) => schedule(() => resolve(void begun.push(performance.now()))));
  const first = batch();
  assert.deepEqual(begun, []);
  await first;
  await batch();
  const [one = 0, two = 0] = begun;
  assert.ok(two - one >= 29, `${two - one} ms`);
});
