/** Opening a stream while things happen in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recorder, turnsUntil } from '../../test/support/hub.ts';
import { Stream, streamParts } from './stream.ts';

type Entry = { seq: number };

/** A log in which the next event is committed right after the n-th read. */
function logThatGrows(afterRead: number) {
  const entries: Entry[] = [];
  let reads = 0;
  function read<T>(answer: T): T {
    reads += 1;
    if (reads === afterRead) entries.push({ seq: 1 });
    return answer;
  }
  return {
    after: async (_streamId: number, seq: number) => ({
      events: await read(entries.filter((entry) => entry.seq > seq)),
      complete: true,
      floor: 0,
    }),
    latest: async () => read([...entries]),
    headOf: async () => read(entries.length),
  };
}

for (const read of [1, 2])
  test(`the first event of a stream is not lost when it is committed after read ${read} of opening it`, async () => {
    const stream = new Stream<Entry>(7, streamParts(logThatGrows(read)), 10);
    await stream.load();
    stream.expectUpTo(1);
    await turnsUntil('the event', () => stream.cursor === 1);
    const encoder = { event: ({ seq }: Entry) => `event ${seq}` };
    const { bytes, upTo } = await stream.framesAfter(0, { connection: new Recorder().connection(), encoder }, 1_000);
    assert.match(bytes.toString('latin1'), /event 1/);
    assert.equal(upTo, 1);
  });
