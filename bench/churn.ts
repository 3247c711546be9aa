// The process that applies a moderate mixed load: users connect, chat, post, like, upload, and disconnect.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { takeOrders } from './orders.ts';
import { senderName } from './servers.ts';

export interface ChurnOrder {
  port: number;
  seconds: number;
  tokens: string[];
}

export interface ChurnReport {
  /** Count per action. */
  done: Record<string, number>;
  problems: string[];
}

type Person = { token: string; id: number; uid: string; username: string };
type Action = { name: string; people: number; pause: number; act(person: Person): Promise<void> };

/** How long sockets stay, so that there is an audience for the fan-out. */
const STAY_MS = 2_000;

class Churn {
  readonly #port: number;
  readonly #people: number;
  #picture: Buffer = Buffer.alloc(0);

  constructor(port: number, people: number) {
    this.#port = port;
    this.#people = people;
  }

  /** `people`: concurrency. `pause`: mean pause in ms. */
  readonly actions: Action[] = [
    { name: 'visits', people: 40, pause: 100, act: (person) => this.#visit(person) },
    { name: 'posts', people: 4, pause: 100, act: (person) => this.#post(person) },
    { name: 'messages', people: 4, pause: 100, act: (person) => this.#chat(person) },
    { name: 'uploads', people: 2, pause: 500, act: (person) => this.#upload(person) },
    { name: 'pages', people: 4, pause: 50, act: (person) => this.#read(person) },
  ];

  async prepare(): Promise<void> {
    const pixels = { width: 400, height: 300, channels: 3, background: '#357' } as const;
    this.#picture = await sharp({ create: pixels }).jpeg().toBuffer();
  }

  async person(token: string): Promise<Person> {
    const me = await this.#call<{ id: number; username: string }>({ token }, 'GET', '/users/me');
    const user = await this.#call<{ id: string }>({ token }, 'GET', '/api/auth/current_user');
    return { token, id: me.id, uid: user.id, username: me.username };
  }

  /** Joins the lobby, sends a message, awaits its echo, stays for a while and leaves. */
  async #visit({ token }: Person): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/join`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const failed = once(socket, 'close').then(([code]) => {
      throw new Error(`closed with ${code}`);
    });
    const text = `${Math.random()}`;
    const heard = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => data.includes(text) && resolve());
    });
    socket.on('error', () => {});
    await Promise.race([once(socket, 'open'), failed]);
    socket.send(JSON.stringify({ type: 'chat_message', msg: { text } }));
    await Promise.race([heard, failed]);
    await Promise.race([sleep(STAY_MS * Math.random()), failed]);
    failed.catch(() => {});
    if (Math.random() < 0.2) socket.terminate();
    else socket.close();
  }

  async #post(person: Person): Promise<void> {
    const owner = `?owner_id=${person.id}`;
    const { id } = await this.#call<{ id: number }>(person, 'POST', `/messages/${owner}`, {
      text: 'lorem ipsum '.repeat(20),
    });
    await this.#call(person, 'POST', `/messages/${id}/comments/${owner}`, { text: 'dolor sit amet' });
    await this.#call(person, 'POST', `/messages/${id}/like`);
    if (Math.random() < 0.5) await this.#call(person, 'DELETE', `/messages/${id}${owner}`);
  }

  async #chat(person: Person): Promise<void> {
    const recipient = senderName(Math.floor(Math.random() * this.#people));
    if (recipient === person.username) return;
    const { name } = await this.#call<{ name: string }>(person, 'POST', '/messenger/api/chatrooms/', { recipient });
    const messages = `/messenger/api/chatrooms/${encodeURIComponent(name)}/messages/`;
    await this.#call(person, 'POST', messages, { content: 'consectetur' });
    await this.#call(person, 'GET', messages);
  }

  async #upload(person: Person): Promise<void> {
    const form = new FormData();
    form.append('author', person.uid);
    form.append('description', 'a picture');
    form.append('images', new File([this.#picture], 'picture.jpg'));
    await this.#call(person, 'POST', '/api/posts/create', form);
  }

  async #read(person: Person): Promise<void> {
    await this.#call(person, 'GET', '/messages/?limit=50');
    await this.#call(person, 'GET', '/api/posts/all');
  }

  async #call<T>({ token }: { token: string }, method: string, path: string, body?: object): Promise<T> {
    const isForm = body instanceof FormData;
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && !isForm && { 'content-type': 'application/json' }) },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path.split('?')[0]}: ${response.status} ${text.slice(0, 200)}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }
}

async function run({ port, seconds, tokens }: ChurnOrder): Promise<ChurnReport> {
  const churn = new Churn(port, tokens.length);
  await churn.prepare();
  const people = await Promise.all(tokens.map((token) => churn.person(token)));
  const end = performance.now() + seconds * 1_000;
  const done: Record<string, number> = {};
  const problems = new Map<string, number>();

  async function live({ name, pause, act }: Action, person: Person): Promise<void> {
    while (performance.now() < end) {
      try {
        await act(person);
        done[name] = (done[name] ?? 0) + 1;
      } catch (error) {
        const { message } = error as Error;
        problems.set(`${name}: ${message}`, (problems.get(`${name}: ${message}`) ?? 0) + 1);
      }
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  const lives = churn.actions.flatMap((deed) =>
    Array.from({ length: deed.people }, (_, index) => live(deed, people[index % people.length] as Person)),
  );
  await Promise.all(lives);
  return { done, problems: [...problems].map(([problem, times]) => `${times} × ${problem}`) };
}

takeOrders(run);
