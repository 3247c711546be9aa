import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Distribution } from './distribution.ts';

test('every value is counted once, in the lowest bucket whose bound it does not exceed', () => {
  const bounds = fc
    .uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1 })
    .map((some) => some.sort((a, b) => a - b));
  fc.assert(
    fc.property(bounds, fc.array(fc.integer({ min: 0, max: 60 })), (limits, values) => {
      const spread = new Distribution(limits);
      for (const value of values) spread.observe(value);
      const upTo = (limit: number) => values.filter((value) => value <= limit).length;
      const cumulated = spread.counts.map((_, index) => spread.counts.slice(0, index + 1).reduce((a, b) => a + b));
      assert.deepEqual(cumulated, [...limits.map(upTo), values.length]);
      assert.equal(
        spread.sum,
        values.reduce((a, b) => a + b, 0),
      );
    }),
  );
});
