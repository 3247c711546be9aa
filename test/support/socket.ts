/** A WebSocket client that records every frame and validates it by the socket's AsyncAPI document. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type ClientOptions, WebSocket } from 'ws';
import { atEnd, Watched } from './conditions.ts';
import { declaredFrames, type FrameCheck } from './declared-frames.ts';
import { comparable } from './harness.ts';

export type Closed = { code: number; reason: string };
export type Frame = Record<string, unknown>;
export type SocketOptions = ClientOptions & { protocols?: string[]; method?: 'POST'; servername?: string };

export class TestSocket extends Watched {
  readonly ws: WebSocket;
  /** Text frames, in order of arrival. */
  readonly frames: string[] = [];
  /** The problem with the first undocumented frame. */
  undeclared: string | null = null;
  closed: Closed | null = null;
  readonly #parsed: Frame[] = [];

  constructor(ws: WebSocket, check: FrameCheck) {
    super();
    this.ws = ws;
    ws.on('message', (data: Buffer) => {
      this.frames.push(data.toString());
      this.undeclared ??= check(data.toString());
      this.change();
    });
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.change();
    });
    ws.on('error', () => {});
  }

  /** All frames, as JSON. */
  get json(): readonly Frame[] {
    for (const frame of this.frames.slice(this.#parsed.length)) this.#parsed.push(JSON.parse(frame));
    return this.#parsed;
  }

  send(data: string | object | Buffer): void {
    this.ws.send(typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data));
  }

  /** Resolves with the first frame (as JSON) that has all of these members. */
  frameWith(members: Frame): Promise<Frame> {
    const sought = Object.entries(members);
    let seen = 0;
    return this.until(`a frame with ${JSON.stringify(members)}`, ({ json }) => {
      const found = json.slice(seen).find((frame) => sought.every(([key, value]) => isSame(frame[key], value)));
      seen = json.length;
      return found;
    });
  }

  frameCount(count: number): Promise<boolean> {
    return this.until(`${count} frames`, ({ frames }) => frames.length >= count);
  }

  /** `within`: ms, if a deadline is promised. */
  untilClosed(): Promise<Closed> {
    return this.until('the close', ({ closed }) => closed);
  }

  /** Resolves with a pong: everything that the server had queued for this socket has arrived. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const fail = () => reject(new Error(`waited for a pong; ${this.describe()}`));
      this.ws.once('close', fail);
      this.ws.once('pong', () => {
        this.ws.off('close', fail);
        resolve();
      });
      this.ws.ping();
    });
  }

  async close(): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return;
    this.ws.close();
    await this.untilClosed();
  }

  protected get over(): boolean {
    return this.ws.readyState === WebSocket.CLOSED;
  }

  protected describe(): string {
    const seen = this.frames.slice(-5).join('\n  ');
    return `closed: ${JSON.stringify(this.closed)}; ${this.frames.length} frames, the last:\n  ${seen}`;
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

/** Opens a socket and records it; destroys it at the end of the test, which fails if a frame was undocumented. */
export async function openSocket(t: TestContext, url: string, options: SocketOptions = {}): Promise<TestSocket> {
  const socket = await openCheckedSocket(t, url, { ...options, check: await declaredFrames(url) });
  atEnd(t, () => assert.equal(socket.undeclared, null));
  return socket;
}

/** For sockets of no published API, or whose documents cannot be fetched by URL. */
export function openUnpublishedSocket(t: TestContext, url: string, options: SocketOptions = {}): Promise<TestSocket> {
  return openCheckedSocket(t, url, { ...options, check: () => null });
}

async function openCheckedSocket(
  t: TestContext,
  url: string,
  { check, ...options }: SocketOptions & { check: FrameCheck },
): Promise<TestSocket> {
  const ws = begin(t, url, options);
  const socket = new TestSocket(ws, check);
  await new Promise<void>((resolve, reject) => {
    ws.once('open', resolve);
    ws.once('error', reject);
  });
  return socket;
}

/** The HTTP response to a refused upgrade. */
export async function refusedUpgrade(
  t: TestContext,
  url: string,
  options: SocketOptions = {},
): Promise<{ status: number; type: string; body: string }> {
  const ws = begin(t, url, options);
  return new Promise((resolve, reject) => {
    ws.on('error', () => {});
    ws.once('open', () => reject(new Error('the upgrade was not refused')));
    ws.once('unexpected-response', (_request, response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => {
        const { 'content-type': type = '', 'x-request-id': id } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, body: comparable(body, type, String(id)) });
      });
    });
  });
}

function begin(t: TestContext, url: string, { protocols, method, ...rest }: SocketOptions): WebSocket {
  const finishRequest: ClientOptions['finishRequest'] = (request) => {
    if (method !== undefined) request.method = method;
    request.end();
  };
  const ws = new WebSocket(url, protocols ?? [], { ...rest, finishRequest });
  atEnd(t, () => ws.terminate());
  return ws;
}
