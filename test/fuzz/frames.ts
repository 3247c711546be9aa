/** Sends random frames on every kind of socket, and validates each received frame by the socket's document. */
import { WebSocket } from 'ws';
import { type AsyncApi, declaredFrames, type FrameCheck } from '../support/declared-frames.ts';
import { postJson } from '../support/harness.ts';
import { type Person, person } from './cast.ts';
import type { Finding } from './http.ts';
import { Random } from './random.ts';
import { type Schema, Values } from './values.ts';

export type Volley = {
  readonly seed: number;
  readonly count: number;
  readonly prefix: string;
  readonly stopping: () => boolean;
  found(finding: Finding): void;
};

export type Volleyed = { sent: number; received: number; closes: Record<string, number> };

/** Frames between two pings; each pong shows that the server is alive. */
const SALVO = 200;
/** Deadline of a pong, in ms. */
const DEADLINE = 30_000;
const FRAME_LIMIT = 128 * 1024;
/** Close codes for protocol violations; 1006: the connection was reset meanwhile. */
const DESERVED = [1002, 1006, 1007, 1009];
/** Cache of valid frames, so that broadcasts are validated once. */
const REMEMBERED = 500;

/** A socket under test: its URL, and the documented client frames. */
type Seat = { name: string; url: string; kinds: Kind[]; schemas: Record<string, Schema>; check: FrameCheck };
type Kind = { payload: Schema; isText: boolean };
type Rooms = { readonly chat: string; readonly room: string };

/** The path of each dialect's socket. */
export const SOCKET_PATHS = {
  koine: () => '/v1/live',
  relay: () => '/connect',
  lounge: () => '/join',
  board: () => '/ws',
  social: ({ chat }, { id }) => `/api/chats/ws/${chat}/${id}`,
  messenger: ({ room }) => `/messenger/ws/ws/chat/${encodeURIComponent(room)}/`,
} satisfies Record<string, (rooms: Rooms, who: Person) => string>;

type Shot = { data: string | Buffer; way: 'text' | 'binary' | 'ping' | 'pong' | 'raw'; fatal: boolean };

export async function volley(url: string, options: Volley): Promise<Volleyed> {
  const total: Volleyed = { sent: 0, received: 0, closes: {} };
  if (options.count === 0) return total;
  const seats = await seatsOf(url, options.prefix);
  let next = 0;
  const take = () => {
    if (next >= options.count || options.stopping()) return null;
    next += 1;
    return next - 1;
  };
  await Promise.all(seats.map((seat) => sit(seat, options, total, take)));
  return total;
}

async function seatsOf(url: string, prefix: string): Promise<Seat[]> {
  const people = await Promise.all(['y', 'z'].map((name) => person(url, `${prefix}${name}`)));
  const [ann, bob] = people as [Person, Person];
  const call = async (path: string, token: string | undefined, body: object) => {
    const answer = await postJson(url + path, body, { authorization: `Bearer ${token}` });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { id: string; name: string };
  };
  const chat = await call('/api/chats/create', ann.tokens.social, { users: [bob.id] });
  const room = await call('/messenger/api/chatrooms/', ann.tokens.messenger, { recipient: bob.username });
  const kinds = await clientFrames(url);
  const base = url.replace(/^http/, 'ws');
  const places = people.flatMap((who) =>
    Object.entries(SOCKET_PATHS).map(([dialect, pathOf]) => ({
      dialect,
      path: pathOf({ chat: chat.id, room: room.name }, who),
      token: who.tokens[dialect],
    })),
  );
  return Promise.all(
    places.map(async ({ dialect, path, token }) => ({
      name: dialect,
      url: `${base}${path}?token=${token}`,
      check: remembering(await declaredFrames(base + path)),
      ...(kinds[dialect] as Pick<Seat, 'kinds' | 'schemas'>),
    })),
  );
}

