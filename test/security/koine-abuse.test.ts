/** Abuse of the native API by people who have an account. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { type EventReader, eventsOf, live, openEvents, openLive } from '../support/koine-live.ts';
import { isProblem, member } from '../support/koine-people.ts';
import { halves } from '../support/pictures.ts';

type Room = { id: string };
type Message = { seq: number };

const SOCKETS = 8;

test('abuse of the native API', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', SOCKETS_PER_ADDRESS: String(SOCKETS) });
  const [ann, bob, cat] = [await member(server, 'ann'), await member(server, 'bob'), await member(server, 'cat')];
  const eve = await member(server, 'eve');
  const group = (): Promise<Room> => ann.do('POST', '/rooms', { kind: 'group', title: 'Books', members: [bob.id] });

  await t.test('a room named in many spellings is replayed once', async (t) => {
    const { id } = await group();
    for (const body of ['one', 'two', 'three']) await ann.do('POST', `/rooms/${id}/messages`, { body });
    // The version of a UUID is a digit; of its other places some are letters.
    const spellings = [...id].map((_, at) => id.slice(0, at).toUpperCase() + id.slice(at));
    const have = Object.fromEntries([...spellings, id.toUpperCase()].map((spelling) => [`room:${spelling}`, 0]));
    assert.ok(Object.keys(have).length > 1);
    const socket = await live(t, server, bob, { have });
    assert.deepEqual(
      eventsOf(socket).map(({ seq }) => seq),
      [1, 2, 3],
    );
  });

  await t.test('an invitation to a deleted group leads nowhere', async () => {
    const { id } = await group();
    await ann.do('POST', `/rooms/${id}/messages`, { body: 'a secret' });
    // As of a long history: the room is deleted part by part.
    await server.sql`
      insert into messages (room_id, seq, author_id, body, created_at)
      select r.id, n, (select id from accounts where username = 'ann'), 'more', now()
        from rooms r, generate_series(2, 4100) as n where r.uid = ${id}`;
    await server.sql`update streams set head = 4100 where id = (select id from rooms where uid = ${id})`;
    const { code } = await ann.do<{ code: string }>('POST', `/rooms/${id}/invites`, {});
    await ann.do('DELETE', `/rooms/${id}`);
    const [{ left }] = await server.sql<[{ left: number }]>`
      select count(*)::int as left from rooms where uid = ${id}`;
    assert.equal(left, 1, 'not all of it is gone yet');
    assert.equal((await eve.call('GET', `/invites/${code}`)).status, 404);
    assert.equal((await eve.call('POST', `/invites/${code}`)).status, 404);
    assert.equal((await eve.call('GET', `/rooms/${id}/messages`)).status, 404);
  });

  await t.test('whoever was removed learns nothing by repeating a message', async (t) => {
    const { id } = await group();
    const { seq } = await ann.do<Message>('POST', `/rooms/${id}/messages`, { body: 'in public' });
    const socket = await live(t, server, bob);
    const answer = { type: 'send', room: id, body: 'an answer', replyTo: seq, key: 'answer-1' };
    socket.send({ ...answer, ref: 1 });
    await socket.frameWith({ type: 'result', ref: 1 });
    await ann.do('DELETE', `/rooms/${id}/members/${bob.id}`);
    await ann.do('PATCH', `/rooms/${id}/messages/${seq}`, { body: 'among us' });
    socket.send({ ...answer, ref: 2 });
    const refused = await socket.frameWith({ type: 'problem', ref: 2 });
    assert.equal((refused.problem as { code: string }).code, 'not_found');
  });

  await t.test('whoever is blocked is not told as typing', async (t) => {
    const { id } = await bob.do<Room>('POST', '/rooms', { kind: 'direct', members: [eve.id] });
    const have = { [`room:${id}`]: 0 };
    const theirs = await live(t, server, bob, { have });
    const own = await live(t, server, eve, { have });
    await eve.do('PUT', `/blocks/${bob.id}`);
    theirs.send({ type: 'typing', room: id });
    theirs.send({ type: 'read', ref: 1, room: id, seq: 0 });
    await theirs.frameWith({ type: 'result', ref: 1 });
    own.send({ type: 'typing', room: id });
    await own.frameWith({ type: 'typing', data: { by: eve.id } });
    const typing = own.json.filter((frame) => frame.type === 'typing');
    assert.deepEqual(
      typing.map(({ data }) => data),
      [{ by: eve.id }],
    );
  });

  await t.test('whoever is blocked mentions nobody who blocked them', async () => {
    await ann.do('PUT', `/blocks/${eve.id}`);
    const lobby = async () => {
      const rooms = await ann.all<Room & { kind: string; mentions: number }>('/rooms');
      return rooms.find(({ kind }) => kind === 'lobby') as Room & { mentions: number };
    };
    const { id } = await lobby();
    const body = '@ann @bob';
    const said = await eve.do<{ mentions: string[] }>('POST', `/rooms/${id}/messages`, { body });
    assert.deepEqual([said.mentions, (await lobby()).mentions], [[bob.id], 0]);
    await ann.do('DELETE', `/blocks/${eve.id}`);
  });

  await t.test('each mention counts as a message more', async () => {
    const { id } = await group();
    const body = '@bob '.repeat(50);
    let sent = 0;
    while ((await bob.call('POST', `/rooms/${id}/messages`, { body })).status === 201 && sent < 100) sent += 1;
    assert.ok(sent < 100, `${sent} messages of fifty mentions were sent in less than a minute`);
  });

  await t.test('each member of a new group counts as a change more', async () => {
    const body = { kind: 'group', members: Array(100).fill(bob.id) };
    let made = 0;
    while ((await cat.call('POST', '/rooms', { body })).status === 201 && made < 60) made += 1;
    assert.ok(made < 60, `${made} groups of a hundred were made in less than a minute`);
  });

  await t.test('what an account is told of the past again and again is bounded', async () => {
    const { id } = await group();
    const { cursor } = await bob.get<{ cursor: string }>('/events');
    await server.sql`
      insert into messages (room_id, seq, author_id, body, created_at)
      select r.id, n, (select id from accounts where username = 'ann'), 'again', now()
        from rooms r, generate_series(1, 1000) as n where r.uid = ${id}`;
    await server.sql`update streams set head = 1000 where id = (select id from rooms where uid = ${id})`;
    let events: { type: string }[] = [];
    for (let n = 0; n < 60 && !events.some(({ type }) => type === 'reset'); n += 1)
      events = (await bob.get<{ events: { type: string }[] }>(`/events?cursor=${cursor}`)).events;
    assert.deepEqual(
      events.filter(({ type }) => type === 'reset'),
      [{ type: 'reset', stream: `room:${id}`, seq: 1000 }],
    );
  });

  await t.test('of many texts that show one file, one is stored, and others pass', async () => {
    const { id } = await group();
    const picture = async () => {
      const body = await halves(8, 8).png().toBuffer();
      return (await ann.do<{ id: string }>('POST', '/files', body)).id;
    };
    const shared = [await picture(), await picture()];
    const statusesOf = async (path: string, field: string, file: string | undefined) => {
      const bodies = [...Array(6)].map((_, n) => ({ body: 'x', ...(n < 5 && { [field]: [file] }) }));
      const replies = await Promise.all(bodies.map((body) => ann.call('POST', path, { body })));
      return replies.map(({ status }) => status);
    };
    for (const statuses of [
      await statusesOf(`/rooms/${id}/messages`, 'files', shared[0]),
      await statusesOf('/posts', 'images', shared[1]),
    ])
      assert.deepEqual([statuses.pop(), statuses.sort()], [201, [201, 400, 400, 400, 400]]);
  });

  await t.test('whoever is blocked cannot show a file there, and keeps it', async () => {
    const { id } = await bob.do<Room>('POST', '/rooms', { kind: 'direct', members: [eve.id] });
    const file = await bob.do<{ id: string }>('POST', '/files', await halves(8, 8).png().toBuffer());
    await eve.do('PUT', `/blocks/${bob.id}`);
    const body = { body: '', files: [file.id] };
    assert.equal((await bob.call('POST', `/rooms/${id}/messages`, { body })).status, 404);
    await bob.do('POST', '/posts', { body: 'x', images: [file.id] });
    await eve.do('DELETE', `/blocks/${bob.id}`);
  });

  await t.test('forged cursors and codes are refused', async () => {
    const { id } = await group();
    const forged: readonly (readonly [path: string, position: unknown])[] = [
      ['/people', { by: 'username', key: 'a\0', id: 0 }],
      ['/people', { by: 'name', key: '\ud800', id: 1 }],
      ['/people', { by: 'name', key: 'a', id: 2 ** 31 }],
      ['/rooms', [0, 2 ** 31]],
      [`/rooms/${id}/members`, [0, 2 ** 31]],
    ];
    for (const [path, position] of forged) {
      const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
      const reply = await ann.call('GET', `${path}?cursor=${cursor}`);
      assert.ok(isProblem(reply, 400, 'invalid'), `${path} ${JSON.stringify(position)}: ${reply.status}`);
    }
    assert.ok(isProblem(await ann.call('DELETE', `/rooms/${id}/invites/a%00`), 404, 'not_found'));
  });

  await t.test('answers that wait for events count as sockets of their address', async (t) => {
    const readers: EventReader[] = [];
    const openAll = async () => {
      while (readers.length <= SOCKETS) readers.push(await openEvents(t, ann));
    };
    await assert.rejects(openAll, /status 429/);
    assert.ok(isProblem(await bob.call('GET', '/events?wait=25'), 429, 'rate_limited'));
    await assert.rejects(openLive(t, server, bob));
    for (const reader of readers) reader.close();
    await eventually('places are free again', async () => (await bob.call('GET', '/events')).status === 200);
  });
});
