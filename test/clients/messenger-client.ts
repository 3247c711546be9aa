/**
 * A client of messenger, built like published ones: it reads its friends from the profile, computes the name of a
 * direct room, and renders every frame of a room as a message.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { atEnd, eventually, Watched } from '../support/conditions.ts';
import type { Chatroom, Message, Pair, Profile } from '../support/messenger-people.ts';

type Server = { readonly url: string; readonly wsUrl: string };

export class MessengerClient extends Watched {
  readonly username: string;
  /** Lines that the open room shows. */
  lines: string[] = [];
  /** Reasons of refusals, from responses and frames. */
  readonly errors: string[] = [];
  beats = 0;
  opened = 0;
  /** The error that crashed the page. */
  crash: unknown = null;
  readonly #server: Server;
  #pair: Pair | null = null;
  #socket: WebSocket | null = null;

  constructor(t: TestContext, server: Server, username: string) {
    super();
    this.#server = server;
    this.username = username;
    atEnd(t, () => this.leave());
  }

  /** Returns the JSON, or null if refused; renews an expired access token, like axios interceptors. */
  async call<T>(method: string, path: string, body?: object): Promise<T | null> {
    let answer = await this.#send(method, path, body);
    if (answer.status === 401 && this.#pair !== null) {
      await this.#renew(this.#pair);
      answer = await this.#send(method, path, body);
    }
    const json = (await answer.json()) as T;
    if (answer.ok) return json;
    for (const reason of Object.values(json as Record<string, unknown>).flat())
      this.errors.push(textOf('reason', reason));
    return null;
  }

  async start(password: string): Promise<boolean> {
    const { username } = this;
    const made = await this.call('POST', '/accounts/api/users/', {
      username,
      email: `${username}@example.org`,
      password,
    });
    if (made === null) return false;
    this.#pair = await this.call<Pair>('POST', '/accounts/api/token/', { username, password });
    return this.#pair !== null;
  }

  /** The friends page: ids from the own profile, names from the list of users. */
  async friends(): Promise<string[]> {
    const own = (await this.call<Profile>('GET', '/profiles/api/profile/')) as Profile;
    const users = (await this.call<{ id: number; username: string }[]>('GET', '/accounts/api/users/')) ?? [];
    assert.ok(Array.isArray(own.profile.friends), 'profile.friends is undefined: the page cannot map over it');
    textOf('profile.image', own.profile.image);
    return own.profile.friends.map((id) => textOf('friend', users.find((user) => user.id === id)?.username));
  }

  /** Shows the history and live messages; reopens the room whenever the socket closes. */
  async openRoom(friend: string): Promise<void> {
    await this.call<Chatroom>('POST', '/messenger/api/chatrooms/', { recipient: friend });
    const name = encodeURIComponent([this.username, friend].sort().join('_'));
    const history = (await this.call<Message[]>('GET', `/messenger/api/chatrooms/${name}/messages/`)) as Message[];
    this.lines = history.map(lineOf);
    const socket = new WebSocket(`${this.#server.wsUrl}/messenger/ws/ws/chat/${name}/?token=${this.#pair?.access}`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    this.#socket = socket;
    this.opened += 1;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Message & { error?: string };
      try {
        this.lines.push(lineOf(frame));
        if (frame.error !== undefined) this.errors.push(textOf('error', frame.error));
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
      if (this.#socket === socket) void this.#reopen(() => this.openRoom(friend));
    });
  }

  say(message: string): void {
    this.#socket?.send(JSON.stringify({ message }));
  }

  leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
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
    return `shown: ${JSON.stringify(this.lines.slice(-5))}; ${this.beats} beats; crash: ${this.crash}`;
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.#server.url + path, {
      method,
      headers: {
        ...(this.#pair && { authorization: `Bearer ${this.#pair.access}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  async #renew({ refresh }: Pair): Promise<void> {
    const answer = await this.#send('POST', '/accounts/api/token/refresh/', { refresh });
    this.#pair = (await answer.json()) as Pair;
  }
}

function lineOf({ user, content, timestamp }: Message): string {
  const time = new Date(textOf('timestamp', timestamp));
  assert.ok(!Number.isNaN(time.getTime()), `${timestamp} is no time`);
  return `${textOf('user', user)}: ${textOf('content', content)}`;
}

/** Renders a value; anything but a text crashes the page. */
function textOf(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`${what} is not valid as a child: ${JSON.stringify(value)}`);
}
