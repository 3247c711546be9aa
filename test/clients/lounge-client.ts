/**
 * A client of lounge, built from its document: it upgrades by POST, knows the four documented types and ignores others,
 * keeps a list of members, and reconnects when the server closes the connection.
 */
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd, Watched } from '../support/conditions.ts';
import { postJson } from '../support/harness.ts';

type Said = { from_user: string; text: string };
type Msg = { list: string[]; username: string } & Said;
type Address = { url: string; wsUrl: string };

export class LoungeClient extends Watched {
  readonly said: Said[] = [];
  readonly here = new Set<string>();
  /** Pings that the library has answered. */
  pings = 0;
  connected = false;
  readonly #t: TestContext;
  readonly #token: string;
  #ws: WebSocket | null = null;

  constructor(t: TestContext, token: string) {
    super();
    this.#t = t;
    this.#token = token;
  }

  join(server: Address): Promise<boolean> {
    const ws = new WebSocket(`${server.wsUrl}/join`, {
      headers: { authorization: `Bearer ${this.#token}` },
      finishRequest: (request) => {
        request.method = 'POST';
        request.end();
      },
    });
    atEnd(this.#t, () => ws.terminate());
    ws.on('error', () => {});
    ws.on('message', (data) => this.#take(JSON.parse(String(data))));
    ws.on('ping', () => {
      this.pings += 1;
      this.change();
    });
    ws.on('close', () => {
      this.connected = false;
      this.change();
    });
    this.#ws = ws;
    return this.until('the list of who is here', ({ connected }) => connected);
  }

  say(text: string): void {
    this.#ws?.send(JSON.stringify({ type: 'chat_message', msg: { text } }));
  }

  hears(text: string): Promise<Said> {
    return this.until(text, ({ said }) => said.find((one) => one.text === text));
  }

  protected get over(): boolean {
    return false;
  }

  protected describe(): string {
    return `here: ${[...this.here]}; said: ${JSON.stringify(this.said.slice(-5))}`;
  }

  #take({ type, msg }: { type: string; msg: Msg }): void {
    if (type === 'users_online') {
      this.here.clear();
      for (const name of msg.list) this.here.add(name);
      this.connected = true;
    }
    if (type === 'user_joined') this.here.add(msg.username);
    if (type === 'user_left') this.here.delete(msg.username);
    if (type === 'chat_message') this.said.push(msg);
    this.change();
  }
}

/** Creates the account and signs in, without joining. */
export async function startLoungeClient(t: TestContext, server: Address, username: string): Promise<LoungeClient> {
  const form = { email: `${username.toLowerCase()}@example.org`, username, password: 'lounge password' };
  await postJson(`${server.url}/createUser`, form);
  const answer = await postJson(`${server.url}/login`, form);
  return new LoungeClient(t, ((await answer.json()) as { token: string }).token);
}
