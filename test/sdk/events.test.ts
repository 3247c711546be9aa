/** The effect of each type of event: a table of all of them. The compiler says which one is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  absorbComments,
  absorbMessages,
  absorbNotifications,
  absorbPosts,
  absorbSync,
} from '../../packages/client/src/absorb.ts';
import {
  BOARD,
  type BoardEvents,
  type LiveEvent,
  ME,
  type MeEvents,
  type RoomEvents,
  streamOf,
} from '../../packages/client/src/events.ts';
import { follow } from '../../packages/client/src/following.ts';
import { apply } from '../../packages/client/src/reducer.ts';
import type { Message, Person } from '../../packages/client/src/shapes.ts';
import { EMPTY, type State } from '../../packages/client/src/state.ts';
import { Model, MYSELF, PEOPLE } from './model.ts';

const [ann, bob, cleo] = PEOPLE.slice(1) as [Person, Person, Person];
const ROOM = 'one';
const MINE = streamOf(ROOM);

/** A room with a message by each of two people, a post with a comment by them, a notification. */
function start(): { state: State; model: Model } {
  const model = new Model();
  model.send(ROOM, ann.id, [MYSELF], null);
  model.send(ROOM, bob.id, [], 1);
  model.post(ann.id);
  model.comment(0, bob.id);
  model.notify(ann.id);
  let state = follow(absorbSync(EMPTY, model.sync()), [ROOM]);
  state = absorbMessages(state, ROOM, model.messages(ROOM), { place: 'newest' });
  state = absorbPosts(state, 'all', model.posts(), true);
  state = absorbComments(state, POST, model.comments(POST), true);
  state = absorbNotifications(state, model.notifications(), true);
  return {
    state: { ...state, friends: { [ann.id]: true }, blocks: { [cleo.id]: true }, mutes: { [cleo.id]: true } },
    model,
  };
}

const POST = 'post-1';
const COMMENT = '2';
const TIME = '2026-01-31T11:00:00.000Z';

type Data = RoomEvents & BoardEvents & MeEvents;
type Case<Type extends keyof Data> = {
  readonly stream: string;
  readonly data: Data[Type];
  /** The part of the state that is compared, and its value afterwards. */
  readonly sees: (state: State) => unknown;
  readonly now: unknown;
};

const item = (state: State, index: number) => state.timelines[ROOM]?.items[index];
const room = (state: State) => state.rooms[ROOM];
const { model } = start();
const [first, second] = model.messages(ROOM).items as [Message, Message];
const post = model.posts().items[0] as ReturnType<Model['posts']>['items'][number];
const comment = model.comments(POST).items[0] as ReturnType<Model['comments']>['items'][number];
const { me } = model.sync();

