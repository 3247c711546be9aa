/** Contract tests that run against every broker, and failures of Redis for the broker that uses it. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { pino } from 'pino';
import { atEnd, eventually } from '../../../test/support/conditions.ts';
import { batch, type TestEvent } from '../../../test/support/hub.ts';
import { NEEDS_REDIS, REDIS_URL } from '../../../test/support/redis.ts';
import { TcpProxy } from '../../../test/support/tcp-proxy.ts';
import { Redis } from '../../store/redis.ts';
import type { Broker, EventBatch } from './broker.ts';
import { MemoryBroker } from './memory.ts';
import { RedisBroker } from './redis.ts';
import { type Channel, Relay, type RelayMessage } from './relay.ts';
import { seal } from './seal.ts';
import { WorkersBroker } from './workers.ts';

type TestBroker = Broker<TestEvent>;
const STREAM = 7;
const OTHER_STREAM = 8;

/** `open` makes one more node of the installation of that name. */
type Kind = { name: string; skip: boolean; open: (t: TestContext, installation: string) => Promise<TestBroker> };

const KINDS: Kind[] = [
  { name: 'in memory', skip: false, open: async () => new MemoryBroker() },
  {
    name: 'Redis',
    skip: NEEDS_REDIS.skip,
    open: async (t, installation) => (await openNode(t, { installation })).broker,
  },
  { name: 'between workers', skip: false, open: async (t) => openWorkers(t).open() },
];

/** `sent`: false while the far end takes nothing. */
function channelOver(port: MessagePort, sent: () => boolean = () => true): Channel {
  const leave = (done: () => void): void => void setImmediate(() => (sent() ? done() : leave(done)));
  return {
    send: (message, done) => {
      port.postMessage(message);
      leave(done);
    },
    onMessage: (listener) => void port.on('message', (message: RelayMessage) => listener(message)),
  };
}

/** An relay, and workers that hear of each other through it; `stuck` ones take nothing. */
function openWorkers(t: TestContext) {
  const warnings: string[] = [];
  const relay = new Relay((message) => warnings.push(message));
  let stuck = false;
  const open = (): TestBroker => {
    const { port1, port2 } = new MessageChannel();
    relay.join(channelOver(port1, () => !stuck));
    const broker = new WorkersBroker<TestEvent>(channelOver(port2), (message) => warnings.push(message));
    atEnd(t, async () => {
      await broker.close();
      port1.close();
    });
    return broker;
  };
  const stick = (yes: boolean) => {
    stuck = yes;
  };
  return { open, warnings, stick };
}

const KEY = randomBytes(32);

async function openNode(
  t: TestContext,
  { installation = randomUUID() as string, url = REDIS_URL, key = KEY as Uint8Array } = {},
) {
  const redis = await Redis.open(url, pino({ level: 'silent' }));
  const warnings: string[] = [];
  const broker = new RedisBroker<TestEvent>(redis, {
    name: installation,
    key,
    read: (value) => (isBatch(value) ? value : null),
    warn: (message) => warnings.push(message),
  });
  atEnd(t, async () => {
    await broker.close();
    redis.close();
  });
  return { redis, broker, warnings };
}

function isBatch(value: unknown): value is EventBatch<TestEvent> {
  return typeof value === 'object' && value !== null && 'events' in value && Array.isArray(value.events);
}

/** Records the seqs that reach a node in a stream. */
async function listen(broker: TestBroker, streamId = STREAM): Promise<number[]> {
  const heard: number[] = [];
  await broker.subscribe(streamId, { receive: ({ events }) => heard.push(...events.map(({ seq }) => seq)) });
  return heard;
}

/** A node behind a proxy that can be cut, and one that isn't. */
async function nearAndFar(t: TestContext) {
  const { hostname, port } = new URL(REDIS_URL);
  const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
  atEnd(t, () => proxy.close());
  const url = new URL(REDIS_URL);
  url.host = `127.0.0.1:${proxy.port}`;
  const installation = randomUUID();
  const far = await openNode(t, { installation, url: url.href });
  return { proxy, far, near: await openNode(t, { installation }) };
}

for (const { name, skip, open } of KINDS) {
  test(`${name}: what a node publishes it hears at once, in order`, { skip }, async (t) => {
    const broker = await open(t, randomUUID());
    const heard = await listen(broker);
    broker.publish(STREAM, batch(1, 2));
    broker.publish(STREAM, batch(3));
    assert.deepEqual(heard, [1, 2, 3]);
  });

  test(`${name}: a stream is heard by who has subscribed to it, until it unsubscribes`, { skip }, async (t) => {
    const broker = await open(t, randomUUID());
    const heard = await listen(broker);
    broker.publish(OTHER_STREAM, batch(1));
    broker.publish(STREAM, batch(2));
    broker.unsubscribe(STREAM);
    broker.publish(STREAM, batch(3));
    assert.deepEqual(heard, [2]);
    const again = await listen(broker);
    broker.publish(STREAM, batch(4));
    assert.deepEqual([heard, again], [[2], [4]]);
  });

  test(`${name}: a closed one is silent`, { skip }, async (t) => {
    const broker = await open(t, randomUUID());
    const heard = await listen(broker);
    await broker.close();
    broker.publish(STREAM, batch(1));
    assert.deepEqual(heard, []);
  });
}

