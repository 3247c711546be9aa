/** Security headers of responses: no scripts, sniffing, framing or caching, and no server name. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { postJson, startTestServer, type TestServer } from '../support/harness.ts';
import { loungeAccount, PASSWORD, relaySignUp } from '../support/people.ts';
import { openRaw, upgradeHead } from '../support/raw.ts';
import { proxyDatabase } from '../support/tcp-proxy.ts';

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
const WEB_BUILT = existsSync('web/dist/index.html');
const TELLTALES = ['server', 'x-powered-by', 'via'];

function assertSafe(headers: Headers, what: string, caching: string | null = 'no-store'): void {
  for (const [name, value] of Object.entries(ALWAYS)) assert.equal(headers.get(name), value, `${what}: ${name}`);
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, what);
  if (caching !== null) assert.equal(headers.get('cache-control'), caching, what);
  for (const name of TELLTALES) assert.equal(headers.get(name), null, what);
}

/** The raw response to these bytes. */
async function rawHeaders(t: TestContext, server: TestServer, bytes: string): Promise<Headers> {
  const raw = await openRaw(t, server);
  raw.write(bytes);
  await raw.status();
  const [, ...lines] = (raw.text.split('\r\n\r\n')[0] as string).split('\r\n');
  return new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
}

test('every response has safe headers and is not cached: tokens, private data, errors, refused upgrades and broken requests', async (t) => {
  const server = await startTestServer(t);
  await relaySignUp(server, 'ann');
  const { token } = await loungeAccount(server, 'Bob');
  const headers = { authorization: `Bearer ${token}` };
  const answers: Record<string, Promise<Response>> = {
    'a token': postJson(`${server.url}/signin`, { username: 'ann', password: PASSWORD }),
    'something private': fetch(`${server.url}/users/me`, { headers }),
    'a wrong token': fetch(`${server.url}/users/me`),
    'something public': fetch(`${server.url}/messages/`),
    'a wrong body': postJson(`${server.url}/createUser`, '{'),
    'no such path': fetch(`${server.url}/nowhere`),
    'a wrong method': fetch(`${server.url}/login`, { method: 'PUT' }),
    'a path that cannot be decoded': fetch(`${server.url}/%ff`),
    'the documents': fetch(`${server.url}/docs`),
  };
  for (const [what, answer] of Object.entries(answers)) assertSafe((await answer).headers, what);
  // Stored by browsers, and compared with the server's at each use: it is the same for everybody.
  const startPage = await fetch(server.url, { headers: { accept: 'text/html' } });
  assertSafe(startPage.headers, 'the start page', 'no-cache');
  const picture = await fetch(`${server.url}/files/default-avatar.webp`);
  assert.doesNotMatch(picture.headers.get('cache-control') ?? '', /no-store/);
  assertSafe(picture.headers, 'a picture', null);
  assertSafe(await rawHeaders(t, server, upgradeHead('/join')), 'a refused upgrade');
  assertSafe(await rawHeaders(t, server, 'nonsense\r\n\r\n'), 'no request at all');
  assertSafe(await rawHeaders(t, server, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`), 'a huge head');
});

test('the cookie is Secure only if the request came over https', async (t) => {
  const server = await startTestServer(t, { TRUST_PROXY: 'on' });
  const register = async (username: string, headers: Record<string, string>) => {
    const body = { username, email: `${username}@example.org`, password: PASSWORD };
    return (await postJson(`${server.url}/api/auth/register`, body, headers)).headers.getSetCookie()[0] ?? '';
  };
  const cookie = /^token=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax/;
  const [plain, secure] = [await register('ann', {}), await register('bob', { 'x-forwarded-proto': 'https' })];
  assert.match(plain, cookie);
  assert.match(secure, cookie);
  assert.doesNotMatch(plain, /Secure/);
  assert.match(secure, /; Secure$/);
});

test('Vary names each request header that an answer depends on', async (t) => {
  const friend = 'https://friend.example';
  const [plain, shared] = [await startTestServer(t), await startTestServer(t, { CORS_ORIGINS: friend })];
  const html = { accept: 'text/html' };
  const preflight = { method: 'OPTIONS', headers: { origin: friend, 'access-control-request-method': 'GET' } };
  const requests: [path: string, init: RequestInit, vary: string[]][] = [
    ['/messages/', {}, []],
    ['/messages/', { headers: { origin: friend } }, []],
    ['/messages/', { headers: { origin: 'https://stranger.example' } }, []],
    ['/messages/', preflight, []],
    ['/v1/me', {}, []],
    ['/nowhere', {}, []],
    ['/%ff', {}, []],
    ['/files/default-avatar.webp', {}, []],
    ['/docs', {}, []],
    ['/', {}, ['accept']],
    ['/', { headers: { ...html, origin: friend } }, WEB_BUILT ? ['accept', 'accept-encoding'] : ['accept']],
    ...(WEB_BUILT ? ([['/app', {}, ['accept', 'accept-encoding']]] satisfies [string, RequestInit, string[]][]) : []),
  ];
  for (const [path, init, vary] of requests)
    for (const [server, own] of [
      [plain, []],
      [shared, ['origin']],
    ] as const) {
      const answer = await fetch(server.url + path, init);
      const named = (answer.headers.get('vary') ?? '').split(/, */).filter(Boolean);
      assert.deepEqual(named.sort(), [...vary, ...own].sort(), `${path} ${JSON.stringify(init)}`);
    }
});

test('without its database every dialect answers 503 and says when to come back', async (t) => {
  const { DATABASE_URL } = (await startTestServer(t)).settings as { DATABASE_URL: string };
  const { proxy, url } = await proxyDatabase(t, DATABASE_URL);
  const server = await startTestServer(t, { DATABASE_URL: url });
  const { token } = await loungeAccount(server, 'Ann');
  await proxy.refuse();
  const signIn = { username: 'Ann', login: 'Ann', email: 'ann@example.org', password: PASSWORD };
  const headers = { authorization: `Bearer ${token}`, cookie: `token=${token}` };
  const answers: Record<string, Promise<Response>> = {
    relay: postJson(`${server.url}/signin`, signIn),
    lounge: postJson(`${server.url}/login`, signIn),
    board: fetch(`${server.url}/messages/`),
    social: fetch(`${server.url}/api/auth/current_user`, { headers }),
    messenger: fetch(`${server.url}/profiles/api/posts/`, { headers }),
    koine: postJson(`${server.url}/v1/session`, signIn),
  };
  for (const [dialect, answer] of Object.entries(answers)) {
    const { status, headers } = await answer;
    assert.deepEqual([status, headers.get('retry-after')], [503, '1'], dialect);
  }
});
