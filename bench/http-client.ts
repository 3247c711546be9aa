// Keep-alive connections on raw TCP. Each sends its requests in a closed loop: the next one goes out when the previous
// response is complete. Bodies are counted, not parsed, which would measure the load generator.
import { connect, type Socket } from 'node:net';

export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  token?: string;
  /** JSON. */
  body?: object;
  /** The expected status. */
  status: number;
}

/** Collects the responses of a run. */
export interface AnswerLog {
  /** Whether a response is followed by the next request. */
  sending: boolean;
  answers: number;
  /** Of response bodies. */
  bytes: number;
  /** Milliseconds per response. */
  latencies: number[];
  /** By text, with their counts. */
  problems: Map<string, number>;
}

const READ_SIZE = 256 * 1024;
const HEAD_END = '\r\n\r\n';
const SHOWN = 200;

export class HttpConnection {
  answered = 0;
  waiting = false;
  readonly #turns: { request: HttpRequest; bytes: Buffer }[];
  readonly #log: AnswerLog;
  readonly #socket: Socket;
  readonly #ready: Promise<void>;
  /** The incomplete head of a response. */
  #head = '';
  /** Remaining bytes of the body; null while the head is read. */
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

  /** All connections read into the same buffer. */
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

  /** The request in progress. */
  get #turn(): { request: HttpRequest; bytes: Buffer } {
    return this.#turns[this.answered % this.#turns.length] as { request: HttpRequest; bytes: Buffer };
  }

  #read(arena: Buffer, size: number): void {
    let bodySize = size;
    if (this.#missing === null) {
      // The text includes any bytes of the body that arrived with the head, as latin1.
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

  /** Parses status and headers. @returns the length of the body */
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
