/** Statements fail as an outage when the connection to the database is lost, and the pool recovers. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../test/faults/random.ts';
import { atEnd, eventually } from '../../test/support/conditions.ts';
import { emptyDatabase } from '../../test/support/harness.ts';
import { proxyDatabase, type TcpProxy } from '../../test/support/tcp-proxy.ts';
import { type Db, isOutage, openDatabase, type Sql } from './database.ts';

/** A pool of one connection that leads through a proxy, so that a connection that is no good any more is seen. */
async function poolOfOne(t: TestContext): Promise<{ sql: Sql; proxy: TcpProxy }> {
  return poolOf(t, 1, 0);
}

async function poolOf(t: TestContext, connections: number, silence: number): Promise<{ sql: Sql; proxy: TcpProxy }> {
  const { proxy, url } = await proxyDatabase(t, await emptyDatabase(t));
  const sql = openDatabase(url, connections, { silence });
  atEnd(t, () => sql.end({ timeout: 1 }));
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

test('a pool ends although a connection was lost with a statement under way', async (t) => {
  const { sql, proxy } = await poolOfOne(t);
  await sql`select 1`;
  const slept = sql`select pg_sleep(100)`.execute();
  proxy.cut();
  await assert.rejects(slept, outage);
  await sql.end();
});

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

test('a database that says nothing any more is lost after a while; one that has nothing to say is not', async (t) => {
  const silence = 300;
  const { sql, proxy } = await poolOf(t, 1, silence);
  const backend = async () => (await sql<[{ pid: number }]>`select pg_backend_pid() as pid`)[0].pid;
  const first = await backend();
  await sleep(3 * silence);
  assert.equal(await backend(), first, 'idle for long');
  const late = await sql`select pg_sleep(${(silence * 2) / 3_000}), pg_backend_pid() as pid`;
  assert.equal(late[0]?.pid, first, 'slow');

  // Asked one after the other without waiting: the first answer is not that to the last question.
  const answered = sql`select 1`.execute();
  const asked = sql`select 2, pg_sleep(${silence / 3_000})`.execute();
  await answered;
  proxy.hold();
  await assert.rejects(asked, outage);
  await assert.rejects(sql`select 3`, outage, 'nor does it answer on a new connection');
  proxy.release();
  await assertHeals(sql);
  assert.notEqual(await backend(), first);
});

test('a database that falls silent before it has described a statement is lost', async (t) => {
  const { sql, proxy } = await poolOf(t, 1, 200);
  await sql`select 1`;
  proxy.hold();
  await assert.rejects(sql`select ${'described first'}::text`, outage);
  proxy.release();
  await assertHeals(sql);
  await assert.rejects(sql`select ${'x'}::text from missing`, /missing/, 'an error in place of a description');
  await assertHeals(sql);
});

test('a silent database is lost even if the timer fires before the silence is complete', async (t) => {
  const silence = 200;
  const { sql, proxy } = await poolOf(t, 1, silence);
  await sql`select 1`;
  const now = performance.now.bind(performance);
  const begun = now();
  t.mock.method(performance, 'now', () => begun + (now() - begun) * 0.9);
  proxy.hold();
  await assert.rejects(sql`select 2`, outage);
  proxy.release();
  await assertHeals(sql);
});

test('if one connection is found silent, the other silent ones are closed too', async (t) => {
  const silence = 1_000;
  const { sql, proxy } = await poolOf(t, 4, silence);
  await Promise.all(Array.from({ length: 4 }, () => sql`select pg_sleep(0.05)`));
  proxy.strand();
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => now() + silence);
  await assert.rejects(sql`select 1`, { code: 'ETIMEDOUT' });
  for (let time = 0; time < 8; time += 1) {
    const asked = performance.now();
    await sql`select 1`.catch(outage);
    assert.ok(performance.now() - asked < silence, 'waited for once more');
  }
  await assertHeals(sql);
});

test('a transaction that stands still is ended, and its next statement fails, however late that comes', async (t) => {
  const { sql } = await poolOf(t, 2, 300);
  let late: unknown = null;
  await assert.rejects(
    sql.begin(async (tx) => {
      const [{ pid }] = await tx<[{ pid: number }]>`select pg_backend_pid() as pid`;
      await eventually('the server to end it', async () => {
        const left = await sql`select from pg_stat_activity where pid = ${pid}`;
        return left.length === 0;
      });
      // Long after the connection was lost: postgres.js must not have forgotten it, nor given it to somebody else.
      for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate);
      late = await tx`select 2`.catch((error: unknown) => error);
      throw late;
    }),
    outage,
  );
  await eventually('the late statement', async () => late !== null);
  assert.ok(isOutage(late), String(late));
  await assertHeals(sql);
});

test('however connections go, each statement gets its own answer or fails, and transactions are whole', async (t) => {
  const silence = 300;
  const { sql, proxy } = await poolOf(t, 4, silence);
  const random = new Random(1);
  await sql`create table counted (id int primary key, n int not null)`;
  await sql`insert into counted values (1, 0), (2, 0)`;
  const end = performance.now() + 4_000;
  let token = 0;
  let confirmed = 0;
  let unknown = 0;

  const ask = async (db: Db, more: string) => {
    token += 1;
    const mine = token;
    const [row] = await db`select ${mine}::int as token, ${more} as more`;
    assert.deepEqual([row?.token, row?.more], [mine, more]);
  };
  const count = (failing: boolean) =>
    sql.begin(async (tx) => {
      await ask(tx, '');
      await tx`update counted set n = n + 1 where id = 1`;
      if (failing) await tx`select 1/0`;
      await tx`update counted set n = n + 1 where id = 2`;
    });
  const kinds = [
    () => ask(sql, ''),
    () => ask(sql, 'x'.repeat(100_000)),
    () => sql`select pg_sleep(${random.next() / 20})`,
    () => count(true).catch((error) => void assert.ok(error.code === '22012' || isOutage(error), String(error))),
    async () => {
      unknown += 1;
      await count(false);
      unknown -= 1;
      confirmed += 1;
    },
  ];
  const people = Array.from({ length: 12 }, async () => {
    while (performance.now() < end) await random.pick(kinds)().catch(outage);
  });
  const troubles = [
    async () => proxy.cut(),
    async () => proxy.strand(),
    async () => {
      await proxy.refuse();
      await sleep(random.between(1, 100));
      await proxy.restore();
    },
    async () => {
      proxy.hold();
      await sleep(random.between(1, 2 * silence));
      proxy.release();
    },
    async () => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()`.catch(
        outage,
      );
    },
  ];
  while (performance.now() < end) {
    await sleep(random.between(1, 200));
    await random.pick(troubles)();
  }
  await Promise.all(people);

  // Each of them is as good as new, and at once.
  await Promise.all(Array.from({ length: 4 }, () => sql`select pg_sleep(0.05)`.catch(outage)));
  const healed = performance.now();
  for (let time = 0; time < 4; time += 1) await Promise.all(Array.from({ length: 4 }, () => assertHeals(sql)));
  assert.ok(performance.now() - healed < 4_000, 'a connection waits to be greeted');
  const [one, two] = await sql<{ n: number }[]>`select n from counted order by id`;
  assert.equal(one?.n, two?.n);
  assert.ok(
    (one?.n ?? 0) >= confirmed && (one?.n ?? 0) <= confirmed + unknown,
    `${one?.n} of ${confirmed} and ${unknown}`,
  );
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
