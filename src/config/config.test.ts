import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { type Config, ConfigError, loadConfig, misspeltSettings } from './config.ts';

function mistakes(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return '';
}

test('every setting has a default', () => {
  const cores = availableParallelism();
  const { shown, ...config } = loadConfig({});
  assert.ok(shown.every(({ isSet }) => !isSet));
  assert.deepEqual(config, {
    host: '127.0.0.1',
    port: 3000,
    workers: 1,
    publicUrl: undefined,
    corsOrigins: [],
    trustProxy: false,
    outgoingNetworks: [],
    dataDir: resolve('./data'),
    diskReserve: undefined,
    database: { url: undefined, connections: 10 },
    redisUrl: undefined,
    dialects: ['koine', 'board', 'social', 'messenger', 'relay', 'lounge'],
    webClient: true,
    openDialects: [],
    logLevel: 'info',
    requestLog: false,
    metricsToken: undefined,
    tracing: undefined,
    tokens: { secret: undefined, ttl: 86_400 },
    tokenPairs: { access: 300, refresh: 86_400, session: 7_776_000 },
    issuer: undefined,
    providers: [],
    mail: undefined,
    push: { delay: 5, pause: 5, interval: 2_000, patience: 10_000 },
    emailRequired: false,
    deletionGrace: 1_209_600,
    registration: undefined,
    localAccounts: true,
    passwords: { memoryKiB: 19_456, passes: 2, cores },
    messageLength: 4_000,
    postLength: 20_000,
    titleLength: 200,
    commentLength: 4_000,
    bioLength: 1_000,
    reportDays: 180,
    auditDays: 730,
    hideEmails: false,
    uploads: {
      files: 10,
      fileBytes: 104_857_600,
      largeFileBytes: 4_294_967_296,
      bytes: 10_485_760,
      pixels: 50_000_000,
      cores,
      spool: 2_147_483_648,
    },
    s3: undefined,
    relayHistory: 1_000,
    limits: {
      on: true,
      requests: { points: 6_000, seconds: 60 },
      accountRequests: { points: 1_500, seconds: 60 },
      signInsPerPair: { points: 10, seconds: 900 },
      signInsPerAccount: { points: 50, seconds: 900 },
      signInsPerAddress: { points: 60, seconds: 300 },
      codes: { points: 10, seconds: 900 },
      signUps: { points: 100, seconds: 3_600 },
      letters: { points: 30, seconds: 3_600 },
      messages: { points: 1_200, seconds: 60 },
      changes: { points: 600, seconds: 60 },
      arrivals: { points: 60, seconds: 60 },
      textBytes: { points: 4_194_304, seconds: 60 },
      anonymousFrames: { points: 600, seconds: 60 },
      uploads: { points: 600, seconds: 3_600 },
      storagePerAccount: 5_368_709_120,
      connectionsPerAddress: 1_000,
      socketsPerAddress: 500,
      anonymousPerAddress: 200,
      anonymous: 2_000,
      connections: 50_000,
      headTimeout: 15,
      bodyTimeout: 30,
    },
    sockets: { heartbeat: 30, authTimeout: 10, rate: 20, backlog: 1_048_576 },
  } satisfies Omit<Config, 'shown'>);
});

test('an empty or blank setting counts as not set', () => {
  const names = ['HOST', 'PORT', 'DATABASE_URL', 'DIALECTS', 'JWT_SECRET', 'TOKEN_TTL', 'TRUST_PROXY', 'PUBLIC_URL'];
  for (const blank of ['', '  '])
    assert.deepEqual(
      loadConfig(Object.fromEntries(names.filter((name) => name !== 'JWT_SECRET').map((name) => [name, blank]))),
      loadConfig({}),
    );
  assert.equal(loadConfig({ JWT_SECRET: '' }).tokens.secret, undefined);
});

test('one message lists all mistakes by the names of their settings', () => {
  const wrong = {
    PORT: '70000',
    DATABASE_URL: 'mysql://root@host/db',
    REDIS_URL: 'redis://:secret@host/db',
    DIALECTS: 'relay,telnet',
    JWT_SECRET: 'short',
    TOKEN_TTL: 'soon',
    LOG_LEVEL: 'loud',
    RELAY_HISTORY: '-1',
    TRUST_PROXY: 'everybody',
    OUTGOING_NETWORKS: 'somewhere',
    PUBLIC_URL: 'example.org',
    SOCKET_RATE: '1.5',
  };
  const message = mistakes(wrong);
  for (const name of Object.keys(wrong))
    assert.ok(
      message.split('; ').some((line) => line.startsWith(`${name} `)),
      name,
    );
  assert.equal(message.split('; ').length, Object.keys(wrong).length);
  assert.ok(!message.includes('\n'));
});

