/** koine's live connection over the wire: following, resuming, signals, and its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../support/conditions.ts';
import { startTestServer, type TestServer, withQuickHeartbeat } from '../support/harness.ts';
import { bodiesOf, epochOf, eventsOf, live, openEvents, openLive } from '../support/koine-live.ts';
import { isProblem, type Member, member } from '../support/koine-people.ts';
import type { TestSocket } from '../support/socket.ts';

async function lobbyOf({ sql }: TestServer): Promise<{ uid: string; stream: string }> {
  const [{ uid }] = await sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
  return { uid, stream: `room:${uid}` };
}

async function headOf({ sql }: TestServer, uid: string): Promise<number> {
  const [{ head }] = await sql<[{ head: number }]>`
    select head from streams s join rooms r on r.id = s.id where r.uid = ${uid}`;
  return Number(head);
}

async function directRoom(one: Member, other: Member, { sql }: TestServer): Promise<{ uid: string; stream: string }> {
  const made = await fetch(`${one.server.url}/messenger/api/chatrooms/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${one.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ recipient: other.me.username }),
  });
  const { id } = (await made.json()) as { id: number };
  const [{ uid }] = await sql<[{ uid: string }]>`select uid from rooms where id = ${id}`;
  return { uid, stream: `room:${uid}` };
}

type Sync = {
  epoch: string;
  me: object;
  streams: Record<string, number>;
  rooms: { id: string; kind: string; seq: number; lastMessage: { body: string } | null }[];
  people: Record<string, { online: boolean }>;
  notifications: object;
  online: number;
  next: string | null;
};

function say(socket: TestSocket, room: string, ...bodies: string[]): void {
  for (const body of bodies) socket.send({ type: 'send', ref: 1, room, body });
}

test('koine: live connections', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '10000', SOCKET_BACKLOG: '65536' });
  const [ann, bob, eve] = await Promise.all(['ann', 'bob', 'eve'].map((name) => member(server, name)));
  assert.ok(ann && bob && eve);
  const room = await directRoom(ann, bob, server);
  const epoch = await epochOf(server);

  await t.test('a snapshot has the positions from which a client goes on', async (t) => {
    const snapshot = await ann.get<Sync>('/sync?rooms=1');
    assert.deepEqual(snapshot.me, ann.me);
    assert.equal(snapshot.epoch, epoch);
    assert.deepEqual(
      snapshot.rooms.map(({ id, kind }) => [id, kind]),
      [
        [room.uid, 'direct'],
        [(await lobbyOf(server)).uid, 'lobby'],
      ],
    );
    assert.deepEqual(Object.keys(snapshot.people).sort(), [ann.id, bob.id].sort());
    assert.deepEqual([snapshot.online, snapshot.notifications, typeof snapshot.next], [0, { unread: 0 }, 'string']);
    const whole = await ann.get<Sync>('/sync');
    assert.deepEqual([whole.rooms.length, whole.next], [2, null]);
    const talker = await live(t, server, bob);
    say(talker, room.uid, 'after the snapshot');
    await talker.frameWith({ type: 'result' });
    const have = { ...snapshot.streams, [room.stream]: snapshot.rooms[0]?.seq ?? 0 };
    const socket = await live(t, server, ann, { epoch: snapshot.epoch, have });
    assert.deepEqual(bodiesOf(socket), ['after the snapshot']);
    await eventually('both to be online', async () => (await ann.get<Sync>('/sync')).online === 2);
    const later = await ann.get<Sync>('/sync');
    assert.equal(later.people[bob.id]?.online, true);
    assert.equal(later.rooms[0]?.lastMessage?.body, 'after the snapshot');
  });

  await t.test('what is sent is answered, and told to all who follow the room', async (t) => {
    const seq = await headOf(server, room.uid);
    const [one, two] = [
      await live(t, server, ann, { have: { [room.stream]: seq } }),
      await live(t, server, bob, { have: { [room.stream]: seq } }),
    ];
    one.send({ type: 'send', ref: 7, room: room.uid, body: 'Hello!' });
    const result = await one.frameWith({ type: 'result', ref: 7 });
    for (const socket of [one, two]) {
      const event = await socket.frameWith({ type: 'message.created' });
      assert.equal(event.stream, room.stream);
      assert.equal(event.seq, seq + 1);
      assert.deepEqual(event.data, result.data);
    }
    const text = JSON.stringify(result.data);
    assert.ok(!text.includes('@example.org'), text);
    two.send({ type: 'send', ref: 8, room: eve.id, body: 'Hello?' });
    const refusal = await two.frameWith({ type: 'problem', ref: 8 });
    two.send({ type: 'send', ref: -1, room: room.uid, body: 'Hello!' });
    const nameless = await two.until('a refusal without a ref', ({ frames }) =>
      frames.find((frame) => /"type":"problem","problem"/.test(frame)),
    );
    assert.match(nameless, /this is no frame of the type send/);
    assert.equal((refusal.problem as { code: string }).code, 'not_found');
  });

  await t.test('a client resumes where it stopped, and is told each event once, in order', async (t) => {
    const from = await headOf(server, room.uid);
    const talker = await live(t, server, ann, { have: { [room.stream]: from } });
    const bodies = Array.from({ length: 20 }, (_, index) => `message ${index}`);
    say(talker, room.uid, ...bodies.slice(0, 10));
    await talker.until('its messages', (socket) => bodiesOf(socket).length === 10);
    const late = await openLive(t, server, bob);
    late.send({ type: 'hello', epoch, have: { me: 0, board: 0, [room.stream]: from + 3 } });
    say(talker, room.uid, ...bodies.slice(10));
    await late.until('all messages', (socket) => bodiesOf(socket).length === 17);
    assert.deepEqual(bodiesOf(late), bodies.slice(3));
    assert.deepEqual(
      eventsOf(late, room.stream).map(({ seq }) => seq),
      bodies.slice(3).map((_, index) => from + 4 + index),
    );
  });

  await t.test('a position that cannot be resumed from is reset', async (t) => {
    const head = await headOf(server, room.uid);
    const resets = async (who: Member, have: Record<string, number>, of = epoch) => {
      const socket = await live(t, server, who, { epoch: of, have });
      return socket.json.flatMap(({ type, stream, seq }) => (type === 'reset' ? [[stream, seq]] : []));
    };
    assert.deepEqual(await resets(ann, { [room.stream]: head + 1 }), [[room.stream, head]]);
    assert.deepEqual(await resets(eve, { [room.stream]: head }), [[room.stream, 0]]);
    assert.deepEqual(await resets(eve, { 'room:nowhere': 1, 'no stream': 1 }), [
      ['room:nowhere', 0],
      ['no stream', 0],
    ]);
    const other = 'b9a3f1de-0000-4000-8000-000000000000';
    assert.deepEqual(await resets(ann, { [room.stream]: head }, other), [[room.stream, head]]);
    await server.sql`update streams set floor = 5 where id = (select id from rooms where uid = ${room.uid})`;
    assert.deepEqual(await resets(ann, { [room.stream]: 4 }), [[room.stream, head]]);
    assert.deepEqual(await resets(ann, { [room.stream]: 5 }), []);
    await server.sql`update streams set head = head + 1001 where id = 3`;
    const [{ board }] = await server.sql<[{ board: number }]>`select head as board from streams where id = 3`;
    assert.deepEqual(await resets(ann, { board: 0 }), [['board', board]]);
    assert.deepEqual(await resets(ann, { board: 1 }), []);
  });

  await t.test('a stream that is not followed any more is silent; it is followed again from a position', async (t) => {
    const from = await headOf(server, room.uid);
    const [socket, talker] = [
      await live(t, server, ann, { have: { [room.stream]: from } }),
      await live(t, server, bob, { have: { [room.stream]: from } }),
    ];
    socket.send({ type: 'unfollow', streams: [room.stream] });
    await socket.settled();
    say(talker, room.uid, 'one', 'two');
    await talker.until('both', (one) => bodiesOf(one).length === 2);
    await socket.settled();
    assert.deepEqual(bodiesOf(socket), []);
    socket.send({ type: 'follow', have: { [room.stream]: from + 1 } });
    await socket.frameWith({ type: 'message.created' });
    assert.deepEqual(bodiesOf(socket), ['two']);
  });

  await t.test('typing is passed on once in three seconds, by members only, and not stored', async (t) => {
    const have = { [room.stream]: await headOf(server, room.uid) };
    const [one, two] = [await live(t, server, ann, { have }), await live(t, server, bob)];
    const typing = () => one.json.filter(({ type }) => type === 'typing');
    for (const socket of [two, two, two]) socket.send({ type: 'typing', room: room.uid });
    const stranger = await live(t, server, eve);
    stranger.send({ type: 'typing', room: room.uid });
    await stranger.frameWith({ type: 'problem' });
    await one.frameWith({ type: 'typing' });
    one.send({ type: 'typing', room: room.uid });
    await one.until('both', () => typing().length === 2);
    assert.deepEqual(
      typing().map(({ stream, data }) => [stream, data]),
      [bob, ann].map(({ id }) => [room.stream, { by: id }]),
    );
    assert.equal(await headOf(server, room.uid), have[room.stream]);
  });

  await t.test('rooms that are not followed are told of in brief', async (t) => {
    const lobby = await lobbyOf(server);
    const seq = await headOf(server, room.uid);
    const [socket, talker] = [
      await live(t, server, ann, { have: { [lobby.stream]: 0 }, heads: true }),
      await live(t, server, bob),
    ];
    const heads = () => socket.json.flatMap((frame) => (frame.type === 'heads' ? [frame.data] : []));
    await socket.frameWith({ type: 'heads' });
    assert.deepEqual(heads(), [{ [room.stream]: { seq, mentioned: false } }]);
    say(talker, lobby.uid, 'in the lobby');
    say(talker, room.uid, 'in the room');
    await socket.until('the news', () => heads().length === 2);
    assert.deepEqual(heads()[1], { [room.stream]: { seq: seq + 1, mentioned: false } });
    assert.deepEqual(bodiesOf(socket), ['in the lobby']);
  });

  await t.test('people that are watched: how they are, then what changes', async (t) => {
    const nobody = 'b9a3f1de-0000-4000-8000-000000000000';
    const [watcher, cat] = [await live(t, server, ann), await member(server, 'cat')];
    watcher.send({ type: 'watch', people: [cat.id, nobody] });
    type People = { online: number; people: Record<string, object> };
    const people = () => watcher.json.flatMap((frame) => (frame.type === 'people' ? [frame.data as People] : []));
    await watcher.frameWith({ type: 'people' });
    assert.deepEqual(people()[0]?.people, {
      [cat.id]: { online: false, avatarUrl: null },
      [nobody]: { online: false, removed: true },
    });
    const latest = () => people().findLast((frame) => cat.id in frame.people)?.people[cat.id];
    const visit = await live(t, server, cat);
    await watcher.until('her', () => isDeepStrictEqual(latest(), { online: true }));
    await visit.close();
    await watcher.until('her leave', () => isDeepStrictEqual(latest(), { online: false }));
  });

  await t.test('the first frame is hello; what is no frame is refused', async (t) => {
    const socket = await openLive(t, server, ann);
    const refusals = () => socket.json.map(({ ref }) => ref);
    socket.send({ type: 'send', ref: 3, room: room.uid, body: 'too early' });
    socket.send('no JSON');
    socket.send({ type: 'nothing', ref: 4 });
    socket.send({ type: 'hello', epoch, have: { me: -1 } });
    socket.send(Buffer.from('binary'));
    await socket.frameCount(5);
    assert.deepEqual(new Set(refusals()), new Set([3, 4, undefined]));
  });

  await t.test('server-sent events resume from the id of the last one', async (t) => {
    const talker = await live(t, server, bob);
    const first = await openEvents(t, ann);
    await first.until('the beginning', ({ events }) => events.some(({ event }) => event === 'live'));
    say(talker, room.uid, 'one', 'two');
    await first.until('both', ({ bodies }) => bodies.length === 2);
    const [one] = first.events.filter(({ event }) => event === 'message.created');
    first.close();
    say(talker, room.uid, 'three');
    const again = await openEvents(t, ann, { 'last-event-id': one?.id as string });
    await again.until('the rest', ({ bodies }) => bodies.length === 2);
    say(talker, room.uid, 'four');
    await again.until('the last', ({ bodies }) => bodies.length === 3);
    assert.deepEqual(again.bodies, ['two', 'three', 'four']);
  });

  await t.test('long polls: what happened since the cursor, or the next event', async (t) => {
    type Events = { events: { type: string; data: { body?: string } }[]; cursor: string };
    const poll = (query: string) => ann.get<Events>(`/events?${query}`);
    const { events, cursor } = await poll('');
    assert.deepEqual(events, []);
    const talker = await live(t, server, bob);
    say(talker, room.uid, 'five', 'six');
    await talker.until('both', ({ json }) => json.filter(({ type }) => type === 'result').length === 2);
    const since = await poll(`cursor=${cursor}`);
    const bodies = (answer: Events) => answer.events.flatMap(({ data }) => data.body ?? []);
    assert.deepEqual(bodies(since), ['five', 'six']);
    const waiting = poll(`cursor=${since.cursor}&wait=25`);
    say(talker, room.uid, 'seven');
    assert.deepEqual(bodies(await waiting), ['seven']);
    for (const wrong of ['AAAA', `${cursor}A`, '%00'])
      assert.ok(isProblem(await ann.call('GET', `/events?cursor=${wrong}`), 400, 'invalid'), wrong);
    const elsewhere = Buffer.from(cursor, 'base64url');
    elsewhere[0] = (elsewhere[0] as number) ^ 1;
    const reset = await poll(`cursor=${elsewhere.toString('base64url')}`);
    assert.ok(reset.events.length >= 3 && reset.events.every(({ type }) => type === 'reset'));
    assert.deepEqual((await poll(`cursor=${reset.cursor}`)).events, []);
  });

  await t.test('a client that does not read is told to come back, and misses nothing', async (t) => {
    const from = await headOf(server, room.uid);
    const [slow, talker] = [
      await live(t, server, ann, { have: { [room.stream]: from } }),
      await live(t, server, bob, { have: { [room.stream]: from } }),
    ];
    slow.ws.pause();
    const bodies = Array.from({ length: 900 }, (_, index) => `${index} ${'x'.repeat(3_900)}`);
    for (let index = 0; index < bodies.length; index += 50) {
      say(talker, room.uid, ...bodies.slice(index, index + 50));
      await talker.until('its messages', (socket) => bodiesOf(socket).length === index + 50);
    }
    slow.ws.resume();
    await slow.until('its end, or everything', (one) => one.closed !== null || bodiesOf(one).length === bodies.length);
    const told = bodiesOf(slow);
    if (slow.closed?.code === 4008)
      assert.deepEqual(slow.json.at(-1), { type: 'bye', code: 4008, retryAfter: [500, 5_000] });
    const again = await live(t, server, ann, { have: { [room.stream]: from + told.length } });
    assert.deepEqual([...told, ...bodiesOf(again)], bodies);
  });

  await t.test('who signs out is told not to come back', async (t) => {
    const again = await member(server, 'zoe');
    const socket = await live(t, server, again);
    await again.do('DELETE', '/session');
    assert.deepEqual(await socket.frameWith({ type: 'bye' }), { type: 'bye', code: 4001, retryAfter: null });
    assert.equal((await socket.untilClosed()).code, 4001);
  });

  await t.test('who has read how far is told in a direct room, not in the lobby', async (t) => {
    const lobby = await lobbyOf(server);
    const have = { [room.stream]: await headOf(server, room.uid), [lobby.stream]: await headOf(server, lobby.uid) };
    const one = await live(t, server, ann, { have });
    const { seq } = await bob.do<{ seq: number }>('POST', `/rooms/${room.uid}/messages`, { body: 'read this' });
    const said = await ann.do<{ seq: number }>('POST', `/rooms/${lobby.uid}/messages`, { body: 'and this' });
    await bob.do('PUT', `/rooms/${lobby.uid}/read`, { seq: said.seq });
    await ann.do('PUT', `/rooms/${room.uid}/read`, { seq: 0 });
    await bob.do('PUT', `/rooms/${room.uid}/read`, { seq });
    await one.frameWith({ type: 'read' });
    const reads = one.json.filter(({ type }) => type === 'read');
    assert.deepEqual(
      reads.map(({ stream, data }) => [stream, data]),
      [[room.stream, { by: bob.id, seq }]],
    );
  });

  await t.test('a server that stops asks its clients to come back', async (t) => {
    const socket = await live(t, server, ann);
    const closing = server.close();
    assert.deepEqual(await socket.frameWith({ type: 'bye' }), { type: 'bye', code: 1012, retryAfter: [500, 5_000] });
    assert.equal((await socket.untilClosed()).code, 1012);
    await closing;
  });
});

test('koine: beats, and silence', async (t) => {
  const server = await startTestServer(t, { SOCKET_AUTH_TIMEOUT: '1' }, withQuickHeartbeat);
  const ann = await member(server, 'ann');
  const lively = await live(t, server, ann);
  lively.ws.on('message', (data: Buffer) => {
    if (data.toString() === '{"type":"beat"}') lively.send({ type: 'beat' });
  });
  const silent = await live(t, server, ann);
  const mute = await openLive(t, server, ann);
  assert.equal((await silent.untilClosed()).code, 1006);
  assert.ok(silent.json.some(({ type }) => type === 'beat'));
  // The same two intervals apply to whoever has not said hello.
  assert.ok([1006, 4008].includes((await mute.untilClosed()).code));
  const beats = () => lively.json.filter(({ type }) => type === 'beat').length;
  const seen = beats();
  await lively.until('more beats', () => beats() > seen + 3);
  assert.equal(lively.closed, null);
});
