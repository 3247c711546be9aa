import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkQueue } from './work-queue.ts';

/** Tasks that end when they are told to, in the order in which they began. */
function tasks(options: { atOnce?: number; queue?: number; patience?: number } = {}) {
  const queue = createWorkQueue({ atOnce: 1, queue: 3, patience: 60_000, ...options });
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    waiting: queue.waiting,
    run: (name: string, rank: number) =>
      queue.run(rank, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    endOne: async () => {
      ends.shift()?.();
      await new Promise(setImmediate);
    },
  };
}

test('the task with the lowest rank runs next, and among equals the newest (LIFO)', async () => {
  const { run, begun, endOne } = tasks({ queue: 4 });
  const all = [run('first', 9), run('old', 5), run('new', 5), run('known', 0), run('suspect', 50)];
  for (let index = 0; index < all.length; index += 1) await endOne();
  await Promise.all(all);
  assert.deepEqual(begun, ['first', 'known', 'new', 'old', 'suspect']);
});

test('a full queue refuses the oldest task of the highest rank, even if that is the new one', async () => {
  const { run, begun, endOne } = tasks({ queue: 2 });
  const [first, old, recent, known] = [run('first', 0), run('old', 5), run('recent', 5), run('known', 0)];
  await assert.rejects(old, { code: 'overloaded', retryAfter: 2 });
  await assert.rejects(run('suspect', 50), { code: 'overloaded' });
  for (let index = 0; index < 3; index += 1) await endOne();
  await Promise.all([first, recent, known]);
  assert.deepEqual(begun, ['first', 'known', 'recent']);
});

test('a task that has waited too long is refused', async () => {
  const { run, endOne } = tasks({ patience: -1 });
  const first = run('first', 0);
  const late = run('late', 0);
  await Promise.all([assert.rejects(late, { code: 'overloaded' }), endOne(), first]);
});

test('a task that fails leaves its place to the next', async () => {
  const queue = createWorkQueue({ atOnce: 1, queue: 1, patience: 60_000 });
  const failing = queue.run(0, () => Promise.reject(new Error('no')));
  const next = queue.run(0, async () => 'done');
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'done');
});

test('so many run at once, not one more and not one less, however long the queue is and after it', async () => {
  const { run, begun, endOne, waiting } = tasks({ atOnce: 2, queue: 10 });
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => run(name, 0));
  for (let ended = 0; ended < 5; ended += 1) {
    assert.deepEqual([begun.length, waiting()], [Math.min(5, ended + 2), Math.max(0, 3 - ended)]);
    await endOne();
  }
  await Promise.all(all);
  const again = ['f', 'g', 'h'].map((name) => run(name, 0));
  assert.deepEqual([begun.length, waiting()], [7, 1]);
  for (let ended = 0; ended < 3; ended += 1) await endOne();
  await Promise.all(again);
});

test('a refused task is no longer in the queue', async () => {
  const full = tasks({ queue: 1 });
  const [first, old, recent] = [full.run('first', 0), full.run('old', 5), full.run('recent', 5)];
  await assert.rejects(old, { code: 'overloaded' });
  assert.equal(full.waiting(), 1);
  for (let ended = 0; ended < 2; ended += 1) await full.endOne();
  await Promise.all([first, recent]);
  assert.deepEqual(full.begun, ['first', 'recent']);

  const slow = tasks({ patience: -1 });
  const served = slow.run('served', 0);
  const late = slow.run('late', 0);
  await Promise.all([assert.rejects(late, { code: 'overloaded' }), slow.endOne(), served]);
  assert.equal(slow.waiting(), 0);
  const next = slow.run('next', 0);
  await slow.endOne();
  await next;
  assert.deepEqual(slow.begun, ['served', 'next']);
});
