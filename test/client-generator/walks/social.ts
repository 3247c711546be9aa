/** Calls every operation of social's document with a generated client. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Client = ReturnType<typeof createClient<paths>>;
type User = components['schemas']['User'];

export async function walk(baseUrl: string): Promise<void> {
  const anybody = createClient<paths>({ baseUrl });
  const ann = await walkAuth(anybody, baseUrl);
  const bob = await register(anybody, baseUrl, 'bob');
  await walkPosts(ann);
  await walkFriends(ann, bob);
  await walkChats(ann, bob);
  await walkAccount(ann);
}

type Member = { user: User; client: Client };

/** Programs have no cookie jar: the token is taken from the answer. */
async function register(anybody: Client, baseUrl: string, username: string): Promise<Member> {
  const body = { username, email: `${username}@example.org`, password: 'correct horse' };
  const made = await anybody.POST('/api/auth/register', { body });
  assert.equal(made.response.status, 201);
  assert.equal(made.data?.message, 'Вы успешно зарегистрировались!');
  const token = /token=([^;]+)/.exec(made.response.headers.get('set-cookie') ?? '')?.[1];
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${token}` } });
  return { user: made.data?.new_user as User, client };
}

async function walkAuth(anybody: Client, baseUrl: string): Promise<Member> {
  const ann = await register(anybody, baseUrl, 'ann');
  const body = { email: 'ann@example.org', password: 'correct horse' };
  const again = await anybody.POST('/api/auth/register', { body: { ...body, username: 'ann' } });
  assert.equal(again.response.status, 403);
  const session = await anybody.POST('/api/auth/login', { body });
  assert.deepEqual(session.data?.user, ann.user);
  const wrong = await anybody.POST('/api/auth/login', { body: { ...body, password: 'wrong' } });
  assert.deepEqual([wrong.response.status, wrong.error?.detail], [401, 'Проверьте введеные данные!']);
  assert.equal((await anybody.DELETE('/api/auth/logout')).data?.detail, 'Вы успешно вышли из аккаунта');
  assert.deepEqual((await ann.client.GET('/api/auth/current_user')).data, ann.user);
  assert.equal((await anybody.GET('/api/auth/current_user')).response.status, 401);
  return ann;
}

async function walkPosts({ user, client }: Member): Promise<void> {
  const bodySerializer = (body: object) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(body)) form.append(name, value);
    return form;
  };
  for (const path of ['/api/posts/create', '/api/auth/create'] as const) {
    const made = await client.POST(path, { body: { author: user.id, description: path }, bodySerializer });
    assert.deepEqual([made.response.status, made.data?.description, made.data?.images], [201, path, []]);
    const liked = await client.PATCH('/api/posts/{post_id}/like/{user_id}', {
      params: { path: { post_id: made.data?.id as string, user_id: user.id } },
    });
    assert.deepEqual(liked.data?.likes, [user]);
  }
  const all = await client.GET('/api/posts/all', { params: { query: { page: 0 } } });
  assert.deepEqual(
    all.data?.map(({ description, views }) => [description, views]),
    [
      ['/api/auth/create', 0],
      ['/api/posts/create', 0],
    ],
  );
  const own = await client.GET('/api/users/{user_id}/posts', { params: { path: { user_id: user.id } } });
  assert.deepEqual(own.data, all.data);
}

async function walkFriends({ user, client }: Member, bob: Member): Promise<void> {
  const path = { user_id: user.id, friend_id: bob.user.id };
  const added = await client.POST('/api/users/{user_id}/friends/add/{friend_id}', { params: { path } });
  assert.equal(added.data?.detail, 'Пользователь ann успешно добавил bob в друзья');
  const friends = await client.GET('/api/users/{user_id}/friends/{friend_id}', { params: { path } });
  assert.equal(friends.data?.user_is_friend, true);
  assert.deepEqual((await client.GET('/api/users/friends/all')).data, [bob.user]);
  const his = await client.GET('/api/users/{user_id}/friends/all', { params: { path: { user_id: bob.user.id } } });
  assert.deepEqual(his.data, [user]);
  const removed = await client.POST('/api/users/{user_id}/friends/remove/{friend_id}', { params: { path } });
  assert.equal(removed.data?.detail, 'Пользователь ann успешно удалил bob из друзей');
  const again = await client.DELETE('/api/users/{user_id}/friends/remove/{friend_id}', { params: { path } });
  assert.equal(again.response.status, 404);
}

async function walkChats({ user, client }: Member, bob: Member): Promise<void> {
  const made = await client.POST('/api/chats/create', { body: { users: [bob.user.id] } });
  assert.deepEqual([made.response.status, made.data?.title, made.data?.users], [201, 'bob', [user, bob.user]]);
  const chat_id = made.data?.id as string;
  const own = await client.GET('/api/users/{user_id}/chats', { params: { path: { user_id: user.id } } });
  assert.deepEqual(own.data, [made.data]);
  const read = await client.GET('/api/chats/{chat_id}/messages/{offset}', {
    params: { path: { chat_id, offset: 0 } },
  });
  assert.deepEqual(read.data, []);
  const socket = await client.GET('/api/chats/ws/{chat_id}/{client_id}', {
    params: { path: { chat_id, client_id: user.id } },
  });
  assert.equal(socket.response.status, 426);
}

async function walkAccount({ user, client }: Member): Promise<void> {
  const params = { path: { user_id: user.id } };
  const moved = await client.PATCH('/api/users/{user_id}', { params, body: { email: 'ann@example.com' } });
  assert.deepEqual(moved.data, { ...user, email: 'ann@example.com' });
  const bad = await client.PATCH('/api/users/{user_id}', { params, body: { email: 'nowhere' } });
  assert.equal(bad.response.status, 400);
  assert.equal(typeof bad.error?.detail, 'string');
}

/** Calls that must not type-check. */
export function wrong(client: Client): unknown[] {
  return [
    // @ts-expect-error a password is missing
    client.POST('/api/auth/login', { body: { email: 'ann@example.org' } }),
    // @ts-expect-error the post id is missing
    client.PATCH('/api/posts/{post_id}/like/{user_id}', { params: { path: { user_id: 'x' } } }),
    // @ts-expect-error users are a list
    client.POST('/api/chats/create', { body: { users: 'x' } }),
  ];
}
