/** Clients that send continuously, reconnect after every disconnect, and record what they receive. */
import { WebSocket } from 'ws';
import type { Checker, Life } from './checker.ts';
import type { Node } from './cluster.ts';
import type { Random } from './random.ts';

/** Messages in flight per client. */
const IN_FLIGHT = 4;
/** Retry delay of a reconnect, in ms. */
const COME_BACK = 50;
/** Deadline of a connection attempt or an HTTP request, in ms. */
const DEADLINE = 10_000;

export type Account = { readonly id: number; readonly username: string; readonly token: string };

/** A client protocol: its URL and frames. */
export type Speech = {
  readonly stream: string;
  readonly path: (account: Account) => string;
  readonly wrap: (text: string) => string;
  /** The text that a frame shows, or null. */
  readonly text: (frame: Frame) => string | null;
};
export type Frame = { readonly [member: string]: unknown };

const lounge: Speech = {
  stream: 'lobby',
  path: ({ token }) => `/join?token=${token}`,
  wrap: (text) => JSON.stringify({ type: 'chat_message', msg: { text } }),
  text: ({ type, msg }) => (type === 'chat_message' ? (msg as { text: string }).text : null),
};
const relay: Speech = {
  stream: 'lobby',
  path: ({ token }) => `/connect?token=${token}`,
  wrap: (text) => text,
  text: ({ body }) => (typeof body === 'string' ? body : null),
};
const room = (name: string): Speech => ({
  stream: 'room',
  path: ({ token }) => `/messenger/ws/ws/chat/${encodeURIComponent(name)}/?token=${token}`,
  wrap: (message) => JSON.stringify({ message }),
  text: ({ content }) => (typeof content === 'string' ? content : null),
});
/** Read-only: messages are sent by HTTP. */
const board: Speech = {
  stream: 'board',
  path: () => '/ws',
  wrap: (text) => text,
  text: ({ event, data }) => (event === 'message.created' ? (data as { text: string }).text : null),
};
export const SPEECHES = { lounge, relay, room, board };

/** The part of a client that a run needs. */
export type Talker = Pick<Client, keyof Client>;

export class Client {
  readonly account: Account;
  readonly speech: Speech;
  /** Lives since the last check; the last one is current. */
  lives: Life[] = [];
  readonly #nodes: readonly Node[];
  readonly #checker: Checker;
  readonly #random: Random;
  #ws: WebSocket | null = null;
  #life: Life | null = null;
  #present: Set<string> | null = null;
  #said = 0;
  /** Texts in flight, in the order of sending. */
  readonly #waiting = new Set<string>();
  #talking = false;
  #closed = false;

  constructor(account: Account, speech: Speech, nodes: readonly Node[], checker: Checker, random: Random) {
    this.account = account;
    this.speech = speech;
    this.#nodes = nodes;
    this.#checker = checker;
    this.#random = random;
    this.#come();
  }

  get name(): string {
    return `${this.account.username} on ${this.speech.path({ id: 0, username: '', token: '' })}`;
  }

  get isIn(): boolean {
    return this.#ws?.readyState === WebSocket.OPEN;
  }

  /** Whether the lobby shows it while it is connected. */
  get isSeen(): boolean {
    return this.speech.stream === 'lobby';
  }

  /** The members of the lobby as this client sees them; null if its protocol has none. */
  get present(): readonly string[] | null {
    return this.#present === null ? null : [...this.#present].sort();
  }

  get life(): Life | null {
    return this.#life;
  }

