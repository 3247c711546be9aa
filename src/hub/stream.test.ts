import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  batch,
  events,
  MemoryLog,
  plainEncoder,
  Recorder,
  type TestEvent,
  ticks,
  turnsUntil,
} from '../../test/support/hub.ts';
import { HubCounts } from './hub-counts.ts';
import { Stream, streamParts } from './stream.ts';

const KEEP = 8;

function reader(encoder = plainEncoder()) {
  return { connection: new Recorder().connection(), encoder };
}

/** A stream whose log has events 1 to `head`, and one follower. */
async function openStream(head: number, { keep = KEEP } = {}) {
  const log = new MemoryLog(events(1, head));
  const counts = new HubCounts();
  const stream = new Stream<TestEvent>(1, streamParts(log, { counts }), keep);
  await stream.load();
  const recorder = new Recorder();
  const connection = recorder.connection();
  stream.follow(connection, plainEncoder());
  const seen = () => {
    connection.flush();
    return recorder.seqs;
  };
  return { log, stream, connection, counts, seen };
}

test('a batch that arrives in order is delivered at once', async () => {
  const { log, stream, seen } = await openStream(2);
  const before = log.reads;
  stream.receive(batch(3));
  stream.receive(batch(4, 5, 6));
  assert.deepEqual(seen(), [3, 4, 5, 6]);
  assert.equal(stream.cursor, 6);
  assert.equal(log.reads, before);
});

test('an event that arrives twice is delivered once', async () => {
  const { stream, seen } = await openStream(2);
  for (const seqs of [[3], [3], [1, 2, 3], [2, 3, 4], [4], [3, 4, 5]]) stream.receive(batch(...seqs));
  assert.deepEqual(seen(), [3, 4, 5]);
});

test('an early batch waits for the missing ones, which may still be on their way', async () => {
  const { log, stream, seen } = await openStream(2);
  const before = log.reads;
  log.commit(4);
  stream.receive(batch(6));
  stream.receive(batch(4));
  assert.deepEqual(seen(), []);
  stream.receive(batch(3));
  assert.deepEqual(seen(), [3, 4]);
  stream.receive(batch(5));
  assert.deepEqual(seen(), [3, 4, 5, 6]);
  assert.equal(log.reads, before);
});

test('an early batch waits until the missing events have been read from the log', async () => {
  const { log, stream, counts, seen } = await openStream(2);
  log.commit(3);
  stream.receive(batch(5));
  stream.receive(batch(3));
  assert.deepEqual(seen(), [3]);
  await turnsUntil('the missing ones', () => stream.cursor === 5);
  assert.deepEqual(seen(), [3, 4, 5]);
  assert.deepEqual([counts.repairs, counts.repairedEvents], [1, 2]);
  stream.receive(batch(4));
  log.commit(1);
  stream.receive(batch(6));
  assert.deepEqual(seen(), [3, 4, 5, 6]);
});

test('a seq that was never given out is soon forgotten', async () => {
  const { log, stream, seen } = await openStream(2);
  log.commit(1);
  stream.receive(batch(1_000_000));
  await turnsUntil('what there is', () => stream.cursor === 3);
  log.commit(1);
  stream.receive(batch(4));
  assert.deepEqual(seen(), [3, 4]);
});

test('a hole inside a batch is filled too', async () => {
  const { log, stream, seen } = await openStream(0);
  log.commit(4);
  stream.receive(batch(1, 2, 4));
  await turnsUntil('the missing one', () => stream.cursor === 4);
  assert.deepEqual(seen(), [1, 2, 3, 4]);
});

test('delivery does not wait for deleted events', async () => {
  const { log, stream, seen } = await openStream(2);
  log.commit(3);
  log.delete(3, 4);
  stream.receive(batch(5));
  await turnsUntil('the one after the deleted', () => stream.cursor === 5);
  log.commit(2);
  log.delete(6, 7);
  stream.expectUpTo(7);
  await turnsUntil('the deleted ones to be passed over', () => stream.cursor === 7);
  log.commit(1);
  stream.receive(batch(8));
  assert.deepEqual(seen(), [5, 8]);
});

test('while the log is unavailable the read is retried, and no later event is delivered', async () => {
  const { log, stream, seen } = await openStream(1);
  log.failures = 2;
  log.commit(2);
  stream.receive(batch(3));
  await turnsUntil('the log to be asked twice', () => log.failures === 0);
  log.commit(1);
  stream.receive(batch(4));
  assert.deepEqual(seen(), []);
  await turnsUntil('the missing ones', () => stream.cursor === 4);
  assert.deepEqual(seen(), [2, 3, 4]);
});

