/** Accounts for tests of relay and lounge: sign-up, tokens, and lobby sockets. */
import type { TestContext } from 'node:test';
import { postJson, type TestServer } from './harness.ts';
import { openSocket, type SocketOptions, type TestSocket } from './socket.ts';

type Address = Pick<TestServer, 'url' | 'wsUrl'>;

export const PASSWORD = 'correct horse';

/** Creates an account through relay. */
export async function relaySignUp(server: Address, username: string): Promise<void> {
  const answer = await postJson(`${server.url}/signup`, { username, password: PASSWORD });
  if (answer.status !== 200) throw new Error(`${username}: ${await answer.text()}`);
}

/** The answer of relay's `/signin`. */
export async function relaySignIn(server: Address, username: string): Promise<{ status: number; body: string }> {
  const answer = await postJson(`${server.url}/signin`, { username, password: PASSWORD });
  return { status: answer.status, body: await answer.text() };
}

/** A new account of relay, signed in. */
export async function relayToken(server: Address, username: string): Promise<string> {
  await relaySignUp(server, username);
  return (await relaySignIn(server, username)).body;
}

/** A relay socket that has sent its token. */
export async function connect(t: TestContext, server: Address, token: string): Promise<TestSocket> {
  const socket = await openSocket(t, `${server.wsUrl}/connect`);
  socket.send(token);
  return socket;
}

/** A new relay user in the lobby. */
export async function relayUser(t: TestContext, server: Address, username: string): Promise<TestSocket> {
  return connect(t, server, await relayToken(server, username));
}

export type LoungeAccount = { id: string; username: string; email: string; token: string };

/** A new account of lounge, signed in. */
export async function loungeAccount(server: Address, username: string): Promise<LoungeAccount> {
  const email = `${username.replaceAll(' ', '.').toLowerCase()}@example.org`;
  const made = await postJson(`${server.url}/createUser`, { email, username, password: PASSWORD });
  if (made.status !== 200) throw new Error(`${username}: ${await made.text()}`);
  const answer = await postJson(`${server.url}/login`, { email, password: PASSWORD });
  return { email, ...((await answer.json()) as { id: string; username: string; token: string }) };
}

/** A lounge socket that has received `users_online`. */
export async function join(
  t: TestContext,
  server: Address,
  token: string,
  options: SocketOptions = {},
): Promise<TestSocket> {
  const headers = { ...options.headers, authorization: `Bearer ${token}` };
  const socket = await openSocket(t, `${server.wsUrl}/join`, { ...options, headers });
  await socket.frameCount(1);
  return socket;
}

/** A new lounge user in the lobby. */
export async function loungeUser(t: TestContext, server: Address, username: string): Promise<TestSocket> {
  return join(t, server, (await loungeAccount(server, username)).token);
}

export function say(socket: TestSocket, text: string): void {
  socket.send({ type: 'chat_message', msg: { text } });
}
