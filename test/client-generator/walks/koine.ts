/** Calls koine with a client generated from its document: each area once, as a client would. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Client = ReturnType<typeof createClient<paths>>;
type Schemas = components['schemas'];
type Member = { me: Schemas['Me']; client: Client };

export async function walk(baseUrl: string): Promise<void> {
  const anybody = createClient<paths>({ baseUrl });
  const ann = await signUp(anybody, baseUrl, 'ann');
  const bob = await signUp(anybody, baseUrl, 'bob');
  await walkPeople(ann, bob);
  await walkRooms(ann, bob);
  await walkFeed(ann, bob);
  await walkEvents(ann, bob);
  await walkAccount(anybody, ann);
  assert.equal((await anybody.GET('/v1/live')).response.status, 426);
}

async function signUp(anybody: Client, baseUrl: string, username: string): Promise<Member> {
  const made = await anybody.POST('/v1/accounts', { body: { username, password: `${username} likes tea` } });
  assert.equal(made.response.status, 201);
  const { me, token } = made.data as Schemas['Session'];
  return { me, client: createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } }) };
}

async function walkPeople({ client }: Member, { me: bob }: Member): Promise<void> {
  const found = await client.GET('/v1/people', { params: { query: { query: 'bo', limit: 1 } } });
  assert.deepEqual(
    found.data?.items.map(({ id }) => id),
    [bob.id],
  );
  const path = { personId: bob.id };
  assert.equal((await client.PUT('/v1/friends/{personId}', { params: { path } })).data?.id, bob.id);
  assert.deepEqual(
    (await client.GET('/v1/friends')).data?.items.map(({ id }) => id),
    [bob.id],
  );
  assert.equal((await client.DELETE('/v1/friends/{personId}', { params: { path } })).response.status, 204);
  const unknown = await client.GET('/v1/people/{personId}', { params: { path: { personId: '@nobody' } } });
  assert.deepEqual([unknown.error?.code, unknown.error?.status], ['not_found', 404]);
}

async function walkRooms({ client }: Member, { me: bob, client: bobs }: Member): Promise<void> {
  const made = await client.POST('/v1/rooms', { body: { kind: 'group', title: 'Tea', members: [bob.id] } });
  const path = { roomId: (made.data as Schemas['Room']).id };
  const sent = await client.POST('/v1/rooms/{roomId}/messages', {
    params: { path, header: { 'idempotency-key': 'one' } },
    body: { body: 'hello @bob' },
  });
  const { seq } = sent.data as Schemas['Message'];
  const one = { params: { path: { ...path, seq } } };
  const edited = await client.PATCH('/v1/rooms/{roomId}/messages/{seq}', { ...one, body: { body: 'hello, @bob' } });
  assert.ok(edited.data?.editedAt);
  const reaction = { params: { path: { ...one.params.path, emoji: '👍' } } };
  const reacted = await bobs.PUT('/v1/rooms/{roomId}/messages/{seq}/reactions/{emoji}', reaction);
  assert.deepEqual(reacted.data?.reactions, [{ emoji: '👍', count: 1, mine: true }]);
  const read = await bobs.GET('/v1/rooms/{roomId}/messages', { params: { path, query: { limit: 1 } } });
  assert.deepEqual(
    read.data?.items.map(({ body }) => body),
    ['hello, @bob'],
  );
  const marked = await bobs.PUT('/v1/rooms/{roomId}/read', { params: { path }, body: { seq: read.data?.seq ?? 0 } });
  assert.equal(marked.data?.unread, 0);
  const told = await bobs.GET('/v1/notifications');
  assert.ok(told.data?.items.some(({ kind }) => kind === 'mention'));
  assert.equal((await client.DELETE('/v1/rooms/{roomId}/messages/{seq}', one)).response.status, 204);
  assert.equal((await bobs.DELETE('/v1/rooms/{roomId}', { params: { path } })).error?.code, 'forbidden');
}

async function walkFeed({ client }: Member, { client: bobs }: Member): Promise<void> {
  const made = await client.POST('/v1/posts', { body: { body: 'a post' } });
  const path = { postId: (made.data as Schemas['Post']).id };
  const etag = (await client.GET('/v1/posts/{postId}', { params: { path } })).response.headers.get('etag') ?? '';
  const change = { params: { path, header: { 'if-match': etag } }, body: { title: 'Titled' } };
  assert.equal((await client.PATCH('/v1/posts/{postId}', change)).data?.title, 'Titled');
  assert.equal((await client.PATCH('/v1/posts/{postId}', change)).error?.code, 'precondition_failed');
  assert.deepEqual((await bobs.PUT('/v1/posts/{postId}/like', { params: { path } })).data, {
    liked: true,
    likesCount: 1,
  });
  const comment = await bobs.POST('/v1/posts/{postId}/comments', { params: { path }, body: { body: 'a comment' } });
  assert.equal(comment.response.status, 201);
  const { data } = await client.GET('/v1/posts', { params: { query: { from: 'all', limit: 10 } } });
  assert.deepEqual(
    data?.items.map(({ title, commentsCount, likesCount }) => [title, commentsCount, likesCount]),
    [['Titled', 1, 1]],
  );
}

async function walkEvents({ me, client }: Member, { client: bobs }: Member): Promise<void> {
  const { data: snapshot } = await client.GET('/v1/sync');
  assert.equal(snapshot?.me.id, me.id);
  const now = await client.GET('/v1/events');
  await bobs.POST('/v1/posts', { body: { body: 'news' } });
  const { data } = await client.GET('/v1/events', {
    params: { query: { cursor: (now.data as Schemas['Events']).cursor, wait: 5 } },
  });
  assert.ok((data as Schemas['Events']).events.some(({ type }) => type === 'post.created'));
}

async function walkAccount(anybody: Client, { client }: Member): Promise<void> {
  const changed = await client.PATCH('/v1/me', { body: { bio: 'tea', settings: { theme: 'dark' } } });
  assert.deepEqual((await client.GET('/v1/me')).data, changed.data);
  const wrong = await anybody.POST('/v1/session', { body: { login: 'ann', password: 'wrong' } });
  assert.equal(wrong.error?.code, 'bad_credentials');
  assert.equal((await client.GET('/v1/sessions')).data?.items.length, 1);
  assert.equal((await client.DELETE('/v1/session')).response.status, 204);
  assert.equal((await client.GET('/v1/me')).error?.code, 'unauthenticated');
}

/** Calls that must not type-check. */
export function wrong(client: Client): unknown[] {
  return [
    // @ts-expect-error a password is missing
    client.POST('/v1/session', { body: { login: 'ann' } }),
    // @ts-expect-error nobody signs in by GET
    client.GET('/v1/session'),
    // @ts-expect-error a room is either of these kinds
    client.POST('/v1/rooms', { body: { kind: 'lobby' } }),
  ];
}
