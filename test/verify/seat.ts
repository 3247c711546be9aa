/** A person with a client of the SDK, behind a proxy that leads to one of the nodes. */
import type { Client } from '../../packages/client/src/client.ts';
import { memoryStorage } from '../../packages/client/src/storage.ts';
import type { Random } from '../fuzz/random.ts';
import { TestClient } from '../sdk/clients.ts';
import { atEnd, type Scope } from '../support/conditions.ts';
import { type Member, member } from '../support/koine-people.ts';
import { type Target, TcpProxy } from '../support/tcp-proxy.ts';

export type Address = { readonly url: string };

/** Bytes that a doomed connection may pass: the upgrade has more than a thousand. */
const BYTES = 8_000;
/** Some clients have no WebSocket. */
const POLLING = 0.2;

export class Seat {
  readonly member: Member;
  readonly #scope: Scope;
  readonly #proxy: TcpProxy;
  readonly #storage = memoryStorage();
  readonly #polls: boolean;
  #program: TestClient | null = null;
  #isCutOff = false;

  private constructor(scope: Scope, proxy: TcpProxy, member: Member, polls: boolean) {
    this.#scope = scope;
    this.#proxy = proxy;
    this.member = member;
    this.#polls = polls;
  }

  /** A new account, whose client shows lists and the feed. */
  static async take(scope: Scope, nodes: readonly Address[], username: string, random: Random): Promise<Seat> {
    const proxy = await TcpProxy.open(targetOf(random.pick(nodes)));
    atEnd(scope, () => proxy.close());
    const seat = new Seat(scope, proxy, await member(inTurn(nodes), username), random.chance(POLLING));
    const { client } = await seat.heal();
    await client.start();
    await Promise.all([client.people.openFriends(), client.notifications.open(), client.feed.open('all')]);
    return seat;
  }

  /** Null while the person is away. */
  get program(): TestClient | null {
    return this.#program;
  }

  get client(): Client | null {
    return this.#program?.client ?? null;
  }

  /** Breaks the connections, and perhaps the next one, at any byte. */
  cut(random: Random): void {
    if (random.chance(0.5)) void this.#proxy.cutNextAfter(random.below(BYTES));
    this.#proxy.cut();
  }

  move(node: Address): void {
    this.#proxy.target = targetOf(node);
    this.#proxy.cut();
  }

  /** There is no network, until `heal`. */
  async cutOff(): Promise<void> {
    if (this.#isCutOff) return;
    this.#isCutOff = true;
    await this.#proxy.refuse();
  }

  /** The program ends; what it has stored stays. */
  async goAway(): Promise<void> {
    const program = this.#program;
    this.#program = null;
    await program?.client.stop();
  }

  /** The program starts again from what it has stored. */
  async comeBack(): Promise<void> {
    if (this.#program !== null) return;
    const { token } = this.member;
    const url = `http://127.0.0.1:${this.#proxy.port}`;
    const program = new TestClient(this.#scope, {
      ...{ url, token, storage: this.#storage },
      ...(this.#polls && { WebSocket: null }),
    });
    this.#program = program;
    // It is the attempts that matter, not when the first of them succeeds.
    program.client.start().catch(() => {});
  }

  /** @returns the client, which is running and has a network */
  async heal(): Promise<TestClient> {
    if (this.#isCutOff) await this.#proxy.restore();
    this.#isCutOff = false;
    this.#proxy.spare();
    await this.comeBack();
    const program = this.#program as TestClient;
    program.client.connectNow();
    return program;
  }
}

export function targetOf({ url }: Address): Target {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** Each call goes to another node. */
export function inTurn(nodes: readonly Address[]): Address {
  let calls = 0;
  return {
    get url() {
      calls += 1;
      return (nodes[calls % nodes.length] as Address).url;
    },
  };
}