test('other nodes hear it in the order it was published', NEEDS_REDIS, async (t) => {
  const installation = randomUUID();
  const [one, two] = [await openNode(t, { installation }), await openNode(t, { installation })];
  const heard = await listen(two.broker);
  const own = await listen(one.broker);
  const expected: number[] = [];
  for (let seq = 1; seq <= 200; seq += 1) {
    one.broker.publish(STREAM, batch(seq));
    expected.push(seq);
    if (seq % 50 === 0) await new Promise(setImmediate);
  }
  await eventually('all of it', async () => heard.length >= expected.length);
  assert.deepEqual(heard, expected);
  // Node one hears this batch after its own: an echo of those through Redis would have arrived before it.
  two.broker.publish(STREAM, batch(1_000));
  await eventually('the last', async () => own.includes(1_000));
  assert.deepEqual(own, [...expected, 1_000]);
});

test('workers hear each other in the order it was published, and only what they have subscribed to', async (t) => {
  const { open } = openWorkers(t);
  const [one, two, other] = [open(), open(), open()];
  const heard = await listen(two);
  const elsewhere = await listen(other, OTHER_STREAM);
  const expected: number[] = [];
  for (let seq = 1; seq <= 200; seq += 1) {
    one.publish(STREAM, batch(seq));
    expected.push(seq);
    if (seq % 50 === 0) await new Promise(setImmediate);
  }
  one.publish(OTHER_STREAM, batch(7));
  await eventually('all of it', async () => heard.length >= expected.length && elsewhere.length > 0);
  assert.deepEqual([heard, elsewhere], [expected, [7]]);
  two.unsubscribe(STREAM);
  one.publish(STREAM, batch(1_000));
  one.publish(OTHER_STREAM, batch(8));
  await eventually('the last', async () => elsewhere.includes(8));
  assert.deepEqual(heard, expected);
});

test('signals are passed on with events, and dropped first by a channel that does not keep up', async (t) => {
  const published: string[] = [];
  const client = {
    publish: (_channel: string, message: string) => {
      published.push(message.slice(message.indexOf('[')));
      return new Promise(() => {});
    },
    subscribe: async () => {},
    unsubscribe: async () => {},
  };
  const redis = new RedisBroker<TestEvent>(
    { client, onReady: () => {} },
    { name: 'late', key: KEY, read: () => null, warn: () => {} },
  );
  const { open, stick } = openWorkers(t);
  const [worker, far] = [open(), open()];
  const heard: unknown[] = [];
  await far.subscribe(STREAM, { receive: ({ events, signals }) => heard.push([events.length, signals?.length]) });
  const signals = [{ key: 'ann' }];
  const huge = { events: [{ seq: 1, text: 'x'.repeat(9 * 1_048_576) }], signals };
  stick(true);
  for (const sent of [{ events: [], signals }, huge, { events: [], signals }, { events: [{ seq: 2 }], signals }]) {
    redis.publish(STREAM, sent);
    worker.publish(STREAM, sent);
    await new Promise(setImmediate);
  }
  const [first, second, ...late] = published;
  assert.deepEqual(JSON.parse(first as string), [{ events: [], signals }]);
  assert.deepEqual(JSON.parse(second as string)[0].signals, signals);
  assert.deepEqual(
    late.map((text) => JSON.parse(text)),
    [[{ events: [{ seq: 2 }] }]],
  );
  stick(false);
  await eventually('all of it', async () => heard.length >= 3);
});

test('a worker that does not keep up is left to the log, and told so when it does again', async (t) => {
  const { open, warnings, stick } = openWorkers(t);
  const [one, two] = [open(), open()];
  const heard = await listen(two);
  let losses = 0;
  two.onLoss(() => (losses += 1));
  stick(true);
  const big = { events: [{ seq: 1, text: 'x'.repeat(1_048_576) }] };
  for (let count = 0; count < 30; count += 1) {
    one.publish(STREAM, big);
    await new Promise(setImmediate);
  }
  await eventually('the overflow', async () => warnings.length > 0);
  assert.deepEqual(warnings, ['a worker does not keep up: events are dropped, and it reads them from the log']);
  assert.equal(losses, 0);
  stick(false);
  await eventually('a word about the loss', async () => losses > 0);
  one.publish(STREAM, batch(2));
  await eventually('what comes after', async () => heard.includes(2));
});

test('two installations on one Redis do not hear each other', NEEDS_REDIS, async (t) => {
  const installation = randomUUID();
  const [one, two] = [await openNode(t, { installation }), await openNode(t, { installation })];
  const stranger = await openNode(t);
  const overheard = await listen(stranger.broker);
  const heard = await listen(two.broker);
  one.broker.publish(STREAM, batch(1));
  await eventually('the batch', async () => heard.length === 1);
  assert.deepEqual(overheard, []);
});

