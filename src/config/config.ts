/**
 * Settings: the only reader of the environment and of `.env`. Everything is read once, typed, and validated together;
 * one message lists all mistakes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parseDatabaseUrl } from '../store/database-url.ts';
import { DIALECTS, type DialectName, OPENABLE_DIALECTS } from './dialects.ts';
import { isLoopback } from './hosts.ts';
import { readEmailRequired, readMail, readPush } from './mail-settings.ts';
import { findMisspelt } from './setting-names.ts';
import { type Environment, SettingsReader } from './settings-reader.ts';
import { readIssuer, readLocalAccounts, readProviders, readRegistration } from './sign-in-settings.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export type Config = ReturnType<typeof readSettings> & {
  /** For admins: every setting in force, without secrets. */
  readonly shown: ShownSettings;
};

/** Lists every mistake, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The settings' source: `.env` in the working directory, overridden by the environment. */
export function readEnvironment(): Environment {
  return { ...parseEnv(dotEnvText()), ...process.env };
}

/** Reads the settings. @throws ConfigError */
export function loadConfig(environment: Environment = readEnvironment()): Config {
  const reader = new SettingsReader(environment);
  const config = readSettings(reader);
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes.join('; '));
  return { ...config, shown: shownSettings(reader, environment) };
}

/** Every setting by name, with its effective value; values that are or may contain secrets are hidden. */
export type ShownSettings = readonly { readonly name: string; readonly value: string; readonly isSet: boolean }[];

/** The settings that `loadConfig` would read, and all mistakes. */
export function describeConfig(environment: Environment = readEnvironment()): {
  settings: ShownSettings;
  mistakes: readonly string[];
} {
  const reader = new SettingsReader(environment);
  readSettings(reader);
  return { settings: shownSettings(reader, environment), mistakes: reader.mistakes };
}

function shownSettings(reader: SettingsReader, environment: Environment): ShownSettings {
  return [...reader.read].map(([name, fallback]) => {
    const given = environment[name]?.trim();
    return { name, value: given ? hideSecrets(name, given) : fallback, isSet: Boolean(given) };
  });
}

function hideSecrets(name: string, value: string): string {
  if (/SECRET|PASSWORD|TOKEN$|KEY(_ID)?$|HEADERS$/.test(name)) return '(hidden)';
  // Hides credentials in URLs, before the host or in the query; also if a "/" in a password was not encoded.
  return value.replace(/(:\/\/).*@/, '$1(hidden)@').replace(/(:\/\/.*[?&][^=&]*pass[^=&]*=)[^&]*/i, '$1(hidden)');
}

/** Names in `.env` and the environment that were probably meant as settings; a line each, without values. */
export function misspeltSettings(dotEnv = dotEnvText(), environment: Environment = process.env): readonly string[] {
  const reader = new SettingsReader({});
  readSettings(reader);
  return findMisspelt(dotEnv, environment, [...reader.read.keys()]);
}

function dotEnvText(): string {
  return existsSync('.env') ? readFileSync('.env', 'utf8') : '';
}

