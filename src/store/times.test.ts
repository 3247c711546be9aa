/** Times between PostgreSQL and JavaScript, over all years that both know. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEnd } from '../../test/support/conditions.ts';
import { emptyDatabase } from '../../test/support/harness.ts';
import { openDatabase } from './database.ts';
import { readTime, writeTime } from './times.ts';

const TEXTS = {
  '2024-11-05 06:07:08.009+00': '2024-11-05T06:07:08.009Z',
  '2024-11-05 06:07:08.1234+00': '2024-11-05T06:07:08.123Z',
  '2024-11-05 06:07:08': '2024-11-05T06:07:08.000Z',
  '2024-02-29': '2024-02-29T00:00:00.000Z',
  '0099-12-31 23:59:59.999+00': '0099-12-31T23:59:59.999Z',
  '0001-01-01 00:00:00+00': '0001-01-01T00:00:00.000Z',
  '0001-12-31 00:00:00+00 BC': '0000-12-31T00:00:00.000Z',
  '0044-03-15 00:00:00+00 BC': '-000043-03-15T00:00:00.000Z',
  '12345-06-07 00:00:00+00': '+012345-06-07T00:00:00.000Z',
};

test('times of any year are read as PostgreSQL writes them', () => {
  for (const [text, iso] of Object.entries(TEXTS)) assert.equal(readTime(text).toISOString(), iso, text);
  for (const text of ['infinity', '05.11.2024 06:07:08 UTC', ''])
    assert.ok(Number.isNaN(readTime(text).getTime()), text);
});

test('times of all years come back from PostgreSQL as they went there', async (t) => {
  const sql = openDatabase(await emptyDatabase(t), 1);
  atEnd(t, () => sql.end());
  for (const iso of Object.values(TEXTS)) {
    const time = new Date(iso);
    const [row] = await sql`select ${time}::timestamptz as alone, (${[writeTime(time)]}::timestamptz[])[1] as listed`;
    assert.deepEqual([row?.alone, row?.listed], [time, time]);
  }
});
