/** Changes that are shown before the server has confirmed them: whatever comes first, in the end the state is the server's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveEvent } from '../../packages/client/src/events.ts';
import { withEntry, withFields, withoutEntry } from '../../packages/client/src/records.ts';
import { apply } from '../../packages/client/src/reducer.ts';
import { EMPTY, type State } from '../../packages/client/src/state.ts';
import { createStore } from '../../packages/client/src/store.ts';
import { MYSELF, PEOPLE } from './model.ts';

const BOB = PEOPLE.find(({ id }) => id !== MYSELF)?.id ?? '';
const at = '2026-01-01T00:00:00.000Z';

const added = (seq: number) =>
  ({ type: 'block.added', stream: 'me', seq, at, by: MYSELF, data: { id: BOB } }) as LiveEvent;
const removed = (seq: number) => ({ ...added(seq), type: 'block.removed' }) as LiveEvent;
const blocked = (state: State) => withFields(state, { blocks: withEntry(state.blocks ?? {}, BOB, true) });
const unblocked = (state: State) => withFields(state, { blocks: withoutEntry(state.blocks ?? {}, BOB) });

test('a change and its reversal are shown as they end, in whatever order answers and events come', async () => {
  const events: Record<string, readonly LiveEvent[]> = {
    both: [added(1), removed(2)],
    first: [added(1)],
    second: [removed(2)],
  };
  const orders = [
    'both block unblock',
    'block both unblock',
    'block unblock both',
    'unblock both block',
    'first block unblock second',
    'block first second unblock',
  ];
  for (const order of orders) {
    const store = createStore({ ...EMPTY, blocks: {}, positions: { me: 0 } }, (run) => run());
    const answers: Record<string, () => void> = {};
    const until = (name: string) =>
      new Promise<void>((resolve) => {
        answers[name] = resolve;
      });
    const work = [
      store.predict('one', blocked, () => until('block')),
      store.predict('another', unblocked, () => until('unblock')),
    ];
    for (const step of order.split(' ')) {
      const batch = events[step];
      if (batch) store.apply(batch, apply);
      else answers[step]?.();
      await Promise.resolve();
      assert.deepEqual(store.state.blocks, {}, `${order}: at ${step}`);
    }
    await Promise.all(work);
    assert.equal(store.state, store.confirmed, order);
  }
});

test('a change to what the state has already is shown until its event comes, though another one undoes it before', async () => {
  const store = createStore({ ...EMPTY, blocks: { [BOB]: true }, positions: { me: 0 } }, (run) => run());
  await store.predict('bob', unblocked, async () => {});
  await store.predict('bob', blocked, async () => {});
  store.apply([removed(1)], apply);
  assert.deepEqual([store.confirmed.blocks, store.state.blocks], [{}, { [BOB]: true }]);
  store.apply([added(2)], apply);
  assert.equal(store.state, store.confirmed);
  assert.deepEqual(store.state.blocks, { [BOB]: true });
});

test('a change and its reversal reach the server in the order in which they were wanted, also if the first one fails', async () => {
  const store = createStore({ ...EMPTY, blocks: {}, positions: { me: 0 } }, (run) => run());
  const asked: string[] = [];
  let fail = (_reason: Error) => {};
  const ask = (what: string) => {
    asked.push(what);
    return what === 'block' ? new Promise<void>((_resolve, reject) => (fail = reject)) : Promise.resolve();
  };
  const blocking = store.predict('bob', blocked, () => ask('block'));
  const unblocking = store.predict('bob', unblocked, () => ask('unblock'));
  await store.predict('cleo', unblocked, () => ask('unblock cleo'));
  assert.deepEqual(asked, ['block', 'unblock cleo']);
  fail(new Error('offline'));
  await assert.rejects(blocking, /offline/);
  await unblocking;
  assert.deepEqual(asked, ['block', 'unblock cleo', 'unblock']);
});
