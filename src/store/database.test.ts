/** What becomes of statements when the connection to the database goes: they fail as an outage, and the pool heals. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd, eventually } from '../../test/conditions.ts';
import { emptyDatabase } from '../../test/harness.ts';
import { type Target, TcpProxy } from '../../test/tcp-proxy.ts';
import { isOutage, openDatabase, type Sql } from './database.ts';

/** A pool of one connection that leads through a proxy, so that a connection that is no good any more is seen. */
async function poolOfOne(t: TestContext): Promise<{ sql: Sql; proxy: TcpProxy }> {
  const url = new URL(await emptyDatabase(t));
  const folder = url.searchParams.get('host');
  const target: Target = folder
    ? { path: `${folder}/.s.PGSQL.${url.port}` }
    : { host: url.hostname, port: Number(url.port) };
  const proxy = await TcpProxy.open(target);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${proxy.port}`;
  const sql = openDatabase(url.href, 1);
  atEnd(t, async () => {
    await sql.end({ timeout: 1 });
    await proxy.close();
  });
  return { sql, proxy };
}

const outage = (error: unknown) => {
  assert.ok(isOutage(error), String(error));
  return true;
};

/** For some turns a statement may still be given to the connection that is going. */
async function assertHeals(sql: Sql): Promise<void> {
  const answer = await eventually('the pool to heal', () => sql`select 1 as one`.catch(() => null));
  assert.deepEqual([...(answer ?? [])], [{ one: 1 }]);
}

for (const [moment, lose] of Object.entries({
  'in the middle of a statement': async (sql: Sql, proxy: TcpProxy) =>
    sql.begin(async (tx) => {
      await tx`select 1`;
      const slept = tx`select pg_sleep(10)`.execute();
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
      proxy.cut();
      await slept;
    }),
  'as a statement is written': async (sql: Sql, proxy: TcpProxy) =>
    sql.begin(async (tx) => {
      await tx`select 1`;
      const written = tx`select 2`.execute();
      proxy.cut();
      await written;
    }),
  'by the hand of an operator': async (sql: Sql) =>
    sql.begin(async (tx) => {
      await tx`select pg_terminate_backend(pg_backend_pid())`;
    }),
}))
  test(`a transaction whose connection goes ${moment} fails, and the next one works`, async (t) => {
    const { sql, proxy } = await poolOfOne(t);
    for (let round = 0; round < 20; round += 1) {
      await assert.rejects(lose(sql, proxy), outage);
      await assertHeals(sql);
    }
  });

test('of an answer that was cut off nothing is left in the next one', async (t) => {
  const { sql, proxy } = await poolOfOne(t);
  for (let round = 0; round < 5; round += 1) {
    const asked = assert.rejects(sql`select n, repeat('x', 1000) from generate_series(1, 100_000) as n`, outage);
    await eventually('a part of the answer', async () => proxy.passed > 1_000_000);
    proxy.cut();
    await asked;
    await assertHeals(sql);
    proxy.passed = 0;
  }
});

test('while nobody answers, statements fail at once; afterwards they work', async (t) => {
  const { sql, proxy } = await poolOfOne(t);
  await sql`select 1`;
  await proxy.refuse();
  for (let round = 0; round < 10; round += 1) await assert.rejects(sql`select 1`, outage);
  await proxy.restore();
  await assertHeals(sql);
});

test('a connection that goes while it is being opened fails only who waits for it', async (t) => {
  const { sql, proxy } = await poolOfOne(t);
  proxy.delay = 1;
  for (let ms = 0; ms < 40; ms += 1) {
    proxy.cut();
    const asked = sql`select 1`.then(() => true, outage);
    await sleep(ms);
    proxy.cut();
    await asked;
  }
  await assertHeals(sql);
});

test('lists are taken as they are', async (t) => {
  const { sql } = await poolOfOne(t);
  const texts = ['', 'a, b', '"quoted"', 'back\\slash', '{}', 'null', 'Ärger 😀', null];
  const times = ['1970-01-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'];
  const [row] = await sql`
    select to_jsonb(${texts}::text[]) as texts, to_jsonb(${[]}::text[]) as none, to_jsonb(${[1, -2]}::int[]) as numbers,
           to_jsonb(${times}::timestamptz[]) as times`;
  assert.deepEqual([row?.texts, row?.none, row?.numbers], [texts, [], [1, -2]]);
  assert.deepEqual(
    row?.times.map((time: string) => new Date(time).toISOString()),
    times,
  );
});