test('secrets are never shown', () => {
  const message = mistakes({ JWT_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@host/db', PORT: 'x' });
  assert.match(message, /JWT_SECRET must/);
  assert.match(message, /DATABASE_URL must/);
  assert.doesNotMatch(message, /hunter2/);
});

test('integer settings accept only whole numbers within their bounds', () => {
  for (const port of ['0', '1', '65535']) assert.equal(loadConfig({ PORT: port }).port, Number(port));
  for (const port of ['-1', '65536', '1e3', '0x10', '80.0', 'eighty', '8 0', 'NaN', 'Infinity'])
    assert.match(mistakes({ PORT: port }), /^PORT must be a whole number from 0 to 65535/);
  assert.equal(loadConfig({ PORT: ' 8080 ' }).port, 8_080);
});

test('WORKERS is a number or the number of cores, which the workers share', () => {
  assert.equal(loadConfig({ WORKERS: 'auto' }).workers, availableParallelism());
  assert.deepEqual(
    [loadConfig({ WORKERS: 'auto' }).passwords.cores, loadConfig({ WORKERS: '200' }).uploads.cores],
    [1, Math.max(1, Math.floor(availableParallelism() / 200))],
  );
  for (const wrong of ['0', '257', 'all'])
    assert.match(mistakes({ WORKERS: wrong }), /^WORKERS must be a whole number from 1 to 256 or "auto"/);
});

test('durations have a unit and default to seconds', () => {
  const seconds = { '90': 90, '90s': 90, '15m': 900, '24h': 86_400, '7d': 604_800 };
  for (const [text, value] of Object.entries(seconds)) assert.equal(loadConfig({ TOKEN_TTL: text }).tokens.ttl, value);
  for (const text of ['59', '59s', '366d', '1w', 'm', '1.5h', '-1h', '1h30m', '15 m'])
    assert.match(mistakes({ TOKEN_TTL: text }), /^TOKEN_TTL must be a duration from 60s/);
});

test('lists accept known words and ignore blanks around them', () => {
  assert.deepEqual(loadConfig({ DIALECTS: 'lounge' }).dialects, ['lounge']);
  assert.deepEqual(loadConfig({ DIALECTS: ' lounge , relay' }).dialects, ['lounge', 'relay']);
  assert.deepEqual(loadConfig({ DIALECTS: 'relay,relay' }).dialects, ['relay']);
  assert.match(
    mistakes({ DIALECTS: 'relay;lounge' }),
    /^DIALECTS may contain koine, board, social, messenger, relay, lounge, not "relay;lounge"$/,
  );
});

test('a URL setting requires a known protocol and drops the trailing slash', () => {
  assert.equal(loadConfig({ PUBLIC_URL: 'https://koine.example.org/' }).publicUrl, 'https://koine.example.org');
  assert.equal(loadConfig({ DATABASE_URL: 'postgresql://u:p@h/d' }).database.url, 'postgresql://u:p@h/d');
  for (const url of ['koine.example.org', 'ftp://h', 'javascript:alert(1)', '//h'])
    assert.match(mistakes({ PUBLIC_URL: url }), /^PUBLIC_URL must be a URL/);
});

test('a public URL has no path', () => {
  for (const url of ['https://h/koine', 'https://h/?a=b', 'https://h/#a', 'https://ann:hunter2@h'])
    assert.match(mistakes({ PUBLIC_URL: url }), /^PUBLIC_URL must have nothing after the host and port/);
  assert.doesNotMatch(mistakes({ PUBLIC_URL: 'https://ann:hunter2@h/' }), /hunter2/);
});

test('misspelt settings are reported without values, and names of other programs are not', () => {
  const told = (dotEnv: string, environment = {}) => misspeltSettings(dotEnv, environment);
  assert.deepEqual(told('PORT=1\n# comment\n\nexport HOST=x\n POSTGRES_USER=koine\nNODE_ENV=production'), []);
  assert.deepEqual(told('JWT_PUBLIC_KEY="-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----"\nPORT=1'), []);
  assert.deepEqual(told('hunter2\nDATABSE_URL=hunter2\nport = 2\nhunter two=3'), [
    'line 1 of .env has no "="',
    'DATABSE_URL in .env: no such setting; did you mean DATABASE_URL?',
    'port in .env: no such setting; did you mean PORT?',
    'a name with characters other than letters, digits and _ in .env: no such setting',
  ]);
  const others = {
    HOSTNAME: 'x',
    PATH: 'x',
    PWD: 'x',
    EDITOR: 'x',
    PORTS: 'x',
    npm_config_loglevel: 'x',
    REDIS_HOST: 'x',
  };
  assert.deepEqual(told('', { ...others, LOGLEVEL: '', PORT: '1' }), []);
  assert.deepEqual(told('', { LOGLEVEL: 'hunter2', KOINE_DATA_DIR: 'x', TRUST_PROXIES: 'x' }), [
    'LOGLEVEL in the environment: no such setting; did you mean LOG_LEVEL?',
    'KOINE_DATA_DIR in the environment: no such setting; did you mean DATA_DIR?',
  ]);
  assert.deepEqual(told('', { ['D'.repeat(100_000)]: 'x' }), []);
});

test('TRUST_PROXY accepts on, off, or a list of addresses and networks', () => {
  assert.equal(loadConfig({ TRUST_PROXY: 'on' }).trustProxy, true);
  assert.equal(loadConfig({ TRUST_PROXY: 'off' }).trustProxy, false);
  const list = 'loopback, 10.0.0.0/8, ::1';
  assert.deepEqual(loadConfig({ TRUST_PROXY: list }).trustProxy, ['loopback', '10.0.0.0/8', '::1']);
  for (const word of ['yes', 'proxy.local', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129'])
    assert.match(mistakes({ TRUST_PROXY: word }), /^TRUST_PROXY must be on, off or a list/);
});

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = P256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const NAME = { JWT_ISSUER: 'https://id.example.org/' };

test('an issuer has a literal name and either a JWKS URL or a public key', async (t) => {
  const url = 'https://id.example.org/jwks';
  assert.deepEqual(loadConfig({ ...NAME, JWT_JWKS_URL: url, JWT_AUDIENCE: 'koine', LOCAL_ACCOUNTS: 'false' }).issuer, {
    name: 'https://id.example.org/',
    audience: 'koine',
    keys: { url },
  });
  for (const host of ['127.0.0.1:9', 'localhost', '[::1]:9'])
    assert.equal(mistakes({ ...NAME, JWT_JWKS_URL: `http://${host}/jwks` }), '');
  const folder = await mkdtemp(join(tmpdir(), 'koine-key-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'key.pem'), PEM);
  const jwk = JSON.stringify(P256.publicKey.export({ format: 'jwk' }));
  for (const JWT_PUBLIC_KEY of [PEM, PEM.replaceAll('\n', '\\n'), jwk, join(folder, 'key.pem')]) {
    const keys = loadConfig({ ...NAME, JWT_PUBLIC_KEY }).issuer?.keys;
    assert.ok(keys && 'key' in keys && keys.algorithm === 'ES256' && keys.key.equals(P256.publicKey));
  }
});

test('contradictory or incomplete issuer settings are reported by name', () => {
  const url = { JWT_JWKS_URL: 'https://id.example.org/jwks' };
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
  const wrong: [Record<string, string>, RegExp][] = [
    [url, /^JWT_ISSUER is required/],
    [NAME, /^JWT_ISSUER needs JWT_JWKS_URL or JWT_PUBLIC_KEY$/],
    [{ JWT_AUDIENCE: 'koine' }, /^JWT_AUDIENCE needs/],
    [{ LOCAL_ACCOUNTS: 'false' }, /^LOCAL_ACCOUNTS is false, so nobody could sign in/],
    [{ LOCAL_ACCOUNTS: 'no' }, /^LOCAL_ACCOUNTS must be one of true, false/],
    [{ ...NAME, ...url, JWT_PUBLIC_KEY: PEM }, /^JWT_PUBLIC_KEY and JWT_JWKS_URL are both set/],
    [{ ...NAME, JWT_JWKS_URL: 'http://id.example.org/jwks' }, /^JWT_JWKS_URL must start with https/],
    [{ ...NAME, JWT_JWKS_URL: 'id.example.org' }, /^JWT_JWKS_URL must be a URL/],
    [{ ...NAME, JWT_PUBLIC_KEY: '/nowhere' }, /^JWT_PUBLIC_KEY must be a public key as PEM or JWK, or a file/],
    [{ ...NAME, JWT_PUBLIC_KEY: '{"kty":"oct","k":"c2VjcmV0"}' }, /^JWT_PUBLIC_KEY must be a public key/],
    [
      { ...NAME, JWT_PUBLIC_KEY: JSON.stringify(small.export({ format: 'jwk' })) },
      /^JWT_PUBLIC_KEY must be an RSA key of at/,
    ],
  ];
  for (const [settings, message] of wrong) assert.match(mistakes(settings), message);
  for (const format of ['pem', 'jwk'] as const) {
    const key = P256.privateKey.export(format === 'pem' ? { type: 'pkcs8', format } : ({ format } as never));
    const text = typeof key === 'string' ? key : JSON.stringify(key);
    assert.match(mistakes({ ...NAME, JWT_PUBLIC_KEY: text }), /^JWT_PUBLIC_KEY is a private key[^{-]*$/);
  }
});

test('settings are read from .env too, and the environment overrides them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'koine-env-'));
  const { cwd, env } = { cwd: process.cwd(), env: { ...process.env } };
  t.after(() => {
    process.chdir(cwd);
    process.env = env;
    return rm(folder, { recursive: true });
  });
  process.env = { PORT: '4001' };
  process.chdir(folder);
  assert.equal(loadConfig().host, '127.0.0.1');
  await writeFile('.env', '# ours\nPORT=4000\nHOST="0.0.0.0"\nexport RELAY_HISTORY=5 # few\n');
  const config = loadConfig();
  assert.deepEqual([config.port, config.host, config.relayHistory], [4_001, '0.0.0.0', 5]);
  assert.equal(config.dataDir, join(process.cwd(), 'data'));
});
