/** The prune job. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { PASSWORD } from '../support/people.ts';

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

test('the account of an incoming hook stays as long as a message shows it', async (t) => {
  const { core, sql, person } = await startCore(t, undefined, { DELETION_GRACE: '0s' });
  const { incomingHooks, removal, rooms } = core;
  const [ann, bob] = [await person('ann'), await person('bob')];
  const make = async (wrote: boolean, keeper = ann) => {
    const room = await rooms.createGroup(keeper, { title: 'builds' });
    const made = await incomingHooks.createHook(keeper, room, { name: 'Builds' });
    const hook = await incomingHooks.openHook(made.id, made.secret);
    if (wrote) await incomingHooks.post(hook.actor, hook, { body: 'done', files: [] });
    return { room, id: made.id, account: made.author.id };
  };
  const left = async () => {
    await core.prune();
    return (await sql<{ id: number }[]>`select id from accounts where kind = 'hook' order by id`).map(({ id }) => id);
  };
  const unused = await make(false);
  const used = await make(true);
  const [ended, of] = [await make(true), await make(false, bob)];
  const former = await make(true, bob);
  for (const { room, id } of [unused, used]) await incomingHooks.removeHook(ann, room, id);
  await incomingHooks.removeHook(bob, former.room, former.id);
  assert.deepEqual(
    await left(),
    [used, ended, of, former].map(({ account }) => account),
  );
  assert.equal((await rooms.listMessages(ann, used.room, null))[0]?.author.id, used.account);

  for (const { room } of [used, ended]) await rooms.removeRoom(ann, room);
  assert.deepEqual(await left(), [of.account, former.account]);
  await removal.removeOwn(bob, PASSWORD, '127.0.0.1');
  await eventually('bob to be gone', async () => (await sql`select from accounts where id = ${bob.id}`).length === 0);
  assert.deepEqual(await left(), []);
});
