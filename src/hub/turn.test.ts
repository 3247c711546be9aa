import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HubCounts } from './hub-counts.ts';
import { Turn } from './turn.ts';

const endOfTurn = () => new Promise(setImmediate);

function recorder(written: string[], name: string) {
  return { flush: () => void written.push(name) };
}

test('each socket of a turn is written once, when the turn ends, and the next turn begins anew', async () => {
  const turn = new Turn();
  const written: string[] = [];
  turn.add(recorder(written, 'a'));
  turn.add(recorder(written, 'b'));
  assert.deepEqual(written, []);
  await endOfTurn();
  assert.deepEqual(written, ['a', 'b']);
  await endOfTurn();
  turn.add(recorder(written, 'c'));
  await endOfTurn();
  assert.deepEqual(written, ['a', 'b', 'c']);
});

test('the time of delivery is that of the oldest event of a turn, in seconds', async () => {
  const counts = new HubCounts();
  const turn = new Turn(counts);
  const now = performance.now();
  turn.add(recorder([], 'a'));
  counts.delivers(now - 3_000);
  counts.delivers(now - 7_000);
  turn.add(recorder([], 'b'));
  counts.delivers(now - 5_000);
  await endOfTurn();
  assert.equal(
    counts.delivery.counts.reduce((sum, count) => sum + count),
    1,
  );
  assert.ok(counts.delivery.sum >= 7 && counts.delivery.sum < 3_600, `${counts.delivery.sum} s`);
});

test('a turn that delivers no event is not measured, whatever the turn before it delivered', async () => {
  const counts = new HubCounts();
  const turn = new Turn(counts);
  turn.add(recorder([], 'a'));
  counts.delivers(performance.now());
  await endOfTurn();
  turn.add(recorder([], 'b'));
  await endOfTurn();
  assert.equal(
    counts.delivery.counts.reduce((sum, count) => sum + count),
    1,
  );
});
