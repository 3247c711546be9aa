import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Account, Comment, Message, Person, Post } from '../model.ts';
import { type Event, readBatch } from './events.ts';

const account: Account = {
  id: 1,
  uid: '0a4f2c1e-0000-4000-8000-000000000001',
  username: 'ann',
  email: null,
  avatarUrl: null,
  avatarKey: 'pictures/1',
};
const person: Person = { ...account, email: '' };
const message: Message = { id: 5, roomId: 2, author: person, body: 'hello', createdAt: 1_795_190_400_000 };
const comment: Comment = { id: 6, postId: 7, author: person, body: 'well said', createdAt: 1_795_190_400_000 };
const post: Post = {
  id: 7,
  uid: account.uid,
  author: person,
  title: null,
  body: 'a thread',
  createdAt: 1_795_190_400_000,
  editedAt: null,
  likesCount: 0,
  commentsCount: 1,
  liked: false,
  comments: [comment],
};

/** One of each kind; the compiler asks for a new kind here. */
const EVENTS: { readonly [Kind in Event['kind']]: (Event & { kind: Kind })['data'] } = {
  'message.created': message,
  'session.ended': { accountId: 1, sessionId: null },
  'account.deleted': { accountId: 1 },
  'post.created': post,
  'post.edited': { ...post, title: 'a title', editedAt: 1_795_190_400_001 },
  'post.deleted': { id: 7, uid: account.uid },
  'post.liked': { id: 7, uid: account.uid, likesCount: 1 },
  'comment.created': comment,
  'comment.deleted': { id: 6, postId: 7 },
  'member.joined': { accountId: 1, username: 'ann', at: 1_795_190_400_000 },
  'member.left': { accountId: 1, username: 'ann', at: 1_795_190_400_000 },
  'place.taken': { accountId: 1, via: 'relay', node: account.uid },
};

const events = Object.entries(EVENTS).map(([kind, data], index) => ({ kind, seq: index + 1, data }));

/** The same with one member, however deep, left out or made into something else. */
function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const copy = () => (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    for (const other of [undefined, { not: 'it' }, Number.NaN, -1]) yield { ...copy(), [key]: other };
    for (const inner of spoilt(member)) {
      const changed = copy();
      changed[key] = inner;
      yield changed;
    }
  }
}

test('every kind of event arrives as it was sent', () => {
  const sent = { events };
  assert.deepEqual(readBatch(JSON.parse(JSON.stringify(sent))), sent);
});

test('what lacks something, or has something else in its place, is no batch', () => {
  let tried = 0;
  for (const event of events)
    for (const wrong of spoilt(event)) {
      assert.equal(readBatch({ events: [wrong] }), null, JSON.stringify(wrong));
      tried += 1;
    }
  assert.ok(tried > 100);
  for (const wrong of [null, undefined, 7, 'x', [], {}, { events: {} }]) assert.equal(readBatch(wrong), null);
});

test('a time that no calendar has is no time', () => {
  const late = { kind: 'member.left', seq: 1, data: { accountId: 1, username: 'ann', at: 9e15 } };
  assert.equal(readBatch({ events: [late] }), null);
});
