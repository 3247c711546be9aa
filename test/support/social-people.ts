/** Accounts for tests of social: browsers with a cookie, and their operations. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { TestServer } from './harness.ts';
import { PASSWORD } from './people.ts';
import { openSocket, type SocketOptions, type TestSocket } from './socket.ts';

type Address = Pick<TestServer, 'url' | 'wsUrl'>;

export type User = { id: string; username: string; email: string; avatar: string };
export type Post = {
  id: string;
  author: { id: string; username: string; avatar: string };
  description: string;
  images: string[];
  likes: User[];
  created_at: string;
  views: number;
};
export type Chat = { id: string; title: string; avatar: string; users: User[] };
export type Message = { id: number; message: string; created_at: string; user: User };
export type Reply<T> = { status: number; headers: Headers; json: T };
export type Failure = { detail: string };

export const NOBODY = '5b0e4b0e-0000-4000-8000-000000000001';

/** `body`: forms are sent as such, other values as JSON. */
export async function call<T = Failure>(
  server: Pick<TestServer, 'url'>,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply<T>> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { ...(body !== undefined && !isForm && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: (text === '' ? null : JSON.parse(text)) as T };
}

/** The `token=…` cookie that a browser would send back. */
export function cookieOf({ headers }: { headers: Headers }): string {
  return (headers.getSetCookie()[0] ?? '').split(';')[0] as string;
}

export type Member = User & {
  cookie: string;
  /** Like `call`, with the cookie; throws on an error response. */
  get<T>(path: string): Promise<T>;
  call<T = Failure>(method: string, path: string, body?: unknown): Promise<Reply<T>>;
  post(description: string, images?: readonly (Buffer | File)[]): Promise<Reply<Post>>;
  like(postId: string): Promise<Reply<Post>>;
  chatWith(...others: User[]): Promise<Chat>;
  open(t: TestContext, chatId: string, options?: SocketOptions): Promise<TestSocket>;
};

export async function member(server: Address, username: string): Promise<Member> {
  const email = `${username.toLowerCase()}@example.org`;
  const made = await call<{ new_user: User }>(server, 'POST', '/auth/register', {
    body: { username, email, password: PASSWORD },
  });
  assert.equal(made.status, 201, JSON.stringify(made.json));
  return memberWith(server, made.json.new_user, cookieOf(made));
}

/** Sequential, as lists of users have that order. */
export async function members(server: Address, ...names: string[]): Promise<Member[]> {
  const made: Member[] = [];
  for (const name of names) made.push(await member(server, name));
  return made;
}

function memberWith(server: Address, user: User, cookie: string): Member {
  const act: Member['call'] = (method, path, body) => call(server, method, path, { body, headers: { cookie } });
  return {
    ...user,
    cookie,
    call: act,
    get: async (path) => {
      const { status, json } = await act<never>('GET', path);
      assert.equal(status, 200, JSON.stringify(json));
      return json;
    },
    post: (description, images = []) => act('POST', '/posts/create', form(user.id, description, images)),
    like: (postId) => act('PATCH', `/posts/${postId}/like/${user.id}`),
    chatWith: async (...others) =>
      (await act<Chat>('POST', '/chats/create', { users: others.map(({ id }) => id) })).json,
    open: (t, chatId, options = {}) =>
      openSocket(t, `${server.wsUrl}/api/chats/ws/${chatId}/${user.id}`, {
        ...options,
        headers: { cookie, ...options.headers },
      }),
  };
}

export function form(author: string, description: string, images: readonly (Buffer | File | string)[]): FormData {
  const data = new FormData();
  data.append('author', author);
  data.append('description', description);
  for (const image of images) data.append('images', Buffer.isBuffer(image) ? new File([image], 'a.jpg') : image);
  return data;
}

export function userOf({ id, username, email, avatar }: User): User {
  return { id, username, email, avatar };
}
