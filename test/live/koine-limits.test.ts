/** koine at its limits: nothing that happens is kept from a client that follows, watches or has missed a lot. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { epochOf, eventWith, live } from '../support/koine-live.ts';
import { call, Member, member, type Session } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';

type Room = { id: string; seq: number; unread: number; lastMessage: { seq: number; replyTo?: object } | null };
type Sync = { cursor: string; streams: { me: number }; rooms: Room[]; next: string | null };
type Events = { events: { type: string; stream: string; data: { body?: string } }[]; cursor: string };
type People = { people: Record<string, { avatarUrl: string | null }> };

/** Streams that a connection may follow. */
const MOST = 500;

/** Groups of the account, and their uids. */
async function groupsOf({ sql }: TestServer, { id }: Member, count: number): Promise<string[]> {
  const rows = await sql<{ uid: string }[]>`
    with streams as (
      insert into streams (head) select 0 from generate_series(1, ${count}::int) returning id
    ), made as (
      insert into rooms (id, kind, name, title, creator_id)
      select s.id, 'group', 'many' || s.id, 'Many', a.id from streams s, accounts a where a.uid = ${id}
      returning id, uid, creator_id
    ), joined as (
      insert into room_members (room_id, account_id) select id, creator_id from made
    )
    select uid from made`;
  return rows.map(({ uid }) => uid);
}

test('koine at its limits', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const group = (members: string[]) => bob.do<Room>('POST', '/rooms', { kind: 'group', title: 'Tea', members });
  const say = (who: Member, room: string, body: string, more: object = {}) =>
    who.do<{ seq: number; mentions: string[] }>('POST', `/rooms/${room}/messages`, { body, ...more });

  await t.test(
    'a room that is joined beyond the limit is told of: it has to be fetched, and is followed in place of another',
    async (t) => {
      const rooms = (await groupsOf(server, ann, MOST - 2)).map((uid) => `room:${uid}`);
      const { streams } = await ann.get<Sync>('/sync');
      const have = { me: streams.me, board: 0, ...Object.fromEntries(rooms.map((name) => [name, 0])) };
      const socket = await live(t, server, ann, { have });
      const { id, seq } = await group([ann.id]);
      await socket.frameWith({ type: 'reset', stream: `room:${id}` });
      socket.send({ type: 'unfollow', streams: [rooms[0]] });
      socket.send({ type: 'follow', have: { [`room:${id}`]: seq } });
      await say(bob, id, 'are you there?');
      await eventWith(socket, 'message.created', { body: 'are you there?' });
    },
  );

  await t.test('a snapshot has the cursor from which events go on, in rooms that are not on its page too', async () => {
    const quiet = await group([ann.id]);
    for (let more = 0; more < 2; more += 1) await say(bob, (await group([ann.id])).id, 'later');
    const { cursor, rooms, next } = await ann.get<Sync>('/sync?rooms=1');
    assert.ok(next !== null && rooms.every(({ id }) => id !== quiet.id));
    await say(bob, quiet.id, 'after the snapshot');
    const { events } = await ann.get<Events>(`/events?cursor=${cursor}`);
    const shown = events.map(({ type, stream, data }) => [type, stream, data.body]);
    assert.deepEqual(shown, [['message.created', `room:${quiet.id}`, 'after the snapshot']]);
  });

  await t.test('what is unread is counted beyond many messages that do not count', async () => {
    const { id } = await group([ann.id]);
    await say(bob, id, 'unread');
    await server.sql`
      with room as (select id from rooms where uid = ${id}), author as (select id from accounts where uid = ${ann.id}),
           advanced as (update streams set head = head + 1000 where id in (select id from room) returning id, head)
      insert into messages (room_id, seq, author_id, body, created_at)
      select a.id, a.head - 1000 + n, author.id, 'own', now() from advanced a, author, generate_series(1, 1000) n`;
    assert.equal((await ann.get<Room>(`/rooms/${id}`)).unread, 1);
  });

  await t.test('answers quote nobody whom the reader has blocked', async () => {
    const cem = await member(server, 'cem');
    const { id } = await group([ann.id, cem.id]);
    const { seq } = await say(cem, id, 'a rude word');
    const answer = await say(bob, id, 'please', { replyTo: seq });
    await ann.do('PUT', `/blocks/${cem.id}`);
    const { items } = await ann.get<{ items: { seq: number; replyTo?: object }[] }>(`/rooms/${id}/messages`);
    const one = await ann.get<{ replyTo?: object }>(`/rooms/${id}/messages/${answer.seq}`);
    const { lastMessage } = await ann.get<Room>(`/rooms/${id}`);
    assert.deepEqual(
      items.map((message) => [message.seq, message.replyTo]),
      [[answer.seq, undefined]],
    );
    assert.deepEqual([one.replyTo, lastMessage?.seq, lastMessage?.replyTo], [undefined, answer.seq, undefined]);
    assert.ok((await bob.get<{ replyTo?: object }>(`/rooms/${id}/messages/${answer.seq}`)).replyTo);
  });

  await t.test('many watched people with long addresses of pictures come in several frames', async (t) => {
    const picture = `https://pictures.example/${'x'.repeat(1_900)}`;
    await server.sql`
      insert into accounts (username, username_key, email, email_key, password_hash, avatar_url)
      select 'w' || n, 'w' || n, 'w' || n || '@example.org', 'w' || n || '@example.org', '-', ${picture}
        from generate_series(1, 500) n`;
    const rows = await server.sql<{ uid: string }[]>`select uid from accounts where username_key like 'w%'`;
    const socket = await live(t, server, ann, { epoch: await epochOf(server) });
    socket.send({ type: 'watch', people: rows.map(({ uid }) => uid) });
    const portions = () => socket.json.flatMap((frame) => (frame.type === 'people' ? [frame.data as People] : []));
    const shown = () => portions().flatMap(({ people }) => Object.values(people));
    await socket.until('all of them', () => shown().length === rows.length);
    assert.ok(shown().every(({ avatarUrl }) => avatarUrl === picture));
    assert.ok(portions().every((portion) => JSON.stringify(portion).length < 100_000));
  });

  await t.test('a name with spaces is mentioned in quotation marks', async () => {
    const body = { username: 'Dora of Kyiv', email: 'dora@example.org', password: PASSWORD };
    const dora = new Member(server, (await call<Session>(server, 'POST', '/accounts', { body })).json);
    const { id } = await group([dora.id, ann.id]);
    assert.deepEqual(
      (await say(bob, id, 'ask @"dora of kyiv", or @ann')).mentions.toSorted(),
      [ann.id, dora.id].toSorted(),
    );
    assert.deepEqual((await say(bob, id, 'not @"dora" nor "@dora of kyiv"')).mentions, []);
    assert.equal((await dora.get<Room>(`/rooms/${id}`)).unread, 2);
  });
});
