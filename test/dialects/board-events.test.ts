/** Board events: small, complete, and the same when read from the log. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { Event } from '../../src/core/events/events.ts';
import { MAX_EVENT_BYTES, toPayload } from '../../src/store/events.ts';
import { type Message, member } from '../support/board-people.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { sharedServer } from '../support/shared-server.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const emptyServer = sharedServer();

const SHOW = createShowPerson({ hideEmails: false });
const BOARD = 3;

async function watch(t: TestContext, server: TestServer): Promise<TestSocket> {
  const socket = await openSocket(t, `${server.wsUrl}/ws`);
  await socket.frameCount(1);
  return socket;
}

/** Bytes of the stored events, by kind. */
async function sizes({ sql }: TestServer): Promise<Record<string, number>> {
  const rows = await sql<{ kind: string; bytes: number }[]>`
    select kind, max(octet_length(payload::text)) as bytes from events where stream_id = ${BOARD} group by kind order by kind`;
  return Object.fromEntries(rows.map(({ kind, bytes }) => [kind, bytes]));
}

type Edit = Event & { kind: 'post.edited' };

async function edits({ sql }: TestServer, after: number): Promise<Edit[]> {
  const { events } = await eventLog(sql, SHOW).after(BOARD, after, 500);
  return events.filter((event): event is Edit => event.kind === 'post.edited');
}

function firstWord({ text }: { text: string }): string | undefined {
  return text.split(' ')[0];
}

function countUp(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, n) => String(from + n));
}

test('an edit is stored by reference, and every node shows it with the comments of that time', async (t) => {
  const server = await emptyServer();
  const other = await startServerWith(t, server.settings);
  const ann = await member(server, 'ann');
  const [here, there] = [await watch(t, server), await watch(t, other)];
  const { id } = await ann.post('hello');
  for (let n = 1; n <= 60; n += 1) await ann.comment(id, `${n} ${'ü'.repeat(2_000)}`);
  const edited = await ann.call<Message>('PUT', `/messages/${id}`, { text: 'new' });
  assert.equal(edited.json.comments.length, 50);
  const last = edited.json.comments.at(-1)?.id as number;
  for (const socket of [here, there]) {
    await socket.frameWith({ event: 'message.updated' });
    const { data } = socket.json.at(-1) as { data: Message };
    assert.deepEqual(data.comments.map(firstWord), countUp(11, 60));
    assert.equal(data.text, 'new');
  }
  await ann.comment(id, 'after the edit');
  await ann.call('DELETE', `/comments/${last}`);
  // A node that reads it now must show neither later nor deleted comments.
  const [read] = await edits(server, 0);
  assert.equal(read?.data.body, 'new');
  assert.deepEqual(
    read.data.comments.map(({ body }) => firstWord({ text: body })),
    countUp(10, 59),
  );
});

test('events that an earlier version stored whole are read as those of this one', async () => {
  const server = await emptyServer();
  const ann = await member(server, 'ann');
  const { id } = await ann.post('hello');
  await ann.comment(id, 'well');
  await ann.call('PUT', `/messages/${id}`, { text: 'new' });
  const [edit] = await edits(server, 0);
  const seq = edit?.seq as number;
  const stored = JSON.stringify({ ...edit?.data, comments: [] });
  await server.sql`update events set payload = ${stored}::text::jsonb where stream_id = 3 and seq = ${seq}`;
  assert.deepEqual((await edits(server, seq - 1))[0]?.data.comments, []);
  const log = eventLog(server.sql, SHOW);
  const { events } = await log.after(BOARD, 0, 2);
  const author = { id: 1, uid: 'uid', username: 'ann', email: '', avatarUrl: null, avatarKey: null };
  await server.sql`
    update events set payload = payload || ${JSON.stringify({ body: 'old', createdAt: 1, author })}::text::jsonb
     where stream_id = 3 and kind in ('post.created', 'comment.created')`;
  assert.deepEqual((await log.after(BOARD, 0, 2)).events, events);
});

test('the longest texts that settings allow fit into events, and larger ones are refused by name', async (t) => {
  const long = '100000';
  const server = await startTestServer(t, { POST_LENGTH: long, COMMENT_LENGTH: long, TITLE_LENGTH: '1000' });
  const ann = await member(server, 'ann');
  const text = '😀'.repeat(100_000);
  const { id } = await ann.post(text);
  const { id: comment } = await ann.comment(id, text);
  assert.equal((await ann.call('PUT', `/messages/${id}`, { text: `${'😀'.repeat(99_999)}.` })).status, 200);
  await ann.like(id);
  await ann.call('DELETE', `/comments/${comment}`);
  await ann.call('DELETE', `/messages/${id}`);
  const found = await sizes(server);
  const kinds = ['comment.created', 'comment.deleted', 'post.created', 'post.deleted', 'post.edited', 'post.liked'];
  assert.deepEqual(Object.keys(found), kinds);
  for (const [kind, bytes] of Object.entries(found)) assert.ok(bytes < 200, `${kind} is stored by reference: ${bytes}`);

  assert.throws(() => toPayload({ body: 'x'.repeat(MAX_EVENT_BYTES) }), { code: 'too_large' });
  await assert.rejects(
    server.sql`insert into events (stream_id, seq, kind, payload)
      values (3, 999, 'large', jsonb_build_object('body', repeat('x', 1048576)))`,
    /events_payload_size/,
  );
});

test('a node that was disconnected backfills from the log in small pages', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const { id } = await ann.post('hello');
  await server.sql`delete from events where stream_id = ${BOARD}`;
  await server.sql`
    with added as (
      insert into comments (post_id, author_id, body)
      select ${id}, 1, repeat('😀', 100000) from generate_series(1, 40) returning id, octet_length(body) as bytes
    )
    insert into events (stream_id, seq, kind, payload)
    select 3, row_number() over (order by id), 'comment.created', jsonb_build_object('id', id, 'bytes', bytes) from added`;
  const log = eventLog(server.sql, SHOW);
  const seqs: number[] = [];
  for (let complete = false; !complete; ) {
    const page = await log.after(BOARD, seqs.at(-1) ?? 0, 500);
    assert.ok(page.events.length > 0 && JSON.stringify(page.events).length < 5_000_000);
    seqs.push(...page.events.map(({ seq }) => seq));
    complete = page.complete;
  }
  assert.deepEqual(
    seqs,
    Array.from({ length: 40 }, (_, n) => n + 1),
  );
});
