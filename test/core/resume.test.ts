/** Resuming live connections of the native API in core: how many statements it takes, and what a reader is never told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Start } from '../../src/core/live/cursor-following.ts';
import type { LiveFrames } from '../../src/core/live/streams.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { Recorder, turnsUntil, UNLOGGED } from '../support/hub.ts';

const ROOMS = 50;
/** Events: four in each room and on the board, of all kinds that happen often. */
const MISSED = 200;

/** Short texts: the recorder reads frames of one length byte. */
const FRAMES: LiveFrames = {
  encoder: (stream) => ({ name: stream, event: ({ seq }) => `${stream.slice(0, 12)} ${seq}` }),
  reset: (stream) => `reset ${stream.slice(0, 12)}`,
  live: () => 'live',
  heads: (heads) => `heads ${heads.size}`,
  people: () => 'people',
  beat: () => 'beat',
  bye: (code) => `bye ${code}`,
};

test('a client that follows 50 rooms resumes with three statements, whatever it missed, whatever node it comes to; many share them', async (t) => {
  const node = await startCore(t);
  const [ann, bob] = [await node.person('ann'), await node.person('bob')];
  const rooms = [];
  for (let index = 0; index < ROOMS; index += 1) {
    const { room } = await node.core.rooms.createRoom(ann, { title: `room ${index}`, memberUids: [bob.uid] });
    rooms.push(room);
  }
  const post = await node.core.posts.create(ann, { body: 'a post' });
  const [own] = await node.sql<[{ epoch: string; me: number }]>`
    select i.epoch, s.head as me from installation i, streams s join accounts a on a.stream_id = s.id where a.id = ${bob.id}`;
  const heads = await node.sql<{ uid: string; head: number }[]>`
    select r.uid, s.head from rooms r join streams s on s.id = r.id where r.kind = 'group'`;
  const have = {
    me: own.me,
    board: 1,
    ...Object.fromEntries(heads.map(({ uid, head }) => [`room:${uid}`, head])),
  };
  for (const { id } of rooms) {
    const { seq } = await node.core.messages.send(ann, { id }, { body: 'a message' });
    await node.core.messages.edit(ann, { id }, seq, { body: 'edited' });
    await node.core.messages.react(ann, { id }, seq, '👍');
    await node.core.comments.add(ann, post, { body: 'a comment' });
  }

  const open = () => {
    const recorder = new Recorder();
    const connection = node.hub.connect(recorder.ws, recorder.socket as never, UNLOGGED);
    atEnd(t, () => connection.closed());
    return { recorder, client: node.core.live.admit(bob)(connection, FRAMES) };
  };
  const events = (recorder: Recorder) => recorder.texts.filter((text) => /^(room:|board)/.test(text));

  for (const time of ['the streams are opened', 'they are open']) {
    const { recorder, client } = open();
    // Presence and the session are looked after meanwhile.
    await eventually('the arrival', async () => (await node.sql`select from places`).length === 1);
    const statements = await node.statementsOf(() => client.hello({ epoch: own.epoch, have, heads: true }));
    // The heads of streams that are opened are read by one more, which the recorder leaves out.
    const texts = statements.map(({ text }) => text.trim().slice(0, 60));
    assert.equal(statements.length, 3, `${time}: ${texts.join('; ')}`);
    await turnsUntil('all that was missed', () => recorder.texts.includes('live'));
    assert.equal(events(recorder).length, MISSED);
    assert.equal(new Set(events(recorder)).size, MISSED);
    await turnsUntil('the lobby in brief', () => recorder.texts.includes('heads 1'));
  }

  const together = Array.from({ length: 20 }, open);
  const statements = await node.statementsOf(() =>
    Promise.all(together.map(({ client }) => client.hello({ epoch: own.epoch, have: { me: own.me }, heads: true }))),
  );
  assert.equal(
    statements.filter(({ text }) => text.includes('asked as')).length,
    1,
    'positions of all are read together',
  );
  await turnsUntil('all are live', () => together.every(({ recorder }) => recorder.texts.includes('live')));
});

test('events that are pruned after the position of a reader was checked are not passed over: it comes back and is told of the loss', async (t) => {
  const node = await startCore(t);
  const [ann, bob] = [await node.person('ann'), await node.person('bob')];
  const poll = (start: Start) => {
    const request = { ...UNLOGGED, socket: new Recorder().socket as never };
    return node.core.live.poll(bob, start, { frames: FRAMES, wait: 1 }, request);
  };
  const post = await node.core.posts.create(ann, { body: 'a post' });
  const { cursor } = await poll(await node.core.live.locate(bob, null));
  await node.core.comments.add(ann, post, { body: 'a comment' });

  const start = await node.core.live.locate(bob, cursor);
  await node.sql`with passed as (update streams set floor = head) delete from events`;
  await node.core.comments.add(ann, post, { body: 'another comment' });
  const again = await poll(start);
  assert.deepEqual(again, { events: [], cursor });
  const { events } = await poll(await node.core.live.locate(bob, again.cursor));
  assert.ok(events.includes('reset board'), events.join());
});
