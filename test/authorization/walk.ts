/** Tries every cell of a table over the wire, and checks the answer and its effects. */
import type { TestContext } from 'node:test';
import { openSocket, type SocketOptions, type TestSocket } from '../support/socket.ts';
import { bearer, type Cast } from './cast.ts';
import { changesSince, countChanges } from './changes.ts';
import { secretsIn } from './secrets.ts';
import type { Ask, Role, Row, Table, Trial } from './table.ts';

/** `text`: with the headers. */
type Answer = { status: number; type: string; body: Buffer; text: string };

const NOTHING = { type: '', body: Buffer.alloc(0), text: '' };

/** @returns all deviations, a line each */
export async function walk(
  t: TestContext,
  cast: Cast,
  { rows, carries }: Table,
  { roles, hideEmails }: { roles: readonly Role[]; hideEmails: boolean },
): Promise<string[]> {
  const wrong: string[] = [];
  for (const row of rows)
    for (const role of roles) {
      const cell = `${row.label} (${role})`;
      const trial = { cast, role, me: cast.me(role) };
      const ask = await row.ask(trial);
      // Only a refusal may change nothing; a refusal of what is allowed is wrong by itself.
      const isWatched = row.expected[role] >= 400 && !isRead(row);
      const before = isWatched ? await countChanges(cast.server.sql) : 0;
      const { status, text } = await answerTo(t, trial, row, { ask, carries });
      if (status !== row.expected[role])
        wrong.push(`${cell}: ${status}, not ${row.expected[role]}: ${text.slice(0, 200)}`);
      const changed = isWatched && status >= 400 ? await changesSince(cast.server.sql, before) : [];
      if (changed.length > 0) wrong.push(`${cell}: ${status}, yet it changed something: ${changed.join(', ')}`);
      const secrets = secretsIn(text, { cast, role, ask, hideEmails });
      wrong.push(...secrets.map((secret) => `${cell}: shows ${secret}`));
    }
  return wrong;
}

export function isRead({ route }: Row): boolean {
  return /^(GET|HEAD|OPTIONS|WS) /.test(route);
}

/** Sends a row's request as a role. */
export function answerTo(
  t: TestContext,
  { cast, role }: Trial,
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