function readSettings(read: SettingsReader) {
  const host = read.text('HOST', '127.0.0.1');
  const port = read.integer('PORT', 3000, { min: 0, max: 65_535 });
  const workers = readWorkers(read);
  /** CPU cores per worker. */
  const cores = Math.max(1, Math.floor(availableParallelism() / workers));
  return {
    host,
    port,
    /** Processes that share the port. */
    workers,
    publicUrl: read.origin('PUBLIC_URL'),
    /** Origins of other front ends that may call with cookies (CORS). */
    corsOrigins: read.origins('CORS_ORIGINS'),
    trustProxy: read.proxies('TRUST_PROXY'),
    /** Networks that may be called beside public addresses, where people name what is called. */
    outgoingNetworks: read.networks('OUTGOING_NETWORKS'),
    dataDir: resolve(read.text('DATA_DIR', './data')),
    /** Bytes of the data directory's disk to keep free; undefined: 5 % of the disk, at most 1 GiB. */
    diskReserve: readDiskReserve(read),
    database: {
      url: readDatabaseUrl(read),
      connections: read.integer('DATABASE_CONNECTIONS', 10, { min: 3, max: 500 }),
    },
    /** Carries events between nodes; undefined: a single node. May contain a password. */
    redisUrl: readRedisUrl(read),
    dialects: read.list('DIALECTS', DIALECTS),
    /** Whether browsers that open `/` get the web client. */
    webClient: read.choice('WEB_CLIENT', ['on', 'off'], 'on') === 'on',
    /** Also serve callers without a token, and trust the account id that they send. */
    openDialects: readOpenDialects(read, host),
    logLevel: read.choice('LOG_LEVEL', LOG_LEVELS, 'info'),
    /** Log each request at level info; otherwise at debug. */
    requestLog: read.flag('REQUEST_LOG'),
    /** Bearer token for /metrics; undefined: not served. */
    metricsToken: read.secret('METRICS_TOKEN', { minLength: 16 }),
    /** OpenTelemetry exporter, under OpenTelemetry's own names; undefined: no spans. */
    tracing: readTracing(read),
    tokens: readTokens(read),
    /** Lifetimes of the messenger's token pairs, in seconds. */
    tokenPairs: readTokenPairs(read),
    /** An external issuer of tokens. */
    issuer: readIssuer(read),
    /** OpenID providers where people sign in, in the order of their buttons. */
    providers: readProviders(read),
    /** The mail server; undefined: no mail is sent. */
    mail: readMail(read),
    /** Web Push; undefined: nothing is pushed. */
    push: readPush(read),
    /** Whether only accounts with a verified e-mail address write. */
    emailRequired: readEmailRequired(read),
    /** Seconds until an account that its owner deletes is gone. */
    deletionGrace: read.seconds('DELETION_GRACE', 14 * 86_400, { min: 0, max: 90 * 86_400 }),
    /** How people join; undefined: the community decides, which is open at first. */
    registration: readRegistration(read),
    /** Whether accounts may be created and sign in with a password here. */
    localAccounts: readLocalAccounts(read),
    passwords: readPasswordCost(read, cores),
    /** Characters (code points). */
    messageLength: read.integer('MESSAGE_LENGTH', 4_000, { min: 1, max: 100_000 }),
    postLength: read.integer('POST_LENGTH', 20_000, { min: 1, max: 100_000 }),
    titleLength: read.integer('TITLE_LENGTH', 200, { min: 1, max: 1_000 }),
    commentLength: read.integer('COMMENT_LENGTH', 4_000, { min: 1, max: 100_000 }),
    /** The maximum is the database's. */
    bioLength: read.integer('BIO_LENGTH', 1_000, { min: 1, max: 1_000 }),
    /** Days that handled reports, and entries of the audit log, are kept. */
    reportDays: read.integer('REPORT_DAYS', 180, { min: 1, max: 36_500 }),
    auditDays: read.integer('AUDIT_DAYS', 730, { min: 1, max: 36_500 }),
    /** E-mail addresses are shown only to their owners and to admins. */
    hideEmails: read.flag('HIDE_EMAILS'),
    /** Messages of backfill that a new relay socket receives before the live ones. */
    relayHistory: read.integer('RELAY_HISTORY', 1_000, { min: 0, max: 1_000_000 }),
    uploads: readUploads(read, { cores, workers }),
    /** Object store for files; undefined: on disk, in the data directory. */
    s3: readS3(read),
    limits: readLimits(read),
    sockets: readSockets(read),
  };
}

function readTokens(read: SettingsReader) {
  return {
    /** Signs tokens (HS256); generated and stored in the data directory if not set. */
    secret: read.secret('JWT_SECRET', { minLength: 32 }),
    /** Seconds. */
    ttl: read.seconds('TOKEN_TTL', 24 * 3600, { min: 60, max: 365 * 24 * 3600 }),
  };
}

function readTokenPairs(read: SettingsReader) {
  return {
    access: read.seconds('ACCESS_TOKEN_TTL', 300, { min: 10, max: 24 * 3600 }),
    refresh: read.seconds('REFRESH_TOKEN_TTL', 24 * 3600, { min: 60, max: 365 * 24 * 3600 }),
    /** The longest lifetime of a session, regardless of refreshes. */
    session: read.seconds('SESSION_MAX_AGE', 90 * 24 * 3600, { min: 60, max: 10 * 365 * 24 * 3600 }),
  };
}

function readPasswordCost(read: SettingsReader, cores: number) {
  return {
    /** argon2id's cost: OWASP's Password Storage Cheat Sheet, m=19 MiB, t=2, p=1. */
    memoryKiB: read.integer('ARGON2_MEMORY', 19_456, { min: 8, max: 4_194_304 }),
    passes: read.integer('ARGON2_PASSES', 2, { min: 1, max: 100 }),
    cores,
  };
}

