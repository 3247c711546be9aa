/**
 * The reverse proxy recipes of deploy/, each with the real proxy in front of Koine: TLS, addresses, sockets, uploads.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { atEnd, eventually, folder } from '../support/conditions.ts';
import { privatePlaces } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { photo } from '../support/pictures.ts';
import { findProgram, needs } from '../support/programs.ts';
import { freePort } from '../support/redis.ts';
import { type ServerProcess, startProcess } from '../support/server-process.ts';
import { form } from '../support/social-people.ts';
import { openUnpublishedSocket } from '../support/socket.ts';

const HOST = 'chat.example.org';
/** The client's address, which the node must see; the proxy's is 127.0.0.1. */
const CLIENT = '127.0.0.2';

/** The proxy's port, the node behind it, and an empty folder with the certificate. */
type Setup = { port: number; node: string; place: string };
type Proxy = {
  recipe: string;
  program: string;
  /** Adapts the recipe's ports and paths. @returns arguments and environment */
  prepare(recipe: string, setup: Setup): Promise<{ argv: string[]; env?: Record<string, string> }>;
};

const CERTIFICATE = `/etc/letsencrypt/live/${HOST}/fullchain.pem`;
const KEY = `/etc/letsencrypt/live/${HOST}/privkey.pem`;

function located(recipe: string, { node, place }: Setup): string {
  return recipe
    .replaceAll('127.0.0.1:3000', node)
    .replaceAll(CERTIFICATE, join(place, 'certificate.pem'))
    .replaceAll(KEY, join(place, 'key.pem'));
}

const PROXIES: Proxy[] = [
  {
    recipe: 'deploy/haproxy.cfg',
    program: 'haproxy',
    prepare: async (recipe, { port, node, place }) => {
      await writeFile(join(place, 'haproxy.cfg'), recipe);
      const LISTEN = `127.0.0.1:${port} ssl crt ${join(place, 'both.pem')}`;
      const env = { LISTEN, NODE_ONE: node, NODE_TWO: node, STORE: node, S3_BUCKET: 'koine-files' };
      return { argv: ['-db', '-f', join(place, 'haproxy.cfg')], env };
    },
  },
  {
    recipe: 'deploy/nginx.conf',
    program: 'nginx',
    prepare: async (recipe, setup) => {
      const { port, place } = setup;
      const site = located(recipe, setup).replace('listen 443 ', `listen 127.0.0.1:${port} `);
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      await writeFile(
        join(place, 'nginx.conf'),
        `daemon off; pid ${place}/pid; error_log stderr; events {}
        http { access_log off; ${temporary.map((name) => `${name}_temp_path ${place}/${name};`).join(' ')}
        ${site} }`,
      );
      return { argv: ['-p', place, '-c', join(place, 'nginx.conf')] };
    },
  },
  {
    recipe: 'deploy/Caddyfile',
    program: 'caddy',
    prepare: async (recipe, setup) => {
      const { port, place } = setup;
      const site = located(recipe, setup).replace(
        `\n${HOST} {\n`,
        `\n${HOST}:${port} {\n\tbind 127.0.0.1\n\ttls ${join(place, 'certificate.pem')} ${join(place, 'key.pem')}\n`,
      );
      await writeFile(join(place, 'Caddyfile'), `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${site}`);
      const env = { XDG_DATA_HOME: place, XDG_CONFIG_HOME: place, HOME: place };
      return { argv: ['run', '--adapter', 'caddyfile', '--config', join(place, 'Caddyfile')], env };
    },
  },
  {
    recipe: 'deploy/apache.conf',
    program: 'apache2',
    prepare: async (recipe, setup) => {
      const { port, place } = setup;
      const modules = [
        ...['mpm_event', 'authz_core', 'ssl', 'socache_shmcb', 'headers', 'proxy', 'proxy_http', 'reqtimeout'],
        ...['unique_id', 'setenvif'],
      ];
      const user = process.getuid?.() === 0 ? 'User www-data\nGroup www-data\n' : '';
      await writeFile(
        join(place, 'apache.conf'),
        `ServerRoot ${place}\nServerName ${HOST}\nPidFile ${place}/pid\nErrorLog ${join(place, 'log')}\nListen 127.0.0.1:${port}\n` +
          `DefaultRuntimeDir ${place}\nMutex file:${place}\n${user}` +
          modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`).join('') +
          located(recipe, setup).replace('*:443', `127.0.0.1:${port}`),
      );
      return { argv: ['-D', 'FOREGROUND', '-f', join(place, 'apache.conf')] };
    },
  },
];

async function makeCertificate(place: string): Promise<void> {
  const [certificate, key] = [join(place, 'certificate.pem'), join(place, 'key.pem')];
  const argv = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${HOST}`];
  await promisify(execFile)('openssl', [
    ...argv,
    '-addext',
    `subjectAltName=DNS:${HOST}`,
    '-keyout',
    key,
    '-out',
    certificate,
  ]);
  await writeFile(join(place, 'both.pem'), (await readFile(certificate)) + (await readFile(key, 'utf8')));
}

/** Sends a request through the proxy, with forged forwarding headers. */
async function ask(port: number, path: string, options: RequestOptions & { body?: Buffer | string } = {}) {
  const headers = {
    'x-forwarded-for': '203.0.113.9',
    'x-request-id': 'of-the-client',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ...options.headers,
  };
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const request = httpsRequest(
      {
        ...options,
        headers,
        host: '127.0.0.1',
        port,
        path,
        servername: HOST,
        localAddress: CLIENT,
        rejectUnauthorized: false,
      },
      (answer) => {
        void text(answer).then(
          (body) => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }),
          reject,
        );
      },
    );
    request.on('error', reject).setHeader('host', HOST);
    request.end(options.body);
  });
}

