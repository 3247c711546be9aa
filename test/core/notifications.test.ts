/** Notifications and their receivers: in the transaction of the cause, on the account's own stream, and for how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createShowPerson } from '../../src/core/accounts/accounts.ts';
import { eventLog } from '../../src/core/events/event-log.ts';
import type { Actor, Notification } from '../../src/core/model.ts';
import { startCore } from '../support/core-harness.ts';

const SHOW = createShowPerson({ hideEmails: false });

test('notifications', async (t) => {
  const { core, sql, crowd } = await startCore(t);
  const { notifications, posts, comments, likes, messages, rooms, blocks } = core;
  const [ann, bob, cem, dee] = (await crowd(['ann', 'bob', 'cem', 'dee'])) as [Actor, Actor, Actor, Actor];
  const { room } = await rooms.createRoom(ann, { title: 'room', memberUids: [bob.uid, cem.uid] });
  // Notifications of the invitations.
  await sql`delete from notifications`;
  const all = async (actor: Actor) => (await notifications.listNotifications(actor)).items;
  const brief = ({ kind, actor, excerpt }: Notification) => `${kind} of ${actor?.username}: ${excerpt}`;
  const told = async (actor: Actor) => (await all(actor)).map(brief);
  /** The account's own stream, as a client that was away reads it. */
  async function ownEvents(actor: Actor) {
    const [row] = await sql<[{ stream_id: number }]>`select stream_id from accounts where id = ${actor.id}`;
    const { events } = await eventLog(sql, SHOW).after(row.stream_id, 0, 1_000);
    return events.flatMap((event) => (event.kind.startsWith('notification.') ? [event] : []));
  }

  await t.test('a like and a comment are told to the author of the post, once, and not of oneself', async () => {
    const post = await posts.create(ann, { body: 'of ann' });
    await likes.setLike(bob, post, true);
    await likes.setLike(bob, post, false);
    await likes.setLike(bob, post, true);
    await likes.setLike(ann, post, true);
    await Promise.all([cem, ann].map((actor) => comments.add(actor, post, { body: `said by ${actor.username}` })));
    assert.deepEqual(await told(ann), ['comment of cem: said by cem', 'like of bob: of ann']);
    const [comment, like] = await all(ann);
    assert.deepEqual([comment?.post?.uid, like?.post?.uid, like?.room], [post.uid, post.uid, null]);
    assert.deepEqual([...(await told(bob)), ...(await told(cem))], []);
  });

  await t.test('a mention, an answer and a reaction are told to whom they concern', async () => {
    const { seq } = await messages.send(cem, room, { body: 'anybody?' });
    await messages.send(bob, room, { body: '@cem and @dee, here', replyTo: seq });
    await messages.react(bob, room, seq, '👍');
    await messages.react(bob, room, seq, '🎉');
    await messages.unreact(bob, room, seq, '👍');
    await messages.react(cem, room, seq, '👍');
    // The author of the answered message is not told of the mention too, and nobody hears of a room that they are not in.
    assert.deepEqual(await told(cem), ['reaction of bob: anybody?', 'reply of bob: @cem and @dee, here']);
    assert.deepEqual(await told(dee), []);
  });

  await t.test('the stream of the account has them, as they are now', async () => {
    const [first, second, ...more] = await ownEvents(ann);
    assert.deepEqual(more, []);
    assert.deepEqual([first?.data, second?.data], (await all(ann)).toReversed());
    await messages.send(bob, { id: 2 }, { body: 'no secret, @ann' });
    const { seq } = await messages.send(bob, { id: 2 }, { body: 'a secret, @ann' });
    assert.deepEqual((await told(ann))[0], 'mention of bob: a secret, @ann');
    await messages.remove(bob, { id: 2 }, seq);
    const [left] = await all(ann);
    assert.equal(left?.excerpt, 'no secret, @ann');
    const gone = { room: left.room, seq, post: null, commentId: null, unread: 3 };
    assert.deepEqual((await ownEvents(ann)).at(-1)?.data, gone);
    assert.ok(!JSON.stringify(await ownEvents(ann)).includes('a secret'));
  });

  await t.test('reading them is told once, with what is left', async () => {
    const [, , oldest] = await all(ann);
    assert.equal((await notifications.countUnread(ann)).unread, 3);
    assert.equal(await notifications.markRead(ann, oldest?.id as number), 2);
    assert.equal(await notifications.markRead(ann, oldest?.id as number), 2);
    assert.equal(await notifications.markRead(ann, Number.MAX_SAFE_INTEGER), 0);
    const read = (await ownEvents(ann)).flatMap((event) => (event.kind === 'notification.read' ? [event.data] : []));
    const [newest] = await all(ann);
    assert.deepEqual(read, [
      { upTo: oldest?.id, unread: 2 },
      { upTo: newest?.id, unread: 0 },
    ]);
  });

  await t.test('nothing is told of blocked accounts, of silenced rooms, and of rooms that were left', async () => {
    const { seq } = await messages.send(cem, room, { body: 'and now?' });
    await rooms.setNotify(cem, room, 'nothing');
    await messages.react(ann, room, seq, '👍');
    await rooms.setNotify(cem, room, 'mentions');
    await blocks.block(cem, { uid: bob.uid });
    await messages.send(bob, room, { body: 'hello @cem' });
    assert.deepEqual(await told(cem), []);
    assert.equal((await notifications.countUnread(cem)).unread, 0);
    await blocks.unblock(cem, { uid: bob.uid });
    assert.equal((await told(cem)).length, 2);
    await rooms.removeMember(cem, room, { uid: cem.uid });
    assert.deepEqual(await told(cem), []);
    assert.deepEqual(
      (await ownEvents(cem)).map(({ kind }) => kind),
      [],
    );
  });

  await t.test('a page continues where the one before ended', async () => {
    const pages: Notification[][] = [];
    for (let before: number | null = null; pages.length === 0 || before !== null; ) {
      const page = await notifications.listNotifications(ann, { before, limit: 2 });
      pages.push([...page.items]);
      before = page.next;
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [2, 1],
    );
    assert.deepEqual(pages.flat(), await all(ann));
  });

  await t.test('those of 90 days ago, and all but the newest 1,000 of an account, are pruned', async () => {
    await sql`update notifications set created_at = now() - interval '91 days' where account_id = ${ann.id}`;
    await sql`
      insert into notifications (account_id, kind, actor_id, room_id, seq)
      select ${dee.id}, 'mention', ${bob.id}, 2, 1 from generate_series(1, 1003)`;
    await sql`
      insert into notifications (account_id, kind, actor_id, room_id, seq) values (${ann.id}, 'mention', ${bob.id}, 2, 1)`;
    const [row] = await sql<[{ oldest: number }]>`
      select min(id) + 3 as oldest from notifications where account_id = ${dee.id}`;
    await core.prune();
    const left = await sql`
      select account_id, count(*)::int, min(id) as oldest from notifications
       where account_id in (${ann.id}, ${dee.id}) group by account_id order by account_id`;
    assert.deepEqual(
      left.map(({ account_id, count }) => [account_id, count]),
      [
        [ann.id, 1],
        [dee.id, 1_000],
      ],
    );
    assert.equal(left[1]?.oldest, row.oldest);
  });
});
