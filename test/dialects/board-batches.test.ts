/** Batches of posts and comments: committed together, and refused one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { Event } from '../../src/core/events/events.ts';
import { outcomes, startCore, type TestNode } from '../support/core-harness.ts';

const BOARD = 3;

async function boardLog({ sql }: TestNode): Promise<Event[]> {
  const { events } = await eventLog(sql, createShowPerson({ hideEmails: false })).after(BOARD, 0, 1_000);
  return [...events];
}

test('concurrent posts are stored by one statement, and so are concurrent comments', async (t) => {
  const { core, person, statementsOf } = await startCore(t);
  const ann = await person('ann');
  const write = (n: number) => Array.from({ length: n }, (_, i) => core.posts.create(ann, { body: `post ${i}` }));
  const posts = await Promise.all(write(2));
  const postId = posts[0]?.id as number;
  const comment = (n: number) =>
    Array.from({ length: n }, (_, i) => core.comments.add(ann, { id: postId }, { body: `comment ${i}` }));
  await Promise.all(comment(2));
  assert.equal((await statementsOf(() => Promise.all(write(20)))).length, 1);
  assert.equal((await statementsOf(() => Promise.all(comment(20)))).length, 1);
});

test('the log has the same events of a batch as the authors received', async (t) => {
  const node = await startCore(t);
  const [ann, bob] = [await node.person('ann'), await node.person('bob')];
  const posts = await Promise.all(
    Array.from({ length: 9 }, (_, n) =>
      node.core.posts.create(n % 2 ? ann : bob, { title: n % 3 ? null : 'title', body: `post ${n}` }),
    ),
  );
  const comments = await Promise.all(
    posts.map(({ id }, n) => node.core.comments.add(n % 2 ? bob : ann, { id }, { body: `comment ${n}` })),
  );
  const anonymous = <T extends { author: object }>(told: T) => ({ ...told, author: { ...told.author, email: '' } });
  assert.deepEqual(await boardLog(node), [
    ...posts.map(({ likers: _likers, views: _views, bookmarked: _bookmarked, ...data }, n) => ({
      kind: 'post.created',
      seq: n + 1,
      data: anonymous(data),
    })),
    ...comments.map((data, n) => ({ kind: 'comment.created', seq: 10 + n, data: anonymous(data) })),
  ]);
  assert.deepEqual(
    posts.map(({ id }) => id),
    posts.map(({ id }) => id).toSorted((a, b) => a - b),
  );
});

test('an entry of a batch that cannot be stored is refused alone and gets no seq', async (t) => {
  const node = await startCore(t);
  const [ann, gone] = [await node.person('ann'), await node.person('gone')];
  const { id } = await node.core.posts.create(ann, { body: 'hello' });
  await node.sql`delete from accounts where id = ${gone.id}`;
  const made = await outcomes([
    ...[ann, gone, ann].map((author) => node.core.posts.create(author, { body: 'at once' })),
    ...[id, id + 1_000, id, Number.MAX_SAFE_INTEGER].map((postId) =>
      node.core.comments.add(ann, { id: postId }, { body: 'at once' }),
    ),
    node.core.comments.add(gone, { id }, { body: 'at once' }),
  ]);
  assert.deepEqual(made, { done: 4, not_found: 2, unauthenticated: 2 });
  const log = await boardLog(node);
  assert.deepEqual(
    log.map(({ seq }) => seq),
    [1, 2, 3, 4, 5],
  );
});

test('a comment is refused as not found if its post is deleted while it waits for the lock', async (t) => {
  const node = await startCore(t);
  const ann = await node.person('ann');
  const { id } = await node.core.posts.create(ann, { body: 'hello' });
  const holder = await node.sql.reserve();
  await holder`begin`;
  await holder`select from streams where id = ${BOARD} for update`;
  await holder`delete from posts where id = ${id}`;
  const comment = outcomes([node.core.comments.add(ann, { id }, { body: 'too late' })]);
  // Waits until the comment's statement has its snapshot, which includes the post, and is blocked.
  for (let waiting = 0; waiting === 0; ) {
    const [row] = await node.sql<[{ count: number }]>`
      select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    waiting = row.count;
  }
  await holder`commit`;
  holder.release();
  assert.deepEqual(await comment, { not_found: 1 });
  const [{ kinds }] = await node.sql<[{ kinds: string[] }]>`
    select array_agg(kind) as kinds from events where stream_id = ${BOARD}`;
  assert.deepEqual(kinds, ['post.created']);
});
