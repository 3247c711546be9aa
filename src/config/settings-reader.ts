/** Parses typed settings from the environment and collects mistakes. An empty value counts as not set. */
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export type Environment = Readonly<Record<string, string | undefined>>;

export class SettingsReader {
  readonly mistakes: string[] = [];
  /** The names read so far, with their defaults. */
  readonly read = new Map<string, string>();
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(name: string, fallback: string): string {
    this.read.set(name, this.read.get(name) || fallback);
    return this.#environment[name]?.trim() || fallback;
  }

  secret(name: string, { minLength }: { minLength: number }): string | undefined {
    this.read.set(name, '');
    const value = this.#environment[name];
    if (!value) return undefined;
    if (value.length < minLength) this.mistake(name, `must have at least ${minLength} characters`);
    return value;
  }

  /** A public key, as PEM or JWK: inline, inline with `\n` for line breaks, or in a file. Messages never contain it. */
  publicKey(name: string): { key: KeyObject; algorithm: 'RS256' | 'ES256' | 'EdDSA' } | undefined {
    const value = this.text(name, '').replaceAll('\\n', '\n');
    if (value === '') return undefined;
    try {
      const key = parsePublicKey(/^(-----|\{)/.test(value) ? value : readFileSync(value, 'utf8').trim());
      return { key, algorithm: algorithmOf(key) };
    } catch (error) {
      const reason =
        error instanceof KeyMistake ? error.message : 'must be a public key as PEM or JWK, or a file with one';
      this.mistake(name, reason);
      return undefined;
    }
  }

  /** `or`: other allowed values, for the message. */
  integer(name: string, fallback: number, { min, max, or = '' }: { min: number; max: number; or?: string }): number {
    const text = this.text(name, String(fallback));
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistake(name, `must be a whole number from ${min} to ${max}${or}, not "${text}"`);
    return fallback;
  }

  /** From 0 to 1. */
  share(name: string, fallback: number): number {
    const text = this.text(name, String(fallback));
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    this.mistake(name, `must be a number from 0 to 1, not "${text}"`);
    return fallback;
  }

  /** `name=value,name=value` with percent-encoded values, which may be secret and appear in no message. */
  pairs(name: string): Readonly<Record<string, string>> {
    const words = this.text(name, '')
      .split(',')
      .filter((word) => word.trim() !== '');
    const pairs = words.map((word) => /^\s*([\w.-]+)\s*=\s*(.*?)\s*$/.exec(word)?.slice(1));
    try {
      return Object.fromEntries(pairs.map((pair) => [pair?.[0], decodeURIComponent(pair?.[1] as string)]));
    } catch {
      this.mistake(name, 'must be a list such as "name=value,name=value", with values percent-encoded');
      return {};
    }
  }

  /** A duration: `90`, `90s`, `15m`, `24h`, `7d`. */
  seconds(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.text(name, String(fallback));
    const match = /^(\d+)(s|m|h|d)?$/.exec(text);
    const value = match ? Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[(match[2] ?? 's') as 's'] : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistake(name, `must be a duration from ${min}s to ${max}s such as "30s", "15m" or "24h", not "${text}"`);
    return fallback;
  }

  choice<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const text = this.text(name, fallback);
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.mistake(name, `must be one of ${choices.join(', ')}, not "${text}"`);
    return found ?? fallback;
  }