function readUploads(read: SettingsReader, { cores, workers }: { cores: number; workers: number }) {
  return {
    /** Files per request. */
    files: read.integer('UPLOAD_FILES', 10, { min: 1, max: 100 }),
    /** Bytes of each file that comes in one request, and of one that comes in parts. */
    fileBytes: read.integer('FILE_BYTES', 104_857_600, { min: 1_024, max: 10_737_418_240 }),
    largeFileBytes: read.integer('LARGE_FILE_BYTES', 4_294_967_296, { min: 1_024, max: 1_099_511_627_776 }),
    /** Bytes per picture. */
    bytes: read.integer('UPLOAD_BYTES', 10_485_760, { min: 1_024, max: 1_073_741_824 }),
    /** Width × height of a picture, summed over all frames. Decoding takes up to four bytes per pixel. */
    pixels: read.integer('IMAGE_PIXELS', 50_000_000, { min: 10_000, max: 268_000_000 }),
    cores,
    /** Bytes of uploads in progress, in this process. */
    spool: Math.floor(read.integer('SPOOL_BYTES', 2_147_483_648, { min: 1_048_576, max: 1_099_511_627_776 }) / workers),
  };
}

function readSockets(read: SettingsReader) {
  return {
    /** Seconds between pings; a socket that is silent for two intervals is closed. */
    heartbeat: read.seconds('SOCKET_HEARTBEAT', 30, { min: 1, max: 3_600 }),
    /** Seconds until a socket must have authenticated. */
    authTimeout: read.seconds('SOCKET_AUTH_TIMEOUT', 10, { min: 1, max: 300 }),
    /** Sustained frames per second of an account, over all its sockets; the burst is ten seconds' worth. */
    rate: read.integer('SOCKET_RATE', 20, { min: 1, max: 1_000_000 }),
    /** Bytes queued for one socket before it is closed as a slow client. */
    backlog: read.integer('SOCKET_BACKLOG', 1_048_576, { min: 65_536, max: 1_073_741_824 }),
  };
}

/**
 * `off` keeps only the bounds that protect the server itself: for tests, benchmarks, and deployments behind another
 * rate limiter.
 */
function readLimits(read: SettingsReader) {
  const on = read.choice('RATE_LIMITS', ['on', 'off'], 'on') === 'on';
  const most = (name: string, fallback: number, max = 1_000_000_000) => {
    const value = read.integer(name, fallback, { min: 1, max });
    return on ? value : Number.POSITIVE_INFINITY;
  };
  const rate = (name: string, fallback: number, seconds: number) => ({ points: most(name, fallback), seconds });
  return {
    on,
    /** Requests and upgrades, per address and per account. */
    requests: rate('REQUESTS_PER_ADDRESS', 6_000, 60),
    accountRequests: rate('REQUESTS_PER_ACCOUNT', 1_500, 60),
    /** Failed sign-ins (brute force): per account and address, per account, per address. */
    signInsPerPair: rate('SIGN_IN_TRIES', 10, 900),
    signInsPerAccount: rate('SIGN_IN_TRIES_PER_ACCOUNT', 50, 900),
    signInsPerAddress: rate('SIGN_IN_TRIES_PER_ADDRESS', 60, 300),
    /** Wrong codes of the second factor, per account, by somebody who knows its password. */
    codes: rate('CODE_TRIES_PER_ACCOUNT', 10, 900),
    signUps: rate('SIGN_UPS_PER_ADDRESS', 100, 3_600),
    /** Letters that people without a session ask for. */
    letters: rate('LETTERS_PER_ADDRESS', 30, 3_600),
    /** Per account and minute: messages, other changes (create, edit, like, delete), and the bytes of their texts. */
    messages: rate('MESSAGES_PER_ACCOUNT', 1_200, 60),
    changes: rate('CHANGES_PER_ACCOUNT', 600, 60),
    /** Joins of the lobby per account, over all sockets. */
    arrivals: rate('ARRIVALS_PER_ACCOUNT', 60, 60),
    textBytes: rate('TEXT_BYTES_PER_ACCOUNT', 4_194_304, 60),
    /** Frames per minute of all unauthenticated sockets of an address. */
    anonymousFrames: rate('ANONYMOUS_FRAMES_PER_ADDRESS', 600, 60),
    /** Pictures per account. */
    uploads: rate('UPLOADS_PER_ACCOUNT', 600, 3_600),
    /** Bytes of an account's pictures and texts. */
    storagePerAccount: most('STORAGE_PER_ACCOUNT', 5 * 1024 ** 3, Number.MAX_SAFE_INTEGER),
    /** Open connections and sockets per address. */
    connectionsPerAddress: most('CONNECTIONS_PER_ADDRESS', 1_000),
    socketsPerAddress: most('SOCKETS_PER_ADDRESS', 500),
    /** Unauthenticated sockets: per address, and on the whole server. */
    anonymousPerAddress: most('ANONYMOUS_SOCKETS_PER_ADDRESS', 200),
    anonymous: most('ANONYMOUS_SOCKETS', 2_000),
    /** On the whole server. */
    connections: read.integer('CONNECTIONS', 50_000, { min: 1, max: 1_000_000 }),
    /** Seconds to send a request's head, and its body; the body's deadline is extended while enough of it arrives. */
    headTimeout: read.seconds('HEAD_TIMEOUT', 15, { min: 1, max: 600 }),
    bodyTimeout: read.seconds('BODY_TIMEOUT', 30, { min: 1, max: 600 }),
  };
}

