/** Databases behind DATABASE_URL: PgBouncer, TLS, standbys, and unsupported ones. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/config.ts';
import { startServer } from '../../src/server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { member, messages } from '../support/board-people.ts';
import { atEnd, eventually, folder } from '../support/conditions.ts';
import { emptyDatabase, privatePlaces, SETTINGS, startServerWith } from '../support/harness.ts';
import { relayUser } from '../support/people.ts';
import { NEEDS_PGBOUNCER, throughPgBouncer } from '../support/pgbouncer.ts';

const run = promisify(execFile);

async function startOn(DATABASE_URL: string, DATA_DIR: string): Promise<void> {
  const server = await startServer(loadConfig({ ...SETTINGS, DATABASE_URL, DATA_DIR }));
  await server.close();
}

test(
  'PgBouncer works in session mode and is refused in other modes with the setting to change',
  NEEDS_PGBOUNCER,
  async (t) => {
    const places = await privatePlaces(t);
    const admin = openDatabase(places.DATABASE_URL, 1);
    atEnd(t, () => admin.end());
    const name = new URL(places.DATABASE_URL).pathname.slice(1);
    await admin.unsafe(`alter database ${name} set datestyle = 'German'`);
    for (const mode of ['transaction', 'statement'])
      await assert.rejects(startOn(await throughPgBouncer(t, places.DATABASE_URL, mode), places.DATA_DIR), {
        message:
          /^the database of DATABASE_URL cannot be used: a connection pooler .* set pool_mode = session \(PgBouncer\)/,
      });
    const DATABASE_URL = await throughPgBouncer(t, places.DATABASE_URL, 'session');
    const server = await startServerWith(t, { ...SETTINGS, ...places, DATABASE_URL });
    const ann = await relayUser(t, server, 'ann');
    ann.send('through PgBouncer');
    await ann.frameWith({ body: 'through PgBouncer' });
    const bob = await member(server, 'bob');
    await bob.post('a post');
    const [post] = await messages(server);
    assert.ok(Math.abs(Date.parse(post?.timestamp ?? '') - Date.now()) < 60_000);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  },
);

test('a standby is refused at the start, and a server that becomes one is not ready and answers 503 until it is promoted', async (t) => {
  const dir = join(await folder(t), 'postgres');
  const open = () => startEmbeddedPostgres(dir, { settings: { fsync: 'off', autovacuum: 'off' } });
  let postgres = await open();
  atEnd(t, () => postgres.stop());
  const { username, password, database, host, port } = postgres.connection;
  const DATABASE_URL = `postgres://${username}:${password}@/${database}?host=${host}&port=${port}`;
  const DATA_DIR = await folder(t);
  const server = await startServerWith(t, { ...SETTINGS, DATABASE_URL, DATA_DIR });
  const ann = await member(server, 'ann');
  assert.equal((await ann.call('POST', `/messages/?owner_id=${ann.id}`, { text: 'before' })).status, 201);

  await postgres.stop();
  await writeFile(join(dir, 'standby.signal'), '');
  postgres = await open();
  const readyz = async () => (await fetch(`${server.url}/readyz`)).status;
  await eventually(
    'what is stored to be read again',
    async () => (await messages(server).catch(() => [])).length === 1,
  );
  assert.equal(await readyz(), 503);
  assert.equal((await ann.call('POST', `/messages/?owner_id=${ann.id}`, { text: 'meanwhile' })).status, 503);
  await assert.rejects(startOn(DATABASE_URL, DATA_DIR), {
    message:
      /^the database of DATABASE_URL cannot be used: the server is a standby, which only reads: name the primary/,
  });

  await server.sql`select pg_promote()`;
  await eventually('ready again', async () => (await readyz()) === 200);
  assert.equal((await ann.call('POST', `/messages/?owner_id=${ann.id}`, { text: 'after' })).status, 201);
});

test('a database that is not in UTF-8 is refused', async (t) => {
  const url = new URL(await emptyDatabase(t));
  const admin = openDatabase(url.href, 1);
  const name = `${url.pathname.slice(1)}_latin1`;
  await admin.unsafe(`create database ${name} encoding 'LATIN1' locale 'C' template template0`);
  atEnd(t, async () => {
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  });
  url.pathname = `/${name}`;
  await assert.rejects(
    startOn(url.href, await folder(t)),
    /its encoding is LATIN1, .* encoding 'UTF8' template template0"$/,
  );
});

const OPENSSL = await run('openssl', ['version']).then(
  () => true,
  () => false,
);

/** A private CA, with a server certificate for `localhost` and a client certificate. */
async function makeCertificates(t: TestContext): Promise<string> {
  const place = await folder(t);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: place });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await openssl('req', '-x509', ...key, '-subj', '/CN=authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  for (const [name, alt] of [
    ['server', 'DNS:localhost'],
    ['client', 'DNS:client'],
  ])
    await openssl(
      ...['req', '-x509', ...key, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-subj', `/CN=${name}`],
      ...['-addext', `subjectAltName=${alt}`, '-keyout', `${name}.key`, '-out', `${name}.crt`],
    );
  return place;
}

