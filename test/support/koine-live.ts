/** Live connections of koine. */
import type { TestContext } from 'node:test';
import type { TestServer } from './harness.ts';
import type { Member } from './koine-people.ts';
import { type Frame, openSocket, type TestSocket } from './socket.ts';

export type Positions = Record<string, number>;
export type EventFrame = { type: string; stream: string; seq: number; data: Record<string, unknown> };
export type Hello = { epoch?: string; have?: Positions; heads?: boolean };

type Address = Pick<TestServer, 'wsUrl'>;

/** A socket of the member, without a word yet. */
export function openLive(t: TestContext, server: Address, { token }: Pick<Member, 'token'>): Promise<TestSocket> {
  return openSocket(t, `${server.wsUrl}/v1/live`, { protocols: ['bearer', token] });
}

/** A socket that has said hello, and has been sent all that it asked for. */
export async function live(
  t: TestContext,
  server: Pick<TestServer, 'wsUrl' | 'sql'>,
  member: Pick<Member, 'token'>,
  { epoch, have = {}, heads = false }: Hello = {},
): Promise<TestSocket> {
  const socket = await openLive(t, server, member);
  socket.send({ type: 'hello', epoch: epoch ?? (await epochOf(server)), have, heads });
  await socket.frameWith({ type: 'live' });
  return socket;
}

export async function epochOf({ sql }: Pick<TestServer, 'sql'>): Promise<string> {
  const [row] = await sql<[{ epoch: string }]>`select epoch from installation`;
  return row.epoch;
}

/** The events that the socket was sent, of one stream or of all. */
export function eventsOf({ json }: TestSocket, stream?: string): EventFrame[] {
  const events = json.filter((frame): frame is EventFrame & Frame => 'seq' in frame && frame.type !== 'reset');
  return stream === undefined ? events : events.filter((event) => event.stream === stream);
}

export function bodiesOf(socket: TestSocket, stream?: string): unknown[] {
  return eventsOf(socket, stream).flatMap(({ type, data }) => (type === 'message.created' ? [data.body] : []));
}
