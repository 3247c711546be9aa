/** Accounts for tests of board, and their operations. */
import type { TestServer } from './harness.ts';
import { PASSWORD } from './people.ts';

type Address = Pick<TestServer, 'url'>;

export type User = { id: number; username: string; email: string; avatar_url: string | null };
export type Comment = { id: number; text: string; timestamp: string; owner: User };
export type Message = Omit<Comment, never> & { comments: Comment[]; likes_count: number; is_liked_by_user: boolean };
export type Issue = { type: string; loc: (string | number)[]; msg: string; input: unknown };

/** `body`: strings are sent unchanged, other values as JSON. */
export type Call = { body?: unknown; token?: string; headers?: Record<string, string> };
export type Reply<T> = { status: number; headers: Headers; json: T };

export async function call<T = unknown>(
  server: Address,
  method: string,
  path: string,
  { body, token, headers = {} }: Call = {},
): Promise<Reply<T>> {
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: (text === '' ? null : JSON.parse(text)) as T };
}

/** A signed-in account of board. */
export type Member = User & {
  token: string;
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<Reply<T>>;
  post(text: string): Promise<Message>;
  comment(messageId: number, text: string): Promise<Comment>;
  like(messageId: number): Promise<Reply<{ likes_count: number; is_liked_by_user: boolean }>>;
};

export async function member(server: Address, username: string): Promise<Member> {
  const email = `${username.replaceAll(' ', '.').toLowerCase()}@example.org`;
  const made = await call<User>(server, 'POST', '/users/', { body: { username, email, password: PASSWORD } });
  if (made.status !== 201) throw new Error(`${username}: ${JSON.stringify(made.json)}`);
  const token = await boardToken(server, username);
  const user = { ...made.json, email };
  const act: Member['call'] = (method, path, body) => call(server, method, path, { token, body });
  return {
    ...user,
    token,
    call: act,
    post: async (text) => expectStatus(201, await act<Message>('POST', `/messages/?owner_id=${user.id}`, { text })),
    comment: async (id, text) =>
      expectStatus(201, await act<Comment>('POST', `/messages/${id}/comments/?owner_id=${user.id}`, { text })),
    like: (id) => act('POST', `/messages/${id}/like`),
  };
}

export async function members(server: Address, ...names: string[]): Promise<Member[]> {
  return Promise.all(names.map((name) => member(server, name)));
}

/** An account with admin rights, granted by the operator. */
export async function admin(server: TestServer, username: string): Promise<Member> {
  const made = await member(server, username);
  await server.sql`update accounts set role = 'admin' where id = ${made.id}`;
  return made;
}

export async function boardToken(server: Address, username: string, password = PASSWORD): Promise<string> {
  const body = { username, password };
  return expectStatus(200, await call<{ access_token: string }>(server, 'POST', '/token', { body })).access_token;
}

export async function messages(server: Address, query = '', token?: string): Promise<Message[]> {
  return expectStatus(200, await call<Message[]>(server, 'GET', `/messages/${query}`, token ? { token } : {}));
}

function expectStatus<T>(status: number, reply: Reply<T>): T {
  if (reply.status !== status) throw new Error(`${reply.status}: ${JSON.stringify(reply.json)}`);
  return reply.json;
}

/** `[type, place]` of each validation error. */
export function validationErrors(reply: Reply<unknown>): [string, string][] {
  const { detail } = reply.json as { detail: Issue[] };
  return detail.map(({ type, loc }) => [type, loc.join('.')]);
}
