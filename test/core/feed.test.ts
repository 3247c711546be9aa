/** The feed in core: cost of a page, and exact counts of views on any number of nodes. */
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Viewer } from '../../src/core/model.ts';
import { refusal, scannedTables, startCore, startTwoCores, type TestNode } from '../support/core-harness.ts';
import { halves } from '../support/pictures.ts';

const PARTS = ['images', 'likers', 'views'] as const;
const pageAt = (page: number) => ({ page, size: 50 });

function feed({ core }: TestNode, viewer: Viewer, page: number) {
  return core.posts.list(viewer, pageAt(page), PARTS);
}

async function seed({ sql }: TestNode, { accounts, posts }: { accounts: number; posts: number }): Promise<void> {
  await sql`
    insert into accounts (username, username_key, password_hash)
    select 'user' || n, 'user' || n, 'none' from generate_series(1, ${accounts}::int) as n`;
  const [first] = await sql<[{ id: number }]>`select min(id) as id from accounts where username like 'user%'`;
  await sql`
    insert into posts (author_id, body)
    select ${first.id} + n % ${accounts}::int, 'post ' || n from generate_series(1, ${posts}::int) as n`;
  await sql`
    insert into likes (post_id, account_id)
    select n % ${posts}::int + 1, ${first.id} + n * 11 % ${accounts}::int from generate_series(1, ${posts * 2}::int) as n
    on conflict do nothing`;
  await sql`
    insert into post_views (post_id, account_id)
    select n % ${posts}::int + 1, ${first.id} + n * 7 % ${accounts}::int from generate_series(1, ${posts * 2}::int) as n
    on conflict do nothing`;
  await sql`
    insert into objects (key, preview_key, width, height, bytes, loose_since)
    select 'o' || n, 'p' || n, 1, 1, 1, null from generate_series(1, ${posts}::int) as n`;
  await sql`
    insert into post_images (post_id, position, object_key) select n, 0, 'o' || n from generate_series(1, ${posts}::int) n`;
  await sql`insert into streams (head) select 0 from generate_series(1, ${posts}::int)`;
  await sql.unsafe('vacuum analyze');
}

async function nodeWithPosts(t: TestContext, sizes: { accounts: number; posts: number }) {
  const node = await startCore(t);
  const reader = await node.person('reader');
  await seed(node, sizes);
  return { node, reader };
}

test('a page of the feed costs four statements, however much is on it', async (t) => {
  const { node, reader } = await nodeWithPosts(t, { accounts: 30, posts: 120 });
  await Promise.all(Array.from({ length: 10 }, () => feed(node, null, 0)));
  for (const [page, length] of [
    [0, 50],
    [2, 20],
  ] as const) {
    let posts = 0;
    const statements = await node.statementsOf(async () => {
      posts = (await feed(node, reader, page)).length;
    });
    assert.deepEqual([posts, statements.length], [length, 4]);
  }
  assert.equal((await node.statementsOf(() => feed(node, null, 0))).length, 3);
});

test('neither a page of the feed nor counting views scans a table', async (t) => {
  const { node, reader } = await nodeWithPosts(t, { accounts: 6_000, posts: 12_000 });
  const [author] = await node.sql<[{ id: number }]>`select id from accounts where username = 'user2'`;
  const statements = await node.statementsOf(async () => {
    await feed(node, reader, 0);
    await feed(node, reader, 100);
    await node.core.posts.listOf(reader, author, pageAt(0), PARTS);
    await node.core.flush();
  });
  assert.ok(statements.some(({ text }) => text.includes('insert into post_views')));
  // A new connection queries the types.
  const own = statements.filter(({ text }) => !text.includes('pg_catalog'));
  for (const statement of own) assert.deepEqual(await scannedTables(node.sql, statement), [], statement.text);
});

test('posts on two nodes', async (t) => {
  const nodes = await startTwoCores(t);
  const [node] = nodes;

  await t.test('concurrent readers on two nodes are counted once each, and do not block likes', async () => {
    const author = await node.person('writer');
    const readers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => node.person(name)));
    const posts = await Promise.all(
      Array.from({ length: 30 }, (_, n) => node.core.posts.create(author, { body: `${n}` })),
    );
    for (let round = 0; round < 3; round += 1)
      await Promise.all([
        ...nodes.flatMap((one) => [...readers, author].map((reader) => feed(one, reader, 0))),
        ...nodes.map(({ core }) => core.flush()),
        ...posts.map(({ uid }, n) => nodes[n % 2]?.core.likes.setLike(author, { uid }, (liked) => !liked)),
      ]);
    await Promise.all(nodes.map(({ core }) => core.flush()));
    assert.deepEqual(
      (await feed(node, author, 0)).map(({ views, likers }) => [views, likers.length]),
      posts.map(() => [5, 1]),
    );
  });

  await t.test(
    'views of deleted posts or by deleted members do not prevent the others from being counted',
    async () => {
      const [author, stays, goes] = await Promise.all(['author', 'stays', 'goes'].map((name) => node.person(name)));
      assert.ok(author && stays && goes);
      const { posts } = node.core;
      const kept = await posts.create(author, { body: 'kept' });
      await posts.create(author, { body: 'deleted' });
      await feed(node, goes, 0);
      await feed(node, stays, 0);
      await node.sql`delete from posts where body = 'deleted'`;
      await node.sql`delete from accounts where id = ${goes.id}`;
      await node.core.flush();
      assert.equal((await posts.get(author, kept, ['views'])).views, 1);
    },
  );

  await t.test('a post that cannot be stored leaves no images behind', async () => {
    const author = await node.person('artist');
    const path = join(node.places.DATA_DIR, 'tmp', 'upload');
    await writeFile(path, await halves(60, 40).png().toBuffer());
    const images = [{ path, bytes: 1 }];
    await node.sql`delete from accounts where id = ${author.id}`;
    await assert.rejects(node.core.posts.create(author, { body: 'mine', images }));
    await assert.rejects(node.core.posts.create(author, { body: ' ', images }), refusal('invalid'));
    assert.deepEqual([...(await node.sql`select key from objects`)], []);
    const left = await readdir(join(node.places.DATA_DIR, 'files'), { recursive: true, withFileTypes: true });
    assert.deepEqual(
      left.filter((entry) => entry.isFile()),
      [],
    );
  });
});
