// Keep-alive connections on raw TCP, each with one request or a few in turn that it sends over and over, the next when the answer
// to the last is complete. Bodies are counted, not read: parsing them would measure the load generator instead.
import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  token?: string;
  /** JSON. */
  body?: object;
  /** The status that every answer must have. */
  status: number;
}

/** What happens to the answers of a run. */
export interface AnswerLog {
  /** Whether an answer is followed by the next request. */
  sending: boolean;
  answers: number;
  /** Of bodies. */
  bytes: number;
  /** Milliseconds, one for each answer. */
  latencies: number[];
  /** Each with how often it occurred. */
  problems: Map<string, number>;
}

const READ_SIZE = 256 * 1024;
const HEAD_END = '\r\n\r\n';
const SHOWN = 200;

export class HttpConnection {
  /** Requests answered so far. */
  answered = 0;
  waiting = false;
  readonly #turns: { request: HttpRequest; bytes: Buffer }[];
  readonly #log: AnswerLog;
  readonly #socket: Socket;
  readonly #ready: Promise<void>;
  /** A head that has not come whole yet. */
  #head = '';
  /** Bytes of the body that are still to come; null while the head is. */
  #missing: number | null = null;
  #sentAt = 0;

  constructor(port: number, requests: HttpRequest[], log: AnswerLog, arena: Buffer) {
    this.#turns = requests.map((request) => ({ request, bytes: requestBytes(port, request) }));
    this.#log = log;
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: arena,
        callback: (size, buffer) => {
          this.#read(buffer as Buffer, size);
          return true;
        },
      },
    });
    this.#ready = new Promise((resolve, reject) => {
      this.#socket.once('connect', resolve);
      this.#socket.on('error', reject);
      this.#socket.on('close', () => {
        if (this.waiting) this.#complain('connection closed before the answer');
      });
    });
  }

  /** All read into the same memory. */
  static arena(): Buffer {
    return Buffer.allocUnsafeSlow(READ_SIZE);
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  send(): void {
    this.waiting = true;
    this.#sentAt = performance.now();
    this.#socket.write(this.#turn.bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  /** Whose turn it is. */
  get #turn(): { request: HttpRequest; bytes: Buffer } {
    return this.#turns[this.answered % this.#turns.length] as { request: HttpRequest; bytes: Buffer };
  }

  #read(arena: Buffer, size: number): void {
    let bodySize = size;
    if (this.#missing === null) {
      // Whatever has come of the body is in this text too, one character a byte.
      this.#head += arena.toString('latin1', 0, size);
      const headEnd = this.#head.indexOf(HEAD_END);
      if (headEnd < 0) return;
      bodySize = this.#head.length - headEnd - HEAD_END.length;
      this.#missing = this.#begin(headEnd);
    }
    this.#missing -= bodySize;
    this.#log.bytes += bodySize;
    if (this.#missing > 0) return;
    if (this.#missing < 0) this.#complain('more bytes than the answer should have');
    this.#end();
  }

  /** Looks at status and headers. @returns the length of the body */
  #begin(headEnd: number): number {
    const head = this.#head.slice(0, headEnd);
    const status = Number(head.slice(9, 12));
    const shown = () => this.#head.slice(headEnd + HEAD_END.length, headEnd + HEAD_END.length + SHOWN);
    if (status !== this.#turn.request.status) this.#complain(`answered ${status}: ${shown()}`);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`an answer without a content-length:\n${head}`);
    return Number(length);
  }

  #end(): void {
    const log = this.#log;
    log.latencies.push(performance.now() - this.#sentAt);
    log.answers++;
    this.answered++;
    this.waiting = false;
    this.#head = '';
    this.#missing = null;
    if (log.sending) this.send();
  }

  #complain(problem: string): void {
    const { problems } = this.#log;
    const { method, path } = this.#turn.request;
    const text = `${method} ${path}: ${problem}`;
    problems.set(text, (problems.get(text) ?? 0) + 1);
  }
}

function requestBytes(port: number, { method, path, token, body }: HttpRequest): Buffer {
  const json = body ? JSON.stringify(body) : '';
  const lines = [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  if (body) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`);
  return Buffer.from(`${lines.join('\r\n')}${HEAD_END}${json}`);
}
