import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTooDeep } from './json.ts';

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

test('JSON may be 32 levels deep', () => {
  assert.equal(isTooDeep(nested(32)), false);
  assert.equal(isTooDeep(nested(34)), true);
  assert.equal(isTooDeep('['.repeat(1_000_000)), true);
});

test('levels are counted, not brackets: those in texts, and those beside each other, are none', () => {
  assert.equal(isTooDeep(JSON.stringify(Array.from({ length: 100 }, () => [{}]))), false);
  fc.assert(fc.property(fc.string(), (text) => !isTooDeep(JSON.stringify([`${'['.repeat(50)}"\\${text}`]))));
  assert.equal(isTooDeep(`["\\"", ${'['.repeat(32)}`), true);
});
