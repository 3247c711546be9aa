import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPage, checkWhole, entryBytes, fitPage } from './pages.ts';

const itself = (size: number) => size;

test('a page has the first entries that fit, up to the last byte', () => {
  assert.deepEqual(fitPage([3, 3, 4, 1], itself, 10), [3, 3, 4]);
  assert.deepEqual(fitPage([3, 3, 5, 1], itself, 10), [3, 3]);
  assert.deepEqual(fitPage([3, 3], itself, 10), [3, 3]);
  assert.deepEqual(fitPage([], itself, 10), []);
});

test('a page has one entry, however large it is', () => {
  assert.deepEqual(fitPage([11, 1], itself, 10), [11]);
  assert.deepEqual(fitPage([10, 1], itself, 10), [10]);
});

test('a page of the usual size has 1 MiB', () => {
  assert.equal(fitPage(Array(2_000).fill(1_024), itself).length, 1_024);
});

test('the size of an entry is that of its texts as JSON, and 384 bytes around them', () => {
  assert.equal(entryBytes(), 384);
  assert.equal(entryBytes('ab', null, '"é\n'), 384 + 4 + 8);
});

test('a page number is whole, from 0, and as many entries are before it as the pages before it have', () => {
  assert.deepEqual([checkPage(0, 20), checkPage(3, 20)], [0, 60]);
  assert.equal(checkPage(Number.MAX_SAFE_INTEGER, 20), Number.MAX_SAFE_INTEGER);
  assert.equal(checkWhole('skip', 1e300), Number.MAX_SAFE_INTEGER);
  for (const value of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => checkWhole('skip', value), { code: 'invalid' });
});