  flag(name: string, fallback = false): boolean {
    return this.choice(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  list<T extends string>(name: string, choices: readonly T[], fallback: readonly T[] = choices): readonly T[] {
    const text = this.text(name, fallback.join(','));
    const words = text === '' ? [] : text.split(',');
    return [...new Set(words.map((word) => word.trim()))].filter((word): word is T => {
      const known = (choices as readonly string[]).includes(word);
      if (!known) this.mistake(name, `may contain ${choices.join(', ')}, not "${word}"`);
      return known;
    });
  }

  /** Messages never contain the value: a URL may hold a password. */
  url(name: string, protocols: readonly string[]): string | undefined {
    this.read.set(name, '');
    const value = this.#environment[name]?.trim();
    if (!value) return undefined;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      const hint = value.includes('@') ? '; special characters in its password must be percent-encoded' : '';
      this.mistake(name, `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}${hint}`);
    }
    return value.replace(/\/+$/, '');
  }

  /** A URL without a path, as everything is served from the root. Messages never contain it, as with `url`. */
  origin(name: string): string | undefined {
    const value = this.url(name, ['http:', 'https:']);
    if (value === undefined || !URL.canParse(value)) return value;
    const { pathname, search, hash, username, password } = new URL(value);
    if (pathname !== '/' || search || hash || username || password)
      this.mistake(
        name,
        'must have nothing after the host and port: Koine is served at the root of a host, not under a path',
      );
    return value;
  }

  /** Comma-separated origins such as `https://app.example.org`. */
  origins(name: string): readonly string[] {
    const words = this.text(name, '').split(',');
    const origins = words.map((word) => word.trim().replace(/\/$/, '')).filter((word) => word !== '');
    for (const origin of origins)
      if (!/^https?:\/\//.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
        this.mistake(name, `must be a list of origins such as "https://app.example.org", not "${origin}"`);
    return origins;
  }

  /**
   * Proxies whose `X-Forwarded-For` is trusted: `off`, `on` (any peer, one hop) or a list of addresses and networks.
   */
  proxies(name: string): boolean | string[] {
    const text = this.text(name, 'off');
    if (text === 'off' || text === 'on') return text === 'on';
    const { words, wrong } = networksIn(text);
    if (wrong !== undefined) this.mistake(name, `must be on, off or a list of addresses, not "${wrong}"`);
    return words;
  }

  /** Addresses and networks, or `loopback`. */
  networks(name: string): string[] {
    const { words, wrong } = networksIn(this.text(name, ''));
    if (wrong !== undefined) this.mistake(name, `must be a list of addresses and networks, not "${wrong}"`);
    return words;
  }

  /** A percent-encoded part of a setting, which may be secret and appears in no message. */
  decoded(name: string, text: string): string {
    try {
      return decodeURIComponent(text);
    } catch {
      this.mistake(name, 'has a "%" that encodes nothing: write it as %25');
      return '';
    }
  }

  /** Requires a file that another setting names. */
  requireFile(name: string, path: string): void {
    try {
      readFileSync(path);
    } catch (error) {
      this.mistake(name, `names the file ${path}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  mistake(name: string, text: string): void {
    this.mistakes.push(`${name} ${text}`);
  }
}

/** `wrong`: the first word that is none. */
function networksIn(text: string): { words: string[]; wrong: string | undefined } {
  const words = text === '' ? [] : text.split(',').map((word) => word.trim());
  return { words, wrong: words.find((word) => !isNetwork(word) && word !== 'loopback') };
}

/** An address, or a CIDR network such as `10.0.0.0/8`. */
function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address as string) as 0 | 4 | 6];
  return bits >= 0 && rest.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
}

class KeyMistake extends Error {}

/** @throws any parse error */
function parsePublicKey(text: string): KeyObject {
  const jwk = text.startsWith('{') ? (JSON.parse(text) as JsonWebKey) : null;
  if (jwk?.d !== undefined || text.includes('PRIVATE KEY'))
    throw new KeyMistake('is a private key, which only the issuer may have: set the public key');
  return jwk === null ? createPublicKey(text) : createPublicKey({ key: jwk, format: 'jwk' });
}

/** The only algorithm that the key type allows. @throws KeyMistake */
function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject) {
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= 2_048) return 'RS256';
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ES256';
  if (type === 'ed25519') return 'EdDSA';
  throw new KeyMistake(
    'must be an RSA key of at least 2048 bits (RS256), a P-256 key (ES256) or an Ed25519 key (EdDSA)',
  );
}