test('a malformed message is ignored with one warning, and the next good one is heard', NEEDS_REDIS, async (t) => {
  const installation = randomUUID();
  const { broker, redis, warnings } = await openNode(t, { installation });
  const heard = await listen(broker);
  const channel = `koine:${installation}:events:${STREAM}`;
  const node = 'f'.repeat(16);
  for (const text of ['', 'x', `${node}{`, `${node}null`, `${node}[null,1]`, `${node}[{"events":7}]`, '\u{1f980}'])
    for (const message of [text, seal(KEY, channel, text)]) await redis.client?.publish(channel, message);
  const batches = JSON.stringify([{ nonsense: true }, batch(5)]);
  await redis.client?.publish(channel, seal(KEY, channel, node + batches));
  await eventually('the good one', async () => heard.length > 0);
  assert.deepEqual(heard, [5]);
  assert.deepEqual(warnings, [
    'Ignored a message from Redis on stream 7: it is not signed with the secret of this installation',
  ]);
});

test(
  'a message is taken only from a holder of the key, and only on the channel it was made for',
  NEEDS_REDIS,
  async (t) => {
    const installation = randomUUID();
    const [one, two] = [await openNode(t, { installation }), await openNode(t, { installation })];
    const stranger = await openNode(t, { installation, key: randomBytes(32) });
    const [heard, elsewhere] = [await listen(two.broker), await listen(two.broker, OTHER_STREAM)];
    let losses = 0;
    two.broker.onLoss(() => (losses += 1));
    const captured: Buffer[] = [];
    const channel = (stream: number | string) => `koine:${installation}:events:${stream}`;
    await stranger.redis.client?.subscribe(channel(STREAM), (message) => captured.push(message), true);
    one.broker.publish(STREAM, batch(1));
    await eventually('a message to copy', async () => captured.length > 0 && heard.length > 0);
    const [copy] = captured as [Buffer];
    const { client } = stranger.redis;
    await client?.publish(channel(OTHER_STREAM), copy);
    await client?.publish(channel('loss'), copy);
    for (let at = 0; at < copy.length; at += 1) {
      const changed = Buffer.from(copy);
      changed[at] = (changed[at] as number) ^ 1;
      await client?.publish(channel(STREAM), changed);
    }
    await client?.publish(channel(STREAM), copy.subarray(Math.ceil((16 * 4) / 3)));
    stranger.broker.publish(STREAM, batch(2));
    one.broker.publish(STREAM, batch(3));
    one.broker.publish(OTHER_STREAM, batch(4));
    await eventually('what comes after', async () => heard.includes(3) && elsewhere.includes(4));
    assert.deepEqual([heard, elsewhere, losses], [[1, 3], [4], 0]);
  },
);

test(
  'while Redis is away nothing fails or waits, and each node looks at the heads as soon as it is back',
  NEEDS_REDIS,
  async (t) => {
    const { proxy, far, near } = await nearAndFar(t);
    const [heardFar, heardNear] = [await listen(far.broker), await listen(near.broker)];
    const losses = { far: 0, near: 0 };
    far.broker.onLoss(() => (losses.far += 1));
    near.broker.onLoss(() => (losses.near += 1));
    await proxy.refuse();
    await eventually('the connection to be missed', async () => far.redis.client === null);
    const before = performance.now();
    far.broker.publish(STREAM, batch(1));
    const heardLate = await listen(far.broker, OTHER_STREAM);
    assert.ok(performance.now() - before < 2_000);
    assert.deepEqual(heardFar, [1]);
    await proxy.restore();
    await eventually('both to be told', async () => losses.far > 0 && losses.near > 0);
    // Subscriptions from before and during the outage receive batches again.
    near.broker.publish(STREAM, batch(2));
    near.broker.publish(OTHER_STREAM, batch(3));
    far.broker.publish(STREAM, batch(4));
    await eventually(
      'new batches',
      async () => heardFar.length === 3 && heardLate.length === 1 && heardNear.length === 2,
    );
    assert.deepEqual([heardFar.toSorted(), heardLate, heardNear.toSorted()], [[1, 2, 4], [3], [2, 4]]);
  },
);

test(
  'a Redis that does not answer is given up on; what is too much for it is left to the log',
  NEEDS_REDIS,
  async (t) => {
    const { proxy, far, near } = await nearAndFar(t);
    const heard = await listen(near.broker);
    let losses = 0;
    near.broker.onLoss(() => (losses += 1));
    proxy.hold();
    const big = { events: [{ seq: 1, text: 'x'.repeat(1_048_576) }] };
    for (let count = 0; count < 30; count += 1) {
      far.broker.publish(STREAM, big);
      await new Promise(setImmediate);
    }
    assert.deepEqual(far.warnings, [
      'Redis does not keep up: events are dropped, and other nodes read them from the log',
    ]);
    await eventually('the connection to be given up', async () => far.redis.client === null);
    await proxy.refuse();
    proxy.release();
    await proxy.restore();
    await eventually('the other node to be told', async () => losses > 0);
    far.broker.publish(STREAM, batch(2));
    await eventually('what comes after', async () => heard.includes(2));
  },
);
