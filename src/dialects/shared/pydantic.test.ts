import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInteger } from './pydantic.ts';

test('booleans and texts of whole numbers are read as integers', () => {
  const values = [true, false, '7', '+7', '-7', '007', ' 7\n', '7.', '7.0', '7.000', '1_000', '1_0_0', '-0'];
  assert.deepEqual(values.map(readInteger), [1, 0, 7, 7, -7, 7, 7, 7, 7, 7, 1_000, 100, -0]);
});

test('other values are returned unchanged', () => {
  const values = ['', ' ', '7x', 'x7', '7.5', '.0', '_1', '1_', '1__0', '1.0_0', '+', '+-7', '1e3', '0x10', '7 7'];
  for (const value of [...values, 7, 7.5, null, undefined, [], {}]) assert.equal(readInteger(value), value);
});

test('a number may have 4,300 characters, as in Python', () => {
  assert.equal(readInteger('1'.padStart(4_300, '0')), 1);
  const longer = '1'.padStart(4_301, '0');
  assert.equal(readInteger(longer), longer);
});