  /** For diagnostics. */
  get state(): string {
    const { client = this.name, delivered = [] } = this.#life ?? {};
    const waiting = [...this.#waiting].join(', ') || 'nothing';
    return `${client}: ${this.isIn ? 'in' : 'not in'}, waits for ${waiting}, last saw ${delivered.at(-1) ?? 'nothing'}`;
  }

  talk(): void {
    this.#talking = true;
    this.#more();
  }

  /** Sends one text if none is in flight. */
  sayOnce(): void {
    this.#talking = true;
    this.#more(1);
    this.#talking = false;
  }

  /** Stops sending. */
  stopSending(): void {
    this.#talking = false;
  }

  get isQuiet(): boolean {
    return this.#waiting.size === 0;
  }

  /** Stops reading, like a client that sleeps or has a bad network. */
  freeze(): void {
    this.#ws?.pause();
  }

  thaw(): void {
    this.#ws?.resume();
  }

  drop(): void {
    this.#ws?.terminate();
  }

  close(): void {
    this.#closed = true;
    this.#talking = false;
    this.#ws?.terminate();
  }

  #come(): void {
    if (this.#closed) return;
    const up = this.#nodes.filter((node) => node.isUp);
    const node = this.#random.pick(up.length > 0 ? up : this.#nodes);
    const ws = new WebSocket(`${node.wsUrl}${this.speech.path(this.account)}`, { handshakeTimeout: DEADLINE });
    const life: Life = {
      client: `${this.name} (${node.name})`,
      stream: this.speech.stream,
      delivered: [],
      settled: false,
      checked: false,
    };
    this.#ws = ws;
    this.#life = life;
    this.#present = null;
    ws.on('open', () => this.#more());
    ws.on('message', (data: Buffer) => this.#hear(life, JSON.parse(data.toString())));
    ws.on('error', () => {});
    ws.on('close', () => {
      this.lives.push(life);
      this.#life = null;
      // Their outcome is unknown; they may be stored, but are not acknowledged.
      this.#waiting.clear();
      setTimeout(() => this.#come(), COME_BACK);
    });
  }

  #more(limit = IN_FLIGHT): void {
    if (this.speech.stream === 'board') {
      this.#post();
      return;
    }
    while (this.#talking && this.isIn && this.#waiting.size < limit) this.#say();
  }

  #say(): void {
    const id = this.#nextId();
    this.#waiting.add(id);
    this.#ws?.send(this.speech.wrap(id));
  }

  /** The response acknowledges it; the HTTP request may go to another node than the socket. */
  #post(): void {
    while (this.#talking && this.#waiting.size < 1) {
      const id = this.#nextId();
      this.#waiting.add(id);
      const done = () => {
        this.#waiting.delete(id);
        setTimeout(() => this.#more(), COME_BACK);
      };
      const options = {
        method: 'POST',
        headers: { authorization: `Bearer ${this.account.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ text: id }),
        signal: AbortSignal.timeout(DEADLINE),
      };
      fetch(`${this.#random.pick(this.#nodes).url}/messages/?owner_id=${this.account.id}`, options)
        .then((answer) => {
          if (answer.status === 201) this.#checker.acknowledge(this.name, id);
          else if (answer.status < 500) this.#checker.violation(`${this.name} was refused: ${answer.status}`);
          return answer.arrayBuffer().then(done);
        })
        .catch(done);
    }
  }

  #nextId(): string {
    this.#said += 1;
    return `${this.account.username}.${this.speech.stream}.${this.#said}`;
  }

  #hear(life: Life, frame: Frame): void {
    if (this.speech === lounge) this.#hearOfPeople(frame);
    // A refusal has the shape of a message as well.
    if (typeof frame.error === 'string' || typeof frame.detail === 'string') {
      this.#refused();
      return;
    }
    const text = this.speech.text(frame);
    if (text === null) return;
    life.delivered.push(text);
    if (!this.#waiting.has(text)) return;
    this.#checker.acknowledge(life.client, text);
    // Texts of one client are answered in order: earlier ones were refused.
    for (const said of this.#waiting) {
      this.#waiting.delete(said);
      if (said === text) break;
    }
    this.#more();
  }

  /** One text in flight was refused, without saying which; the next acknowledgement tells. */
  #refused(): void {
    setTimeout(() => {
      if (this.isIn && this.#waiting.size > 0) this.#say();
    }, COME_BACK);
  }

  #hearOfPeople({ type, msg }: Frame): void {
    const { username, list, error } = (msg ?? {}) as { username: string; list: string[]; error?: string };
    if (type === 'error' && error !== undefined) this.#refused();
    if (type === 'users_online') this.#present = new Set(list);
    if (type === 'user_joined') {
      if (this.#present?.has(username)) this.#checker.violation(`${this.name}: ${username} came twice`);
      this.#present?.add(username);
    }
    if (type === 'user_left' && !this.#present?.delete(username))
      this.#checker.violation(`${this.name}: ${username} left without having come`);
  }
}
