/** A TCP client that sends exact bytes and need not read. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import * as ws from 'ws';
import { atEnd, Watched } from './conditions.ts';

/** Missing in the types of ws. */
export const { Receiver } = ws as unknown as { Receiver: new (options?: object) => Writable };

export class RawClient extends Watched {
  readonly socket: Socket;
  /** Whether the server has closed or reset the connection. */
  gone = false;
  #chunks: Buffer[] = [];

  constructor(socket: Socket) {
    super();
    this.socket = socket;
    socket.on('data', (data) => {
      this.#chunks.push(data);
      this.change();
    });
    socket.on('error', () => {});
    for (const event of ['end', 'close'])
      socket.on(event, () => {
        this.gone = true;
        this.change();
      });
  }

  get received(): Buffer {
    const whole = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** The status of the first response, once its head has arrived. */
  async status(): Promise<number> {
    await this.until('an answer', ({ text }) => text.includes('\r\n\r\n'));
    return Number(/^HTTP\/1\.1 (\d{3}) /.exec(this.text)?.[1]);
  }

  untilGone(): Promise<true> {
    return this.until('the end of the connection', ({ gone }) => gone);
  }

  /** The WebSocket frames received so far: texts, and the close code. */
  async frames(): Promise<{ texts: string[]; code: number | null }> {
    const texts: string[] = [];
    let code: number | null = null;
    const receiver = new Receiver();
    receiver.on('message', (data: Buffer) => texts.push(data.toString()));
    receiver.on('conclude', (closeCode: number) => {
      code = closeCode;
    });
    const body = this.received.subarray(this.received.indexOf('\r\n\r\n') + 4);
    await new Promise((resolve) => receiver.write(body, resolve));
    return { texts, code };
  }

  protected get over(): boolean {
    return this.socket.closed;
  }

  protected describe(): string {
    return `gone: ${this.gone}; received:\n${this.text.slice(0, 500)}`;
  }
}

export async function openRaw(t: TestContext, server: { url: string }): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port), allowHalfOpen: true });
  atEnd(t, () => socket.destroy());
  await once(socket, 'connect');
  return new RawClient(socket);
}

/** A request head. */
export function head(method: string, path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({ host: 'koine', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** An upgrade request head. */
export function upgradeHead(path: string, headers: Record<string, string> = {}, method = 'GET'): string {
  return head(method, path, {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  });
}

/** Opens a WebSocket by hand that answers nothing, not even pings. */
export async function openRawSocket(t: TestContext, server: { url: string }, path: string): Promise<RawClient> {
  const raw = await openRaw(t, server);
  raw.write(upgradeHead(path));
  if ((await raw.status()) !== 101) throw new Error(`no upgrade: ${raw.text}`);
  return raw;
}
