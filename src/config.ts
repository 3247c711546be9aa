/**
 * Settings: the one reader of the environment (and of `.env`). Everything is read once, typed, and checked together;
 * all mistakes come in one message.
 */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';

export const DIALECTS = ['board', 'social', 'messenger', 'relay', 'lounge'] as const;
export type DialectName = (typeof DIALECTS)[number];
/** Those whose documents have calls that carry the actor's id and no token. */
export const OPENABLE_DIALECTS = ['board', 'social'] as const;
export type OpenableDialect = (typeof OPENABLE_DIALECTS)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export type Config = ReturnType<typeof readSettings>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown with every mistake in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from `.env` in the working directory and the environment, which wins.
 * @throws ConfigError
 */
export function loadConfig(environment: Environment = { ...readDotEnv(), ...process.env }): Config {
  const reader = new SettingsReader(environment);
  const config = readSettings(reader);
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes.join('; '));
  return config;
}

/** Every setting by its name, with the value in force; what is secret, or may hold a secret, is hidden. */
export type ShownSettings = readonly { readonly name: string; readonly value: string; readonly isSet: boolean }[];

/** What `loadConfig` would read, and all mistakes in it. */
export function describeConfig(environment: Environment = { ...readDotEnv(), ...process.env }): {
  settings: ShownSettings;
  mistakes: readonly string[];
} {
  const reader = new SettingsReader(environment);
  readSettings(reader);
  const settings = [...reader.read].map(([name, fallback]) => {
    const given = environment[name]?.trim();
    return { name, value: given ? hideSecrets(name, given) : fallback, isSet: Boolean(given) };
  });
  return { settings, mistakes: reader.mistakes };
}

function hideSecrets(name: string, value: string): string {
  if (/SECRET|PASSWORD|TOKEN$|KEY(_ID)?$/.test(name)) return '(hidden)';
  return value.replace(/(:\/\/)[^/@]*@/, '$1(hidden)@');
}

function readDotEnv(): Environment {
  return existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {};
}

function readSettings(read: SettingsReader) {
  const host = read.text('HOST', '127.0.0.1');
  const port = read.integer('PORT', 3000, { min: 0, max: 65_535 });
  return {
    host,
    port,
    publicUrl: read.url('PUBLIC_URL', ['http:', 'https:']),
    /** Where front ends come from that may call with cookies, beside our own. */
    corsOrigins: read.origins('CORS_ORIGINS'),
    trustProxy: read.proxies('TRUST_PROXY'),
    dataDir: resolve(read.text('DATA_DIR', './data')),
    database: {
      url: read.url('DATABASE_URL', ['postgres:', 'postgresql:']),
      connections: read.integer('DATABASE_CONNECTIONS', 10, { min: 3, max: 500 }),
    },
    dialects: read.list('DIALECTS', DIALECTS),
    /** Served to callers without a token too, who are taken at their word. */
    openDialects: readOpenDialects(read, host),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    tokens: {
      /** Signs tokens (HS256); generated and kept in the data directory when not set. */
      secret: read.secret('JWT_SECRET', { minLength: 32 }),
      /** Seconds. */
      ttl: read.seconds('TOKEN_TTL', 24 * 3600, { min: 60, max: 365 * 24 * 3600 }),
    },
    /** Seconds that messenger's tokens are good for. */
    tokenPairs: {
      access: read.seconds('ACCESS_TOKEN_TTL', 300, { min: 10, max: 24 * 3600 }),
      refresh: read.seconds('REFRESH_TOKEN_TTL', 24 * 3600, { min: 60, max: 365 * 24 * 3600 }),
    },
    passwords: {
      /** argon2id's cost: OWASP's Password Storage Cheat Sheet, m=19 MiB, t=2, p=1. */
      memoryKiB: read.integer('ARGON2_MEMORY', 19_456, { min: 8, max: 4_194_304 }),
      passes: read.integer('ARGON2_PASSES', 2, { min: 1, max: 100 }),
    },
    /** Characters (code points). */
    messageLength: read.integer('MESSAGE_LENGTH', 4_000, { min: 1, max: 100_000 }),
    postLength: read.integer('POST_LENGTH', 20_000, { min: 1, max: 100_000 }),
    titleLength: read.integer('TITLE_LENGTH', 200, { min: 1, max: 1_000 }),
    commentLength: read.integer('COMMENT_LENGTH', 4_000, { min: 1, max: 100_000 }),
    /** At most what the database holds. */
    bioLength: read.integer('BIO_LENGTH', 1_000, { min: 1, max: 1_000 }),
    /** E-mails are shown only to their owners and to admins. */
    hideEmails: read.flag('HIDE_EMAILS'),
    /** Messages that a new relay socket is given before the live ones. */
    relayHistory: read.integer('RELAY_HISTORY', 1_000, { min: 0, max: 1_000_000 }),
    uploads: {
      /** Files of one request. */
      files: read.integer('UPLOAD_FILES', 10, { min: 1, max: 100 }),
      /** Bytes of each. */
      bytes: read.integer('UPLOAD_BYTES', 10_485_760, { min: 1_024, max: 1_073_741_824 }),
      /** Width × height of a picture, all frames together. Decoding takes up to four bytes for each. */
      pixels: read.integer('IMAGE_PIXELS', 50_000_000, { min: 10_000, max: 268_000_000 }),
    },
    /** Where stored files are; undefined: on disk, in the data directory. */
    s3: readS3(read),
    sockets: {
      /** Seconds between pings; a socket that is silent for two of them is gone. */
      heartbeat: read.seconds('SOCKET_HEARTBEAT', 30, { min: 1, max: 3_600 }),
      /** Seconds a socket has for saying who it is. */
      authTimeout: read.seconds('SOCKET_AUTH_TIMEOUT', 10, { min: 1, max: 300 }),
      /** Frames a second that a client may send over time; ten seconds' worth at once. */
      rate: read.integer('SOCKET_RATE', 20, { min: 1, max: 1_000_000 }),
      /** Bytes that may wait for one socket before it is closed as too slow. */
      backlog: read.integer('SOCKET_BACKLOG', 1_048_576, { min: 65_536, max: 1_073_741_824 }),
    },
  };
}

