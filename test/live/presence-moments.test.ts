/** Presence in rare interleavings: while other nodes load members, write, and are declared dead. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Event } from '../../src/core/events/events.ts';
import type { Actor } from '../../src/core/model.ts';
import { createPresenceEntries } from '../../src/core/presence/entries.ts';
import { openDatabase } from '../../src/store/database.ts';
import { findOnline } from '../../src/store/presence.ts';
import { atEnd } from '../support/conditions.ts';
import { startCore, type TestNode } from '../support/core-harness.ts';
import { privatePlaces } from '../support/harness.ts';
import { Recorder } from '../support/hub.ts';
import { somebodyWaits, whileStreamIsHeld } from '../support/locks.ts';
import { proxyDatabase } from '../support/tcp-proxy.ts';

const PRESENCE = 0;
const UNSEEN = { event: () => null };
const NODES = ['dead', 'alive', 'also-dead'] as const;
const idOf = (node: (typeof NODES)[number]) => `00000000-0000-4000-8000-00000000000${NODES.indexOf(node)}`;

/** Events of the presence stream, as `kind account`. */
async function listenTo(node: TestNode): Promise<string[]> {
  const told: string[] = [];
  await node.hub.listen(PRESENCE, {
    event: ({ kind, data }: Event) => told.push(`${kind} ${'accountId' in data ? data.accountId : ''}`),
  });
  return told;
}

test('an account leaves when its last node dies, whatever entrances it uses', async (t) => {
  const node = await startCore(t);
  // Every set of nodes, once with one entrance on each and once with two.
  const sets = Array.from({ length: 2 ** NODES.length }, (_, bits) => NODES.filter((_, index) => bits & (1 << index)));
  const cases = sets.flatMap((on) => [
    { on, doors: ['lobby'] },
    { on, doors: ['lobby', 'relay'] },
  ]);
  const people = await node.crowd(cases.map((_, index) => `user ${index}`));
  for (const name of NODES) await node.sql`insert into nodes values (${idOf(name)}, now() + interval '5 seconds')`;
  for (const [index, { on, doors }] of cases.entries())
    for (const name of on)
      for (const door of doors)
        await node.sql`
          insert into places (account_id, via, node_id, username)
          values (${people[index]?.id ?? 0}, ${door}, ${idOf(name)}, ${people[index]?.username ?? ''})`;
  const told = await listenTo(node);
  const leavers = (gone: readonly string[], before: readonly string[]) =>
    people
      .filter((_, index) => {
        const left = cases[index]?.on.filter((name) => !before.includes(name)) ?? [];
        return left.length > 0 && left.every((name) => gone.includes(name));
      })
      .map(({ id }) => `member.left ${id}`);
  for (const [gone, before] of [
    [['dead'], []],
    [['also-dead'], ['dead']],
  ] as [(typeof NODES)[number][], string[]][]) {
    told.length = 0;
    await node.core.expireNodes(gone.map(idOf));
    assert.deepEqual(told.sort(), leavers(gone, before).sort(), `${gone} dies after ${before}`);
    assert.equal((await node.sql`select from places where node_id = any(${gone.map(idOf)}::uuid[])`).length, 0);
  }
  const alive = cases.filter(({ on }) => on.includes('alive'));
  const left = await node.sql`select distinct account_id from places`;
  assert.equal(left.length, alive.length);
});

test('an account that joins while a node loads the members is not missed', async (t) => {
  const places = await privatePlaces(t);
  const { proxy, url } = await proxyDatabase(t, places.DATABASE_URL);
  const node = await startCore(t, { ...places, DATABASE_URL: url });
  const direct = openDatabase(places.DATABASE_URL, 2);
  atEnd(t, () => direct.end());
  const [ann, cem] = (await node.crowd(['ann', 'cem'])) as [Actor, Actor];
  await node.hub.open(PRESENCE);
  // The connections have prepared the statement: the whole query waits at the server.
  await Promise.all(Array.from({ length: 50 }, () => findOnline(node.sql, PRESENCE)));
  const present: string[] = [];
  const { joining } = await direct.begin(async (tx) => {
    await tx`lock table places`;
    const own = node.core.lobby
      .approach(ann)
      .join(new Recorder().connection(), UNSEEN, (names) => present.push(...names));
    await somebodyWaits(direct);
    // Delays the result of this moment.
    proxy.hold();
    return { joining: own };
  });
  const data = { accountId: cem.id, username: cem.username, at: 1 };
  const [{ seq }] = await direct.begin(async (tx) => {
    await tx`insert into nodes values (${idOf('alive')}, now() + interval '5 seconds')`;
    await tx`insert into places (account_id, via, node_id, username) values (${cem.id}, 'lobby', ${idOf('alive')}, 'cem')`;
    return tx<[{ seq: number }]>`
      with advanced as (update streams set head = head + 1 where id = ${PRESENCE} returning head)
      insert into events (stream_id, seq, kind, payload)
      select ${PRESENCE}, head, 'member.joined', ${JSON.stringify(data)}::text::jsonb from advanced returning seq`;
  });
  node.hub.publish(PRESENCE, [{ kind: 'member.joined', seq, data }]);
  proxy.release();
  await joining;
  assert.deepEqual(present, ['cem']);
});

test('a socket that closes while it joins leaves no presence entry behind', async (t) => {
  const node = await startCore(t);
  const [ann] = (await node.crowd(['ann'])) as [Actor];
  const told = await listenTo(node);
  const connection = new Recorder().connection();
  let greeted = 0;
  await whileStreamIsHeld(node, PRESENCE, async (sql) => {
    const joining = node.core.lobby.approach(ann).join(connection, UNSEEN, () => {
      greeted += 1;
    });
    await somebodyWaits(sql);
    connection.closed();
    return async () => {
      await joining;
      await node.core.flush();
    };
  });
  assert.deepEqual(told, [`member.joined ${ann.id}`, `member.left ${ann.id}`]);
  assert.equal(greeted, 0);
  assert.equal((await node.sql`select from places`).length, 0);
  assert.equal(await node.core.lobby.isIn(ann, 'lobby'), false);
});

test('an exclusive entry is displaced by a later one elsewhere, and not by the event that it follows', async (t) => {
  const node = await startCore(t);
  const ann = await node.person('ann');
  const entries = createPresenceEntries(node.sql, node.hub, randomUUID());
  let displaced = 0;
  const entry = { entrance: 'relay', onDisplaced: () => (displaced += 1) };
  const { head } = await entries.enter(ann, entry);
  for (const seq of [head - 1, head]) entries.yieldEntry(ann.id, 'relay', seq);
  assert.equal(displaced, 0);
  entries.yieldEntry(ann.id, 'lobby', head + 1);
  assert.equal(displaced, 0, 'at another entrance');
  entries.yieldEntry(ann.id, 'relay', head + 1);
  assert.equal(displaced, 1);
  entries.leave(ann, entry);
  await entries.flush();
  await entries.close();
});
