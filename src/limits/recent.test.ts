import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';
import { Tally } from './tally.ts';

test('the newest entries are kept: at least half of the maximum and never more than it', () => {
  const recent = new Recent<number>(10);
  let most = 0;
  for (let index = 0; index < 1_000; index += 1) {
    recent.set(String(index), index);
    assert.ok(recent.size <= 10 && recent.size >= Math.min(index + 1, 5), `${recent.size} of 10`);
    for (let kept = Math.max(0, index - 4); kept <= index; kept += 1) assert.equal(recent.get(String(kept)), kept);
    most = Math.max(most, recent.size);
  }
  assert.equal(most, 10);
});

test('aging drops the entries that are older than the previous aging', () => {
  const recent = new Recent<number>(10);
  recent.set('a', 1);
  recent.age();
  assert.equal(recent.get('a'), 1);
  recent.set('b', 2);
  recent.age();
  assert.deepEqual([recent.get('a'), recent.get('b'), recent.size], [undefined, 2, 1]);
});

test('keys are counted by themselves, down to none', () => {
  const tally = new Tally();
  assert.deepEqual([tally.add('a'), tally.add('a'), tally.add('b')], [1, 2, 1]);
  tally.remove('a');
  assert.deepEqual([tally.of('a'), tally.of('b'), tally.of('c')], [1, 1, 0]);
  tally.remove('a');
  assert.deepEqual([tally.of('a'), tally.add('a')], [0, 1]);
});