test("each proxy recipe forwards TLS, sockets, uploads and the client's address", async (t) => {
  const port = await freePort();
  const settings = { PORT: String(port), TRUST_PROXY: '127.0.0.1', PUBLIC_URL: `https://${HOST}`, REQUEST_LOG: 'true' };
  const koine = await startProcess(t, { ...(await privatePlaces(t)), ...settings });
  // More than a proxy buffers in memory by default.
  const picture = await photo(1_500, 1_000).png({ compressionLevel: 1 }).toBuffer();
  assert.ok(picture.length > 2_000_000);
  const certificates = await folder(t);
  let made: Promise<void> | undefined;
  for (const [index, proxy] of PROXIES.entries()) {
    await t.test(`${proxy.recipe} with ${proxy.program}`, needs(proxy.program, 'openssl'), async (each) => {
      made ??= makeCertificate(certificates);
      await made;
      const at = await startProxy(each, proxy, { node: `127.0.0.1:${port}`, certificates });
      await useThrough(each, { port: at, koine, username: `ann-${index}`, picture });
    });
  }
});

type Behind = { node: string; certificates: string };

/** @returns the proxy's port */
async function startProxy(t: TestContext, proxy: Proxy, { node, certificates }: Behind): Promise<number> {
  const place = await folder(t);
  await cp(certificates, place, { recursive: true });
  const port = await freePort();
  const { argv, env } = await proxy.prepare(await readFile(proxy.recipe, 'utf8'), { port, node, place });
  const child = spawn(findProgram(proxy.program) ?? '', argv, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data));
  atEnd(t, async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGTERM');
    await gone;
  });
  await eventually(`${proxy.program} to pass a request on`, async () => {
    assert.equal(child.exitCode, null, `${proxy.program} ended: ${said}`);
    return (await ask(port, '/readyz').catch(() => null))?.status === 200;
  });
  return port;
}

type Through = { port: number; koine: ServerProcess; username: string; picture: Buffer };

async function useThrough(t: TestContext, { port, koine, username, picture }: Through): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: object, headers = {}) =>
    ask(port, path, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
  const person = { username, email: `${username}@example.org`, password: PASSWORD };
  const before = koine.lines.length;
  const registered = await post('/api/auth/register', person);
  assert.equal(registered.status, 201, registered.body);
  const line = await koine.until('the line of that request', ({ lines }) =>
    lines.slice(before).find(({ path }) => path === '/api/auth/register'),
  );
  assert.equal(line.ip, CLIENT);
  assert.notEqual(line.reqId, 'of-the-client');
  assert.match(String(registered.headers['set-cookie']), /;\s*Secure/i);

  const signedIn = await post('/signin', { username, password: PASSWORD });
  const token = signedIn.body;
  const options = {
    rejectUnauthorized: false,
    servername: HOST,
    localAddress: CLIENT,
    headers: { host: HOST },
  };
  const relay = await openUnpublishedSocket(t, `wss://127.0.0.1:${port}/connect`, options);
  relay.send(token);
  relay.send('through the proxy');
  await relay.frameWith({ from: username, body: 'through the proxy' });
  const headers = { ...options.headers, authorization: `Bearer ${token}` };
  const lounge = await openUnpublishedSocket(t, `wss://127.0.0.1:${port}/join`, { ...options, headers });
  await lounge.frameWith({ type: 'users_online' });

  const { id } = (JSON.parse(registered.body) as { new_user: { id: string } }).new_user;
  const upload = new Response(form(id, 'a picture', [picture]));
  const made = await ask(port, '/api/posts/create', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': upload.headers.get('content-type') ?? '' },
    body: Buffer.from(await upload.arrayBuffer()),
  });
  assert.equal(made.status, 201, made.body);
  const [image] = (JSON.parse(made.body) as { images: [string] }).images;
  assert.ok(image.startsWith(`https://${HOST}/files/`), image);
  assert.equal((await ask(port, new URL(image).pathname)).status, 200);
}