const TABLE: { readonly [Type in keyof Data]: Case<Type> } = {
  'message.created': {
    stream: MINE,
    data: { ...first, seq: 9, body: 'new', author: bob, mentions: [] },
    sees: (state) => [item(state, 2)?.body, room(state)?.lastMessage?.body, room(state)?.unread, room(state)?.mentions],
    now: ['new', 'new', 3, 1],
  },
  'message.edited': {
    stream: MINE,
    data: { ...first, body: 'other', editedAt: TIME },
    sees: (state) => [item(state, 0)?.body, item(state, 0)?.editedAt, item(state, 1)?.replyTo?.excerpt],
    now: ['other', TIME, 'other'],
  },
  'message.deleted': {
    stream: MINE,
    data: { seq: first.seq, deletedAt: TIME },
    sees: (state) => [
      item(state, 0)?.body,
      item(state, 0)?.deletedAt,
      item(state, 1)?.replyTo?.excerpt,
      room(state)?.unread,
      room(state)?.mentions,
    ],
    now: ['', TIME, '', 1, 0],
  },
  'reaction.added': {
    stream: MINE,
    data: { seq: second.seq, emoji: '👍', by: MYSELF },
    sees: (state) => item(state, 1)?.reactions,
    now: [{ emoji: '👍', count: 1, mine: true }],
  },
  'reaction.removed': {
    stream: MINE,
    data: { seq: second.seq, emoji: '👍', by: ann.id },
    sees: (state) => item(state, 1)?.reactions,
    now: [],
  },
  'pin.added': { stream: MINE, data: { seq: 1, by: ann.id }, sees: (state) => item(state, 0)?.pinned, now: true },
  'pin.removed': { stream: MINE, data: { seq: 1, by: ann.id }, sees: (state) => item(state, 0)?.pinned, now: false },
  'room.changed': {
    stream: MINE,
    data: { title: 'Tea', avatarUrl: '/a', posting: 'moderators' },
    sees: (state) => [room(state)?.title, room(state)?.avatarUrl, room(state)?.posting],
    now: ['Tea', '/a', 'moderators'],
  },
  'member.joined': {
    stream: MINE,
    data: { person: { ...ann, id: 'new', username: 'new' }, role: 'member' },
    sees: (state) => [room(state)?.membersCount, room(state)?.members?.at(-1), state.people.new?.username],
    now: [5, 'new', 'new'],
  },
  'member.left': {
    stream: MINE,
    data: { id: ann.id },
    sees: (state) => [room(state)?.membersCount, room(state)?.members?.includes(ann.id)],
    now: [3, false],
  },
  'member.changed': {
    stream: MINE,
    data: { id: MYSELF, role: 'moderator' },
    sees: (state) => room(state)?.myRole,
    now: 'moderator',
  },
  'account.removed': {
    stream: BOARD,
    data: { id: ann.id },
    sees: (state) => [state.feeds.all?.ids, state.posts, state.threads, state.stale],
    now: [[], {}, {}, { [BOARD]: { what: 'all' }, [ME]: { what: 'counts' } }],
  },
  'post.created': {
    stream: BOARD,
    data: { ...post, id: 'new' },
    sees: (state) => [state.feeds.all?.ids, state.feeds.all?.fresh, state.posts.new?.author],
    now: [[POST], ['new'], ann.id],
  },
  'post.edited': {
    stream: BOARD,
    data: { ...post, body: 'other' },
    sees: (state) => state.posts[POST]?.body,
    now: 'other',
  },
  'post.deleted': { stream: BOARD, data: { id: POST }, sees: (state) => state.feeds.all?.ids, now: [] },
  'post.liked': {
    stream: BOARD,
    data: { id: POST, by: MYSELF, liked: true, likesCount: 3 },
    sees: (state) => [state.posts[POST]?.likesCount, state.posts[POST]?.liked],
    now: [3, true],
  },
  'comment.created': {
    stream: BOARD,
    data: { ...comment, id: 'new' },
    sees: (state) => [state.posts[POST]?.commentsCount, state.threads[POST]?.items.map(({ id }) => id)],
    now: [2, [COMMENT, 'new']],
  },
  'comment.edited': {
    stream: BOARD,
    data: { ...comment, body: 'other' },
    sees: (state) => state.threads[POST]?.items[0]?.body,
    now: 'other',
  },
  'comment.deleted': {
    stream: BOARD,
    data: { id: COMMENT, postId: POST },
    sees: (state) => [state.posts[POST]?.commentsCount, state.threads[POST]?.items],
    now: [0, []],
  },
  'room.joined': {
    stream: ME,
    data: { ...model.room(ROOM), id: 'new', seq: 7 },
    sees: (state) => [state.rooms.new?.title, state.positions[streamOf('new')]],
    now: ['one', 7],
  },
  'room.left': {
    stream: ME,
    data: { id: ROOM },
    sees: (state) => [room(state), state.timelines[ROOM], state.positions[MINE]],
    now: [undefined, undefined, undefined],
  },
  'read.moved': {
    stream: ME,
    data: { room: ROOM, readSeq: 1, unread: 1, mentions: 0, seq: 2 },
    sees: (state) => [room(state)?.readSeq, room(state)?.unread, room(state)?.mentions],
    now: [1, 1, 0],
  },
  'notify.changed': {
    stream: ME,
    data: { room: ROOM, notify: 'nothing' },
    sees: (state) => room(state)?.notify,
    now: 'nothing',
  },
  'notification.created': {
    stream: ME,
    data: { id: '9', kind: 'like', actor: bob, subject: { postId: POST }, createdAt: TIME },
    sees: (state) => [state.notifications.unread, state.notifications.items?.[0]?.id],
    now: [2, '9'],
  },
  'notification.read': {
    stream: ME,
    data: { upTo: '3', unread: 0 },
    sees: (state) => [state.notifications.unread, state.notifications.items?.[0]?.isRead],
    now: [0, true],
  },
  'notification.removed': {
    stream: ME,
    data: { subject: {}, unread: 0 },
    sees: (state) => [state.notifications.unread, state.notifications.items],
    now: [0, []],
  },
  'friend.added': { stream: ME, data: bob, sees: (state) => state.friends, now: { [ann.id]: true, [bob.id]: true } },
  'friend.removed': { stream: ME, data: { id: ann.id }, sees: (state) => state.friends, now: {} },
  'block.added': { stream: ME, data: { id: bob.id }, sees: (state) => Object.keys(state.blocks ?? {}).length, now: 2 },
  'block.removed': { stream: ME, data: { id: cleo.id }, sees: (state) => state.blocks, now: {} },
  'mute.added': { stream: ME, data: { id: bob.id }, sees: (state) => Object.keys(state.mutes ?? {}).length, now: 2 },
  'mute.removed': { stream: ME, data: { id: cleo.id }, sees: (state) => state.mutes, now: {} },
  // The server ends the connections of that session; lists of sessions are not part of the state.
  'session.ended': { stream: ME, data: { id: 'other' }, sees: (state) => state.me?.id, now: MYSELF },
  'settings.changed': {
    stream: ME,
    data: { ...me, name: 'Me', settings: { theme: 'dark' } },
    sees: (state) => [state.me?.settings, state.people[MYSELF]?.name],
    now: [{ theme: 'dark' }, 'Me'],
  },
  'post.bookmarked': {
    stream: ME,
    data: { id: POST, bookmarked: true },
    sees: (state) => state.posts[POST]?.bookmarked,
    now: true,
  },
  'post.reacted': { stream: ME, data: { id: POST, liked: true }, sees: (state) => state.posts[POST]?.liked, now: true },
};

test('each type of event changes what it is about, and moves the position of its stream', () => {
  const { state } = start();
  for (const [type, { stream, data, sees, now }] of Object.entries(TABLE)) {
    const event = { type, stream, seq: 50, data } as LiveEvent;
    const after = apply(state, event);
    assert.deepEqual(sees(after), now, type);
    assert.equal(after.positions[stream], stream === MINE && type === 'room.left' ? undefined : 50, type);
  }
});

test('a removed account leaves nothing in a room, which is read again', () => {
  const { state } = start();
  const after = apply(state, { type: 'account.removed', stream: MINE, seq: 50, data: { id: bob.id } });
  assert.deepEqual(
    after.timelines[ROOM]?.items.map(({ author }) => author),
    [ann.id],
  );
  assert.equal(after.rooms[ROOM]?.lastMessage, null);
  assert.deepEqual(after.stale, { [MINE]: { what: 'all' } });
});
