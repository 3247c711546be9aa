/** Accounts for tests of messenger, and their operations. */
import type { TestContext } from 'node:test';
import { call, type Reply } from './board-people.ts';
import type { TestServer } from './harness.ts';
import { PASSWORD } from './people.ts';
import { openSocket, type SocketOptions, type TestSocket } from './socket.ts';

type Address = Pick<TestServer, 'url' | 'wsUrl'>;

export type User = { id: number; username: string; email: string };
export type Pair = { access: string; refresh: string };
export type Post = { id: number; title: string; content: string; created_at: string };
export type Chatroom = { id: number; name: string; members: number[]; display_name: string };
export type Message = { id: number; user: string; content: string; timestamp: string };
export type Profile = User & { profile: { image: string; bio: string; friends?: number[] }; posts: Post[] };

/** A signed-in account of messenger. */
export type Member = User &
  Pair & {
    call<T = unknown>(method: string, path: string, body?: unknown): Promise<Reply<T>>;
    /** The direct room with another account. */
    chatWith(username: string): Promise<Chatroom>;
    say(room: Pick<Chatroom, 'name'>, content: string): Promise<Message>;
    read(room: Pick<Chatroom, 'name'>, query?: string): Promise<Message[]>;
    /** A socket of the room. */
    enter(t: TestContext, room: Pick<Chatroom, 'name'>, options?: SocketOptions): Promise<TestSocket>;
  };

export async function member(server: Address, username: string, email?: string): Promise<Member> {
  const body = { username, email: email ?? `${username.replaceAll(/[\s@]/g, '.')}@example.org`, password: PASSWORD };
  const made = await call<User>(server, 'POST', '/accounts/api/users/', { body });
  const user = expectStatus(201, made);
  const pair = await signIn(server, username);
  const act: Member['call'] = (method, path, sent) => call(server, method, path, { token: pair.access, body: sent });
  return {
    ...user,
    ...pair,
    call: act,
    chatWith: async (recipient) => {
      const reply = await act<Chatroom>('POST', '/messenger/api/chatrooms/', { recipient });
      if (reply.status !== 200) expectStatus(201, reply);
      return reply.json;
    },
    say: async (room, content) => expectStatus(201, await act<Message>('POST', messagesOf(room), { content })),
    read: async (room, query = '') => expectStatus(200, await act<Message[]>('GET', `${messagesOf(room)}${query}`)),
    enter: (t, room, options = {}) =>
      openSocket(t, socketUrl(server, room), {
        ...options,
        headers: { authorization: `Bearer ${pair.access}`, ...options.headers },
      }),
  };
}

export async function signIn(server: Address, username: string, password = PASSWORD): Promise<Pair> {
  return expectStatus(200, await call<Pair>(server, 'POST', '/accounts/api/token/', { body: { username, password } }));
}

export function refresh(server: Address, token: unknown): Promise<Reply<Pair>> {
  return call<Pair>(server, 'POST', '/accounts/api/token/refresh/', { body: { refresh: token } });
}

export function messagesOf({ name }: Pick<Chatroom, 'name'>): string {
  return `/messenger/api/chatrooms/${encodeURIComponent(name)}/messages/`;
}

export function socketUrl(server: Address, { name }: Pick<Chatroom, 'name'>): string {
  return `${server.wsUrl}/messenger/ws/ws/chat/${encodeURIComponent(name)}/`;
}

export function expectStatus<T>(status: number, reply: Reply<T>): T {
  if (reply.status !== status) throw new Error(`${reply.status}: ${JSON.stringify(reply.json)}`);
  return reply.json;
}
