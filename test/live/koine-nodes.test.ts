/** koine's live connections on several nodes: a client resumes anywhere, and is told what happens anywhere. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { atEnd } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { bodiesOf, type EventFrame, epochOf, eventsOf, live, type Positions } from '../support/koine-live.ts';
import { type Member, member } from '../support/koine-people.ts';
import { NEEDS_REDIS, REDIS_URL } from '../support/redis.ts';
import { type Frame, openUnpublishedSocket, type TestSocket } from '../support/socket.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

type Room = { id: string; seq: number };
type Heads = Record<string, { seq: number; mentioned: boolean }>;

const CUTS = 25;

async function startNodes(t: TestContext): Promise<[TestServer, TestServer]> {
  const one = await startTestServer(t, { REDIS_URL, SOCKET_RATE: '10000' });
  return [one, await startServerWith(t, one.settings)];
}

async function proxied(t: TestContext, { url }: TestServer): Promise<{ proxy: TcpProxy; wsUrl: string }> {
  const { hostname: host, port } = new URL(url);
  const proxy = await TcpProxy.open({ host, port: Number(port) });
  atEnd(t, () => proxy.close());
  return { proxy, wsUrl: `ws://127.0.0.1:${proxy.port}` };
}

function positionsAfter(have: Positions, events: readonly EventFrame[]): Positions {
  const after = { ...have };
  for (const { stream, seq } of events) if (stream in after) after[stream] = seq;
  return after;
}

function send(socket: TestSocket, room: string, ...bodies: string[]): void {
  for (const body of bodies) socket.send({ type: 'send', ref: 1, room, body });
}

/** A client whose connections break after a number of bytes, each on the next node, misses and repeats nothing. */
async function survivesCuts(t: TestContext, nodes: readonly TestServer[]): Promise<void> {
  const [node] = nodes as [TestServer];
  const [ann, bob] = [await member(node, 'ann'), await member(node, 'bob')];
  const room = await ann.do<Room>('POST', '/rooms', { kind: 'group', title: 'Cuts', members: [bob.id] });
  const stream = `room:${room.id}`;
  const epoch = await epochOf(node);
  const talker = await live(t, node, ann);
  const ways = await Promise.all(nodes.map((one) => proxied(t, one)));
  let have: Positions = { me: 0, board: 0, [stream]: room.seq };
  const seen: EventFrame[] = [];
  let sent = 0;
  for (let cut = 0; cut < CUTS; cut += 1) {
    const way = ways[cut % ways.length] as (typeof ways)[0];
    let isBroken = false;
    // The handshake alone has more than a thousand bytes.
    const broken = way.proxy.cutNextAfter(1_200 + cut * 131).then(() => {
      isBroken = true;
    });
    const protocols = ['bearer', bob.token];
    const reader = await openUnpublishedSocket(t, `${way.wsUrl}/v1/live`, { protocols }).catch(() => null);
    reader?.send({ type: 'hello', epoch, have });
    while (!isBroken) {
      send(talker, room.id, `message ${sent}`, `message ${sent + 1}`);
      sent += 2;
      await talker.until('its results', ({ json }) => json.filter(({ type }) => type === 'result').length === sent);
    }
    await broken;
    await reader?.untilClosed();
    const events = reader === null ? [] : eventsOf(reader);
    seen.push(...events);
    have = positionsAfter(have, events);
  }
  const last = await live(t, nodes.at(-1) as TestServer, bob, { epoch, have });
  await last.until('the rest', () => [...seen, ...eventsOf(last)].filter(isMessage).length >= sent);
  await last.settled();
  const all = [...seen, ...eventsOf(last)].filter((event) => event.stream === stream);
  const stored = await node.sql<{ seq: string; body: string }[]>`
    select seq, body from messages where room_id = (select id from rooms where uid = ${room.id}) order by seq`;
  assert.deepEqual(
    all.filter(isMessage).map(({ seq, data }) => [seq, data.body]),
    stored.map(({ seq, body }) => [Number(seq), body]),
  );
  assert.ok(seen.length > 0, 'no connection lived long enough');
}

