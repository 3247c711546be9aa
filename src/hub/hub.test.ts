import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { atEnd } from '../../test/support/conditions.ts';
import type { Report } from '../../test/support/connections-left.ts';
import {
  DeafBroker,
  events,
  LIMITS,
  MemoryLog,
  plainEncoder,
  Recorder,
  type TestEvent,
  ticks,
  turnsUntil,
  UNLOGGED,
} from '../../test/support/hub.ts';
import { MemoryBroker } from './brokers/memory.ts';
import type { Connection } from './connection.ts';
import { Hub } from './hub.ts';

const STREAM = 1;

async function openHub(t: TestContext | null, log: MemoryLog, broker = new DeafBroker()) {
  const hub = new Hub<TestEvent>(broker, log, LIMITS);
  const stream = await hub.open(STREAM);
  t?.after(() => hub.close());
  return { hub, stream, broker };
}

function connect(hub: Hub<TestEvent>, options = {}): { recorder: Recorder; connection: Connection } {
  const recorder = new Recorder(options);
  return { recorder, connection: hub.connect(recorder.ws, recorder.socket as never, UNLOGGED) };
}

test('a last event whose batch was lost is found by comparing the heads', async (t) => {
  const log = new MemoryLog(events(1, 3));
  const { hub, stream } = await openHub(t, log);
  const { recorder, connection } = connect(hub);
  await hub.replay(stream, connection, plainEncoder(), 3);
  log.commit(2);
  await turnsUntil('the lost events', () => recorder.seqs.length === 2);
  assert.deepEqual(recorder.seqs, [4, 5]);
  connection.closed();
});

test('a stream that cannot be read is opened again by the next who asks', async (t) => {
  const log = new MemoryLog(events(1, 3));
  log.failures = 1;
  const hub = new Hub<TestEvent>(new MemoryBroker(), log, LIMITS);
  t.after(() => hub.close());
  await assert.rejects(hub.open(STREAM), /the log is away/);
  assert.equal((await hub.open(STREAM)).cursor, 3);
});

test('nothing is left of connections that are closed, in any index; and what one follows takes little', async () => {
  const worker = new Worker(new URL('../../test/support/connections-left.js', import.meta.url));
  const [left] = (await once(worker, 'message')) as [Report];
  await worker.terminate();
  assert.ok(left.connections < 50, `${left.connections} connections are left`);
  assert.ok(left.arrays < 250, `${left.arrays} arrays: one for each account`);
  assert.equal(left.open, 0);
  assert.ok(left.bytesAFollowing < 48, `${left.bytesAFollowing} bytes for each stream that is followed`);
});

test('among thousands of open streams each is checked in rotation, and all of them when the broker reports a loss', async (t) => {
  const log = new MemoryLog();
  const asked: number[][] = [];
  const heads = log.heads.bind(log);
  log.heads = (ids) => {
    asked.push([...ids]);
    return heads(ids);
  };
  const broker = new DeafBroker();
  const hub = new Hub<TestEvent>(broker, log, LIMITS);
  t.after(() => hub.close());
  const ids = Array.from({ length: 2_500 }, (_, index) => index + 1);
  await Promise.all(ids.map((id) => hub.open(id)));
  assert.deepEqual(
    asked.map(({ length }) => length),
    [1_000, 1_000, 500],
    'streams that are opened together are read by few statements',
  );
  asked.length = 0;
  await turnsUntil('a round of checks', () => asked.length >= 3);
  assert.ok(asked.every(({ length }) => length <= 1_000));
  assert.deepEqual(new Set(asked.flat()), new Set(ids));
  asked.length = 0;
  broker.lose();
  await turnsUntil('a check of all', () => new Set(asked.flat()).size === ids.length);
});

test('an account that is removed receives the event that says so, and none after it, followed or replayed', async (t) => {
  const log = new MemoryLog(events(1, 3));
  const removes = ({ seq }: TestEvent) => (seq === 5 ? 7 : null);
  const hub = new Hub<TestEvent>(new MemoryBroker(), log, { ...LIMITS, keep: new Map(), removes });
  atEnd(t, () => hub.close());
  const member = (accountId: number) => {
    const { recorder, connection } = connect(hub);
    hub.identify(connection, { accountId, sessionId: null, expiresAt: Date.now() + 3_600_000 });
    atEnd(t, () => connection.closed());
    return { recorder, connection };
  };
  const stream = await hub.open(STREAM);
  const encoder = plainEncoder();
  const [leaver, stayer] = [member(7), member(8)];
  for (const { connection } of [leaver, stayer]) await hub.replay(stream, connection, encoder, 3, { checkedAt: 3 });
  hub.publish(STREAM, log.commit(4));
  await turnsUntil('all events', () => stayer.recorder.seqs.length === 4);
  assert.deepEqual(leaver.recorder.seqs, [4, 5]);

  // Access was checked before the removal; the replay comes after it.
  const late = member(7);
  assert.equal(await hub.replay(stream, late.connection, encoder, 3, { checkedAt: 3 }), null);
  const read = { events: events(4, 7), upTo: 7 };
  const batched = member(7);
  assert.equal(await hub.replay(stream, batched.connection, encoder, 3, { checkedAt: 3, read }), null);
  // Back since: access was checked after the removal.
  const back = member(7);
  assert.ok(await hub.replay(stream, back.connection, encoder, 3, { checkedAt: 6 }));
  hub.publish(STREAM, log.commit(1));
  await turnsUntil('the event after it', () => back.recorder.seqs.length === 5);
  assert.deepEqual(late.recorder.seqs, [4, 5]);
  assert.deepEqual(batched.recorder.seqs, [4, 5]);
});

