/** The feed as the native API has it: keys, positions, blocked authors, and the events of all that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import { BOARD_STREAM, type Event } from '../../src/core/events/events.ts';
import { type Actor, versionOf } from '../../src/core/model.ts';
import type { BoardList } from '../../src/core/posts/board-lists.ts';
import { eventually } from '../support/conditions.ts';
import { startTwoCores } from '../support/core-harness.ts';

test('the native feed', async (t) => {
  const [one, two] = await startTwoCores(t);
  const { core, sql } = one;
  const { posts, comments, likes, bookmarks, blocks } = core;
  const [ann, bob, cem] = (await one.crowd(['ann', 'bob', 'cem'])) as [Actor, Actor, Actor];
  const log = eventLog(sql, createShowPerson({ hideEmails: false }));
  const boardAfter = async (seq: number) => (await log.after(BOARD_STREAM, seq, 1_000)).events;
  const head = async () => (await log.heads([BOARD_STREAM])).get(BOARD_STREAM) as number;
  async function ownEvents({ id }: Actor): Promise<Event[]> {
    const [row] = await sql<[{ stream_id: number }]>`select stream_id from accounts where id = ${id}`;
    return [...(await log.after(row.stream_id, 0, 1_000)).events];
  }

  await t.test('a key makes one post and one comment, on any number of nodes at once', async () => {
    const write = () => [one, two].map((node) => node.core.posts.create(ann, { body: 'once', key: 'k' }));
    const made = await Promise.all(Array.from({ length: 5 }, write).flat());
    assert.equal(new Set(made.map(({ uid }) => uid)).size, 1);
    const [post] = made as [(typeof made)[number]];
    const say = () => [one, two].map((node) => node.core.comments.add(bob, post, { body: 'once', key: 'k' }));
    const said = await Promise.all(Array.from({ length: 5 }, say).flat());
    assert.equal(new Set(said.map(({ id }) => id)).size, 1);
    await assert.rejects(posts.create(ann, { body: 'twice', key: 'k' }), { code: 'idempotency_key_reused' });
    await assert.rejects(comments.add(bob, post, { body: 'twice', key: 'k' }), { code: 'idempotency_key_reused' });
    assert.deepEqual(
      (await boardAfter(0)).map(({ kind }) => kind),
      ['post.created', 'comment.created'],
    );
    await posts.remove(ann, post);
    assert.notEqual((await posts.create(ann, { body: 'twice', key: 'k' })).uid, post.uid, 'the key went with the post');
  });

  await t.test('blocked authors are left out, and pages go on behind them', async () => {
    const { uid } = await posts.create(cem, { body: 'of cem' });
    for (const body of ['1', '2']) await posts.create(bob, { body });
    for (const actor of [bob, cem]) {
      await likes.setLike(actor, { uid }, true);
      await comments.add(actor, { uid }, { body: actor.username });
    }
    await blocks.block(ann, { uid: bob.uid });
    const pages: string[][] = [];
    for (let before: number | null = null; pages.length === 0 || before !== null; ) {
      const page: BoardList<{ body: string }, number> = await posts.listFeed(ann, 'all', { before, limit: 1 }, []);
      pages.push(page.items.map(({ body }) => body));
      before = page.next;
    }
    assert.deepEqual(pages, [[], [], ['of cem'], ['twice']]);
    assert.deepEqual((await posts.listFeed(ann, { username: 'bob' }, {}, [])).items, []);
    const readers = (await likes.listLikers(ann, { uid })).items.map(({ username }) => username);
    const said = (await comments.listComments(ann, { uid })).items.map(({ body }) => body);
    assert.deepEqual([readers, said], [['cem'], ['cem']]);
    await blocks.unblock(ann, { uid: bob.uid });
    assert.equal((await likes.listLikers(ann, { uid })).items.length, 2);
  });

  await t.test('likes and bookmarks are told once; who likes to all, what is kept to oneself', async () => {
    const { id, uid } = await posts.create(bob, { body: 'likeable' });
    const from = await head();
    for (const liked of [true, true, false, false]) await likes.setLike(ann, { uid }, liked);
    const by = { id: ann.id, uid: ann.uid };
    const data = { id, uid, by };
    assert.deepEqual(await boardAfter(from), [
      { kind: 'post.liked', seq: from + 1, data: { ...data, liked: true, likesCount: 1 } },
      { kind: 'post.liked', seq: from + 2, data: { ...data, liked: false, likesCount: 0 } },
    ]);
    for (const kept of [true, true, false, false]) await bookmarks.setBookmark(ann, { uid }, kept);
    const own = (await ownEvents(ann)).map((event) => [event.kind, event.data]);
    assert.deepEqual(own.slice(-4), [
      ['post.reacted', { id, uid, liked: true }],
      ['post.reacted', { id, uid, liked: false }],
      ['post.bookmarked', { id, uid, bookmarked: true }],
      ['post.bookmarked', { id, uid, bookmarked: false }],
    ]);
  });

  await t.test('a replay has what was live, with texts as they are now, and nothing of what is gone', async () => {
    const from = await head();
    const live: Event[] = [];
    await one.hub.listen(BOARD_STREAM, { event: (event) => void live.push(event) });
    const [kept, gone] = [await posts.create(ann, { body: 'first' }), await posts.create(ann, { body: 'secret' })];
    const { id } = await comments.add(bob, kept, { body: 'first' });
    await posts.edit(ann, kept, { title: 'Title' }, { parts: [] });
    await comments.edit(bob, id, 'second');
    await posts.remove(ann, gone);
    await eventually('all to be heard', async () => live.at(-1)?.seq === (await head()));
    const replayed = await boardAfter(from);
    const kinds = ['post.created', 'comment.created', 'post.edited', 'comment.edited', 'post.deleted'];
    assert.deepEqual(
      live.map(({ kind }) => kind),
      ['post.created', ...kinds],
    );
    assert.deepEqual(
      replayed.map(({ kind }) => kind),
      kinds,
    );
    assert.deepEqual(replayed.slice(-2), live.slice(-2), 'the last edits are as they were');
    assert.ok(!JSON.stringify(replayed).includes('secret'));
    const [created] = replayed;
    assert.ok(created?.kind === 'post.created');
    assert.deepEqual([created.data.title, created.data.commentsCount], ['Title', 0]);
    const rows = await sql`select from events where payload::text ~ 'first|second|secret|Title'`;
    assert.equal(rows.length, 0, 'the log has no texts');
  });

  await t.test('each edit makes another version, and its bytes are counted', async () => {
    const post = await posts.create(ann, { body: 'x' });
    const comment = await comments.add(ann, post, { body: 'x' });
    const bytes = async () =>
      (await sql<[{ bytes: number }]>`select bytes from stored_bytes where account_id = ${ann.id}`)[0].bytes;
    const before = await bytes();
    const edits = await Promise.all(
      Array.from({ length: 5 }, (_, n) => posts.edit(ann, post, { body: `${n}` }, { parts: [] })),
    );
    assert.equal(new Set([post, ...edits].map(versionOf)).size, 6);
    // A clock that was set back.
    await sql`update posts set edited_at = now() + interval '1 hour' where id = ${post.id}`;
    const ahead = await posts.get(ann, post, []);
    assert.ok(versionOf(await posts.edit(ann, post, { body: 'x' }, { parts: [] })) > versionOf(ahead));
    await posts.edit(ann, post, { body: '5' }, { parts: [] });
    const said = await comments.edit(ann, comment.id, 'x'.repeat(101), { version: versionOf(comment) });
    assert.equal(await bytes(), before + 100);
    await assert.rejects(comments.edit(ann, comment.id, 'y', { version: versionOf(comment) }), {
      code: 'precondition_failed',
    });
    await comments.remove(ann, comment.id, { version: versionOf(said) });
  });
});
