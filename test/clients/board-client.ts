/**
 * A client of board, built like published React modules: it keeps the server's list of messages, identifies itself by
 * `owner_id`, shows a `detail` only if that is a string, and reloads the list on every event of `/ws`.
 */
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd, Watched } from '../support/conditions.ts';

type Address = { url: string; wsUrl: string };
type User = { id: number; username: string };
type Message = { id: number; text: string; owner: User; comments: { text: string; owner: User }[] };

export class BoardClient extends Watched {
  messages: readonly Message[] = [];
  /** The text of its error line. */
  alert = '';
  #user: User | null = null;
  #token = '';
  #loading = Promise.resolve();
  readonly #t: TestContext;
  #server: Address;

  constructor(t: TestContext, server: Address) {
    super();
    this.#t = t;
    this.#server = server;
  }

  async signUp(username: string): Promise<void> {
    const form = { username, email: `${username}@example.org`, password: 'board password' };
    this.#user = (await this.#call('POST', '/users/', form)) as User;
    await this.#signIn(form);
  }

  /** Loads the list and opens the socket, as after a page reload. */
  open(server: Address): void {
    this.#server = server;
    const ws = new WebSocket(`${server.wsUrl}/ws`);
    atEnd(this.#t, () => ws.terminate());
    ws.on('error', () => {});
    ws.on('message', (data) => {
      const { event } = JSON.parse(String(data)) as { event: string };
      if (event !== 'error') this.#reload();
    });
  }

  async post(text: string): Promise<void> {
    await this.#call('POST', `/messages/?owner_id=${this.#user?.id}`, { text });
  }

  async comment(message: Message, text: string): Promise<void> {
    await this.#call('POST', `/messages/${message.id}/comments/?owner_id=${this.#user?.id}`, { text });
  }

  shows(text: string): Promise<Message> {
    return this.until(text, ({ messages }) =>
      messages.find((message) => [message, ...message.comments].some((one) => one.text === text)),
    );
  }

  protected get over(): boolean {
    return false;
  }

  protected describe(): string {
    return `alert: ${this.alert}; messages: ${JSON.stringify(this.messages.slice(0, 5))}`;
  }

  async #signIn({ username, password }: { username: string; password: string }): Promise<void> {
    const body = new URLSearchParams({ username, password });
    const answer = await fetch(`${this.#server.url}/token`, { method: 'POST', body });
    this.#token = ((await answer.json()) as { access_token: string }).access_token;
  }

  /** Sequential, so that an older list never arrives last. */
  #reload(): void {
    this.#loading = this.#loading.then(async () => {
      this.messages = ((await this.#call('GET', '/messages/')) as Message[] | null) ?? this.messages;
      this.change();
    });
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.#server.url + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#token}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    const value: unknown = await answer.json();
    if (answer.ok) return value;
    const { detail } = value as { detail?: unknown };
    this.alert = typeof detail === 'string' ? detail : `Error ${answer.status}`;
    return null;
  }
}
