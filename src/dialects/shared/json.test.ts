import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exceedsBounds, parseFrame } from './json.ts';

const nested = (depth: number) => `${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`;

test('JSON may be 32 levels deep', () => {
  assert.equal(exceedsBounds(nested(32)), false);
  assert.equal(exceedsBounds(nested(34)), true);
  assert.equal(exceedsBounds('['.repeat(1_000_000)), true);
});

test('only nesting counts as depth: brackets in texts and siblings do not', () => {
  assert.equal(exceedsBounds(JSON.stringify(Array.from({ length: 100 }, () => [{}]))), false);
  fc.assert(fc.property(fc.string(), (text) => !exceedsBounds(JSON.stringify([`${'['.repeat(50)}"\\${text}`]))));
  assert.equal(exceedsBounds(`["\\"", ${'['.repeat(32)}`), true);
  assert.equal(exceedsBounds(`[${'[],{},'.repeat(40)}${'['.repeat(31)}`), false);
  assert.equal(exceedsBounds(`[${'[],{},'.repeat(40)}${'['.repeat(32)}`), true);
});

test('JSON may have 10,000 values', () => {
  assert.equal(exceedsBounds(JSON.stringify(Array(10_000).fill(1))), false);
  assert.equal(exceedsBounds(JSON.stringify(Array(10_001).fill(1))), true);
  assert.equal(exceedsBounds(JSON.stringify(Array(10_000).fill(','))), false);
  assert.equal(exceedsBounds(`[${'{},'.repeat(5_001)}{}]`), true);
});

test('a frame beyond the bounds is refused like invalid JSON, and others are parsed', () => {
  assert.deepEqual(parseFrame('{"a":[1]}'), { a: [1] });
  for (const text of ['{', nested(34), JSON.stringify(Array(10_001).fill(1))])
    assert.throws(() => parseFrame(text), { code: 'invalid', message: 'the frame is not valid JSON' });
});
