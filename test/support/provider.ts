/** A real OpenID provider, and browsers that sign in there. */
import { type ChildProcess, fork } from 'node:child_process';
import type { TestContext } from 'node:test';
import { atEnd } from './conditions.ts';
import type { People, ToldProvider } from './provider-process.ts';

export const CLIENT_SECRET = 'a secret of the provider and the server';

export type OpenIdProvider = {
  readonly url: string;
  /** Settings of a server where people sign in by it. */
  readonly settings: Record<string, string>;
  /** From now on it knows the server at that address, and these people. */
  serve(koine: string, people: People): Promise<void>;
};

export async function startProvider(t: TestContext, id: string): Promise<OpenIdProvider> {
  const file = new URL('./provider-process.js', import.meta.url).pathname;
  const child = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  atEnd(t, () => void child.kill('SIGKILL'));
  const url = await messageWith(child, 'listening');
  const name = `OIDC_${id.toUpperCase()}`;
  return {
    url,
    settings: {
      OIDC_PROVIDERS: id,
      [`${name}_ISSUER`]: url,
      [`${name}_CLIENT_ID`]: 'koine',
      [`${name}_CLIENT_SECRET`]: CLIENT_SECRET,
      [`${name}_NAME`]: 'The Club',
      [`${name}_ADMIN_CLAIM`]: 'groups=admins',
    },
    serve: async (koine, people) => {
      const ready = messageWith(child, 'ready');
      child.send({ people, koine, id, secret: CLIENT_SECRET } satisfies ToldProvider);
      await ready;
    },
  };
}

function messageWith(child: ChildProcess, name: 'ready' | 'listening'): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
    child.on('message', (message: Record<string, string>) => {
      if (message[name] !== undefined) resolve(message[name]);
    });
  });
}

/** A minimal browser: it keeps cookies and follows redirects, also from one server to the other. */
export class TestBrowser {
  url = '';
  text = '';
  readonly cookies = new Map<string, string>();
  /** All addresses that it opened. */
  readonly opened: string[] = [];

  /** Follows redirects until an address that has this in it, which it does not open. */
  async open(url: string, options: RequestInit = {}, until = '/app/'): Promise<void> {
    this.url = url;
    if (new URL(url).pathname.includes(until)) return;
    this.opened.push(url);
    const headers = { ...(options.headers as Record<string, string>), cookie: this.cookie };
    const answer = await fetch(url, { ...options, redirect: 'manual', headers });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.set(name, value);
    }
    this.text = await answer.text();
    const next = answer.headers.get('location');
    if (next !== null) await this.open(new URL(next, url).href, {}, until);
  }

  get cookie(): string {
    return [...this.cookies].map((pair) => pair.join('=')).join('; ');
  }

  submit(form: Record<string, string>, until?: string): Promise<void> {
    return this.open(this.url, { method: 'POST', body: new URLSearchParams(form) }, until);
  }

  /** Signs in at the provider, and agrees. */
  async enter(subject: string, until?: string): Promise<void> {
    await this.submit({ prompt: 'login', login: subject, password: 'any' }, until);
    if (this.url.includes('/interaction/')) await this.submit({ prompt: 'consent' }, until);
  }
}
