/** Each list of src/store: the order of its rows, its pages, and whose rows they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Db, openDatabase } from '../../src/store/database.ts';
import { atEnd } from '../support/conditions.ts';
import { OWNERS, RANKS, seedFewRows } from '../support/few-rows.ts';
import { privatePlaces } from '../support/harness.ts';
import { assertNone } from '../support/set-difference.ts';
import { type Answer, type LastRow, type Order, STORE_ANSWERS } from './store-answers.ts';

/** More than any list has. */
const ALL = 100;

const timeOf = (number: number) => RANKS[(number % 10) - 1] as number;
/** Numbers of two rows: above 0 if the second comes first. */
const ORDERS: Record<Order, (a: number, b: number) => number> = {
  byId: (a, b) => a - b,
  newestId: (a, b) => b - a,
  byTime: (a, b) => timeOf(a) - timeOf(b) || a - b,
  latest: (a, b) => timeOf(b) - timeOf(a) || b - a,
  latestFirst: (a, b) => timeOf(b) - timeOf(a) || a - b,
  byTimeAlone: (a, b) => timeOf(a) - timeOf(b),
  none: () => 0,
};

type Numbers = readonly (number | null)[];

const markOf = (last: unknown) => ({
  id: typeof last === 'number' ? last : ((last as LastRow | null)?.id ?? null),
  last: last as LastRow | null,
});

/** The rows of all pages of that size, in the list's order. */
async function rowsByPages(
  db: Db,
  owner: number,
  { pages, read }: Answer,
  { limit, count }: Record<'limit' | 'count', number>,
) {
  let rows: unknown[] = [];
  let last: unknown = null;
  for (let skip = 0; skip <= count; skip += limit) {
    const page = await read(db, owner, { limit, skip, ...markOf(last) });
    assert.ok(page.length <= limit, `${page.length} rows on a page of ${limit}`);
    rows = pages === 'back' ? [...page, ...rows] : [...rows, ...page];
    last = (pages === 'back' ? page[0] : page.at(-1)) ?? last;
  }
  return rows;
}

/** @returns what is wrong with it */
async function faultsOf(db: Db, owner: number, answer: Answer): Promise<string[]> {
  const faults: string[] = [];
  const same = (what: string, found: Numbers, expected: Numbers) => {
    if (String(found) !== String(expected)) faults.push(`${what}: ${found}; expected: ${expected}`);
  };
  const numbersOf = (rows: readonly unknown[]): Numbers => rows.map((row) => answer.numberOf(row as never));
  const read = (limit: number) => answer.read(db, owner, { limit, skip: 0, ...markOf(null) });
  const rows = await read(ALL);
  const all = numbersOf(rows);
  const { order, pages, ofAll } = answer;
  // In a list of everybody there is more than the rows of the owners.
  const isOwned = (number: number) => OWNERS.some((one) => Math.floor(number / 10) === one);
  const found = all.filter((number): number is number => number !== null && (!ofAll || isOwned(number)));
  const expected = (ofAll ? OWNERS : [owner]).flatMap((one) => answer.rows.map((n) => one * 10 + n));
  same('rows', found.toSorted(ORDERS.byId), expected.toSorted(ORDERS.byId));
  same('order', found, found.toSorted(ORDERS[order]));
  if (pages === 'first') same('the first two', numbersOf(await read(2)), all.slice(0, 2));
  if (pages === 'last') same('the last two', numbersOf(await read(2)), all.slice(-2));
  if (pages === 'next' || pages === 'back')
    same('pages of two', numbersOf(await rowsByPages(db, owner, answer, { limit: 2, count: rows.length })), all);
  return faults;
}

test('every list of src/store has its order, pages with each row once, and only rows of the one that is asked for', async (t) => {
  const { DATABASE_URL } = await privatePlaces(t);
  const sql = openDatabase(DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  await seedFewRows(sql);
  const faults: string[] = [];
  for (const [name, answers] of Object.entries(STORE_ANSWERS))
    for (const answer of [answers].flat())
      for (const owner of answer.ofAll ? OWNERS.slice(0, 1) : OWNERS)
        faults.push(...(await faultsOf(sql, owner, answer)).map((fault) => `${name} of ${owner}: ${fault}`));
  assertNone('wrong answers of lists', faults);
});
