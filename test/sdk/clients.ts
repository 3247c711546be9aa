/** Clients of the SDK, against a real server. */
import { WebSocket } from 'ws';
import { type Client, type ClientOptions, createClient } from '../../packages/client/src/client.ts';
import type { State } from '../../packages/client/src/state.ts';
import { atEnd, type Scope, Watched } from '../support/conditions.ts';
import type { TestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';

/** A client that is stopped at the end of the test, with its state as a condition to wait for. */
export class TestClient extends Watched {
  readonly client: Client;

  constructor(t: Scope, options: ClientOptions) {
    super();
    // Waits between attempts are short, so that tests are.
    this.client = createClient({ WebSocket, random: () => 0.01, ...options });
    this.client.subscribe(() => this.change());
    atEnd(t, () => this.client.stop());
  }

  get state(): State {
    return this.client.state;
  }

  async started(): Promise<this> {
    await this.client.start();
    return this;
  }

  /** All that it wrote has been accepted, and nothing has to be read again. */
  settled(): Promise<boolean> {
    return this.until(
      'calm',
      ({ state }) =>
        state.connection.status === 'live' &&
        Object.keys(state.stale).length === 0 &&
        Object.values(state.outgoing).every((all) => all.every(({ status }) => status === 'failed')),
    );
  }

  protected get over(): boolean {
    return false;
  }

  protected describe(): string {
    const { connection, positions, stale, outgoing } = this.state;
    return JSON.stringify({ connection, positions, stale, outgoing });
  }
}

/** A new account, and its client, which is not started yet. */
export async function newClient(
  t: Scope,
  server: Pick<TestServer, 'url'>,
  username: string,
  options: ClientOptions = {},
): Promise<TestClient> {
  const { token } = await member(server, username);
  return new TestClient(t, { url: server.url, token, ...options });
}

/** Another client of the same account, which reads everything anew. */
export async function secondClient(t: Scope, options: ClientOptions): Promise<TestClient> {
  return new TestClient(t, options).started();
}
