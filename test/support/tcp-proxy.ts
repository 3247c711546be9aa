/** A TCP proxy on loopback that can be cut, held, and made slow. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from './conditions.ts';

export type Target = { readonly host: string; readonly port: number } | { readonly path: string };

export class TcpProxy {
  /** The target of new connections. */
  target: Target;
  readonly #pairs = new Set<[Socket, Socket]>();
  readonly #stranded = new Set<[Socket, Socket]>();
  #server: Server;
  #port = 0;
  #held = false;
  /** For the next connections: how many bytes each may pass, and the callback for its end. */
  readonly #doomed: { readonly bytes: number; readonly onEnd: () => void }[] = [];
  /** Delay of each chunk, in ms. */
  delay = 0;
  /** Bytes passed in both directions. */
  passed = 0;

  private constructor(target: Target) {
    this.target = target;
    this.#server = this.#newServer();
  }

  static async open(target: Target): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.#listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Breaks every connection; new ones are accepted. */
  cut(): void {
    for (const pair of [...this.#pairs, ...this.#stranded]) for (const socket of pair) socket.destroy();
  }

  /** Breaks one connection. @returns whether there was one */
  cutOne(random: { pick<T>(items: readonly T[]): T }): boolean {
    if (this.#pairs.size === 0) return false;
    for (const socket of random.pick([...this.#pairs])) socket.destroy();
    return true;
  }

  /** Breaks the next connection after that number of bytes. @returns a promise that resolves when it is broken */
  cutNextAfter(bytes: number): Promise<void> {
    return new Promise((onEnd) => {
      this.#doomed.push({ bytes, onEnd });
    });
  }

  /** No further connection is to be broken after some bytes. */
  spare(): void {
    this.#doomed.length = 0;
  }

  /** Breaks every connection and refuses new ones, until `restore`. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut();
    await closed;
  }

  async restore(): Promise<void> {
    this.#server = this.#newServer();
    await this.#listen();
  }

  /** Connections stay open without traffic, as if a machine lost its power; `release` resumes it. */
  hold(): void {
    this.#held = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  release(): void {
    this.#held = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Open connections stay open without traffic for good; new ones work. */
  strand(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
    for (const pair of this.#pairs) this.#stranded.add(pair);
    this.#pairs.clear();
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.refuse();
    else this.cut();
  }

  #newServer(): Server {
    return createServer((client) => this.#join(client, connect(this.target)));
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #join(client: Socket, server: Socket): void {
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      this.#stranded.delete(pair);
      client.destroy();
      server.destroy();
    };
    const doom = this.#doomed.shift();
    if (doom) client.on('close', doom.onEnd);
    let left = doom?.bytes ?? Number.POSITIVE_INFINITY;
    for (const [from, to] of [pair, [server, client] as const]) {
      from.setNoDelay(true);
      from.on('error', end).on('close', end);
      let last = Promise.resolve();
      let waiting = 0;
      from.on('data', (data: Buffer) => {
        this.passed += data.length;
        left -= data.length;
        if (left < 0) {
          // The far end gets all of the bytes that the connection may pass.
          if (left + data.length >= 0) to.write(data.subarray(0, left + data.length), end);
          return;
        }
        if (this.delay === 0 && waiting === 0) {
          to.write(data);
          return;
        }
        // Keeps the order even if the delay has decreased.
        waiting += 1;
        const due = sleep(this.delay);
        last = Promise.all([last, due]).then(() => {
          waiting -= 1;
          if (to.writable) to.write(data);
        });
      });
      if (this.#held) from.pause();
    }
  }
}

/** A proxy to that database for disturbances, until the test ends. @returns its URL too */
export async function proxyDatabase(t: TestContext, databaseUrl: string): Promise<{ proxy: TcpProxy; url: string }> {
  const url = new URL(databaseUrl);
  const folder = url.searchParams.get('host');
  const port = Number(url.port);
  const proxy = await TcpProxy.open(
    folder === null ? { host: url.hostname, port } : { path: `${folder}/.s.PGSQL.${port}` },
  );
  atEnd(t, () => proxy.close());
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${proxy.port}`;
  return { proxy, url: url.href };
}
