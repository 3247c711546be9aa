/**
 * A client of koine: its life is one over all of its connections, since each resumes where the last one ended. What was not
 * answered is sent again under the same key.
 */
import { WebSocket } from 'ws';
import type { Checker, Life } from './checker.ts';
import type { Account, Talker } from './clients.ts';
import type { Node } from './cluster.ts';
import type { Random } from './random.ts';

const IN_FLIGHT = 4;
/** Retry delay of a reconnect, and of a refused message, in ms. */
const COME_BACK = 50;
/** Deadline of a connection attempt, in ms. */
const DEADLINE = 10_000;

/** The room in which it talks. */
export type KoineRoom = { readonly uid: string; readonly epoch: string };

type Frame = { readonly type: string; readonly [member: string]: unknown };

export class KoineClient implements Talker {
  readonly account: Account;
  readonly speech: Talker['speech'];
  /** Ended lives: the server could not resume them. */
  lives: Life[] = [];
  /** Being connected counts as being in the lobby. */
  readonly isSeen = true;
  readonly present = null;
  life: Life;
  readonly #nodes: readonly Node[];
  readonly #checker: Checker;
  readonly #random: Random;
  readonly #room: KoineRoom;
  readonly #have: Record<string, number>;
  #ws: WebSocket | null = null;
  #isLive = false;
  #said = 0;
  /** Texts without an answer, by their numbers. */
  readonly #waiting = new Map<number, string>();
  #talking = false;
  #closed = false;

  constructor(
    account: Account,
    room: KoineRoom,
    { nodes, checker, random }: { nodes: readonly Node[]; checker: Checker; random: Random },
  ) {
    this.account = account;
    this.#room = room;
    this.#nodes = nodes;
    this.#checker = checker;
    this.#random = random;
    this.speech = { stream: 'room', path: () => '/v1/live', wrap: (text) => text, text: () => null };
    this.#have = { me: 0, board: 0, [this.#stream]: 0 };
    this.life = this.#newLife();
    this.#come();
  }

  get name(): string {
    return `${this.account.username} on koine`;
  }

  get isIn(): boolean {
    return this.#isLive && this.#ws?.readyState === WebSocket.OPEN;
  }

  get isQuiet(): boolean {
    return this.#waiting.size === 0;
  }

  get state(): string {
    const waiting = [...this.#waiting.values()].join(', ') || 'nothing';
    return `${this.name}: ${this.isIn ? 'in' : 'not in'}, waits for ${waiting}, last saw ${this.life.delivered.at(-1)}`;
  }

  talk(): void {
    this.#talking = true;
    this.#more();
  }

  sayOnce(): void {
    this.#talking = true;
    this.#more(1);
    this.#talking = false;
  }

  stopSending(): void {
    this.#talking = false;
  }

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

  get #stream(): string {
    return `room:${this.#room.uid}`;
  }

  #newLife(): Life {
    return { client: this.name, stream: 'room', delivered: [], settled: false, checked: false };
  }

  #come(): void {
    if (this.#closed) return;
    const up = this.#nodes.filter((node) => node.isUp);
    const node = this.#random.pick(up.length > 0 ? up : this.#nodes);
    const ws = new WebSocket(`${node.wsUrl}/v1/live`, ['bearer', this.account.token], { handshakeTimeout: DEADLINE });
    this.#ws = ws;
    ws.on('open', () =>
      ws.send(JSON.stringify({ type: 'hello', epoch: this.#room.epoch, have: this.#have, heads: true })),
    );
    ws.on('message', (data: Buffer) => this.#hear(JSON.parse(data.toString())));
    ws.on('error', () => {});
    ws.on('close', () => {
      this.#isLive = false;
      setTimeout(() => this.#come(), COME_BACK);
    });
  }

  #more(limit = IN_FLIGHT): void {
    while (this.#talking && this.isIn && this.#waiting.size < limit) {
      this.#said += 1;
      this.#waiting.set(this.#said, `${this.account.username}.koine.${this.#said}`);
      this.#send(this.#said);
    }
  }

  #send(ref: number): void {
    const body = this.#waiting.get(ref);
    if (body === undefined || !this.isIn) return;
    this.#ws?.send(JSON.stringify({ type: 'send', ref, room: this.#room.uid, body, key: body }));
  }

  #hear(frame: Frame): void {
    const { type, stream, seq, ref } = frame;
    if (type === 'beat') this.#ws?.send('{"type":"beat"}');
    if (type === 'live') {
      this.#isLive = true;
      for (const said of this.#waiting.keys()) this.#send(said);
      this.#more();
    }
    if (type === 'reset') this.#startAnew(String(stream), Number(seq));
    else if (typeof stream === 'string' && typeof seq === 'number') this.#follow(frame, stream, seq);
    if (type === 'result' && typeof ref === 'number') this.#answered(ref);
    if (type === 'problem' && typeof ref === 'number') setTimeout(() => this.#send(ref), COME_BACK);
  }

  #follow({ type, data }: Frame, stream: string, seq: number): void {
    const before = this.#have[stream] ?? 0;
    if (seq <= before) this.#checker.violation(`${this.name} was told ${stream} ${seq} after ${before}`);
    this.#have[stream] = seq;
    if (type === 'message.created' && stream === this.#stream)
      this.life.delivered.push((data as { body: string }).body);
  }

  #startAnew(stream: string, seq: number): void {
    this.#have[stream] = seq;
    if (stream === this.#stream) {
      this.lives.push(this.life);
      this.life = this.#newLife();
    }
    this.#ws?.send(JSON.stringify({ type: 'follow', have: { [stream]: seq } }));
  }

  #answered(ref: number): void {
    const body = this.#waiting.get(ref);
    if (body === undefined) return;
    this.#waiting.delete(ref);
    this.#checker.acknowledge(this.name, body);
    this.#more();
  }
}
