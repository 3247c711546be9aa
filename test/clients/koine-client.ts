/** A client of koine as a page of this server is one: the browser keeps the cookie, and says which page sends a request. */
import type { TestServer } from '../support/harness.ts';

export class KoineClient {
  readonly #server: Pick<TestServer, 'url'>;
  readonly #origin: string | null;
  #cookie = '';

  /** `origin`: of the page; null: of a program, which says none. */
  constructor(server: Pick<TestServer, 'url'>, origin: string | null = server.url) {
    this.#server = server;
    this.#origin = origin;
  }

  /** The `Set-Cookie` of the last answer that had one. */
  setCookie = '';

  /** A client of another page in the same browser. */
  at(origin: string | null): KoineClient {
    const other = new KoineClient(this.#server, origin);
    other.#cookie = this.#cookie;
    return other;
  }

  async call<T>(method: string, path: string, body?: object): Promise<{ status: number; json: T }> {
    const answer = await fetch(`${this.#server.url}/v1${path}`, {
      method,
      headers: {
        ...(this.#cookie && { cookie: this.#cookie }),
        ...(this.#origin !== null && method !== 'GET' && { origin: this.#origin }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    const text = await answer.text();
    return { status: answer.status, json: (text === '' ? null : JSON.parse(text)) as T };
  }

  #keep(line: string): void {
    this.setCookie = line;
    const [pair = ''] = line.split(';', 1);
    this.#cookie = line.includes('Max-Age=0') ? '' : pair;
  }
}
