/** Presence over several nodes: the same view on each, whatever happens to one of them. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Actor } from '../../src/core/model.ts';
import { eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { Recorder } from '../support/hub.ts';
import { connect, join, loungeAccount, relaySignIn, relayToken, relayUser } from '../support/people.ts';
import { NEEDS_REDIS, REDIS_URL } from '../support/redis.ts';
import { startProcess } from '../support/server-process.ts';
import type { TestSocket } from '../support/socket.ts';
import { proxyDatabase } from '../support/tcp-proxy.ts';

/** Between two questions about what takes seconds, in ms. */
const SELDOM = 100;

async function startNodes(t: TestContext, count: number): Promise<TestServer[]> {
  const first = await startTestServer(t, { REDIS_URL });
  const others = Array.from({ length: count - 1 }, () => startServerWith(t, first.settings));
  return [first, ...(await Promise.all(others))];
}

async function loungeOn(t: TestContext, node: Pick<TestServer, 'url' | 'wsUrl'>, name: string): Promise<TestSocket> {
  return join(t, node, (await loungeAccount(node, name)).token);
}

/** Members by the list and all later events. Fails on a duplicate join, or a leave without a join. */
function present(socket: TestSocket): string[] {
  const names = new Set<string>();
  for (const { type, msg } of socket.json) {
    const { username, list } = msg as { username: string; list: string[] };
    if (type === 'users_online') for (const name of list) names.add(name);
    if (type === 'user_joined') {
      assert.ok(!names.has(username), `${username} came twice`);
      names.add(username);
    }
    if (type === 'user_left') assert.ok(names.delete(username), `${username} left without having come`);
  }
  return [...names].sort();
}

function sees(socket: TestSocket, ...names: string[]): Promise<boolean> {
  return socket.until(names.join(), (one) => JSON.stringify(present(one)) === JSON.stringify(names.sort()));
}

const DEAD_NODE = '00000000-0000-4000-8000-00000000dead';

/** Leftovers of a killed node: a presence entry, and a lease with that many seconds left. */
async function leaveDeadNode(server: TestServer, username: string, via: string, left: number): Promise<void> {
  const id = DEAD_NODE;
  await server.sql`insert into nodes values (${id}, clock_timestamp() + make_interval(secs => ${left}))`;
  await server.sql`
    with gone as (insert into places select id, ${via}, ${id}, username from accounts where username = ${username}
      returning account_id, username), advanced as (update streams set head = head + 1 where id = 0 returning head)
    insert into events (stream_id, seq, kind, payload)
    select 0, head, 'member.joined', jsonb_build_object('accountId', account_id, 'username', username, 'at', 1)
      from advanced, gone`;
}

/** The seconds until a node's lease ends, by the database's clock. */
async function leaseLeft(server: TestServer, node: string): Promise<number> {
  const [{ left }] = await server.sql<[{ left: number }]>`
    select extract(epoch from lease_until - clock_timestamp())::float8 as left from nodes where id = ${node}`;
  return left;
}

/** People of the test before have left: lists have only those whom a test lets in. */
async function untilEmpty({ sql }: TestServer): Promise<void> {
  await eventually('an empty lobby', async () => (await sql`select from places`).length === 0);
}

