/** The client of the SDK over real connections: kept, cut, resumed; messages sent exactly once. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Problem } from '../../packages/client/src/problem.ts';
import { memoryStorage } from '../../packages/client/src/storage.ts';
import { atEnd } from '../support/conditions.ts';
import { startServerWith, startTestServer } from '../support/harness.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { newClient, TestClient } from './clients.ts';

const bodies = (one: TestClient, room: string) => one.state.timelines[room]?.items.map(({ body }) => body);

test('clients of one server', async (t) => {
  const server = await startTestServer(t);

  await t.test('what one writes is there at once, and with the others as it happens', async (t) => {
    const ann = await (await newClient(t, server, 'ann1')).started();
    const bob = await (await newClient(t, server, 'bob1')).started();
    const me = ann.state.me?.id as string;
    const friend = bob.state.me?.id as string;
    const { id } = await ann.client.rooms.create({ kind: 'group', title: 'Tea', members: [friend] });
    await bob.until('the room', ({ state }) => state.rooms[id]);
    for (const one of [ann, bob]) await one.client.rooms.open(id);

    const sent = ann.client.messages.send(id, 'hello @bob1');
    assert.deepEqual(
      ann.state.outgoing[id]?.map(({ body, status }) => [body, status]),
      [['hello @bob1', 'sending']],
    );
    const { seq } = await sent;
    await bob.until('the message', ({ state }) => state.timelines[id]?.items.length === 1);
    assert.deepEqual([bob.state.rooms[id]?.unread, bob.state.rooms[id]?.mentions], [1, 1]);
    await ann.until('its place in the timeline', ({ state }) => !state.outgoing[id] && bodies(ann, id)?.length === 1);

    const liked = bob.client.messages.react(id, seq, '👍');
    assert.deepEqual(bob.state.timelines[id]?.items[0]?.reactions, [{ emoji: '👍', count: 1, mine: true }]);
    await liked;
    await ann.until('the reaction', ({ state }) => state.timelines[id]?.items[0]?.reactions[0]?.count === 1);
    await ann.client.messages.edit(id, seq, 'hello');
    await ann.client.rooms.readers(id);
    assert.equal(ann.state.readers[id]?.[friend], 0);
    await bob.client.rooms.markRead(id);
    await ann.until('who has read it', ({ state }) => (state.readers[id]?.[friend] ?? 0) >= seq);
    await bob.until('the mark', ({ state }) => state.rooms[id]?.unread === 0 && bodies(bob, id)?.[0] === 'hello');

    const shown = bob.state.timelines[id]?.items[0];
    const refused = bob.client.messages.edit(id, seq, 'mine');
    assert.equal(bob.state.timelines[id]?.items[0]?.body, 'mine');
    await assert.rejects(refused, (problem) => problem instanceof Problem && problem.code === 'forbidden');
    assert.equal(bob.state.timelines[id]?.items[0], shown);

    await ann.client.rooms.setMember(id, friend, 'moderator');
    await bob.until('the role', ({ state }) => state.rooms[id]?.myRole === 'moderator');
    bob.client.rooms.typing(id);
    await ann.until('who is typing', ({ state }) => friend in (state.typing[id] ?? {}));
    bob.client.watch([me]);
    await bob.until('presence', ({ state }) => state.people[me]?.online === true && state.online === 2);
    await ann.client.rooms.removeMember(id, friend);
    await bob.until('the end of it', ({ state }) => state.rooms[id] === undefined);
  });

  await t.test(
    'a connection that is cut anywhere is resumed: each event is told once, each message sent once',
    async (t) => {
      const { hostname, port } = new URL(server.url);
      const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
      atEnd(t, () => proxy.close());
      const ann = await newClient(t, server, 'ann2');
      const behind = await newClient(t, server, 'bob2', { url: `http://127.0.0.1:${proxy.port}` });
      await ann.started();
      await behind.started();
      const { id } = await ann.client.rooms.create({ kind: 'direct', members: [behind.state.me?.id as string] });
      await behind.until('the room', ({ state }) => state.rooms[id]);
      await behind.client.rooms.open(id);
      await ann.client.rooms.open(id);
      const told: string[] = [];
      behind.client.on('message.created', ({ room, data }) => {
        if (room === id) told.push(data.body);
      });

      for (let round = 0; round < 12; round += 1) {
        // The bytes of the upgrade, of hello, of the replay, of the frames that follow.
        const cut = proxy.cutNextAfter(200 + 150 * round);
        proxy.cut();
        for (const one of [ann, behind]) void one.client.messages.send(id, `${one.state.me?.username} ${round}`);
        // Fewer bytes may be enough for both messages: the next round cuts the connection then.
        const all = 2 * (round + 1);
        await Promise.race([cut, behind.until(`${all} messages`, () => (bodies(behind, id)?.length ?? 0) >= all)]);
      }
      proxy.spare();
      const expected = ['ann2', 'bob2'].flatMap((name) => Array.from({ length: 12 }, (_, round) => `${name} ${round}`));
      await ann.until('all messages', () => bodies(ann, id)?.length === expected.length);
      await behind.until('all messages', () => bodies(behind, id)?.length === expected.length);
      await behind.settled();
      assert.deepEqual(bodies(ann, id)?.toSorted(), expected.toSorted());
      assert.deepEqual(bodies(behind, id), bodies(ann, id));
      assert.deepEqual(told, bodies(ann, id));
      for (const name of ['ann2', 'bob2'])
        assert.deepEqual(
          told.filter((body) => body.startsWith(name)),
          expected.filter((body) => body.startsWith(name)),
        );
    },
  );

  await t.test('without a WebSocket events come by long polling, and messages go by calls', async (t) => {
    assert.equal('WebSocket' in globalThis, Number(process.versions.node.split('.')[0]) >= 22);
    const { hostname, port } = new URL(server.url);
    const proxy = await TcpProxy.open({ host: hostname, port: Number(port) });
    atEnd(t, () => proxy.close());
    const polling = await newClient(t, server, 'ann3', { url: `http://127.0.0.1:${proxy.port}`, WebSocket: null });
    const bob = await newClient(t, server, 'bob3');
    await polling.started();
    await bob.started();
    const { id } = await bob.client.rooms.create({ kind: 'direct', members: [polling.state.me?.id as string] });
    await polling.until('the room', ({ state }) => state.rooms[id]);
    await polling.client.rooms.open(id);
    const told: string[] = [];
    polling.client.on('message.created', ({ data }) => void told.push(data.body));
    for (const body of ['one', 'two', 'three']) {
      await bob.client.messages.send(id, body);
      await polling.until(body, () => bodies(polling, id)?.at(-1) === body);
      proxy.cut();
    }
    await polling.client.messages.send(id, 'four');
    await polling.until('its own message', () => bodies(polling, id)?.length === 4);
    assert.deepEqual(told, ['one', 'two', 'three', 'four']);
  });

  await t.test(
    'a session that has ended ends the attempts; another account finds nothing of the one before',
    async (t) => {
      const storage = memoryStorage();
      const ann = await newClient(t, server, 'ann4', { storage });
      await ann.started();
      await ann.client.stop();
      const bob = await newClient(t, server, 'bob4', { storage });
      await bob.started();
      assert.equal(bob.state.me?.username, 'bob4');
      await bob.client.call('DELETE', '/v1/session');
      await bob.until('the end', ({ state }) => state.connection.status === 'signed-out');
      await assert.rejects(bob.client.start(), { code: 'unauthenticated' });
    },
  );

  await t.test('a client that is stopped while it starts stays stopped', async (t) => {
    const ann = await newClient(t, server, 'ann5');
    const starting = assert.rejects(ann.client.start(), { code: 'closed' });
    await ann.client.stop();
    await starting;
    assert.notEqual(ann.state.connection.status, 'live');
    await ann.started();
    assert.equal(ann.state.connection.status, 'live');
  });
});

test('what is written without a connection goes out once it is back, also after a reload', async (t) => {
  const server = await startTestServer(t);
  const storage = memoryStorage();
  const ann = await newClient(t, server, 'ann', { storage });
  await ann.started();
  const lobby = Object.values(ann.state.rooms).find(({ kind }) => kind === 'lobby')?.id as string;
  await ann.client.rooms.open(lobby);
  await server.close();
  await ann.until('the end of the connection', ({ state }) => state.connection.status !== 'live');
  for (const body of ['one', 'two', 'three']) void ann.client.messages.send(lobby, body);
  await ann.client.stop();

  const again = new TestClient(t, { url: server.url, token: ann.client.token as string, storage });
  await again.client.restore();
  assert.equal(again.state.me?.username, 'ann');
  assert.deepEqual(bodies(again, lobby), []);
  const starting = again.client.start();
  await startServerWith(t, { ...server.settings, PORT: new URL(server.url).port });
  await starting;
  await again.until('all of them', () => bodies(again, lobby)?.length === 3);
  await again.settled();
  assert.deepEqual(bodies(again, lobby), ['one', 'two', 'three']);
});

test('a server that is busy is asked again when it says so', async (t) => {
  const asked: number[] = [];
  const busy = createServer((_request, response) => {
    asked.push(Date.now());
    response.writeHead(503, { 'retry-after': '1' }).end();
  }).listen(0, '127.0.0.1');
  await once(busy, 'listening');
  atEnd(t, () => busy.close());
  const { port } = busy.address() as { port: number };
  const ann = new TestClient(t, { url: `http://127.0.0.1:${port}`, token: 'any' });
  const starting = assert.rejects(ann.client.start(), { code: 'closed' });
  await ann.until('the next attempt', () => asked.length === 2);
  assert.ok((asked[1] as number) - (asked[0] as number) >= 1_000);
  await ann.client.stop();
  await starting;
});