type Typing = { readonly key: string; readonly text: string };

test('signals reach followers that show them, the latest of a key; a client that does not keep up gets none', async (t) => {
  const hub = new Hub<TestEvent, Typing>(new MemoryBroker(), new MemoryLog(events(1, 3)), LIMITS);
  atEnd(t, () => hub.close());
  const stream = await hub.open(STREAM);
  const showing = { ...plainEncoder(), signal: ({ text }: Typing) => text };
  const follow = (encoder: Parameters<typeof stream.follow>[1], options = {}) => {
    const recorder = new Recorder(options);
    const connection = hub.connect(recorder.ws, recorder.socket as never, UNLOGGED);
    stream.follow(connection, encoder);
    atEnd(t, () => connection.closed());
    return recorder;
  };
  const [near, plain, stuck] = [follow(showing), follow(plainEncoder()), follow(showing)];
  stuck.socket.cork();
  stuck.socket.write('x'.repeat(20_000));
  const heard: string[] = [];
  await hub.listenToSignals(-1, ({ text }) => heard.push(text));
  for (const text of ['first', 'second']) hub.signal(STREAM, { key: 'ann', text });
  hub.signal(STREAM, { key: 'bob', text: 'third' });
  hub.signal(-1, { key: 'ann', text: 'elsewhere' });
  await turnsUntil('the signals', () => near.texts.length === 2 && heard.length === 1);
  assert.deepEqual(near.texts, ['second', 'third']);
  assert.deepEqual(heard, ['elsewhere']);
  assert.deepEqual(plain.texts, []);
  assert.equal(stuck.socket.writableLength, 20_000);
});

/** The fates of a batch on its way through the broker. */
const FATES = ['arrives', 'is lost', 'is doubled', 'is late'] as const;

const step = fc.record({
  /** Microtasks since the step before. */
  wait: fc.nat({ max: 12 }),
  does: fc.oneof(
    fc.record({ commits: fc.constantFrom(1, 2, 3, 700), fate: fc.constantFrom(...FATES) }),
    fc.record({
      joinsAt: fc.double({ min: 0, max: 1, noNaN: true }),
      slow: fc.boolean(),
      encoder: fc.nat({ max: 1 }),
      /** Whether it comes from another node, which may be ahead, and its first missed events are read with those of others. */
      resumes: fc.boolean(),
    }),
    fc.record({ deletes: fc.double({ min: 0, max: 1, noNaN: true }) }),
  ),
});

const story = fc.record({
  /** More than the 1,024 that are kept in memory, or few. */
  before: fc.constantFrom(0, 3, 1_100),
  readTakes: fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

/** An event that arrived in the microtask between catching up and following. */
const FAILED_BEFORE: [Story][] = [
  [
    {
      before: 3,
      readTakes: [0],
      steps: [
        { wait: 0, does: { commits: 1, fate: 'is late' } },
        { wait: 4, does: { joinsAt: 0, slow: false, encoder: 0, resumes: false } },
        { wait: 2, does: { deletes: 0 } },
      ],
    },
  ],
];

test('a connection that joins at any time receives every event after its position once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ before, readTakes, steps }) => {
      const log = new MemoryLog(events(1, before), readTakes);
      const { hub, stream, broker } = await openHub(null, log);
      const encoders = [plainEncoder(), plainEncoder()];
      const followers: { recorder: Recorder; connection: Connection; from: number; joined: Promise<unknown> }[] = [];
      const deleted = new Set<number>();

      for (const { wait, does } of steps) {
        await ticks(wait);
        if ('commits' in does) {
          const batch = { events: log.commit(does.commits) };
          if (does.fate === 'is late') void ticks(7).then(() => broker.receiver.receive(batch));
          else if (does.fate !== 'is lost') broker.receiver.receive(batch);
          if (does.fate === 'is doubled') broker.receiver.receive(batch);
        } else if ('deletes' in does) {
          const seq = Math.ceil(does.deletes * log.head);
          deleted.add(seq);
          log.delete(seq);
        } else {
          const from = Math.floor(does.joinsAt * (does.resumes ? log.head : stream.cursor));
          const { recorder, connection } = connect(hub, { slow: does.slow });
          const encoder = encoders[does.encoder] as (typeof encoders)[0];
          const { head } = log;
          const joined = does.resumes
            ? log.after(STREAM, from, 3).then(({ events, complete }) => {
                const read = { events, upTo: complete ? head : (events.at(-1) as TestEvent).seq };
                return hub.replay(stream, connection, encoder, from, { read });
              })
            : hub.replay(stream, connection, encoder, from);
          followers.push({ recorder, connection, from, joined });
        }
      }
      stream.expectUpTo(log.head);
      await turnsUntil('the head', () => stream.cursor === log.head);
      assert.ok((await Promise.all(followers.map(({ joined }) => joined))).every(Boolean));
      for (const { recorder, connection, from } of followers) {
        await turnsUntil('everything to be written', () => connection.backlog === 0);
        const seen = recorder.seqs;
        // A follower may have received an event before its deletion, or not at all; no other event may be missing or repeated.
        const due = events(from + 1, log.head).map(({ seq }) => seq);
        assert.deepEqual(
          due.filter((seq) => !deleted.has(seq)),
          seen.filter((seq) => !deleted.has(seq)),
        );
        assert.ok(seen.every((seq, index) => index === 0 || seq > (seen[index - 1] as number)));
        connection.closed();
      }
      await hub.close();
    }),
    { numRuns: 500, examples: FAILED_BEFORE },
  );
});
