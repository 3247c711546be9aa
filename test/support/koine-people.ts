/** Accounts and calls of koine. */
import { isDeepStrictEqual } from 'node:util';
import type { TestServer } from './harness.ts';
import { PASSWORD } from './people.ts';

type Address = Pick<TestServer, 'url'>;

export type Reply<T> = { status: number; headers: Headers; json: T };
export type Call = { body?: unknown; headers?: Record<string, string> };

export type Person = { id: string; username: string; name?: string; avatarUrl: string | null; bio?: string };
export type Me = Person & { email: string | null; role: string; settings: object; createdAt: string };
export type Session = { me: Me; token: string; expiresAt: string };
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  errors?: { pointer?: string; parameter?: string; code: string; detail: string }[];
  instance?: string;
};
export type Page<T> = { items: T[]; next: string | null };

/** `path`: below `/v1`. A body is sent as JSON, bytes as they are. */
export async function call<T = unknown>(
  server: Address,
  method: string,
  path: string,
  { body, headers }: Call = {},
): Promise<Reply<T>> {
  const isJson = body !== undefined && !(body instanceof Uint8Array);
  const answer = await fetch(`${server.url}/v1${path}`, {
    method,
    headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer>) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: (text === '' ? null : JSON.parse(text)) as T };
}

/** An account that is signed in. */
export class Member {
  readonly server: Address;
  readonly me: Me;
  readonly token: string;

  constructor(server: Address, { me, token }: Session) {
    this.server = server;
    this.me = me;
    this.token = token;
  }

  get id(): string {
    return this.me.id;
  }

  call<T = unknown>(method: string, path: string, { body, headers }: Call = {}): Promise<Reply<T>> {
    return call<T>(this.server, method, path, { body, headers: { authorization: `Bearer ${this.token}`, ...headers } });
  }

  /** The answer's body. @throws where the status is none of success */
  async get<T>(path: string): Promise<T> {
    return succeeded(await this.call<T>('GET', path), path);
  }

  async do<T>(method: string, path: string, body?: unknown): Promise<T> {
    return succeeded(await this.call<T>(method, path, { body }), `${method} ${path}`);
  }

  /** All items of a list, page by page. */
  async all<T>(path: string, limit = 100): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: Page<T> = await this.get<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}${query}`);
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }
}

function succeeded<T>({ status, json }: Reply<T>, what: string): T {
  if (status < 200 || status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(json)}`);
  return json;
}

/** A new account of koine, signed in. */
export async function member(server: Address, username: string): Promise<Member> {
  const body = { username, email: `${username}@example.org`, password: PASSWORD };
  return new Member(server, succeeded(await call<Session>(server, 'POST', '/accounts', { body }), username));
}

/** An account of any dialect, signed in here. */
export async function signIn(server: Address, login: string, password = PASSWORD): Promise<Member> {
  const body = { login, password };
  return new Member(server, succeeded(await call<Session>(server, 'POST', '/session', { body }), login));
}

/** Whether the reply is that problem. */
export function isProblem(reply: Reply<unknown>, status: number, code: string): boolean {
  return isDeepStrictEqual([reply.status, (reply.json as Problem).code], [status, code]);
}