test('a last event whose batch was lost is read once the new head is known', async () => {
  const { log, stream, seen } = await openStream(2);
  log.commit(1);
  stream.expectUpTo(3);
  stream.expectUpTo(3);
  await turnsUntil('the lost one', () => stream.cursor === 3);
  stream.expectUpTo(2);
  assert.deepEqual(seen(), [3]);
});

test('more can be missing than a page of the log', async () => {
  const { log, stream, seen } = await openStream(0);
  log.commit(1_700);
  stream.receive(batch(1_700));
  await turnsUntil('all of them', () => stream.cursor === 1_700);
  assert.deepEqual(
    seen(),
    events(1, 1_700).map(({ seq }) => seq),
  );
});

test('events that are committed while a stream is being loaded are not missed', async () => {
  const log = new MemoryLog(events(1, 3), [5]);
  const stream = new Stream<TestEvent>(1, streamParts(log), KEEP);
  const heard: number[] = [];
  stream.listen({ event: ({ seq }) => heard.push(seq) });
  const loading = stream.load();
  log.commit(1);
  stream.receive(batch(4));
  await loading;
  log.commit(1);
  stream.receive(batch(5));
  await turnsUntil('the last', () => stream.cursor === 5);
  assert.equal(heard.at(-1), 5);
  assert.deepEqual((await stream.framesAfter(0, reader(), 1_000)).upTo, 5);
});

test('events reach who follows and listens, in the words of each encoder', async () => {
  const stream = new Stream<TestEvent>(1, streamParts(new MemoryLog()), KEEP);
  await stream.load();
  const heard: number[] = [];
  stream.listen({ event: ({ seq }) => heard.push(seq) });
  const encoders = [plainEncoder(), { event: () => null }, { event: () => 'x' }];
  const recorders = encoders.map((encoder) => {
    const recorder = new Recorder();
    const connection = recorder.connection();
    stream.follow(connection, encoder);
    return { recorder, connection };
  });
  stream.receive(batch(1, 2));
  for (const { connection } of recorders) connection.flush();
  assert.deepEqual(
    recorders.map(({ recorder }) => recorder.texts),
    [['1', '2'], [], ['x', 'x']],
  );
  assert.deepEqual(heard, [1, 2]);
});

test('an event is encoded once for all who share an encoder, those who catch up too', async () => {
  const { stream } = await openStream(0);
  const encoded: number[] = [];
  const encoder = {
    event: ({ seq }: { seq: number }) => {
      encoded.push(seq);
      return String(seq);
    },
  };
  const connections = Array.from({ length: 10 }, () => new Recorder().connection());
  for (const connection of connections) stream.follow(connection, encoder);
  stream.receive(batch(1, 2, 3));
  for (const connection of connections) await stream.framesAfter(0, { connection, encoder }, 1_000);
  assert.deepEqual(encoded, [1, 2, 3]);
});

test('a closed connection is sent nothing more', async () => {
  const { stream, connection, seen } = await openStream(0);
  stream.receive(batch(1));
  assert.deepEqual(seen(), [1]);
  connection.closed();
  stream.receive(batch(2));
  assert.deepEqual(seen(), [1]);
});

test('a connection that unfollows is sent nothing more, and does not keep the stream', async () => {
  const { stream, connection, seen } = await openStream(0);
  const before = connection.following.length;
  const encoder = { event: () => 'x' };
  const following = stream.follow(connection, encoder);
  stream.receive(batch(1));
  following.end(connection);
  stream.receive(batch(2));
  connection.flush();
  assert.deepEqual(seen().length, 3);
  assert.equal(connection.following.length, before);
});

test('encoders of connections that have left are not kept', async () => {
  const { stream, seen } = await openStream(0);
  let encoded = 0;
  const encoder = {
    event: () => {
      encoded += 1;
      return 'x';
    },
  };
  const first = new Recorder().connection();
  const following = stream.follow(first, encoder);
  const leave = () => following.end(first);
  stream.receive(batch(1));
  leave();
  leave();
  const back = new Recorder().connection();
  stream.follow(back, encoder);
  // Its frames went with the group of the first one.
  await stream.framesAfter(0, { connection: back, encoder }, 1_000);
  assert.equal(encoded, 2);
  leave();
  stream.receive(batch(2));
  assert.equal(encoded, 3);
  assert.deepEqual(seen(), [1, 2]);
});

