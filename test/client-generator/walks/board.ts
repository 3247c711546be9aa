/** Calls all fourteen operations of board's document with a generated client. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Client = ReturnType<typeof createClient<paths>>;
type User = components['schemas']['User'];
type Message = components['schemas']['Message'];

export async function walk(baseUrl: string): Promise<void> {
  const anybody = createClient<paths>({ baseUrl });
  const ann = await walkUsers(anybody, baseUrl);
  const message = await walkMessages(anybody, ann);
  await walkComments(anybody, ann, message);
  await walkDeletions(anybody, ann, message);
  const socket = await anybody.GET('/ws');
  assert.equal(socket.response.status, 426);
}

type Member = { user: User; client: Client };

async function walkUsers(anybody: Client, baseUrl: string): Promise<Member> {
  const account = { username: 'ann', email: 'ann@example.org', password: 'correct horse' };
  const made = await anybody.POST('/users/', { body: account });
  assert.equal(made.response.status, 201);
  const user = made.data as User;
  assert.deepEqual(user, { id: user.id, username: 'ann', email: 'ann@example.org', avatar_url: null });

  const again = await anybody.POST('/users/', { body: account });
  assert.equal(again.response.status, 400);
  assert.equal(again.error?.detail, 'Username already registered');

  const token = await anybody.POST('/token', {
    body: { username: 'ann', password: account.password },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(token.data?.token_type satisfies 'bearer' | undefined, 'bearer');
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token.data?.access_token}` } });

  const wrong = await anybody.POST('/token', { body: { username: 'ann', password: 'wrong' } });
  assert.deepEqual([wrong.response.status, wrong.error?.detail], [401, 'Incorrect username or password']);

  const me = await client.GET('/users/me');
  assert.deepEqual(me.data, user);
  const stranger = await anybody.GET('/users/me');
  assert.deepEqual([stranger.response.status, stranger.error?.detail], [401, 'Could not validate credentials']);

  const one = await client.GET('/users/{user_id}', { params: { path: { user_id: user.id } } });
  assert.deepEqual(one.data, user);
  const nobody = await client.GET('/users/{user_id}', { params: { path: { user_id: 999_999 } } });
  assert.deepEqual([nobody.response.status, nobody.error?.detail], [404, 'User not found']);

  const all = await client.GET('/users/', { params: { query: { skip: 0, limit: 10 } } });
  assert.deepEqual(all.data, [user]);
  const tooMany = await client.GET('/users/', { params: { query: { limit: 1_000 } } });
  assert.equal(tooMany.response.status, 422);
  assert.ok(Array.isArray(tooMany.error?.detail));
  return { user, client };
}

async function walkMessages(anybody: Client, { user, client }: Member): Promise<Message> {
  const query = { owner_id: user.id };
  const made = await client.POST('/messages/', { params: { query }, body: { text: 'Hello' } });
  assert.equal(made.response.status, 201);
  const message = made.data as Message;
  assert.deepEqual([message.text, message.owner.username, message.comments], ['Hello', 'ann', []]);

  const foreign = await client.POST('/messages/', {
    params: { query: { owner_id: user.id + 1 } },
    body: { text: 'x' },
  });
  assert.deepEqual([foreign.response.status, foreign.error?.detail], [403, 'Not authorized to post for this user']);

  const path = { message_id: message.id };
  const edited = await client.PUT('/messages/{message_id}', { params: { path }, body: { text: 'Hello, all' } });
  assert.equal(edited.data?.text, 'Hello, all');

  const liked = await client.POST('/messages/{message_id}/like', { params: { path } });
  assert.deepEqual(liked.data, { likes_count: 1, is_liked_by_user: true });

  const listed = await anybody.GET('/messages/', { params: { query: { skip: 0, limit: 5 } } });
  assert.deepEqual(
    listed.data?.map(({ id, text, likes_count, is_liked_by_user }) => [id, text, likes_count, is_liked_by_user]),
    [[message.id, 'Hello, all', 1, false]],
  );
  const own = await anybody.GET('/users/{username}/messages', { params: { path: { username: 'ann' } } });
  assert.deepEqual(own.data, listed.data);
  return message;
}

async function walkComments(anybody: Client, { user, client }: Member, message: Message): Promise<void> {
  const path = { message_id: message.id };
  const at = { params: { path, query: { owner_id: user.id } } };
  const made = await client.POST('/messages/{message_id}/comments/', { ...at, body: { text: 'Indeed' } });
  assert.equal(made.response.status, 201);
  const comment = made.data as components['schemas']['Comment'];
  assert.deepEqual([comment.text, comment.owner.username], ['Indeed', 'ann']);

  const listed = await anybody.GET('/messages/');
  assert.deepEqual(
    listed.data?.[0]?.comments.map(({ id }) => id),
    [comment.id],
  );
  const gone = await client.DELETE('/comments/{comment_id}', { params: { path: { comment_id: comment.id } } });
  assert.equal(gone.response.status, 204);
}

async function walkDeletions(anybody: Client, { client }: Member, message: Message): Promise<void> {
  const at = { params: { path: { message_id: message.id } } };
  assert.equal((await anybody.DELETE('/messages/{message_id}', at)).response.status, 401);
  assert.equal((await client.DELETE('/messages/{message_id}', at)).response.status, 204);
  const again = await client.DELETE('/messages/{message_id}', at);
  assert.deepEqual([again.response.status, again.error?.detail], [404, 'Message not found']);
}

/** Calls that must not type-check. */
export function wrong(client: Client): unknown[] {
  return [
    // @ts-expect-error a text is missing
    client.POST('/messages/', { body: {} }),
    // @ts-expect-error the message id is missing
    client.POST('/messages/{message_id}/like', {}),
    // @ts-expect-error an id is a number
    client.GET('/users/{user_id}', { params: { path: { user_id: 'ann' } } }),
  ];
}
