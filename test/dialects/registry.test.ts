/** Every registered dialect is covered by each test that iterates over dialects; nothing is registered here. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { DIALECTS } from '../../src/config/dialects.ts';
import { TABLES } from '../authorization/tables.ts';
import { SIGN_INS } from '../fuzz/cast.ts';
import { SOCKET_PATHS } from '../fuzz/frames.ts';
import { REFUSALS } from '../support/refusals.ts';

/** By the missing part and its place: whether that dialect has it. */
const SEATS: Record<string, (dialect: string) => boolean> = {
  'test file (test/dialects/)': (name) => existsSync(`test/dialects/${name}.test.ts`),
  'client of its document (test/clients/)': (name) => existsSync(`test/clients/${name}-client.ts`),
  'client walk (test/client-generator/walks/)': (name) => existsSync(`test/client-generator/walks/${name}.ts`),
  'authorization row (test/authorization/tables.ts)': (name) =>
    TABLES.some((table) => table.name === name && table.rows.length > 0),
  'fuzz sign-in (test/fuzz/cast.ts)': (name) => name in SIGN_INS,
  'fuzz seat (test/fuzz/frames.ts)': (name) => name in SOCKET_PATHS,
  'refusals (test/support/refusals.ts)': (name) => name in REFUSALS,
};

test('every registered dialect is covered by the tests that iterate over dialects', () => {
  const lacking = DIALECTS.flatMap((dialect) => {
    const missing = Object.keys(SEATS).filter((seat) => !SEATS[seat]?.(dialect));
    return missing.length === 0 ? [] : [`${dialect}: ${missing.map((seat) => `no ${seat}`).join(', ')}`];
  });
  assert.equal(lacking.join('\n'), '');
});
