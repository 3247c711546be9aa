import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryRates } from './rates.ts';

test('a key has its points, what is given back counts again, and other keys have theirs', () => {
  const rates = new MemoryRates({ points: 3, seconds: 60 });
  assert.deepEqual(rates.take('ann', 2), { allowed: true, limit: 3, used: 2, reset: 60 });
  assert.equal(rates.take('ann', 2).allowed, false);
  rates.giveBack('ann', 3);
  assert.equal(rates.take('ann', 2).allowed, true);
  assert.equal(rates.take('bob', 3).allowed, true);
  rates.giveBack('nobody', 3);
  assert.equal(rates.take('nobody').used, 1);
});

test('a window that is over is forgotten', () => {
  const rates = new MemoryRates({ points: 1, seconds: -1 });
  for (let index = 0; index < 3; index += 1) assert.equal(rates.take('ann').allowed, true);
  for (let index = 0; index < 100; index += 1) rates.take(`key ${index}`);
  assert.ok(rates.size <= 2, `${rates.size} windows`);
});

test('a million keys take the place of ten thousand', () => {
  const rates = new MemoryRates({ points: 1, seconds: 60 }, 10_000);
  for (let index = 0; index < 1_000_000; index += 1) rates.take(`key ${index}`);
  assert.ok(rates.size <= 10_000, `${rates.size} windows`);
  assert.equal(rates.take('key 999999').allowed, false);
});

test('where there is no limit nothing is kept', () => {
  const rates = new MemoryRates({ points: Number.POSITIVE_INFINITY, seconds: 60 });
  for (let index = 0; index < 10; index += 1) assert.equal(rates.take('ann').allowed, true);
  assert.equal(rates.size, 0);
});
