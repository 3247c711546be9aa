import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checker, type Life } from './checker.ts';
import { Random } from './random.ts';
import { END_OF_LEARNING, StatementChecker } from './statements.ts';

const STORED = ['a', 'b', 'c', 'd', 'e'];

/** The checker's violations for one life against the stored sequence. */
function verdict(delivered: string[], settled = false, stored = STORED): string[] {
  const checker = new Checker();
  checker.store('room', stored);
  checker.check([{ client: 'ann', stream: 'room', delivered, settled, checked: false }]);
  return checker.violations;
}

test('a socket may have received any contiguous part of the stored sequence, and a settled socket its end', () => {
  for (const piece of [[], ['c'], ['b', 'c', 'd'], STORED]) assert.deepEqual(verdict([...piece]), []);
  assert.deepEqual(verdict(['d', 'e'], true), []);
  assert.deepEqual(verdict([], true), []);
});

test('the checker detects lost, duplicated, reordered and invented messages', () => {
  assert.match(verdict(['a', 'b', 'd'])[0] as string, /a hole of 1/);
  assert.match(verdict(['a', 'b', 'b', 'c'])[0] as string, /a repeat/);
  assert.match(verdict(['a', 'c', 'b'])[0] as string, /a hole/);
  assert.match(verdict(['b', 'a'])[0] as string, /out of order/);
  assert.match(verdict(['a', 'x'])[0] as string, /x, which is not stored/);
  assert.match(verdict(['a', 'b'], true)[0] as string, /ends with b, what is stored with e/);
});

test('the checker detects an acknowledged message that is stored twice or not at all', () => {
  const checker = new Checker();
  checker.acknowledge('ann', 'a');
  checker.acknowledge('ann', 'z');
  checker.store('room', ['a', 'b']);
  checker.check([]);
  assert.deepEqual(checker.violations, ['ann was told that z is stored, and it is not']);
  checker.store('room', ['b']);
  assert.deepEqual(checker.violations.slice(1), ['b is stored twice']);
});

test("a socket's life continues over several checks, and lives of other streams are kept apart", () => {
  const checker = new Checker();
  const life: Life = { client: 'ann', stream: 'room', delivered: ['a', 'b'], settled: true, checked: false };
  checker.store('room', ['a', 'b']);
  checker.check([life]);
  checker.store('room', ['c', 'd']);
  checker.store('other', ['x']);
  life.delivered.push('d');
  checker.check([life]);
  life.delivered.push('x');
  checker.check([life]);
  assert.match(checker.violations.join(), /a hole of 1.*was shown x, which is of other/);
  assert.equal(checker.delivered, 4);
});

test('a seed repeats its draws', () => {
  const draws = (seed: number) =>
    Array.from(
      { length: 5 },
      (
        (random) => () =>
          random.next()
      )(new Random(seed)),
    );
  assert.deepEqual(draws(7), draws(7));
  assert.notDeepEqual(draws(7), draws(8));
});

/** A log with one message per statement of a session, after the statements to learn from. */
function log(learned: readonly string[], checked: readonly string[]): StatementChecker {
  const statements = new StatementChecker();
  for (const text of [...learned, END_OF_LEARNING, ...checked])
    statements.take({ session_id: '1', message: text.startsWith('there is') ? text : `execute s1: ${text}` });
  return statements;
}

test('statements inside and outside of their own transaction pass', () => {
  const good = ['begin', 'insert', 'commit', 'select', 'begin', 'insert', 'rollback', 'select'];
  const { violations, transactions, statements } = log(good, good);
  assert.deepEqual([violations, transactions, statements], [[], 4, 8]);
});

test('the checker detects a statement in a foreign transaction or outside of its own', () => {
  const good = ['begin', 'insert', 'commit', 'select'];
  assert.match(log(good, ['begin', 'select', 'commit']).violations.join(), /inside of a transaction: select/);
  assert.match(log(good, ['insert']).violations.join(), /outside of its transaction: insert/);
  assert.match(log(good, ['there is no transaction in progress']).violations.join(), /no transaction/);
});