function readOpenDialects(read: SettingsReader, host: string): readonly OpenableDialect[] {
  const open = read.list('OPEN_DIALECTS', OPENABLE_DIALECTS, []);
  const onNetwork = read.flag('OPEN_DIALECTS_ON_NETWORK');
  if (open.length > 0 && !onNetwork && !isLoopback(host))
    read.mistakes.push(
      `OPEN_DIALECTS lets whoever reaches ${host} act in anybody's name: ` +
        'set HOST to 127.0.0.1, or OPEN_DIALECTS_ON_NETWORK to true if only trusted machines reach it',
    );
  return open;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

const S3_BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** What there must be, if there is one of the others. */
const S3_NEEDED = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

function readS3(read: SettingsReader) {
  const endpoint = read.url('S3_ENDPOINT', ['http:', 'https:']);
  const publicUrl = read.url('S3_PUBLIC_URL', ['http:', 'https:']);
  const region = read.text('S3_REGION', '');
  const [bucket, accessKeyId, secretAccessKey] = S3_NEEDED.map((name) => read.text(name, ''));
  if (!bucket && !accessKeyId && !secretAccessKey && !endpoint && !publicUrl && !region) return undefined;
  for (const name of S3_NEEDED) if (read.text(name, '') === '') read.mistake(name, 'is missing, for files in S3');
  if (bucket && !S3_BUCKET.test(bucket)) read.mistake('S3_BUCKET', 'must be the name of a bucket');
  // Only Amazon's own stores are found by their region.
  if (!endpoint && !region) read.mistake('S3_REGION', 'is missing: S3 needs it, or S3_ENDPOINT');
  const amazon = `https://${bucket}.s3.${region}.amazonaws.com`;
  return {
    bucket: bucket ?? '',
    endpoint,
    region: region || 'us-east-1',
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: secretAccessKey ?? '',
    /** Where people's browsers find the bucket. */
    publicUrl: publicUrl ?? (endpoint ? `${endpoint}/${bucket}` : amazon),
  };
}

/** Takes typed settings out of the environment and gathers what is wrong with them. An empty value counts as not set. */
class SettingsReader {
  readonly mistakes: string[] = [];
  /** The names asked for, with what counts where they are not set. */
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

  integer(name: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.text(name, String(fallback));
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    this.mistake(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return fallback;
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

  /** `true` or `false`, the default. */
  flag(name: string): boolean {
    return this.choice(name, ['true', 'false'], 'false') === 'true';
  }

  list<T extends string>(name: string, choices: readonly T[], fallback: readonly T[] = choices): readonly T[] {
    const text = this.text(name, fallback.join(','));
    const words = text === '' ? [] : text.split(',');
    return [...new Set(words.map((word) => word.trim()))].filter((word): word is T => {
      const known = (choices as readonly string[]).includes(word);
      if (!known) this.mistake(name, `knows ${choices.join(', ')}, not "${word}"`);
      return known;
    });
  }

  /** The value is never repeated in the message: a URL may hold a password. */
  url(name: string, protocols: readonly string[]): string | undefined {
    this.read.set(name, '');
    const value = this.#environment[name]?.trim();
    if (!value) return undefined;
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol))
      this.mistake(name, `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    return value.replace(/\/+$/, '');
  }

  /** Such as `https://app.example.org`, separated by commas. */
  origins(name: string): readonly string[] {
    const words = this.text(name, '').split(',');
    const origins = words.map((word) => word.trim().replace(/\/$/, '')).filter((word) => word !== '');
    for (const origin of origins)
      if (!/^https?:\/\//.test(origin) || !URL.canParse(origin) || new URL(origin).origin !== origin)
        this.mistake(name, `must be a list of origins such as "https://app.example.org", not "${origin}"`);
    return origins;
  }

  /** Whose `X-Forwarded-For` is believed: `off`, `on` (everybody's) or a list of addresses and networks. */
  proxies(name: string): boolean | string[] {
    const text = this.text(name, 'off');
    if (text === 'off' || text === 'on') return text === 'on';
    const words = text.split(',').map((word) => word.trim());
    const wrong = words.find((word) => !isNetwork(word) && word !== 'loopback');
    if (wrong !== undefined) this.mistake(name, `must be on, off or a list of addresses, not "${wrong}"`);
    return words;
  }

  mistake(name: string, text: string): void {
    this.mistakes.push(`${name} ${text}`);
  }
}

/** An address, or a network such as `10.0.0.0/8`. */
function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address as string) as 0 | 4 | 6];
  return bits >= 0 && rest.length === 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
}
