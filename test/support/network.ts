/** A second network namespace, joined by one link that can be cut, so that peers vanish without closing. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { atEnd } from './conditions.ts';

/** For tests that need one. */
export const NEEDS_NETWORKS = { skip: whyNoNetworks() };

function whyNoNetworks(): string | false {
  if (process.platform !== 'linux') return 'network namespaces are a part of Linux';
  const name = `koine-probe-${randomBytes(4).toString('hex')}`;
  const { error, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (error || stderr) return `no network namespace can be made here: ${error?.message ?? stderr.trim()}`;
  execFileSync('ip', ['netns', 'del', name]);
  return false;
}

export class OtherNetwork {
  /** This machine's addresses in that network. */
  readonly here: { readonly ipv4: string; readonly ipv6: string };
  readonly #name: string;

  constructor(t: TestContext) {
    const id = randomBytes(4);
    const hex = id.toString('hex');
    const [net, own] = [`10.${200 + ((id[0] as number) % 50)}.${id[1]}`, `fd00:${hex.slice(0, 4)}:${hex.slice(4)}:`];
    this.here = { ipv4: `${net}.1`, ipv6: `${own}:1` };
    this.#name = `koine-${hex}`;
    const [near, far] = [`kn${hex}`, `kf${hex}`];
    ip('netns', 'add', this.#name);
    atEnd(t, () => ip('netns', 'del', this.#name));
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', this.#name);
    // Connections with unanswered data keep the namespace and its link alive.
    atEnd(t, () => ip('link', 'delete', near));
    for (const address of [`${net}.1/30`, `${own}:1/64`]) ip('address', 'add', address, 'dev', near, ...nodad(address));
    for (const address of [`${net}.2/30`, `${own}:2/64`])
      this.#ip('address', 'add', address, 'dev', far, ...nodad(address));
    ip('link', 'set', near, 'up');
    this.#ip('link', 'set', far, 'up');
  }

  /** Runs a program in that namespace until the test ends. */
  spawn(t: TestContext, argv: readonly string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#name, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
    atEnd(t, () => child.kill('SIGKILL'));
    return child;
  }

  /** From now on no packet leaves the namespace, not even a FIN. */
  cut(): void {
    this.#ip('route', 'add', 'blackhole', `${this.here.ipv4}/32`);
    this.#ip('route', 'add', 'blackhole', `${this.here.ipv6}/128`);
  }

  #ip(...argv: string[]): void {
    ip('-netns', this.#name, ...argv);
  }
}

/** Skips duplicate address detection, which takes a second. */
function nodad(address: string): string[] {
  return address.includes(':') ? ['nodad'] : [];
}

function ip(...argv: string[]): void {
  execFileSync('ip', argv, { stdio: ['ignore', 'ignore', 'inherit'] });
}