function readWorkers(read: SettingsReader): number {
  if (read.text('WORKERS', '1') === 'auto') return availableParallelism();
  return read.integer('WORKERS', 1, { min: 1, max: 256, or: ' or "auto"' });
}

function readDiskReserve(read: SettingsReader): number | undefined {
  if (read.text('DISK_RESERVE', '') === '') return undefined;
  return read.integer('DISK_RESERVE', 0, { min: 0, max: Number.MAX_SAFE_INTEGER });
}

function readOpenDialects(read: SettingsReader, host: string): readonly DialectName[] {
  const open = read.list('OPEN_DIALECTS', OPENABLE_DIALECTS, []);
  const onNetwork = read.flag('OPEN_DIALECTS_ON_NETWORK');
  if (open.length > 0 && !onNetwork && !isLoopback(host))
    read.mistakes.push(
      `OPEN_DIALECTS lets every client that can reach ${host} impersonate any account: ` +
        'set HOST to 127.0.0.1, or OPEN_DIALECTS_ON_NETWORK to true if only trusted machines reach it',
    );
  return open;
}

function readDatabaseUrl(read: SettingsReader): string | undefined {
  const url = read.text('DATABASE_URL', '') || undefined;
  if (url === undefined) return undefined;
  try {
    const { rootCertificate, certificate, key } = parseDatabaseUrl(url).tls;
    for (const file of [rootCertificate, certificate, key])
      if (file !== undefined) read.requireFile('DATABASE_URL', file);
  } catch (error) {
    read.mistake('DATABASE_URL', (error as Error).message);
  }
  return url;
}

function readRedisUrl(read: SettingsReader): string | undefined {
  const url = read.url('REDIS_URL', ['redis:', 'rediss:']);
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  if (hostname === '') read.mistake('REDIS_URL', 'must name a host');
  if (!/^(\/\d{0,4})?$/.test(pathname)) read.mistake('REDIS_URL', 'must have a database number or nothing as its path');
  return url;
}

function readTracing(read: SettingsReader) {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:']);
  const service = read.text('OTEL_SERVICE_NAME', 'koine');
  const headers = read.pairs('OTEL_EXPORTER_OTLP_HEADERS');
  const share = read.share('OTEL_TRACES_SAMPLER_ARG', 1);
  return endpoint === undefined ? undefined : { url: `${endpoint}/v1/traces`, service, headers, share };
}

const S3_BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Required if any S3 setting is present. */
const S3_REQUIRED = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

function readS3(read: SettingsReader) {
  const endpoint = read.url('S3_ENDPOINT', ['http:', 'https:']);
  const publicUrl = read.url('S3_PUBLIC_URL', ['http:', 'https:']);
  const region = read.text('S3_REGION', '');
  const [bucket, accessKeyId, secretAccessKey] = S3_REQUIRED.map((name) => read.text(name, ''));
  if (!bucket && !accessKeyId && !secretAccessKey && !endpoint && !publicUrl && !region) return undefined;
  for (const name of S3_REQUIRED) if (read.text(name, '') === '') read.mistake(name, 'is required for files in S3');
  if (bucket && !S3_BUCKET.test(bucket)) read.mistake('S3_BUCKET', 'must be a valid bucket name');
  // Only Amazon derives the endpoint from the region.
  if (!endpoint && !region) read.mistake('S3_REGION', 'is required for S3 without S3_ENDPOINT');
  const amazon = `https://${bucket}.s3.${region}.amazonaws.com`;
  return {
    bucket: bucket ?? '',
    endpoint,
    region: region || 'us-east-1',
    accessKeyId: accessKeyId ?? '',
    secretAccessKey: secretAccessKey ?? '',
    /** The bucket's URL for browsers. */
    publicUrl: publicUrl ?? (endpoint ? `${endpoint}/${bucket}` : amazon),
  };
}
