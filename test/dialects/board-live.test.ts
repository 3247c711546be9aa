/** board's /ws: every change of messages and comments, to everybody, in commit order. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  admin,
  type Comment,
  call,
  type Member,
  type Message,
  member,
  members,
  messages,
} from '../support/board-people.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { sharedServer } from '../support/shared-server.ts';
import { openSocket, refusedUpgrade, type TestSocket } from '../support/socket.ts';

const emptyServer = sharedServer();

const READ_ONLY = { event: 'error', data: { detail: 'This socket is read-only' } };

/** A socket that has received `ready`. */
async function watch(t: TestContext, server: TestServer, query = ''): Promise<TestSocket> {
  const socket = await openSocket(t, `${server.wsUrl}/ws${query}`);
  await socket.frameCount(1);
  return socket;
}

/** As anonymous callers see it. */
function inPublic<T extends Message | Comment>(shown: T): T {
  const comments = 'comments' in shown ? { comments: shown.comments.map(inPublic), is_liked_by_user: false } : {};
  return { ...shown, ...comments, owner: { ...shown.owner, email: '' } };
}

function kinds(socket: TestSocket): unknown[] {
  return socket.json.map(({ event }) => event);
}

test('a subscriber receives a ready frame and then all events', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const root = await admin(server, 'root');
  const earlier = await ann.post('before');
  const socket = await watch(t, server);
  const [ready] = socket.json;
  assert.equal(ready?.event, 'ready');
  assert.match(JSON.stringify(ready?.data), /^{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"}$/);

  const message = await ann.post('hello');
  const comment = await root.comment(message.id, 'well');
  await root.like(message.id);
  const edited = await ann.call<Message>('PUT', `/messages/${message.id}`, { text: 'new' });
  await ann.like(message.id);
  await root.like(message.id);
  await ann.call('DELETE', `/comments/${comment.id}`);
  await ann.call('DELETE', `/messages/${message.id}`);
  await root.call('DELETE', `/messages/${earlier.id}`);
  await socket.frameCount(10);
  assert.deepEqual(socket.json.slice(1), [
    { event: 'message.created', data: inPublic(message) },
    { event: 'comment.created', data: { message_id: message.id, comment: inPublic(comment) } },
    { event: 'message.liked', data: { id: message.id, likes_count: 1 } },
    { event: 'message.updated', data: inPublic(edited.json) },
    { event: 'message.liked', data: { id: message.id, likes_count: 2 } },
    { event: 'message.liked', data: { id: message.id, likes_count: 1 } },
    { event: 'comment.deleted', data: { message_id: message.id, id: comment.id } },
    { event: 'message.deleted', data: { id: message.id } },
    { event: 'message.deleted', data: { id: earlier.id } },
  ]);
  assert.ok(!socket.frames.some((frame) => frame.includes('@example.org')));
});

test('a refused write publishes nothing', async (t) => {
  const server = await emptyServer();
  const [ann, bob] = (await members(server, 'ann', 'bob')) as [Member, Member];
  const { id } = await ann.post('hello');
  const socket = await watch(t, server);
  await bob.call('PUT', `/messages/${id}`, { text: 'mine' });
  await bob.call('DELETE', `/messages/${id}`);
  await bob.like(id + 1);
  await bob.call('POST', `/messages/${id}/comments/`, { text: ' ' });
  await bob.post('the end');
  await socket.frameCount(2);
  assert.deepEqual(kinds(socket), ['ready', 'message.created']);
});

test('the socket is public and read-only: it rejects every frame and stays open', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const socket = await watch(t, server, '/?token=bad');
  for (const frame of ['hello', '{}', '', '{"event":"message.created"}', Buffer.from('binary')]) socket.send(frame);
  await socket.frameCount(6);
  assert.deepEqual(socket.json.slice(1), Array(5).fill(READ_ONLY));
  await ann.post('still here');
  await socket.frameWith({ event: 'message.created' });
});

test('a client that floods the socket is told to slow down', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on' });
  const socket = await watch(t, server);
  for (let n = 0; n < 20; n += 1) socket.send('x');
  await socket.frameCount(21);
  assert.deepEqual(socket.json.at(-1), { event: 'error', data: { detail: 'Too many requests' } });
});

test('upgrades on other paths are refused', async (t) => {
  const server = await emptyServer();
  assert.equal((await refusedUpgrade(t, `${server.wsUrl}/messages/`)).status, 404);
});

test('during concurrent writes every subscriber receives the stored events once, in order, without gaps', async (t) => {
  const server = await emptyServer();
  const people = await members(server, 'a', 'b', 'c', 'd', 'e', 'f');
  const watchers = [await watch(t, server), await watch(t, server)];
  const hot = await (people[0] as Member).post('hot');
  const lateWatchers: Promise<TestSocket>[] = [];
  await Promise.all(
    people.map(async (one, index) => {
      for (let n = 0; n < 15; n += 1) {
        const [own] = await Promise.all([
          one.post(`${one.username} ${n}`),
          one.comment(hot.id, `${n}`),
          one.like(hot.id),
        ]);
        await Promise.all([
          one.call('PUT', `/messages/${own.id}?new_text=edited`),
          one.call('DELETE', `/messages/${own.id}`),
        ]);
        if (index === 0) lateWatchers.push(watch(t, server));
      }
    }),
  );
  await (people[0] as Member).post('the end');
  const stored = await server.sql<{ seq: number; kind: string; id: number }[]>`
    select seq, kind, (payload ->> 'id')::int as id from events where stream_id = 3 order by seq`;
  assert.deepEqual(
    stored.map(({ seq }) => seq),
    stored.map((_, index) => (stored[0]?.seq ?? 0) + index),
  );
  const story = stored.map(({ kind, id }) => `${kind.replace('post', 'message').replace('edited', 'updated')} ${id}`);
  const seen = (socket: TestSocket) =>
    socket.json.slice(1).map(({ event, data }) => {
      const { id, comment } = data as { id?: number; comment?: { id: number } };
      return `${event} ${id ?? comment?.id}`;
    });
  for (const socket of [...watchers, ...(await Promise.all(lateWatchers))]) {
    await socket.until('the end', ({ frames }) => frames.at(-1)?.includes('the end'));
    const own = seen(socket);
    assert.deepEqual(own, story.slice(story.length - own.length));
  }
  assert.equal(seen(watchers[0] as TestSocket).length, story.length);
});

test('events backfilled from the log have the counts and comments of when they happened, and the text as it is now', async (t) => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const first = await watch(t, server);
  const { id } = await ann.post('hello');
  await ann.comment(id, 'well');
  await ann.call('PUT', `/messages/${id}`, { text: 'new' });
  await first.frameCount(4);
  // Events of another node are backfilled from the log if their broker message is lost: inserted here as that node
  // would.
  const rows = await server.sql<
    { kind: string; payload: object }[]
  >`select kind, payload from events where stream_id = 3 order by seq`;
  for (const { kind, payload } of rows)
    await server.sql`
      with advanced as (update streams set head = head + 1 where id = 3 returning head)
      insert into events (stream_id, seq, kind, payload) select 3, head, ${kind}, ${JSON.stringify(payload)}::text::jsonb from advanced`;
  await first.frameCount(7);
  const [created, ...others] = first.frames.slice(1, 4);
  assert.deepEqual(first.frames.slice(4), [created?.replace('hello', 'new'), ...others]);
  assert.equal((await messages(server)).length, 1);
  assert.equal((await call(server, 'GET', `/users/ann/messages`)).status, 200);
});