async function clientFrames(url: string): Promise<Record<string, Pick<Seat, 'kinds' | 'schemas'>>> {
  const read = async <T>(path: string) =>
    (await (await fetch(url + path, { headers: { accept: 'application/json' } })).json()) as T;
  const { dialects } = await read<{ dialects: { name: string; sockets: string }[] }>('/');
  const entries = dialects.map(async ({ name, sockets }) => {
    const document = await read<AsyncApi & { components: { schemas: Record<string, Schema> } }>(sockets);
    const kinds = Object.values(document.channels)
      .flatMap(({ messages }) => Object.entries(messages))
      .filter(([kind]) => kind.startsWith('client.') && kind !== 'client.token')
      .map(([, { payload, contentType }]) => ({ payload, isText: contentType === 'text/plain' }));
    return [name, { kinds, schemas: document.components.schemas }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function remembering(check: FrameCheck): FrameCheck {
  const right = new Set<string>();
  return (frame) => {
    if (right.has(frame)) return null;
    const wrong = check(frame);
    if (wrong === null) right.add(frame);
    if (right.size > REMEMBERED) right.delete(right.values().next().value as string);
    return wrong;
  };
}

/** Sends all frames; reopens the socket after a legitimate close. */
async function sit(seat: Seat, options: Volley, total: Volleyed, take: () => number | null): Promise<void> {
  let ws: WebSocket | null = null;
  const tell = (problem: string, index: number, shot: Shot | null) =>
    options.found({
      problem: `${seat.name}: ${problem}`,
      case: { seed: options.seed, index, ...(shot && shown(shot)) },
    });
  let last: { index: number; shot: Shot } | null = null;
  for (let index = take(); index !== null; index = take()) {
    const shot = shotOf(seat, new Random(options.seed ^ 0x5f5f5f, index));
    try {
      ws ??= await open(seat, total, (problem) => tell(problem, last?.index ?? -1, last?.shot ?? null));
      last = { index, shot };
      total.sent += 1;
      shoot(ws, shot);
      if (shot.fatal) {
        const code = await closed(ws);
        total.closes[code] = (total.closes[code] ?? 0) + 1;
        if (!DESERVED.includes(code)) tell(`closed with ${code}`, index, shot);
        ws = null;
      } else if (index % SALVO === 0 || ws.bufferedAmount > 2 ** 20) await settled(ws);
    } catch (error) {
      if (options.stopping()) break;
      tell((error as Error).message, index, shot);
      ws?.terminate();
      ws = null;
    }
  }
  if (ws?.readyState === WebSocket.OPEN) await settled(ws).catch((error: Error) => tell(error.message, -1, null));
  ws?.terminate();
}

async function open(seat: Seat, total: Volleyed, wrong: (problem: string) => void): Promise<WebSocket> {
  const ws = new WebSocket(seat.url, { perMessageDeflate: false });
  ws.on('error', () => {});
  ws.on('message', (data: Buffer, isBinary) => {
    total.received += 1;
    const problem = isBinary ? 'a binary frame' : seat.check(data.toString());
    if (problem !== null) wrong(problem);
  });
  await once(ws, 'open', 'the socket to open');
  return ws;
}

async function settled(ws: WebSocket): Promise<void> {
  const pong = once(ws, 'pong', 'a pong');
  ws.ping('settled?');
  await pong;
}

async function closed(ws: WebSocket): Promise<number> {
  if (ws.readyState === WebSocket.CLOSED) return 1006;
  const [code] = await once(ws, 'close', 'the close');
  return code as number;
}

/** Rejects if the socket closes first or the deadline passes. */
function once(ws: WebSocket, event: string, what: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      ws.off(event, happened).off('close', gone);
      settle();
    };
    const happened = (...values: unknown[]) => end(() => resolve(values));
    const gone = (code: number, reason: Buffer) =>
      end(() => reject(new Error(`waited for ${what}; closed with ${code} ${reason}`)));
    const timer = setTimeout(() => end(() => reject(new Error(`waited for ${what}`))), DEADLINE);
    ws.on(event, happened);
    if (event !== 'close') ws.on('close', gone);
    if (ws.readyState === WebSocket.CLOSED) gone(1006, Buffer.alloc(0));
  });
}

function shotOf({ kinds, schemas }: Seat, random: Random): Shot {
  const kind = random.weighed({ valid: 15, nearly: 40, wild: 12, text: 12, binary: 12, ping: 4, pong: 4, fatal: 0.05 });
  const values = new Values(random, (reference) => schemas[reference.split('/').at(-1) as string] ?? {});
  if (kind === 'fatal') return fatal(random);
  if (kind === 'ping' || kind === 'pong') return { data: random.bytes(random.below(126)), way: kind, fatal: false };
  if (kind === 'binary') return { data: random.bytes(random.below(60)), way: 'binary', fatal: false };
  const text = kind === 'text' || kinds.length === 0 ? values.oddString() : said(random.pick(kinds), values, kind);
  return { data: text, way: 'text', fatal: Buffer.byteLength(text) > FRAME_LIMIT };
}

function said({ payload, isText }: Kind, values: Values, manner: 'valid' | 'nearly' | 'wild'): string {
  const value = values.make(payload, manner);
  return isText && typeof value === 'string' ? value : JSON.stringify(value);
}

/** Frames that always close the socket. */
function fatal(random: Random): Shot {
  const way = random.weighed({ utf8: 1, long: 0.3, bits: 1, opcode: 1, unmasked: 1 });
  const raw = (...head: number[]): Shot => ({ data: Buffer.from([...head, 0, 0, 0, 0]), way: 'raw', fatal: true });
  if (way === 'utf8') return { data: Buffer.from([0x68, 0xff, random.below(256)]), way: 'text', fatal: true };
  if (way === 'long') return { data: 'x'.repeat(FRAME_LIMIT + 1 + random.below(10_000)), way: 'text', fatal: true };
  if (way === 'bits') return raw(0x81 | (0x10 << random.below(3)), 0x80);
  if (way === 'opcode') return raw(0x80 | random.pick([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), 0x80);
  return raw(0x81, random.below(126));
}

function shoot(ws: WebSocket, { data, way }: Shot): void {
  if (way === 'raw') (Reflect.get(ws, '_socket') as { write(data: string | Buffer): void }).write(data);
  else if (way === 'ping') ws.ping(data);
  else if (way === 'pong') ws.pong(data);
  else ws.send(data, { binary: way === 'binary' });
}

function shown({ data, way }: Shot): object {
  return Buffer.isBuffer(data) ? { way, data64: data.toString('base64') } : { way, data: data.slice(0, 2_000) };
}