function isMessage({ type }: EventFrame): boolean {
  return type === 'message.created';
}

function framesOf(socket: TestSocket, type: string): Frame[] {
  return socket.json.filter((frame) => frame.type === type);
}

test('koine: connections that break after any number of bytes, on one node', async (t) => {
  await survivesCuts(t, [await startTestServer(t, { SOCKET_RATE: '10000' })]);
});

test('koine: two nodes', NEEDS_REDIS, async (t) => {
  const nodes = await startNodes(t);
  const [near, far] = nodes;

  await t.test('connections that break after any number of bytes, each on the other node', (t) =>
    survivesCuts(t, nodes),
  );

  const [carl, dora] = [await member(near, 'carl'), await member(near, 'dora')];

  await t.test('who joins a room follows it at once, and who is removed does not, on any node', async (t) => {
    const room = await carl.do<Room>('POST', '/rooms', { kind: 'group', title: 'Doors', members: [] });
    const stream = `room:${room.id}`;
    const guest = await live(t, far, dora, { have: { me: await ownHead(near, dora) } });
    const host = await live(t, near, carl, { have: { [stream]: room.seq } });
    for (let round = 1; round <= 5; round += 1) {
      await carl.do('PUT', `/rooms/${room.id}/members/${dora.id}`, {});
      send(host, room.id, `welcome ${round}`);
      await guest.until('the welcome', () => bodiesOf(guest).includes(`welcome ${round}`));
      await Promise.all([
        carl.do('DELETE', `/rooms/${room.id}/members/${dora.id}`),
        host.until('the removal', () => eventsOf(host).filter(({ type }) => type === 'member.left').length === round),
      ]);
      send(host, room.id, `without you ${round}`);
      await host.until('it', () => bodiesOf(host).includes(`without you ${round}`));
    }
    await guest.until('the last removal', () => eventsOf(guest, 'me').filter(isLeft).length === 5);
    await guest.settled();
    assert.deepEqual(
      bodiesOf(guest),
      [1, 2, 3, 4, 5].map((round) => `welcome ${round}`),
    );
  });

  await t.test('typing, rooms in brief with mentions, and how people look', async (t) => {
    const room = await carl.do<Room>('POST', '/rooms', { kind: 'group', title: 'Signals', members: [dora.id] });
    const stream = `room:${room.id}`;
    const one = await live(t, near, carl, { have: { me: await ownHead(near, carl) } });
    const two = await live(t, far, dora, { have: { [stream]: room.seq } });
    const brief = await live(t, far, dora, { heads: true });
    one.send({ type: 'typing', room: room.id });
    const { data } = await two.frameWith({ type: 'typing' });
    assert.deepEqual(data, { by: carl.id });
    const mentioned = () => framesOf(brief, 'heads').find(({ data }) => (data as Heads)[stream]?.mentioned);
    send(one, room.id, 'hello');
    await brief.until('the new head', () => JSON.stringify(framesOf(brief, 'heads').at(-1)).includes(stream));
    assert.equal(mentioned(), undefined);
    send(one, room.id, 'hello @dora');
    await brief.until('the mention', () => mentioned() !== undefined);
    one.send({ type: 'watch', people: [dora.id] });
    await one.frameWith({ type: 'people' });
    await dora.do('PATCH', '/me', { name: 'Dora the Second' });
    await one.until('her name', () => JSON.stringify(framesOf(one, 'people').at(-1)).includes('Dora the Second'));
  });
});

function isLeft({ type }: EventFrame): boolean {
  return type === 'room.left';
}

async function ownHead({ sql }: TestServer, { id }: Pick<Member, 'id'>): Promise<number> {
  const [{ head }] = await sql<[{ head: number }]>`
    select head from streams s join accounts a on a.stream_id = s.id where a.uid = ${id}`;
  return Number(head);
}
