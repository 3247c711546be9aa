/** Contract tests that run against every counter, and failures of Redis for the counters that nodes share. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { suite, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { atEnd, eventually } from '../../test/support/conditions.ts';
import { NEEDS_REDIS, REDIS_URL } from '../../test/support/redis.ts';
import { TcpProxy } from '../../test/support/tcp-proxy.ts';
import { Redis } from '../store/redis.ts';
import { MemoryRates, type Rate, type Rates } from './rates.ts';
import { RedisRates } from './rates-redis.ts';

/** `url`: where a test has its own way to Redis. */
async function openNode(t: TestContext, rate: Rate, { name = randomUUID() as string, url = REDIS_URL } = {}) {
  const redis = await Redis.open(url, pino({ level: 'silent' }));
  atEnd(t, () => redis.close());
  const warnings: string[] = [];
  const rates = new RedisRates(redis, { name, rate, warn: (message) => warnings.push(message) });
  return { redis, rates, warnings };
}

type Kind = { name: string; skip: boolean; open: (t: TestContext, rate: Rate) => Promise<Rates> };

const KINDS: Kind[] = [
  { name: 'in memory', skip: false, open: async (_t, rate) => new MemoryRates(rate) },
  { name: 'in Redis', skip: NEEDS_REDIS.skip, open: async (t, rate) => (await openNode(t, rate)).rates },
];

for (const { name, skip, open } of KINDS)
  suite(`a counter ${name}`, { skip }, () => {
    test('a key has its points, what is given back counts again, and other keys have theirs', async (t) => {
      const rates = await open(t, { points: 3, seconds: 60 });
      assert.deepEqual(await rates.take('ann', 2), { allowed: true, limit: 3, used: 2, reset: 60 });
      const { allowed, used } = await rates.take('ann', 2);
      assert.deepEqual({ allowed, used }, { allowed: false, used: 4 });
      await rates.giveBack('ann', 3);
      assert.equal((await rates.take('ann', 2)).allowed, true);
      assert.equal((await rates.take('bob', 3)).allowed, true);
    });

    test('nobody has more than all of it, whatever is given back', async (t) => {
      const rates = await open(t, { points: 3, seconds: 60 });
      await rates.giveBack('nobody', 3);
      assert.equal((await rates.take('nobody')).used, 1);
      await rates.giveBack('nobody', 3);
      assert.equal((await rates.take('nobody')).used, 1);
    });

    test('a window ends, and its use does not make it longer', async (t) => {
      const rates = await open(t, { points: 1, seconds: 0.2 });
      assert.equal((await rates.take('ann')).allowed, true);
      assert.equal((await rates.take('ann')).allowed, false);
      await eventually('a new window', async () => (await rates.take('ann')).allowed);
    });

    test('of many who ask at once, as many as there are points come through', async (t) => {
      const rates = await open(t, { points: 10, seconds: 60 });
      const uses = await Promise.all(Array.from({ length: 50 }, () => rates.take('ann')));
      assert.equal(uses.filter(({ allowed }) => allowed).length, 10);
    });

    test('without a limit everything is allowed', async (t) => {
      const rates = await open(t, { points: Number.POSITIVE_INFINITY, seconds: 60 });
      for (let index = 0; index < 10; index += 1) assert.equal((await rates.take('ann')).allowed, true);
    });
  });

test('a window in memory that is over is forgotten', () => {
  const rates = new MemoryRates({ points: 1, seconds: -1 });
  for (let index = 0; index < 3; index += 1) assert.equal(rates.take('ann').allowed, true);
  for (let index = 0; index < 100; index += 1) rates.take(`key ${index}`);
  assert.ok(rates.size <= 2, `${rates.size} windows`);
});

test('in memory, a million keys take the place of a hundred thousand', () => {
  const rates = new MemoryRates({ points: 1, seconds: 60 });
  for (let index = 0; index < 1_000_000; index += 1) rates.take(`key ${index}`);
  assert.ok(rates.size <= 100_000 && rates.size >= 50_000, `${rates.size} windows`);
  assert.equal(rates.take('key 999999').allowed, false);
});

test('in memory, where there is no limit nothing is kept', () => {
  const rates = new MemoryRates({ points: Number.POSITIVE_INFINITY, seconds: 60 });
  for (let index = 0; index < 10; index += 1) rates.take('ann');
  assert.equal(rates.size, 0);
});