test('one node', async (t) => {
  const server = await startTestServer(t);
  t.beforeEach(() => untilEmpty(server));

  await t.test('a lease lasts six seconds from each renewal, every second and a half', async (t) => {
    await loungeOn(t, server, 'Una');
    const [{ id }] = await server.sql<[{ id: string }]>`select id from nodes`;
    const ends = new Set<number>();
    let most = 0;
    await eventually(
      'three renewals',
      async () => {
        const [{ end }] = await server.sql<[{ end: number }]>`
        select extract(epoch from lease_until)::float8 as end from nodes where id = ${id}`;
        ends.add(end);
        most = Math.max(most, await leaseLeft(server, id));
        return ends.size >= 4 && most > 5.5;
      },
      SELDOM,
    );
    assert.ok(most <= 6, `${most} s`);
    const [first = 0, ...later] = [...ends];
    // A timer may be late, and is never early.
    assert.ok((later.at(-1) as number) - first >= later.length * 1.4, [...ends].join());
  });

  await t.test('a further socket of a present account does not query the presence stream', async (t) => {
    const { token } = await loungeAccount(server, 'Nia');
    const first = await join(t, server, token);
    await sees(first, 'Nia');
    const [{ id }] = await server.sql<
      [{ id: number }]
    >`select stream_id as id from events where kind = 'member.joined'`;
    const second = await server.sql.begin(async (tx) => {
      await tx`select from streams where id = ${id} for update`;
      const other = await join(t, server, token);
      await sees(other, 'Nia');
      return other;
    });
    await first.close();
    const oz = await loungeOn(t, server, 'Oz');
    await sees(oz, 'Nia', 'Oz');
    await second.close();
    await sees(oz, 'Oz');
  });

  await t.test(
    "a sign-in takes over a presence entry whose node's lease is in doubt, without a join or leave",
    async (t) => {
      await relayToken(server, 'pia');
      await leaveDeadNode(server, 'pia', 'relay', 2.4);
      const watcher = await loungeOn(t, server, 'Watcher of Pia');
      const { status, body } = await relaySignIn(server, 'pia');
      assert.equal(status, 200);
      const pia = await connect(t, server, body);
      pia.send('here');
      await pia.frameWith({ body: 'here' });
      assert.equal((await relaySignIn(server, 'pia')).status, 409, 'she is in at a living node');
      const [place, ...more] = await server.sql`select node_id from places where via = 'relay'`;
      assert.notEqual(place?.node_id, DEAD_NODE);
      assert.deepEqual(more, []);
      await watcher.until('the message', ({ json }) => json.some(({ type }) => type === 'chat_message'));
      assert.deepEqual(
        watcher.json.map(({ type }) => type),
        ['users_online', 'user_joined', 'chat_message'],
      );
    },
  );

  await t.test('a presence entry is not taken over while the lease of its node is not in doubt', async () => {
    await relayToken(server, 'quin');
    const status = await eventually('an answer before the lease was in doubt', async () => {
      await server.sql`delete from places where node_id = ${DEAD_NODE}`;
      await server.sql`delete from nodes where id = ${DEAD_NODE}`;
      await leaveDeadNode(server, 'quin', 'relay', 3);
      const answer = await relaySignIn(server, 'quin');
      return (await leaseLeft(server, DEAD_NODE)) > 2.5 && answer.status;
    });
    assert.equal(status, 409);
  });
});

