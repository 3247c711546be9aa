import { test } from 'node:test';
import { assertSameSet } from '../support/set-difference.ts';
import { findStoreLists } from '../support/store-lists.ts';
import { STORE_ANSWERS, UNANSWERED } from './store-answers.ts';
import { STORE_LISTS, UNBOUNDED } from './store-lists.ts';

test('the test of query plans calls every list of src/store', () => {
  const known = [...Object.keys(STORE_LISTS), ...Object.keys(UNBOUNDED)];
  assertSameSet(['the lists of src/store', findStoreLists()], ['test/core/store-lists.ts', known]);
});

test('the test of answers calls every list of src/store', () => {
  const known = [...Object.keys(STORE_ANSWERS), ...Object.keys(UNANSWERED)];
  assertSameSet(['the lists of src/store', findStoreLists()], ['test/core/store-answers.ts', known]);
});
