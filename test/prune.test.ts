/** What is over is forgotten, and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCore } from './core-harness.ts';

test('sessions that are over and events that are old are forgotten; messages and what is young stay', async (t) => {
  const { core, sql, person } = await startCore(t);
  const ann = await person('ann');
  const bob = await person('bob');
  await core.lobby.send(ann, 'for ever');
  await core.sessions.end(bob);
  await core.posts.create(ann, { body: 'a post' });
  await sql`update events set at = now() - interval '3 days' where kind = 'session.ended'`;
  await sql`
    insert into events (stream_id, seq, kind, payload, at)
    select 1, n, 'session.ended', '{}', now() - interval '3 days' from generate_series(100, 2600) as n`;
  await sql`
    insert into sessions (id, account_id, created_at, expires_at)
    select gen_random_uuid(), ${ann.id}, now() - interval '2 days', now() - interval '1 day' from generate_series(1, 2500)`;
  await core.prune();
  const [left] = await sql`
    select (select count(*) from sessions) as sessions, (select array_agg(kind) from events) as events,
           (select count(*) from messages) as messages`;
  assert.deepEqual(left, { sessions: 1, events: ['post.created'], messages: 1 });
});
