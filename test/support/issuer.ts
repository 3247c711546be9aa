/** A token issuer for tests, and ways to get its tokens. */
import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import type { Answer, Directory, Told } from './issuer-process.ts';

export const AUDIENCE = 'koine';
const REDIRECT = 'http://127.0.0.1/signed-in';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA';
type Key = JWK & { kid: string; alg: Algorithm };

/** One key of each kind. */
export async function newKeys(): Promise<Key[]> {
  const algorithms = ['RS256', 'ES256', 'EdDSA'] as const;
  return Promise.all(
    algorithms.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true });
      return { ...(await exportJWK(privateKey)), kid: randomUUID(), alg, use: 'sig' };
    }),
  );
}

export class Issuer {
  readonly url: string;
  keys: Key[];
  /** Number of requests of its keys. */
  asked = 0;
  readonly #directory: Directory;
  readonly #process: ChildProcess;

  constructor(url: string, process: ChildProcess, keys: Key[], directory: Directory) {
    this.url = url;
    this.keys = keys;
    this.#directory = directory;
    this.#process = process;
    process.on('message', (message) => {
      if ('asked' in (message as object)) this.asked += 1;
    });
  }

  /** Settings of a server that accepts its tokens. */
  get settings(): Record<string, string> {
    return { JWT_JWKS_URL: `${this.url}/jwks`, JWT_ISSUER: this.url, JWT_AUDIENCE: AUDIENCE };
  }

  /** Signs with these keys from now on. */
  async use(keys: Key[]): Promise<void> {
    this.keys = keys;
    await this.#tell({ keys, directory: this.#directory, audience: AUDIENCE, redirectUri: REDIRECT }, 'ready');
  }

  /** Cuts its connections, and accepts no more. */
  async goDown(): Promise<void> {
    await this.#tell('go down', 'gone');
  }

  async comeBack(): Promise<void> {
    await this.#tell('come back', 'listening');
  }

  stop(): void {
    this.#process.kill('SIGKILL');
  }

  /** A token with the issuer's key, name and audience, valid for an hour, unless `claims` override them. */
  async sign(
    claims: JWTPayload,
    { alg = 'RS256', ...header }: { alg?: Algorithm; kid?: string; typ?: string } = {},
  ): Promise<string> {
    const key = this.keys.find((one) => one.alg === alg) as Key;
    const now = Math.floor(Date.now() / 1_000);
    const all = { iss: this.url, aud: AUDIENCE, iat: now, exp: now + 3_600, jti: randomUUID(), ...claims };
    return new SignJWT(all).setProtectedHeader({ alg, kid: key.kid, typ: 'at+jwt', ...header }).sign(key);
  }

  /** The client credentials flow. */
  async tokenOfProgram(alg: Algorithm): Promise<string> {
    const resource = `urn:koine:${alg}`;
    return this.#token({
      grant_type: 'client_credentials',
      resource,
      client_id: 'robot',
      client_secret: 'robot secret',
    });
  }

  /** The authorization code flow of a person, page by page. */
  async tokenOfPerson(subject: string): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'page',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: REDIRECT,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const browser = new Browser();
    await browser.open(`${this.url}/auth?${query}`);
    await browser.submit({ prompt: 'login', login: subject, password: 'any' });
    await browser.submit({ prompt: 'consent' });
    const code = new URL(browser.url).searchParams.get('code');
    if (code === null) throw new Error(`the issuer sent to ${browser.url}`);
    const asked = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, client_id: 'page' };
    return this.#token({ ...asked, code_verifier: verifier });
  }

  async #token(form: Record<string, string>): Promise<string> {
    const answer = await fetch(`${this.url}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const { access_token: token, ...rest } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(JSON.stringify(rest));
    return token;
  }

  async #tell(told: Told, answer: Answer): Promise<void> {
    const answered = messageWith(this.#process, answer);
    this.#process.send(told);
    await answered;
  }
}

/** A minimal browser for sign-ins. */
class Browser {
  url = '';
  readonly #cookies = new Map<string, string>();

  /** Follows redirects within the issuer only. */
  async open(url: string, options: RequestInit = {}): Promise<void> {
    this.url = url;
    if (url.startsWith(REDIRECT)) return;
    const cookie = [...this.#cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(url, { ...options, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.#cookies.set(name, value);
    }
    await answer.arrayBuffer();
    const next = answer.headers.get('location');
    if (next !== null) await this.open(new URL(next, url).href);
  }

  submit(form: Record<string, string>): Promise<void> {
    return this.open(this.url, { method: 'POST', body: new URLSearchParams(form) });
  }
}

/** `directory`: its accounts. */
export async function startIssuer(directory: Directory = {}): Promise<Issuer> {
  const [{ process, url }, keys] = await Promise.all([startProcess(), newKeys()]);
  const issuer = new Issuer(url, process, keys, directory);
  await issuer.use(keys);
  return issuer;
}

async function startProcess(): Promise<{ process: ChildProcess; url: string }> {
  const file = new URL('./issuer-process.js', import.meta.url).pathname;
  const process = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return { process, url: await messageWith(process, 'listening') };
}

function messageWith(process: ChildProcess, name: Answer): Promise<string> {
  return new Promise((resolve, reject) => {
    process.once('exit', (code) => reject(new Error(`the issuer ended with ${code}`)));
    process.on('message', (message: Record<string, string>) => {
      if (message[name] !== undefined) resolve(message[name]);
    });
  });
}
