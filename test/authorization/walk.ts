/** Tries every cell of a table over the wire, and checks the answer and its effects. */
import type { TestContext } from 'node:test';
import { openSocket, type SocketOptions, type TestSocket } from '../support/socket.ts';
import { bearer, type Cast } from './cast.ts';
import { Changes } from './changes.ts';
import { emailsIn, secretsIn } from './secrets.ts';
import type { Ask, Role, Row, Table, Trial } from './table.ts';

/** `text`: with the headers. */
type Answer = { status: number; type: string; body: Buffer; text: string };

const NOTHING = { type: '', body: Buffer.alloc(0), text: '' };

/** @returns all deviations, a line each; `emails`: those that show an e-mail address */
export async function walk(
  t: TestContext,
  cast: Cast,
  { rows, carries }: Table,
  { roles, hideEmails }: { roles: readonly Role[]; hideEmails: boolean },
): Promise<{ wrong: string[]; emails: string[] }> {
  const wrong: string[] = [];
  const emails: string[] = [];
  const changes = new Changes(cast.server.sql);
  for (const row of rows) {
    const asks = new Asks(cast, row);
    for (const role of roles) {
      const cell = `${row.label} (${role})`;
      const { ask, isNew } = await asks.of(role);
      // Only a refusal may change nothing; a refusal of what is allowed is wrong by itself.
      const isWatched = row.expected[role] >= 400 && !isRead(row);
      if (isWatched && isNew) await changes.next();
      const { status, text } = await answerTo(t, { cast, role }, row, { ask, carries });
      if (status < 400 && !isRead(row)) asks.forget();
      if (status !== row.expected[role])
        wrong.push(`${cell}: ${status}, not ${row.expected[role]}: ${text.slice(0, 200)}`);
      const changed = isWatched && status >= 400 ? await changes.next() : [];
      if (changed.length > 0) wrong.push(`${cell}: ${status}, yet it changed something: ${changed.join(', ')}`);
      const reading = { cast, role, ask, hideEmails };
      wrong.push(...secretsIn(text, reading).map((secret) => `${cell}: shows ${secret}`));
      emails.push(...emailsIn(text, reading).map((email) => `${cell}: shows ${email}`));
    }
  }
  return { wrong, emails };
}

/** The requests of a row. What a request is about is made once for all roles whose requests do not name them. */
class Asks {
  readonly #cast: Cast;
  readonly #row: Row;
  #kept: Ask | null = null;

  constructor(cast: Cast, row: Row) {
    this.#cast = cast;
    this.#row = row;
  }

  async of(role: Role): Promise<{ ask: Ask; isNew: boolean }> {
    if (this.#kept !== null) return { ask: this.#kept, isNew: false };
    const { ask, isOfRole } = await this.#make(role);
    this.#kept = isOfRole ? null : ask;
    return { ask, isNew: true };
  }

  /** What the request was about may have been changed. */
  forget(): void {
    this.#kept = null;
  }

  async #make(role: Role): Promise<{ ask: Ask; isOfRole: boolean }> {
    const cast = this.#cast;
    let isOfRole = false;
    const ofRole = <T>(value: T): T => {
      isOfRole = true;
      return value;
    };
    const ask = await this.#row.ask({
      cast,
      get role() {
        return ofRole(role);
      },
      get me() {
        return ofRole(cast.me(role));
      },
    });
    return { ask, isOfRole };
  }
}

export function isRead({ route }: Row): boolean {
  return /^(GET|HEAD|OPTIONS|WS) /.test(route);
}

/** Sends a row's request as a role. */
export function answerTo(
  t: TestContext,
  { cast, role }: Pick<Trial, 'cast' | 'role'>,
  { route }: Row,
  { ask, carries }: { ask: Ask; carries: Table['carries'] },
): Promise<Answer> {
  const token = ask.token ?? cast.who(role)?.token;
  const credentials = token === undefined ? {} : carries === 'bearer' ? bearer(token) : { cookie: `token=${token}` };
  const [kind, method] = route.split(' ') as [string, string];
  if (kind !== 'WS') return request(cast, kind, ask, credentials);
  return enter(t, cast, ask, { token, method, headers: ask.sendsToken ? {} : credentials });
}

async function request(
  { server }: Cast,
  method: string,
  { path, body, headers: own }: Ask,
  credentials: Record<string, string>,
): Promise<Answer> {
  const isJson = body !== undefined && !(body instanceof FormData) && !(body instanceof Uint8Array);
  const answer = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: { ...credentials, ...(isJson && { 'content-type': 'application/json' }), ...own },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as FormData | Uint8Array<ArrayBuffer>) }),
  });
  const headers = [...answer.headers].map((pair) => pair.join(': '));
  const bytes = Buffer.from(await answer.arrayBuffer());
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: bytes, text: [...headers, bytes.toString()].join('\n') };
}

async function enter(
  t: TestContext,
  { server }: Cast,
  ask: Ask,
  { token, method, headers }: { token: string | undefined; method: string; headers: Record<string, string> },
): Promise<Answer> {
  const options: SocketOptions = { headers, ...(method === 'POST' && { method }) };
  const opened = await openSocket(t, server.wsUrl + ask.path, options).catch((error: Error) => {
    const refused = /response: (\d+)/.exec(error.message);
    if (refused === null) throw error;
    return Number(refused[1]);
  });
  if (typeof opened === 'number') return { ...NOTHING, status: opened };
  if (ask.sendsToken) opened.send(token ?? 'no token');
  await untilReceived(opened, ask);
  const status = opened.closed?.code ?? 101;
  const text = opened.frames.join('\n');
  await opened.close();
  return { ...NOTHING, status, text };
}

/** Repeats the event until the socket receives it; a refused socket closes instead. */
async function untilReceived(socket: TestSocket, { path, trigger }: Ask): Promise<void> {
  if (trigger === undefined) return void (await socket.settled().catch(() => socket.untilClosed()));
  for (let n = 1; socket.closed === null; n += 1) {
    const words = `news ${n} for ${path}`;
    await trigger(words);
    if (socket.closed !== null) return;
    // Rejects if the socket closes first.
    await socket.settled().catch(() => socket.untilClosed());
    if (socket.frames.some((frame) => frame.includes(words))) return;
  }
}
