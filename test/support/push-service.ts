/** A push service for tests, with the browsers that it serves: it keeps what was sent, deciphered as a browser would. */
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { atEnd, Watched } from './conditions.ts';

export type Pushed = {
  kind: string;
  tag: string;
  path: string;
  actor: { id: string; name: string; picture?: string };
  room?: { id: string; kind: string; title: string | null };
  post?: { id: string; title: string | null };
  text?: string;
  at: number;
  language: string | null;
};
export type Delivery = { readonly browser: string; readonly headers: IncomingHttpHeaders; readonly message: Pushed };
type Answer = (response: ServerResponse) => void;

export class PushService extends Watched {
  readonly deliveries: Delivery[] = [];
  /** The names of the browsers of all calls, also of those that were refused. */
  readonly calls: string[] = [];
  readonly url: string;
  readonly #browsers = new Map<string, Browser>();
  readonly #answers: Answer[] = [];

  constructor(url: string) {
    super();
    this.url = url;
  }

  /** The subscription of a new browser. */
  browser(name: string): { endpoint: string; keys: { p256dh: string; auth: string } } {
    const made = new Browser();
    this.#browsers.set(name, made);
    return { endpoint: `${this.url}/${name}`, keys: made.keys };
  }

  /** Answers the next call in that way. */
  answer(status: number, headers: Record<string, string> = {}): void {
    this.#answers.push((response) => response.writeHead(status, headers).end());
  }

  /** The delivery to that browser after `index` others. */
  async deliveryTo(browser: string, index = 0): Promise<Delivery> {
    return this.until(`delivery ${index} to ${browser}`, () => this.to(browser)[index]);
  }

  to(name: string): Delivery[] {
    return this.deliveries.filter(({ browser }) => browser === name);
  }

  async called(browser: string, times: number): Promise<void> {
    await this.until(`${times} calls of ${browser}`, () => this.calls.filter((one) => one === browser).length >= times);
  }

  take(name: string, headers: IncomingHttpHeaders, body: Buffer, response: ServerResponse): void {
    const answer = this.#answers.shift();
    const browser = this.#browsers.get(name);
    if (answer === undefined && browser !== undefined)
      this.deliveries.push({ browser: name, headers, message: JSON.parse(browser.decipher(body)) as Pushed });
    this.calls.push(name);
    if (answer) answer(response);
    else response.writeHead(201).end();
    this.change();
  }

  protected describe(): string {
    return `calls: ${this.calls}, deliveries: ${JSON.stringify(this.deliveries.map(({ browser, message }) => [browser, message]))}`;
  }

  protected get over(): boolean {
    return false;
  }
}

export async function startPushService(t: TestContext): Promise<PushService> {
  const server = createServer(async (request, response) => {
    service.take((request.url ?? '').slice(1), request.headers, await buffer(request), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const service = new PushService(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return service;
}

/** The claims of the header, if the key that is in it has signed them. */
export function claimsOf(authorization = ''): { key: string; claims: { aud: string; exp: number; sub?: string } } {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const signed = Buffer.from(`${head}.${body}`);
  const how = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', signed, how, Buffer.from(signature, 'base64url'))) throw new Error('signed by another key');
  return { key, claims: JSON.parse(Buffer.from(body, 'base64url').toString()) };
}

/** Its side of RFC 8291. */
class Browser {
  readonly #ecdh: ECDH = createECDH('prime256v1');
  readonly #auth = randomBytes(16);

  constructor() {
    this.#ecdh.generateKeys();
  }

  get keys() {
    return { p256dh: this.#ecdh.getPublicKey('base64url'), auth: this.#auth.toString('base64url') };
  }

  decipher(body: Buffer): string {
    const [salt, sender, sealed] = [body.subarray(0, 16), body.subarray(21, 86), body.subarray(86)];
    const derive = (key: Uint8Array, from: Uint8Array, info: Uint8Array, bytes: number) =>
      Buffer.from(hkdfSync('sha256', key, from, info, bytes));
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#ecdh.getPublicKey(), sender]);
    const secret = derive(this.#ecdh.computeSecret(sender), this.#auth, info, 32);
    const key = derive(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
    const nonce = derive(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return text.subarray(0, text.lastIndexOf(2)).toString();
  }
}