/**
 * A TLS proxy with PostgreSQL's protocol in front of the tests' PostgreSQL, which has no TLS. Requires client
 * certificates.
 */
async function openTls(t: TestContext, databaseUrl: URL, certificates: string): Promise<number> {
  const read = (name: string) => readFile(join(certificates, name));
  const [cert, key, ca] = await Promise.all(['server.crt', 'server.key', 'ca.crt'].map(read));
  const folderOfSocket = databaseUrl.searchParams.get('host');
  const sockets = new Set<Socket>();
  const server = createServer((plain) => {
    sockets.add(plain);
    plain.on('error', () => {});
    plain.once('data', () => {
      plain.write('S');
      const encrypted = new TLSSocket(plain, {
        isServer: true,
        cert,
        key,
        ca,
        requestCert: true,
        rejectUnauthorized: true,
      } as never);
      const behind = folderOfSocket
        ? dial(`${folderOfSocket}/.s.PGSQL.${databaseUrl.port}`)
        : dial(Number(databaseUrl.port), databaseUrl.hostname);
      sockets.add(behind);
      for (const socket of [encrypted, behind]) socket.on('error', () => plain.destroy());
      encrypted.pipe(behind).pipe(encrypted);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a private CA is trusted through sslrootcert and gets the client certificate', {
  skip: OPENSSL ? false : 'there is no openssl',
}, async (t) => {
  const url = new URL(await emptyDatabase(t));
  const certificates = await makeCertificates(t);
  const port = await openTls(t, url, certificates);
  const file = (name: string) => encodeURIComponent(join(certificates, name));
  const own = `sslcert=${file('client.crt')}&sslkey=${file('client.key')}`;
  const ask = async (host: string, parameters: string) => {
    const sql = openDatabase(
      `postgres://${url.username}:${url.password}@${host}:${port}${url.pathname}?${parameters}`,
      1,
    );
    try {
      return (await sql`select 1 as one`)[0]?.one;
    } finally {
      await sql.end({ timeout: 1 });
    }
  };
  const ca = `sslrootcert=${file('ca.crt')}`;
  assert.equal(await ask('localhost', `${ca}&${own}`), 1, 'verify-full');
  assert.equal(await ask('127.0.0.1', `sslmode=verify-ca&${ca}&${own}`), 1, 'whatever its name');
  assert.equal(await ask('127.0.0.1', `sslmode=require&${own}`), 1, 'whoever it is');
  await assert.rejects(ask('127.0.0.1', `${ca}&${own}`), /IP: 127\.0\.0\.1 is not in the cert's list/);
  await assert.rejects(ask('localhost', `sslmode=verify-full&${own}`), /certificate/);
  await assert.rejects(ask('localhost', `sslmode=verify-ca&sslrootcert=${file('server.crt')}&${own}`), /certificate/);
  await assert.rejects(ask('localhost', ca), 'no certificate is shown');
});