test('connections of another framing share what is encoded for that framing', async () => {
  const { stream, seen } = await openStream(0);
  const recorder = new Recorder();
  const lines = (text: string) => Buffer.from(`data: ${text}\n\n`);
  const connection = recorder.connection({ framing: lines });
  const encoder = plainEncoder();
  stream.follow(connection, encoder);
  stream.receive(batch(1, 2));
  connection.flush();
  assert.equal(recorder.bytes.toString(), 'data: 1\n\ndata: 2\n\n');
  assert.deepEqual(seen(), [1, 2]);
});

test('a replay contains events as they were revised, and no removed ones', async () => {
  const { stream } = await openStream(0);
  const texts = new Map([
    [1, 'one'],
    [2, 'two'],
    [3, 'three'],
  ]);
  type Said = TestEvent & { readonly text?: string };
  const encoder = { event: ({ seq, text }: Said) => text ?? (texts.get(seq) as string) };
  const catchUp = async () => (await stream.framesAfter(0, reader(encoder), 1_000)).bytes;
  stream.receive(batch(1, 2, 3));
  assert.match((await catchUp()).toString('latin1'), /one.*two.*three/s);
  stream.revise((event) => {
    if (event.seq === 1) return null;
    return event.seq === 2 ? ({ ...event, text: 'TWO' } as Said) : event;
  });
  assert.doesNotMatch((await catchUp()).toString('latin1'), /one|two/);
  assert.match((await catchUp()).toString('latin1'), /TWO.*three/s);
});

test('the newest few of a kind are counted without the others', async () => {
  const { stream } = await openStream(6);
  const isEven = ({ seq }: TestEvent) => seq % 2 === 0;
  assert.deepEqual(
    [1, 2, 3, 4].map((count) => stream.seqBeforeLatest(count, isEven)),
    [5, 3, 1, 0],
  );
});

test('old events are read up to where live delivery takes over, whatever happens during the read', async () => {
  for (let wait = 0; wait < 20; wait += 1) {
    const log = new MemoryLog(events(1, 20), [3]);
    const stream = new Stream<TestEvent>(1, streamParts(log), KEEP);
    await stream.load();
    const reading = stream.framesAfter(0, reader(), 1_000);
    await ticks(wait);
    stream.receive({ events: log.commit(1) });
    const { bytes, upTo } = await reading;
    const recorder = new Recorder();
    recorder.socket.write(bytes);
    assert.deepEqual(
      recorder.seqs,
      events(1, upTo).map(({ seq }) => seq),
    );
  }
});

test('events that were pruned before they were delivered are not passed over: followers are closed, replays say so', async () => {
  const { log, stream, connection, seen } = await openStream(20);
  log.commit(3);
  log.prune(22);
  stream.expectUpTo(23);
  await turnsUntil('the head', () => stream.cursor === 23);
  assert.equal(connection.closedWith, 4008);
  assert.deepEqual(seen(), []);
  const resuming = { ...reader(), resumes: true };
  const replayOf = async (seq: number) => {
    const { count, pruned } = await stream.framesAfter(seq, resuming, 1_000);
    return { count, pruned };
  };
  assert.deepEqual(await replayOf(20), { count: 0, pruned: true });
  assert.deepEqual(await replayOf(22), { count: 1, pruned: false });
  const afterwards = new Stream<TestEvent>(1, streamParts(log), KEEP);
  await afterwards.load();
  assert.equal((await afterwards.framesAfter(20, resuming, 1_000)).pruned, true);
});

test('the place before the newest few is known as far as memory reaches', async () => {
  const { log, stream } = await openStream(20);
  assert.equal(stream.seqBeforeLatest(0), 20);
  assert.equal(stream.seqBeforeLatest(3), 17);
  assert.equal(stream.seqBeforeLatest(KEEP), 20 - KEEP);
  assert.equal(stream.seqBeforeLatest(KEEP + 1), null);
  for (let count = 0; count < 3 * KEEP; count += 1) stream.receive({ events: log.commit(1) });
  assert.equal(stream.seqBeforeLatest(KEEP), log.head - KEEP);
  assert.equal(stream.seqBeforeLatest(3 * KEEP), null);

  const whole = (await openStream(5)).stream;
  assert.equal(whole.seqBeforeLatest(5), 0);
  assert.equal(whole.seqBeforeLatest(1_000), 0);
});

test('a stream is unused when nobody has followed, listened or caught up for so many checks', async () => {
  const { stream, connection } = await openStream(1);
  assert.equal(stream.isUnused(0), false);
  connection.closed();
  const unpin = stream.pin();
  assert.equal(stream.isUnused(0), false);
  unpin();
  const stop = stream.listen({});
  assert.equal(stream.isUnused(0), false);
  stop();
  assert.deepEqual([stream.isUnused(2), stream.isUnused(2), stream.isUnused(2)], [false, false, true]);
});
