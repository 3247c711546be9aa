/** The prune job. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCore } from '../support/core-harness.ts';

test('expired sessions, unused networks and old events are deleted, and messages and recent rows stay', async (t) => {
  const { core, sql, person } = await startCore(t);
  const ann = await person('ann');
  const bob = await person('bob');
  await core.lobby.send(ann, 'for ever');
  await core.sessions.end(bob);
  await core.posts.create(ann, { body: 'a post' });
  await sql`update events set at = now() - interval '3 days' where kind = 'session.ended'`;
  await sql`update streams set head = 2600 where id = 1`;
  await sql`
    insert into events (stream_id, seq, kind, payload, at)
    select 1, n, 'session.ended', '{}', now() - interval '3 days' from generate_series(100, 2600) as n`;
  await sql`
    insert into sessions (id, account_id, created_at, expires_at)
    select gen_random_uuid(), ${ann.id}, now() - interval '2 days', now() - interval '1 day' from generate_series(1, 2500)`;
  await sql`delete from known_networks`;
  await sql`
    insert into known_networks (account_id, network, seen_at)
    select ${ann.id}, decode(lpad(to_hex(n), 32, '0'), 'hex'), now() - make_interval(days => 85 + n)
      from generate_series(1, 10) as n`;
  const [{ ended }] = await sql<
    [{ ended: number }]
  >`select seq as ended from events where stream_id = 1 order by seq limit 1`;
  assert.ok(ended < 100);
  await core.prune();
  const [left] = await sql`
    select (select count(*) from sessions) as sessions, (select array_agg(kind) from events where stream_id in (1, 3)) as events,
           (select count(*) from messages) as messages,
           (select count(*) from known_networks) as networks`;
  assert.deepEqual(left, { sessions: 1, events: ['post.created'], messages: 1, networks: 4 });
  const floors = await sql<
    { id: number; floor: number }[]
  >`select id, floor from streams where id between 1 and 3 order by id`;
  assert.deepEqual(
    [...floors],
    [
      { id: 1, floor: 2600 },
      { id: 2, floor: 0 },
      { id: 3, floor: 0 },
    ],
  );
});