suite('nodes that share a counter', NEEDS_REDIS, () => {
  const rate = { points: 3, seconds: 60 };

  /** Two nodes; the second one's way to Redis can be cut. */
  async function openTwo(t: TestContext) {
    const name = randomUUID();
    const url = new URL(REDIS_URL);
    const proxy = await TcpProxy.open({ host: url.hostname, port: Number(url.port) });
    atEnd(t, () => proxy.close());
    url.host = `127.0.0.1:${proxy.port}`;
    const one = await openNode(t, rate, { name });
    return { name, proxy, one, two: await openNode(t, rate, { name, url: url.href }) };
  }

  const usedBy = async ({ rates }: { rates: Rates }) => (await rates.take('ann')).used;

  test('each counts what the others took and gave back, another installation does not', async (t) => {
    const { one, two } = await openTwo(t);
    assert.deepEqual([await usedBy(one), await usedBy(two), await usedBy(one)], [1, 2, 3]);
    assert.equal((await two.rates.take('ann')).allowed, false);
    await one.rates.giveBack('ann', 2);
    assert.equal((await two.rates.take('ann')).allowed, true);
    assert.equal(await usedBy(await openNode(t, rate)), 1);
  });

  test('Redis holds nothing for ever', async (t) => {
    const { name, one } = await openTwo(t);
    await one.rates.take('ann');
    await one.rates.giveBack('ann', 1);
    await one.rates.giveBack('nobody', 1);
    const { client } = one.redis;
    assert.deepEqual(await client?.keys(`${name}:*`), [`${name}:ann`]);
    const left = (await client?.pTTL(`${name}:ann`)) as number;
    assert.ok(left > 50_000 && left <= 60_000, `${left} ms`);
  });

  test('a window in Redis keeps its end, which is told in whole seconds, rounded up', async (t) => {
    const { name, one } = await openTwo(t);
    const key = `${name}:ann`;
    await one.rates.take('ann');
    await one.redis.client?.pExpire(key, 30_000);
    assert.deepEqual(await one.rates.take('ann'), { allowed: true, limit: 3, used: 2, reset: 30 });
    const left = (await one.redis.client?.pTTL(key)) as number;
    assert.ok(left > 0 && left <= 30_000, `${left} ms`);
    // A key without an end, as after a script that was cut off: it gets a whole window.
    await one.redis.client?.persist(key);
    assert.equal((await one.rates.take('ann')).reset, 60);
    assert.ok(((await one.redis.client?.pTTL(key)) as number) > 30_000);
  });

  test('while Redis is away each counts for itself, with what it has seen; then together again', async (t) => {
    const { proxy, one, two } = await openTwo(t);
    assert.deepEqual([await usedBy(one), await usedBy(two)], [1, 2]);
    await proxy.refuse();
    await eventually('Redis to be away', async () => two.redis.client === null);
    assert.deepEqual([await usedBy(two), await usedBy(two)], [2, 3]);
    assert.equal((await two.rates.take('ann')).allowed, false);
    assert.equal((await one.rates.take('ann')).allowed, true);
    await proxy.restore();
    await eventually('Redis to be back', async () => two.redis.client !== null);
    await eventually('one count again', async () => {
      const before = await usedBy(one);
      return (await usedBy(two)) === before + 1;
    });
  });

  test('a Redis that does not answer is not waited for, nor asked by all who come', async (t) => {
    const { proxy, one, two } = await openTwo(t);
    proxy.hold();
    const before = performance.now();
    const uses = await Promise.all(Array.from({ length: 100 }, () => two.rates.take('ann')));
    for (let index = 0; index < 100; index += 1) await two.rates.take('ann');
    // Each of the last hundred would have waited for 100 ms.
    assert.ok(performance.now() - before < 8_000);
    assert.equal(uses.filter(({ allowed }) => allowed).length, 3);
    assert.deepEqual(two.warnings, ['Redis does not count, this node counts for itself: no answer within 100 ms']);
    proxy.release();
    await eventually('Redis to be asked again', async () => {
      const before = await usedBy(one);
      return (await usedBy(two)) === before + 1;
    });
  });
});

/** A Redis that answers every script like that, and counts them. */
function countingRedis(answer: () => Promise<unknown>) {
  const redis = {
    calls: 0,
    client: {
      eval: () => {
        redis.calls += 1;
        return answer();
      },
    },
  };
  return redis;
}

test('after a failure Redis is left alone for one second, not less and not more', async (t) => {
  let now = 5_000;
  t.mock.method(performance, 'now', () => now);
  const redis = countingRedis(() => Promise.reject(new Error('away')));
  const warnings: string[] = [];
  const rate = { points: 3, seconds: 60 };
  const rates = new RedisRates(redis, { name: 'a', rate, warn: (message) => warnings.push(message) });
  for (const [at, calls] of [
    [5_000, 1],
    [5_000, 1],
    [5_999, 1],
    [6_000, 2],
    [6_999, 2],
    [7_000, 3],
  ] as const) {
    now = at;
    await rates.take('ann');
    assert.equal(redis.calls, calls, `at ${at} ms`);
  }
  assert.deepEqual(warnings, ['Redis does not count, this node counts for itself: away']);
});

test('Redis has 100 ms to answer, not less and not more', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const rates = new RedisRates(
    countingRedis(() => new Promise(() => {})),
    {
      name: 'a',
      rate: { points: 3, seconds: 60 },
      warn: () => {},
    },
  );
  let use: unknown = null;
  void rates.take('ann').then((answer) => {
    use = answer;
  });
  t.mock.timers.tick(99);
  await new Promise(setImmediate);
  assert.equal(use, null);
  t.mock.timers.tick(1);
  await new Promise(setImmediate);
  assert.deepEqual(use, { allowed: true, limit: 3, used: 1, reset: 60 });
});