test('several nodes', NEEDS_REDIS, async (t) => {
  const nodes = await startNodes(t, 3);
  const [one, two, three] = nodes as [TestServer, TestServer, TestServer];
  t.beforeEach(() => untilEmpty(one));

  await t.test('members on all nodes are seen on each, and join and leave once', async (t) => {
    const ada = await loungeOn(t, one, 'Ada');
    const bea = await loungeOn(t, two, 'Bea');
    const { token } = await loungeAccount(one, 'Cleo');
    const cleos = await Promise.all([one, two, three].map((node) => join(t, node, token)));
    const dana = await relayUser(t, three, 'dana');
    const everybody = [ada, bea, ...cleos];
    await Promise.all(everybody.map((socket) => sees(socket, 'Ada', 'Bea', 'Cleo', 'dana')));
    await cleos[0]?.close();
    await cleos[2]?.close();
    await dana.close();
    await Promise.all([ada, bea].map((socket) => sees(socket, 'Ada', 'Bea', 'Cleo')));
    await cleos[1]?.close();
    await Promise.all([ada, bea].map((socket) => sees(socket, 'Ada', 'Bea')));
    const comings = bea.json.filter(({ msg }) => (msg as { username?: string }).username === 'Cleo');
    assert.deepEqual(
      comings.map(({ type }) => type),
      ['user_joined', 'user_left'],
    );
  });

  await t.test('a crowd that joins and leaves on all nodes concurrently is seen alike by everybody', async (t) => {
    const names = Array.from({ length: 12 }, (_, index) => `user ${String(index).padStart(2, '0')}`);
    const accounts = await Promise.all(names.map((name) => loungeAccount(one, name)));
    const watchers = await Promise.all(nodes.map((node, index) => loungeOn(t, node, `watcher ${index}`)));
    await Promise.all(
      accounts.map(async ({ token }, index) => {
        for (let visit = 0; visit < 6; visit += 1) {
          const socket = await join(t, nodes[(index + visit) % 3] as TestServer, token);
          if (visit < 5) await socket.close();
        }
      }),
    );
    await Promise.all(watchers.map((socket) => sees(socket, ...names, 'watcher 0', 'watcher 1', 'watcher 2')));
  });

  await t.test('a relay account on another node is "Already in" until that socket closes', async (t) => {
    const eve = await connect(t, one, await relayToken(one, 'eve'));
    eve.send('hello');
    await eve.frameWith({ body: 'hello' });
    for (const node of [one, two])
      assert.deepEqual(await relaySignIn(node, 'eve'), { status: 409, body: 'Already in' });
    await eve.close();
    await eventually('to be let in', async () => (await relaySignIn(two, 'eve')).status === 200);
  });

  await t.test('a second relay socket replaces the first, on whichever nodes', async (t) => {
    const token = await relayToken(one, 'fay');
    const watcher = await loungeOn(t, three, 'Watcher of Fay');
    let last = await connect(t, one, token);
    for (let turn = 1; turn <= 6; turn += 1) {
      last.send(`${turn}`);
      await last.frameWith({ body: `${turn}` });
      const next = await connect(t, nodes[turn % 3] as TestServer, token);
      assert.deepEqual(await last.untilClosed(), { code: 4000, reason: 'replaced' });
      last = next;
    }
    // Of concurrent sockets one stays.
    const rivals = await Promise.all([...nodes, ...nodes].map((node) => connect(t, node, token)));
    await eventually('one to be left', async () => rivals.filter(({ closed }) => closed === null).length === 1);
    const [left] = rivals.filter(({ closed }) => closed === null) as [TestSocket];
    left.send('still here');
    await left.frameWith({ body: 'still here' });
    for (const { closed } of rivals) assert.ok(closed === null || closed.code === 4000);
    await sees(watcher, 'Watcher of Fay', 'fay');
  });

  await t.test('members of a dead node leave when its lease expires, once, and can join again', async (t) => {
    await relayToken(one, 'dead');
    const gus = await loungeOn(t, one, 'Gus');
    const hal = await loungeOn(t, two, 'Hal');
    await leaveDeadNode(one, 'dead', 'relay', 7);
    await Promise.all([gus, hal].map((socket) => sees(socket, 'Gus', 'Hal', 'dead')));
    assert.equal((await relaySignIn(two, 'dead')).status, 409);
    await Promise.all([gus, hal].map((socket) => sees(socket, 'Gus', 'Hal')));
    assert.equal((await relaySignIn(two, 'dead')).status, 200);
    await Promise.all([gus, hal].map((socket) => socket.settled()));
  });

  await t.test('a node that was presumed dead restores its presence entries', async (t) => {
    const ida = await loungeOn(t, one, 'Ida');
    const jim = await loungeOn(t, two, 'Jim');
    await sees(ida, 'Ida', 'Jim');
    // As another node does when it finds an expired lease.
    await one.sql.begin(async (tx) => {
      const gone = await tx<{ account_id: number; node_id: string }[]>`
        delete from places where username = 'Jim' returning account_id, node_id`;
      await tx`delete from nodes where id = ${gone[0]?.node_id ?? null}`;
      await tx`
        with advanced as (update streams set head = head + 1 where id = 0 returning head)
        insert into events (stream_id, seq, kind, payload)
        select 0, head, 'member.left', jsonb_build_object('accountId', ${gone[0]?.account_id ?? 0}::int, 'username', 'Jim', 'at', 1)
          from advanced`;
    });
    for (const socket of [ida, jim])
      await socket.until('Jim to go and come', ({ json }) => {
        const told = json
          .filter(({ msg }) => (msg as { username?: string }).username === 'Jim')
          .map(({ type }) => type);
        return told.join() === 'user_joined,user_left,user_joined';
      });
  });

  await t.test('a node that shuts down removes its members at once', async (t) => {
    const kim = await loungeOn(t, one, 'Kim');
    const lee = await loungeOn(t, two, 'Lee');
    await relayUser(t, two, 'mia');
    await sees(kim, 'Kim', 'Lee', 'mia');
    await two.close();
    assert.equal((await lee.untilClosed()).code, 1012);
    await kim.until('them to be gone', (socket) => present(socket).join() === 'Kim', 1_000);
    assert.equal((await one.sql`select 1 from places`).length, 1);
    assert.equal((await one.sql`select 1 from nodes`).length, 2);
  });

  await t.test(
    'members of a killed node can sign in on another before its lease expires, and leave once',
    async (t) => {
      const killed = await startProcess(t, one.settings);
      const token = await relayToken(one, 'rob');
      const watcher = await loungeOn(t, one, 'Watcher of Rob');
      const rob = await connect(t, killed, token);
      await loungeOn(t, killed, 'Sue');
      rob.send('here');
      await rob.frameWith({ body: 'here' });
      await sees(watcher, 'Sue', 'Watcher of Rob', 'rob');
      await killed.kill();
      await eventually('to be let in', async () => (await relaySignIn(one, 'rob')).status === 200, SELDOM);
      const back = await connect(t, one, token);
      back.send('back');
      await back.frameWith({ body: 'back' });
      await sees(watcher, 'Watcher of Rob', 'rob');
      const goings = watcher.json
        .filter(({ type }) => type === 'user_left')
        .map(({ msg }) => (msg as { username: string }).username);
      assert.ok(goings.length <= 2 && goings.filter((name) => name === 'Sue').length === 1, goings.join());
    },
  );
});

