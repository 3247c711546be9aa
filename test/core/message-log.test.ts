/** The log's later words on messages that were changed: the current state, and nothing of what is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { Event } from '../../src/core/events/events.ts';
import { startCore } from '../support/core-harness.ts';

test('a replay has messages as they are now', async (t) => {
  const { core, sql, person } = await startCore(t);
  const [ann, bob] = [await person('ann'), await person('bob')];
  const { room } = await core.rooms.createRoom(ann, { title: 'room', memberUids: [bob.uid] });
  const log = eventLog(sql, createShowPerson({ hideEmails: true }));
  const { messages } = core;
  const start = await messages.position(ann, room);
  const replay = async (from = start, limit = 500) => (await log.after(room.id, from, limit)).events;
  const told = (events: readonly Event[]) =>
    events.map(({ kind, data }) => ('body' in data ? `${kind} ${data.body}` : kind));

  const kept = await messages.send(ann, room, { body: 'draft for @bob' });
  const gone = await messages.send(ann, room, { body: 'secret' });
  const answer = await messages.send(bob, room, { body: 'answer', replyTo: gone.seq });
  for (const body of ['second draft', 'final']) await messages.edit(ann, room, kept.seq, { body });
  await messages.edit(ann, room, gone.seq, { body: 'secret too' });
  await messages.react(bob, room, kept.seq, '👍');
  await messages.react(ann, room, kept.seq, '🎉');
  await messages.pin(bob, room, kept.seq);
  await messages.remove(ann, room, gone.seq);

  await t.test('texts are the last ones; a deleted message is a tombstone, and its edits are left out', async () => {
    const events = await replay();
    assert.deepEqual(told(events), [
      'message.created final',
      'message.created ',
      'message.created answer',
      'message.edited final',
      'message.edited final',
      'reaction.added',
      'reaction.added',
      'pin.added',
      'message.deleted',
    ]);
    assert.ok(!JSON.stringify(events).includes('secret'));
    assert.ok(!JSON.stringify(events).includes('@example.org'));
    const quoting = events.find(({ data }) => 'seq' in data && data.seq === answer.seq);
    assert.equal(quoting?.kind === 'message.created' && quoting.data.replyTo?.excerpt, '');
    const latest = await log.latest(room.id, 100);
    assert.deepEqual(told(latest.filter(({ seq }) => seq > start)), told(events));
  });

  await t.test('pages of which nothing is left are passed over', async () => {
    const [{ head }] = await sql<[{ head: number }]>`
      with added as (
        insert into events (stream_id, seq, kind, payload)
        select ${room.id}, s.head + n, 'message.edited', jsonb_build_object('seq', ${gone.seq}::int)
          from streams s, generate_series(1, 25) n where s.id = ${room.id})
      update streams set head = head + 25 where id = ${room.id} returning head`;
    const last = await messages.send(ann, room, { body: 'last' });
    assert.equal(last.seq, head + 1);
    const { events, complete } = await log.after(room.id, head - 25, 10);
    assert.deepEqual([told(events), complete], [['message.created last'], true]);
    assert.deepEqual(await log.after(room.id, last.seq, 10), { events: [], complete: true, floor: 0 });
  });

  await t.test('of a deleted account nothing is told', async () => {
    await sql`delete from accounts where id = ${bob.id}`;
    const events = await replay();
    assert.ok(!told(events).includes('message.created answer'));
    assert.deepEqual(
      events.flatMap((event) => (event.kind === 'reaction.added' ? event.data.by.id : [])),
      [ann.id],
    );
    assert.ok(!JSON.stringify(events).includes(bob.uid));
  });
});
