/** Live connections of koine. */
import { request } from 'node:http';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { atEnd, Watched } from './conditions.ts';
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

/** Waits for an event of that type whose data has these members. */
export function eventWith(socket: TestSocket, type: string, data: Record<string, unknown>): Promise<EventFrame> {
  const isIt = (event: EventFrame) =>
    event.type === type && Object.entries(data).every(([key, value]) => isDeepStrictEqual(event.data[key], value));
  return socket.until(`${type} ${JSON.stringify(data)}`, () => eventsOf(socket).find(isIt));
}

export function bodiesOf(socket: TestSocket, stream?: string): unknown[] {
  return eventsOf(socket, stream).flatMap(({ type, data }) => (type === 'message.created' ? [data.body] : []));
}

export type ServerSent = { id: string; event: string; data: Record<string, unknown> };

/** Server-sent events, as they arrive. */
export class EventReader extends Watched {
  readonly events: ServerSent[] = [];
  #rest = '';
  #over = false;
  readonly close: () => void;

  constructor(close: () => void) {
    super();
    this.close = close;
  }

  get types(): string[] {
    return this.events.map(({ event }) => event);
  }

  get bodies(): unknown[] {
    return this.events.flatMap(({ event, data }) =>
      event === 'message.created' ? [(data.data as { body: string }).body] : [],
    );
  }

  take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      if (fields.has('data'))
        this.events.push({
          id: fields.get('id') ?? '',
          event: fields.get('event') ?? '',
          data: JSON.parse(fields.get('data') ?? ''),
        });
    }
    this.change();
  }

  end(): void {
    this.#over = true;
    this.change();
  }

  protected get over(): boolean {
    return this.#over;
  }

  protected describe(): string {
    return JSON.stringify(this.events.slice(-5));
  }
}

/** The member's events as server-sent events. */
export async function openEvents(
  t: TestContext,
  { server, token }: Pick<Member, 'server' | 'token'>,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/v1/events`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    });
    atEnd(t, () => sent.destroy());
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const reader = new EventReader(() => sent.destroy());
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => reader.take(text));
      answer.on('close', () => reader.end());
      answer.on('error', () => {});
      if (answer.statusCode === 200) resolve(reader);
      else reject(new Error(`status ${answer.statusCode}`));
    });
    sent.end();
  });
}
