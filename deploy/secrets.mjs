// Runs once before the other services: writes the shared secrets into one folder per kind of container. Secrets from
// .env are used; others are generated once, and kept as long as the volume.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { SECRETS_DIR = '/secrets', POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, S3_BUCKET, ...given } = process.env;

/** Atomic: a container may be killed at any time. */
function write(folder, name, text) {
  mkdirSync(join(SECRETS_DIR, folder), { recursive: true });
  const file = join(SECRETS_DIR, folder, name);
  writeFileSync(`${file}.new`, text, { mode: 0o444, flush: true });
  renameSync(`${file}.new`, file);
}

/** @returns the given secret, the stored one, or a new one of so many bytes */
function keep(folder, name, value, bytes) {
  const file = join(SECRETS_DIR, folder, name);
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const secret = value || kept || randomBytes(bytes).toString('hex');
  if (secret !== kept) write(folder, name, secret);
  return secret;
}

const [user, password, database] = [POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB].map(encodeURIComponent);
write('node', 'database-url', `postgres://${user}:${password}@postgres:5432/${database}`);
keep('node', 'jwt-secret', given.JWT_SECRET, 32);

const redisPassword = keep('redis', 'redis-password', undefined, 32);
write('node', 'redis-url', `redis://:${redisPassword}@redis:6379`);
write(
  'redis',
  'redis.conf',
  `requirepass ${redisPassword}
bind * -::*
save ""
appendonly no
dir /data
maxmemory 128mb
maxmemory-policy noeviction
`,
);

const accessKey = keep('node', 's3-access-key-id', given.S3_ACCESS_KEY_ID, 8);
const secretKey = keep('node', 's3-secret-access-key', given.S3_SECRET_ACCESS_KEY, 20);
write('store', 's3-access-key-id', accessKey);
write('store', 's3-secret-access-key', secretKey);
const identities = [
  { name: 'koine', credentials: [{ accessKey, secretKey }], actions: ['Admin', 'Read', 'Write', 'List'] },
  // Browsers load pictures without credentials: anonymous users may read objects of this bucket, and nothing else.
  { name: 'anonymous', actions: [`Read:${S3_BUCKET}`] },
];
write('store', 's3.json', JSON.stringify({ identities }, null, 2));
