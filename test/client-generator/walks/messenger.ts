/** Calls all thirteen operations of messenger's document with a generated client. */
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './api.ts';

type Client = ReturnType<typeof createClient<paths>>;
type Member = { user: components['schemas']['User']; client: Client };

export async function walk(baseUrl: string): Promise<void> {
  const anybody = createClient<paths>({ baseUrl });
  const user1 = await signUp(anybody, baseUrl, 'user1');
  const user2 = await signUp(anybody, baseUrl, 'user2');
  await walkAccounts(anybody, user1);
  await walkProfiles(user1, user2);
  await walkFriends(user1, user2);
  await walkChats(user1, user2);
}

async function signUp(anybody: Client, baseUrl: string, username: string): Promise<Member> {
  const body = { username, email: `${username}@example.com`, password: 'yourpassword' };
  const made = await anybody.POST('/accounts/api/users/', { body });
  assert.equal(made.response.status, 201);
  const pair = await anybody.POST('/accounts/api/token/', { body: { username, password: body.password } });
  const renewed = await anybody.POST('/accounts/api/token/refresh/', { body: { refresh: pair.data?.refresh ?? '' } });
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${renewed.data?.access}` } });
  return { user: made.data as Member['user'], client };
}

async function walkAccounts(anybody: Client, { user, client }: Member): Promise<void> {
  const all = await client.GET('/accounts/api/users/', { params: { query: { page: 1 } } });
  assert.deepEqual(all.data?.[0], user);
  const stranger = await anybody.GET('/accounts/api/users/');
  assert.equal(stranger.response.status, 401);
  assert.deepEqual(stranger.error, { detail: 'Authentication credentials were not provided.' });
  const wrong = await anybody.POST('/accounts/api/token/', { body: { username: 'user1', password: 'wrong' } });
  assert.deepEqual(
    [wrong.response.status, wrong.error],
    [401, { detail: 'No active account found with the given credentials' }],
  );
  const taken = await anybody.POST('/accounts/api/users/', {
    body: { username: 'user1', email: 'x@example.com', password: 'yourpassword' },
  });
  assert.deepEqual(taken.error, { username: ['A user with that username already exists.'] });
}

async function walkProfiles({ user, client }: Member, other: Member): Promise<void> {
  const changed = await client.PATCH('/profiles/api/profile/', { body: { bio: 'Био' } });
  assert.equal(changed.data?.profile.bio, 'Био');
  const post = { title: 'Новый пост', content: 'Текст' };
  const made = await client.POST('/profiles/api/posts/', { body: post });
  assert.equal(made.response.status, 201);
  const profile = await client.GET('/profiles/api/profile/');
  assert.deepEqual([profile.data?.id, profile.data?.posts], [user.id, [made.data]]);
  const posts = await other.client.GET('/profiles/api/posts/', { params: { query: { page: 1 } } });
  assert.deepEqual(posts.data, [made.data]);
}

async function walkFriends({ user, client }: Member, other: Member): Promise<void> {
  const body = { username: 'user2' };
  const added = await client.POST('/profiles/api/add-friend/', { body });
  assert.equal(added.data?.message, 'user2 добавлен в друзья.');
  const found = await client.GET('/profiles/api/search-user/', { params: { query: { username: 'user2' } } });
  assert.deepEqual([found.data?.id, found.data?.profile.friends], [other.user.id, [user.id]]);
  const removed = await client.POST('/profiles/api/remove-friend/', { body });
  assert.equal(removed.data?.message, 'user2 удален из друзей.');
  const again = await client.POST('/profiles/api/remove-friend/', { body });
  assert.equal(again.response.status, 400);
}

async function walkChats(one: Member, other: Member): Promise<void> {
  const made = await one.client.POST('/messenger/api/chatrooms/', { body: { recipient: 'user2' } });
  assert.equal(made.response.status, 201);
  const room = made.data as components['schemas']['Chatroom'];
  assert.deepEqual([room.name, room.display_name], ['user1_user2', 'user2']);

  const at = { params: { path: { room_name: room.name } } };
  const said = await one.client.POST('/messenger/api/chatrooms/{room_name}/messages/', {
    ...at,
    body: { content: 'Привет!' },
  });
  assert.equal(said.response.status, 201);
  const read = await other.client.GET('/messenger/api/chatrooms/{room_name}/messages/', at);
  assert.deepEqual(read.data, [said.data]);

  const own = await other.client.GET('/messenger/api/user/chatrooms/');
  assert.deepEqual(own.data, [{ ...room, display_name: 'user1' }]);
  const visible = await other.client.GET('/messenger/api/chatrooms/', { params: { query: { page: 1 } } });
  assert.deepEqual(
    visible.data?.map(({ name }) => name),
    ['lobby', 'user1_user2'],
  );
  const socket = await one.client.GET('/messenger/ws/ws/chat/{room_name}/', at);
  assert.equal(socket.response.status, 426);
}

/** Calls that must not type-check. */
export function wrong(client: Client): unknown[] {
  return [
    // @ts-expect-error a content is missing
    client.POST('/profiles/api/posts/', { body: { title: 'x' } }),
    // @ts-expect-error the room name is missing
    client.GET('/messenger/api/chatrooms/{room_name}/messages/', {}),
    // @ts-expect-error a page is a number
    client.GET('/profiles/api/posts/', { params: { query: { page: 'first' } } }),
  ];
}
