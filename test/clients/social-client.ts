/**
 * A front end of social, built like published ones: served from another port, it renders every frame of a chat and
 * every entry of the history as a message, shows every `detail` as a text, and trusts the server in both. Input that
 * would crash the page is an error here.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd, eventually, Watched } from '../support/conditions.ts';
import type { Chat, Message, Post, User } from '../support/social-people.ts';

export const FRONT_END = 'http://localhost:5173';

type Server = { readonly url: string; readonly wsUrl: string };
/** A message as the page shows it. */
type Bubble = { readonly id: number; readonly text: string };

export class SocialClient extends Watched {
  /** Texts of `detail`, shown as toasts. */
  readonly toasts: string[] = [];
  /** Messages that the open chat shows. */
  bubbles: Bubble[] = [];
  /** Pings of all sockets so far. */
  beats = 0;
  opened = 0;
  /** The error that crashed the page. */
  crash: unknown = null;
  me: User | null = null;
  readonly #credentials: 'include' | 'omit';
  readonly #server: Server;
  #cookie = '';
  #socket: WebSocket | null = null;

  /** `credentials`: as in `fetch`; a front end that omits them relies on ids in paths. */
  constructor(t: TestContext, server: Server, credentials: 'include' | 'omit' = 'include') {
    super();
    this.#server = server;
    this.#credentials = credentials;
    atEnd(t, () => this.leave());
  }

  /** Returns the JSON, or null if refused, which shows a toast. */
  async call<T>(method: string, path: string, body?: object): Promise<T | null> {
    const isForm = body instanceof FormData;
    const answer = await fetch(`${this.#server.url}/api${path}`, {
      method,
      headers: {
        origin: FRONT_END,
        ...this.#jar(),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    // A browser would withhold the response otherwise.
    assert.equal(answer.headers.get('access-control-allow-origin'), FRONT_END, path);
    const [cookie] = answer.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(';')[0] as string;
    const json = (await answer.json()) as T & { detail?: unknown };
    if (answer.ok) return json;
    this.toasts.push(childOf('detail', json.detail));
    return null;
  }

  async register(username: string, password: string): Promise<boolean> {
    const body = { username, email: `${username}@example.org`, password };
    const made = await this.call<{ detail: string; new_user: User }>('POST', '/auth/register', body);
    if (made === null) return false;
    this.toasts.push(childOf('detail', made.detail));
    this.me = made.new_user;
    childOf('user.avatar', this.me.avatar);
    return true;
  }

  /** The feed: each post with its author's picture and the pictures of accounts that like it. */
  async feed(): Promise<string[]> {
    const posts = (await this.call<Post[]>('GET', '/posts/all')) ?? [];
    return posts.map(({ author, description, likes }) => {
      for (const { username, avatar } of [author, ...likes]) childOf(`picture of ${username}`, avatar);
      return childOf('description', description);
    });
  }

  /** The own chats. */
  async chats(): Promise<Chat[]> {
    const chats = (await this.call<Chat[]>('GET', `/users/${this.me?.id}/chats`)) ?? [];
    for (const { avatar, users } of chats)
      for (const picture of [avatar, ...users.map((user) => user.avatar)]) childOf('picture', picture);
    return chats;
  }

  /** Shows the history and live messages; reloads the page whenever the socket closes. */
  async openChat(id: string): Promise<void> {
    const history = (await this.call<Message[]>('GET', `/chats/${id}/messages/0`)) as Message[];
    this.bubbles = history.map(bubbleOf);
    const socket = new WebSocket(`${this.#server.wsUrl}/api/chats/ws/${id}/${this.me?.id}`, {
      headers: { origin: FRONT_END, ...this.#jar() },
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    this.#socket = socket;
    this.opened += 1;
    socket.on('message', (data) => {
      try {
        this.bubbles.push(bubbleOf(JSON.parse(String(data)) as Message));
      } catch (error) {
        this.crash ??= error;
      }
      this.change();
    });
    socket.on('ping', () => {
      this.beats += 1;
      this.change();
    });
    socket.on('close', () => {
      if (this.#socket === socket) void this.#reopen(() => this.openChat(id));
    });
  }

  say(text: string): void {
    this.#socket?.send(text);
  }

  leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }

  get texts(): string[] {
    return this.bubbles.map(({ text }) => text);
  }

  /** Until it is open again or the user leaves. */
  async #reopen(open: () => Promise<void>): Promise<void> {
    const lost = this.#socket;
    const isDone = () => this.#socket !== lost;
    try {
      await eventually('it to be open again', () =>
        isDone() ? Promise.resolve(true) : open().then(isDone, () => false),
      );
    } catch (error) {
      this.crash ??= error;
    }
    this.change();
  }

  protected get over(): boolean {
    return this.crash !== null;
  }

  protected describe(): string {
    return `shown: ${JSON.stringify(this.texts.slice(-5))}; ${this.beats} beats; crash: ${this.crash}`;
  }

  #jar(): Record<string, string> {
    return this.#credentials === 'include' && this.#cookie !== '' ? { cookie: this.#cookie } : {};
  }
}

/** The component of a message, which needs all of these fields. */
function bubbleOf({ id, message, created_at, user }: Message): Bubble {
  const time = new Date(childOf('created_at', created_at)).toISOString();
  const picture = childOf('user.avatar', user.avatar);
  assert.ok(URL.canParse(picture), `${picture} is no picture at ${time}`);
  childOf('user.username', user.username);
  return { id, text: childOf('message', message) };
}

/** Renders a value as React would: a text is shown, an object or a list of objects crashes the page. */
function childOf(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${what} is not valid as a React child: ${JSON.stringify(value)}`);
}
