// Runs once before the rest: writes what the containers must share and nobody has to know into the volume /secrets.
// What .env sets is taken; what it doesn't is generated once, and kept as long as the volume.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { SECRETS_DIR = '/secrets', POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, ...given } = process.env;

/** Whole or not at all: a container may be killed at any time. */
function write(name, text) {
  const file = join(SECRETS_DIR, name);
  writeFileSync(`${file}.new`, text, { mode: 0o444, flush: true });
  renameSync(`${file}.new`, file);
}

function keep(name, value, bytes) {
  if (value) write(name, value);
  else if (!existsSync(join(SECRETS_DIR, name)) || readFileSync(join(SECRETS_DIR, name), 'utf8') === '')
    write(name, randomBytes(bytes).toString('hex'));
}

const [user, password, database] = [POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB].map(encodeURIComponent);
write('database-url', `postgres://${user}:${password}@postgres:5432/${database}`);
keep('jwt-secret', given.JWT_SECRET, 32);
keep('s3-access-key-id', given.S3_ACCESS_KEY_ID, 8);
keep('s3-secret-access-key', given.S3_SECRET_ACCESS_KEY, 20);
