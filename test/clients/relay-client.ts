/**
 * A client of relay, built like the published terminal client: it reads until the first frame that is not text (even a
 * ping), and parses every text as `{from, body, timestamp}` or fails.
 */
import type { TestContext } from 'node:test';
import { Ajv } from 'ajv';
import { WebSocket } from 'ws';
import { atEnd, Watched } from '../support/conditions.ts';
import { postJson } from '../support/harness.ts';

export type RelayMessage = { from: string; body: string; timestamp: number };

const isMessage = new Ajv().compile<RelayMessage>({
  type: 'object',
  properties: { from: { type: 'string' }, body: { type: 'string' }, timestamp: { type: 'integer', minimum: 0 } },
  required: ['from', 'body', 'timestamp'],
});

export class RelayClient extends Watched {
  readonly shown: RelayMessage[] = [];
  /** The reason why it stopped reading. */
  ended: string | null = null;
  readonly #ws: WebSocket;

  /** `endOfLine`: the line end that its prompt appends to the token. */
  constructor(t: TestContext, wsUrl: string, token: string, endOfLine = '') {
    super();
    this.#ws = new WebSocket(`${wsUrl}/connect`);
    atEnd(t, () => this.#ws.terminate());
    this.#ws.on('open', () => this.#ws.send(token + endOfLine));
    this.#ws.on('message', (data, isBinary) => (isBinary ? this.#end('a binary frame') : this.#show(String(data))));
    for (const kind of ['ping', 'pong', 'error', 'close'] as const) this.#ws.on(kind, () => this.#end(`a ${kind}`));
  }

  say(text: string): void {
    this.#ws.send(text);
  }

  shows(body: string): Promise<RelayMessage> {
    return this.until(body, ({ shown }) => shown.find((message) => message.body === body));
  }

  protected get over(): boolean {
    return this.ended !== null;
  }

  protected describe(): string {
    return `its reading was ended by ${this.ended}; it shows ${JSON.stringify(this.shown.slice(-5))}`;
  }

  #show(text: string): void {
    if (this.ended !== null) return;
    const message: unknown = parsed(text);
    if (isMessage(message)) this.shown.push(message);
    else this.#end(`the text ${text}`);
    this.change();
  }

  #end(what: string): void {
    this.ended ??= what;
    this.change();
  }
}

/** Signs up and in, as its first screen does. */
export async function startRelayClient(t: TestContext, server: { url: string; wsUrl: string }, username: string) {
  const form = { username, password: 'relay pw' };
  await postJson(`${server.url}/signup`, form);
  return signInToRelay(t, server, form);
}

export async function signInToRelay(
  t: TestContext,
  server: { url: string; wsUrl: string },
  form: { username: string; password: string },
): Promise<RelayClient> {
  const answer = await postJson(`${server.url}/signin`, form);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return new RelayClient(t, server.wsUrl, text, '\n');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
