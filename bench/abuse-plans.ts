// Attacks by a single address or account under default limits; each of them stopped or slowed down a node of 0.1.0.
import type { Attack } from './abuse-load.ts';

/** `post`: the id of the attacker's post, where one was made. `author`: the attacker's uuid. */
export type Prepared = { post: number; author: string };
export const NOTHING: Prepared = { post: 0, author: '' };

/** `prepare`: creates what the attack needs, while there are no rate limits. */
export type Plan = {
  title: string;
  env: Record<string, string>;
  prepare?(port: number, token: string): Promise<Prepared>;
  attack(port: number, tokens: string[], prepared: Prepared): Attack | null;
};

/**
 * One address or account attacks; only limits that would hit the benchmark's own users, who share an address, are
 * lifted.
 */
const DEFAULTS = {
  RATE_LIMITS: 'on',
  SOCKET_RATE: '20',
  TRUST_PROXY: 'off',
  SIGN_IN_TRIES_PER_ADDRESS: '100000',
};

/** Posts per page, and comments shown per post. */
const POSTS = 100;
const COMMENTS = 50;
/** Four bytes of UTF-8 per character of a limit. */
const FULL_POST = '\u{1F600}'.repeat(20_000);
const FULL_COMMENT = '\u{1F600}'.repeat(4_000);
const COMBINING = `e${'\u0301'.repeat(160_000)}`;

function post(path: string, body: string, token?: string): string {
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/json'];
  if (token) head.push(`authorization: Bearer ${token}`);
  return `${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function edit(id: number, text: string, token: string): string {
  return post(`/messages/${id}`, JSON.stringify({ text }), token).replace('POST', 'PUT');
}

async function call<T>(port: number, path: string, token: string, body?: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Posts and comments of the maximum length, by one author. */
async function fullPosts(port: number, token: string, count: number): Promise<Prepared> {
  const { id: owner } = await call<{ id: number }>(port, '/users/me', token);
  let last = 0;
  for (let index = 0; index < count; index += 1) {
    const { id } = await call<{ id: number }>(port, `/messages/?owner_id=${owner}`, token, { text: FULL_POST });
    const comment = () => call(port, `/messages/${id}/comments/?owner_id=${owner}`, token, { text: FULL_COMMENT });
    await Promise.all(Array.from({ length: COMMENTS }, comment));
    last = id;
  }
  return { post: last, author: '' };
}

async function self(port: number, token: string): Promise<Prepared> {
  const { id } = await call<{ id: string }>(port, '/api/auth/current_user', token);
  return { post: 0, author: id };
}

export const singleSourcePlans: Record<string, Plan> = {
  marks: {
    title: 'sign-ins with a name of 160,000 combining marks',
    env: DEFAULTS,
    attack: (port) => ({
      kind: 'requests',
      port,
      connections: 4,
      requests: [post('/signin', JSON.stringify({ username: COMBINING, password: 'x' }))],
    }),
  },
  pages: {
    title: 'six clients that read a page of full posts with full comments in a loop',
    env: DEFAULTS,
    prepare: (port, token) => fullPosts(port, token, POSTS),
    attack: (port) => ({
      kind: 'requests',
      port,
      connections: 6,
      requests: ['GET /messages/?limit=100 HTTP/1.1\r\nhost: x\r\n\r\n'],
    }),
  },
  elements: {
    title: 'lists of 500,000 wrong elements',
    env: DEFAULTS,
    attack: (port, [token]) => ({
      kind: 'requests',
      port,
      connections: 4,
      requests: [post('/api/chats/create', `{"users":[${Array(500_000).fill(1)}]}`, token)],
    }),
  },
  reconnects: {
    title: 'a member who sends bursts of 200 messages over 8 sockets and reconnects each time',
    env: DEFAULTS,
    attack: (port, [token = '']) => ({ kind: 'reconnects', port, token, sockets: 8, burst: 200 }),
  },
  edits: {
    title: 'a member who edits a full post with 50 full comments in a loop',
    env: DEFAULTS,
    prepare: (port, token) => fullPosts(port, token, 1),
    attack: (port, [token = ''], { post: id }) => ({
      kind: 'requests',
      port,
      connections: 4,
      requests: [edit(id, FULL_POST, token), edit(id, `${FULL_POST.slice(2)}!`, token)],
    }),
  },
  forms: {
    title: '20 uploads of a member that never end, 64 KiB a second each',
    env: DEFAULTS,
    prepare: self,
    attack: (port, [token = ''], { author }) => ({
      kind: 'forms',
      port,
      token,
      author,
      connections: 20,
      bytesPerSecond: 65_536,
    }),
  },
  pipelines: {
    title: '20 connections that pipeline requests',
    env: DEFAULTS,
    attack: (port) => ({
      kind: 'requests',
      port,
      connections: 20,
      pipelined: 500,
      requests: ['GET /messages/?limit=1 HTTP/1.1\r\nhost: x\r\n\r\n'],
    }),
  },
  pongs: {
    title: '20 anonymous sockets that send pongs as fast as they are read',
    env: DEFAULTS,
    attack: (port) => ({ kind: 'pongs', port, sockets: 20 }),
  },
};
