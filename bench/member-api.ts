// The REST calls of simulated members, over connections that are kept.
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Connections of one process: they take the server's files from its sockets. */
const CONNECTIONS = 64;
const DEADLINE_MS = 30_000;

export interface Call {
  method?: 'GET' | 'POST' | 'PUT';
  json?: object;
  /** A picture. */
  bytes?: Buffer;
}

export class MemberApi {
  readonly #agent: Agent;

  /** `from`: the loopback address that it calls from. */
  constructor(from: string) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, localAddress: from });
  }

  /** @throws with the status, if it is none of success */
  async call<T>(to: { port: number; token: string }, path: string, { method = 'GET', json, bytes }: Call = {}) {
    const body = json === undefined ? bytes : Buffer.from(JSON.stringify(json));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({
        ...{ agent: this.#agent, host: '127.0.0.1', port: to.port, method, path: `/v1${path}` },
        timeout: DEADLINE_MS,
        headers: {
          authorization: `Bearer ${to.token}`,
          ...(json && { 'content-type': 'application/json' }),
          ...(bytes && { 'content-type': 'image/jpeg' }),
          ...(body && { 'content-length': body.length }),
        },
      })
        .once('response', resolve)
        .once('timeout', () => reject(new Error('no answer in time')))
        .once('error', reject)
        .end(body);
    });
    const content = await text(answer);
    if ((answer.statusCode ?? 0) >= 300) throw new Error(`${answer.statusCode} ${content.slice(0, 120)}`);
    return (content === '' ? null : JSON.parse(content)) as T;
  }
}