test('during a database outage sockets stay open, and joins and leaves are made up for afterwards', async (t) => {
  const { DATABASE_URL } = (await startTestServer(t)).settings as { DATABASE_URL: string };
  const { proxy, url } = await proxyDatabase(t, DATABASE_URL);
  const server = await startTestServer(t, { DATABASE_URL: url });
  const kim = await loungeOn(t, server, 'Ann');
  const lee = await loungeOn(t, server, 'Bob');
  await sees(kim, 'Ann', 'Bob');
  await proxy.refuse();
  await lee.close();
  await kim.settled();
  await proxy.restore();
  await sees(kim, 'Ann');
  const cem = await eventually('somebody to come in', () => loungeOn(t, server, 'Cem').catch(() => null));
  await sees(cem, 'Ann', 'Cem');
  await sees(kim, 'Ann', 'Cem');
});

test('a thousand sockets that join and leave together cost a few statements', async (t) => {
  const { core, crowd, statementsOf, sql } = await startCore(t);
  const people = await crowd(Array.from({ length: 20 }, (_, index) => `user ${index}`));
  const connections = Array.from({ length: 1_000 }, () => new Recorder().connection());
  const lists: number[] = [];
  const encoder = { event: () => null };
  const coming = await statementsOf(() =>
    Promise.all(
      connections.map((connection, index) =>
        core.lobby
          .approach(people[index % 20] as Actor)
          .join(connection, encoder, (present) => lists.push(present.length)),
      ),
    ),
  );
  assert.equal(lists.length, 1_000);
  assert.equal((await sql`select 1 from places`).length, 20);
  const going = await statementsOf(async () => {
    for (const connection of connections) connection.closed();
    await core.flush();
  });
  assert.equal((await sql`select 1 from places`).length, 0);
  assert.ok(coming.length + going.length <= 30, `${coming.length} + ${going.length}`);
});
