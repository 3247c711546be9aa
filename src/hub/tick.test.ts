import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubCounts } from './hub-counts.ts';
import { Tick } from './tick.ts';

const endOfTurn = () => new Promise(setImmediate);

function recorder(written: string[], name: string) {
  return { flush: () => void written.push(name) };
}

test('each socket of a tick is written once, when the tick ends, and the next tick starts again', async () => {
  const tick = new Tick();
  const written: string[] = [];
  tick.add(recorder(written, 'a'));
  tick.add(recorder(written, 'b'));
  assert.deepEqual(written, []);
  await endOfTurn();
  assert.deepEqual(written, ['a', 'b']);
  await endOfTurn();
  tick.add(recorder(written, 'c'));
  await endOfTurn();
  assert.deepEqual(written, ['a', 'b', 'c']);
});

test('the time of delivery is that of the oldest event of a tick, in seconds', async () => {
  const counts = new HubCounts();
  const tick = new Tick(counts);
  const now = performance.now();
  tick.add(recorder([], 'a'));
  counts.delivers(now - 3_000);
  counts.delivers(now - 7_000);
  tick.add(recorder([], 'b'));
  counts.delivers(now - 5_000);
  await endOfTurn();
  assert.equal(
    counts.delivery.counts.reduce((sum, count) => sum + count),
    1,
  );
  assert.ok(counts.delivery.sum >= 7 && counts.delivery.sum < 3_600, `${counts.delivery.sum} s`);
});

test('a tick that delivers no event is not measured, whatever the tick before it delivered', async () => {
  const counts = new HubCounts();
  const tick = new Tick(counts);
  tick.add(recorder([], 'a'));
  counts.delivers(performance.now());
  await endOfTurn();
  tick.add(recorder([], 'b'));
  await endOfTurn();
  assert.equal(
    counts.delivery.counts.reduce((sum, count) => sum + count),
    1,
  );
});
