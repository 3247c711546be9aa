/** Token buckets: what a key may take, and how several nodes take from one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Buckets } from './buckets.ts';

const DAY = 86_400;

test('a key takes what it has and then gets it back evenly, others have theirs, and a charge leaves a debt', () => {
  const buckets = new Buckets({ points: 10, seconds: DAY });
  assert.equal(buckets.take('a', 8), 0);
  assert.equal(buckets.left('a'), 2);
  assert.equal(buckets.take('a', 3), Math.ceil(DAY / 10));
  assert.equal(buckets.take('a', 2), 0);
  assert.equal(buckets.take('b', 10), 0);
  buckets.charge('a', 5);
  assert.equal(buckets.take('a'), Math.ceil((DAY / 10) * 6));
  buckets.charge('a', 1_000);
  assert.equal(buckets.take('a'), Math.ceil((DAY / 10) * 11));
  assert.equal(buckets.take('c', 25), 0);
  assert.equal(buckets.take('c'), Math.ceil((DAY / 10) * 11));
  const endless = new Buckets({ points: Number.POSITIVE_INFINITY, seconds: 1 });
  assert.equal(endless.take('a', 1e9), 0);
});

test('keys are bounded', () => {
  const buckets = new Buckets({ points: 1, seconds: DAY }, null, 4);
  for (const key of ['a', 'b', 'c', 'd', 'e']) assert.equal(buckets.take(key), 0);
  assert.ok(buckets.take('e') > 0);
  assert.equal(buckets.take('a'), 0);
});

test('nodes that share take together no more than one, but for what they had not told yet', async () => {
  const rate = { points: 80, seconds: DAY };
  let left = rate.points;
  let told = 0;
  const share = async (_key: string, taken: number) => {
    told += 1;
    left -= taken;
    return left;
  };
  const nodes = [new Buckets(rate, share), new Buckets(rate, share), new Buckets(rate, share)];
  let taken = 0;
  for (let round = 0; round < 100; round += 1)
    for (const node of nodes) {
      if (node.take('a') === 0) taken += 1;
      await new Promise(setImmediate);
    }
  assert.ok(taken >= 80 && taken <= 80 + 2 * 10, `${taken} were taken`);
  assert.ok(told <= 10, `told ${told} times`);
  const alone = new Buckets(rate, async () => null);
  for (let count = 0; count < 80; count += 1) assert.equal(alone.take('a'), 0);
  await new Promise(setImmediate);
  assert.ok(alone.take('a') > 0);
});
