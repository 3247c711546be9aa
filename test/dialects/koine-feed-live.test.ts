/** The feed on koine's live connections: on the board, the same for all; on one's own stream, what is one's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as board from '../support/board-people.ts';
import { startTestServer } from '../support/harness.ts';
import { eventsOf, eventWith, live } from '../support/koine-live.ts';
import { member } from '../support/koine-people.ts';
import { halves } from '../support/pictures.ts';
import { openSocket } from '../support/socket.ts';

type Made = { id: string };

test('koine: the feed, live', async (t) => {
  const server = await startTestServer(t);
  const [ann, bob] = [await member(server, 'ann'), await member(server, 'bob')];
  const carla = await board.member(server, 'carla');
  const { streams: start } = await ann.get<{ streams: { me: number; board: number } }>('/sync');
  const socket = await live(t, server, ann, { have: start });
  const published = await openSocket(t, `${server.wsUrl}/ws`);
  await published.frameCount(1);
  const post = await ann.do<Made>('POST', '/posts', { body: 'of ann' });

  await t.test('a post is shown as in answers, but for what is its reader’s own', async () => {
    const file = await bob.call<Made>('POST', '/files', { body: await halves(8, 8).png().toBuffer() });
    const body = { title: 'Title', body: 'of bob', images: [file.json.id] };
    const {
      liked: _,
      bookmarked: __,
      viewsCount: ___,
      ...shown
    } = await bob.do<Record<string, unknown>>('POST', '/posts', body);
    const { stream, data } = await eventWith(socket, 'post.created', { id: shown.id });
    assert.deepEqual([stream, data], ['board', shown]);
    const edited = await bob.do<Record<string, unknown>>('PATCH', `/posts/${shown.id}`, { title: null });
    const edit = await eventWith(socket, 'post.edited', { id: shown.id });
    assert.deepEqual(
      [edit.data.title, edit.data.editedAt, edit.data.images],
      [undefined, edited.editedAt, shown.images],
    );
  });

  await t.test('a like and a comment of others are on the board, and notify the author', async () => {
    const [{ id }] = (await board.messages(server)).filter(({ text }) => text === 'of ann') as [board.Message];
    await carla.like(id);
    const [row] = await server.sql<[{ uid: string }]>`select uid from accounts where username = 'carla'`;
    await eventWith(socket, 'post.liked', { id: post.id, by: row.uid, liked: true, likesCount: 1 });
    await eventWith(socket, 'notification.created', { kind: 'like', subject: { postId: post.id, excerpt: 'of ann' } });
    const comment = await bob.do<Made>('POST', `/posts/${post.id}/comments`, { body: 'nice' });
    assert.deepEqual((await eventWith(socket, 'comment.created', { id: comment.id })).data, comment);
    const subject = { postId: post.id, commentId: comment.id, excerpt: 'nice' };
    const { stream, data } = await eventWith(socket, 'notification.created', { kind: 'comment', subject });
    assert.equal(stream, 'me');
    await ann.do('PUT', '/notifications/read', { upTo: data.id });
    await eventWith(socket, 'notification.read', { upTo: data.id, unread: 0 });
    const edited = await bob.do<Made>('PATCH', `/comments/${comment.id}`, { body: 'very nice' });
    assert.deepEqual((await eventWith(socket, 'comment.edited', { id: comment.id })).data, edited);
    await bob.do('DELETE', `/comments/${comment.id}`);
    await eventWith(socket, 'comment.deleted', { id: comment.id, postId: post.id });
  });

  await t.test('the other connections of an account hear what it likes and keeps', async () => {
    await ann.do('PUT', `/posts/${post.id}/like`);
    assert.equal((await eventWith(socket, 'post.reacted', { id: post.id, liked: true })).stream, 'me');
    await ann.do('PUT', `/posts/${post.id}/bookmark`);
    assert.equal((await eventWith(socket, 'post.bookmarked', { id: post.id, bookmarked: true })).stream, 'me');
  });

  await t.test('whoever was away is told the same, but for what is gone meanwhile', async () => {
    const late = await live(t, server, ann, { have: start });
    const gone = ['comment.created', 'comment.edited'];
    const isNewOfComment = ({ type, data }: { type: string; data: Record<string, unknown> }) =>
      type === 'notification.created' && (data.subject as { commentId?: string } | undefined)?.commentId !== undefined;
    const kept = eventsOf(socket).filter((event) => !gone.includes(event.type) && !isNewOfComment(event));
    for (const stream of ['me', 'board'])
      assert.deepEqual(
        eventsOf(late, stream).map(({ type, seq }) => [type, seq]),
        kept.filter((event) => event.stream === stream).map(({ type, seq }) => [type, seq]),
      );
    assert.ok(!late.frames.some((frame) => frame.includes('@example.org') || frame.includes('nice')));
  });

  await t.test('the published board has no frames for what only the native API does', async () => {
    const { id } = await ann.do<Made>('POST', '/posts', { body: 'the last' });
    await eventWith(socket, 'post.created', { id });
    await published.until('the last', ({ frames }) => frames.some((frame) => frame.includes('the last')));
    assert.deepEqual(
      published.json.map(({ event }) => event),
      [
        ...['ready', 'message.created', 'message.created', 'message.updated', 'message.liked', 'comment.created'],
        ...['comment.deleted', 'message.liked', 'message.created'],
      ],
    );
  });
});
