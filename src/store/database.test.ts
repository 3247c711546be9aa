/** What becomes of statements when the connection to the database goes: they fail as an outage, and the pool heals. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../../test/conditions.ts';
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
      await sql`select 1`;
      await assert.rejects(lose(sql, proxy), outage);
    }
    assert.deepEqual([...(await sql`select 1 as one`)], [{ one: 1 }]);
  });

test('while nobody answers, statements fail at once; afterwards they work', async (t) => {
  const { sql, proxy } = await poolOfOne(t);
  await sql`select 1`;
  await proxy.refuse();
  for (let round = 0; round < 10; round += 1) await assert.rejects(sql`select 1`, outage);
  await proxy.restore();
  assert.deepEqual([...(await sql`select 1 as one`)], [{ one: 1 }]);
});
