import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EntryRow } from '../../store/presence.ts';
import { changesOf, type EntranceState } from './entry-changes.ts';

const HERE = 'here';
const THERE = 'there';
const MOMENT = { at: 5, usernames: new Map([[1, 'ann']]) };

function row(account: number, via: string, node: string): EntryRow {
  return { account_id: account, via, node_id: node };
}

function entrance(members: Partial<EntranceState>): EntranceState {
  return { accountId: 1, name: 'lobby', exclusive: false, isOpen: true, isNew: true, ...members };
}

function kinds(rows: EntryRow[], ...entrances: EntranceState[]): string[] {
  return changesOf(rows, entrances, HERE, MOMENT).facts.map(({ kind }) => kind);
}

test('the first entry of an account is its coming, the last one its going', () => {
  assert.deepEqual(kinds([], entrance({})), ['member.joined']);
  assert.deepEqual(kinds([row(1, 'lobby', HERE)], entrance({ isOpen: false })), ['member.left']);
  assert.deepEqual(changesOf([], [entrance({})], HERE, MOMENT).facts[0]?.data, {
    accountId: 1,
    username: 'ann',
    at: 5,
  });
  const gone = changesOf([row(2, 'lobby', HERE)], [entrance({ accountId: 2, isOpen: false })], HERE, MOMENT).facts;
  assert.deepEqual(gone, [{ kind: 'member.left', data: { accountId: 2, username: null, at: 5 } }]);
});

test('an account that is present by another entrance or on another node neither joins nor leaves', () => {
  for (const other of [row(1, 'relay', HERE), row(1, 'lobby', THERE)]) {
    assert.deepEqual(kinds([other], entrance({})), []);
    assert.deepEqual(kinds([other, row(1, 'lobby', HERE)], entrance({ isOpen: false })), []);
  }
});

test('entries that are already correct are not changed', () => {
  const { removed, added, facts } = changesOf([row(1, 'lobby', HERE)], [entrance({ isNew: false })], HERE, MOMENT);
  assert.deepEqual([removed, added, facts], [[], [], []]);
  assert.deepEqual(kinds([], entrance({ isOpen: false })), []);
});

test('a new exclusive entrance displaces the entry of another node, and an older one does not', () => {
  const rows = [row(1, 'relay', THERE)];
  const taking = changesOf(rows, [entrance({ name: 'relay', exclusive: true })], HERE, MOMENT);
  assert.deepEqual(taking.removed, rows);
  assert.equal(taking.added.length, 1);
  assert.deepEqual(taking.facts, [{ kind: 'place.taken', data: { accountId: 1, via: 'relay', node: HERE } }]);

  const again = entrance({ name: 'relay', exclusive: true, isNew: false });
  const yielding = changesOf(rows, [again], HERE, MOMENT);
  assert.deepEqual(yielding, { removed: [], added: [], displaced: [again], facts: [] });
});

test('the facts always agree with the changes of the rows', () => {
  const account = fc.integer({ min: 1, max: 3 });
  const via = fc.constantFrom('lobby', 'relay');
  const rowOf = fc.record({ account_id: account, via, node_id: fc.constantFrom(HERE, THERE) });
  const entranceOf = fc.record({ accountId: account, name: via, isOpen: fc.boolean(), isNew: fc.boolean() });
  const key = (entry: EntryRow) => `${entry.account_id} ${entry.via} ${entry.node_id}`;
  fc.assert(
    fc.property(
      fc.uniqueArray(rowOf, { selector: key }),
      fc.uniqueArray(entranceOf, { selector: (one) => `${one.accountId} ${one.name}` }),
      (rows, drawn) => {
        const entrances = drawn.map((one) => entrance({ ...one, exclusive: one.name === 'relay' }));
        const touched = new Set(entrances.map(({ accountId }) => accountId));
        const known = rows.filter((one) => touched.has(one.account_id));
        const { removed, added, facts } = changesOf(known, entrances, HERE, MOMENT);
        const after: EntryRow[] = known.filter((one) => !removed.some((gone) => key(gone) === key(one)));
        after.push(...added.map((one) => row(one.accountId, one.name, HERE)));
        assert.equal(new Set(after.map(key)).size, after.length);
        for (const id of touched) {
          const was = known.some((one) => one.account_id === id);
          const is = after.some((one) => one.account_id === id);
          const told = facts.filter(
            (fact) => 'accountId' in fact.data && 'username' in fact.data && fact.data.accountId === id,
          );
          assert.deepEqual(
            told.map(({ kind }) => kind),
            was === is ? [] : [is ? 'member.joined' : 'member.left'],
          );
        }
      },
    ),
  );
});
