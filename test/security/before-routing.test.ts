/** Requests refused before routing, and pipelining on one connection. */
import assert from 'node:assert/strict';
import { connect as connectTo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { atEnd, eventually } from '../support/conditions.ts';
import { JSON_TYPE, PLAIN, privatePlaces, startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { head, openRaw, RawClient } from '../support/raw.ts';
import { type ServerProcess, startProcess } from '../support/server-process.ts';

const BAD_PATHS: Record<string, [status: number, type: string, body: RegExp]> = {
  '/users/%zz/messages': [422, JSON_TYPE, /^\{"detail":\[/],
  '/messenger/api/chatrooms/%ff/messages/': [400, JSON_TYPE, /^\{"detail":"the path/],
  '/api/users/%c0%80/chats': [400, JSON_TYPE, /^\{"detail":"Некорректные/],
  '/signup/%': [409, PLAIN, /^Wrong format$/],
  '/login%zz': [400, JSON_TYPE, /^\{"error":"the path/],
  '/%zz': [400, JSON_TYPE, /^\{"error":"the path/],
  [`/users/${'x'.repeat(1_025)}/messages`]: [413, JSON_TYPE, /^\{"detail":"/],
};

test('an unroutable request is answered, counted, logged and measured like any request of its dialect, and is no error', async (t) => {
  const METRICS_TOKEN = 'the token for the metrics';
  const server = await startProcess(t, {
    ...(await privatePlaces(t)),
    CORS_ORIGINS: 'http://front.example',
    REQUEST_LOG: 'true',
    METRICS_TOKEN,
  });
  for (const [path, [status, type, body]] of Object.entries(BAD_PATHS)) {
    const raw = await openRaw(t, server);
    raw.write(head('GET', path, { origin: 'http://front.example' }));
    await raw.untilGone();
    const [top = '', sent = ''] = Buffer.from(raw.text, 'latin1').toString().split('\r\n\r\n');
    assert.equal(await raw.status(), status, path);
    assert.match(sent, body);
    for (const header of [
      `content-type: ${type}`,
      'access-control-allow-origin: http://front.example',
      'connection: close',
      'ratelimit-limit: 6000',
    ])
      assert.ok(top.toLowerCase().includes(header), `${path} lacks ${header}\n${top}`);
    const id = /x-request-id: (\S+)/i.exec(top)?.[1];
    await server.until('its line in the log', ({ lines }) =>
      lines.some(({ reqId, path: told }) => reqId === id && told === path),
    );
  }
  const broken = await openRaw(t, server);
  broken.write('GET /signup HTTP/1.1\r\nhost: x\r\nbad\u0000header: x\r\n\r\n');
  await broken.untilGone();
  assert.match(broken.text, /^HTTP\/1\.1 400 .*content-type: text\/plain.*Wrong format$/s);
  const id = /x-request-id: (\S+)/i.exec(broken.text)?.[1];
  await server.until('the line of the broken request', ({ lines }) =>
    lines.some(({ reqId, status }) => reqId === id && status === 400),
  );
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
  ).text();
  assert.match(metrics, /dialect="board"[^\n]*route="\/users\/:username\/messages"[^\n]*status="4xx"/);
  assert.match(metrics, /dialect="none"[^\n]*method="unknown"[^\n]*status="4xx"/);
  await breakOff(t, server);
  await server.stop();
  assert.deepEqual(
    server.lines.filter(({ level }) => (level as number) >= 40),
    [],
  );
});

test('malformed requests count for the rate limit of their address', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '2' });
  const statuses: number[] = [];
  for (const request of [
    head('GET', '/users/%zz/messages'),
    'GET /status HTTP/9.9\r\n\r\n',
    'GET /status HTTP/9.9\r\n\r\n',
    head('GET', '/%zz'),
  ]) {
    const raw = await openRaw(t, server);
    raw.write(request);
    statuses.push(await raw.status());
  }
  assert.deepEqual(statuses, [422, 400, 429, 429]);
});

const answers = (text: string) => text.split('HTTP/1.1 ').length - 1;

test('a connection with a rate-limited request is closed without reading what it pipelined after it', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '3' });
  const raw = await openRaw(t, server);
  raw.write(head('GET', '/status').repeat(50));
  await raw.untilGone();
  assert.deepEqual(raw.text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 429']);
  assert.match(raw.text, /connection: close/i);
});

test('pipelined requests yield to other clients, are answered in order, and their connection closes after 65', async (t) => {
  const server = await startTestServer(t);
  const [flood, other] = [await openRaw(t, server), await openRaw(t, server)];
  other.write(head('GET', '/healthz'));
  await other.until('a first answer', ({ text }) => answers(text) === 1);
  flood.write(head('GET', '/status').repeat(2_000));
  other.write(head('GET', '/healthz'));
  await other.until('an answer', ({ text }) => answers(text) === 2);
  const before = answers(flood.text);
  assert.ok(before < 33, `${before} answers to the flood before one to the other`);
  await flood.untilGone();
  assert.equal(answers(flood.text), 65);
  assert.equal(flood.text.match(/connection: close/gi)?.length, 1);
});

const OFFERS = [
  { connection: 'upgrade, http2-settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' },
  {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  },
];

test('an upgrade pipelined behind an unanswered request closes its connection and does not crash the server', async (t) => {
  const server = await startTestServer(t);
  for (const offer of OFFERS) {
    const raw = await openRaw(t, server);
    raw.write(head('GET', '/status') + head('GET', '/connect', offer));
    raw.write(head('GET', '/status', { expect: 'anything' }).repeat(3));
    await raw.untilGone();
  }
  assert.equal((await fetch(`${server.url}/status`)).status, 200);
});

test('a request with an unknown expectation is answered in order and counted like any other', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '3' });
  const raw = await openRaw(t, server);
  raw.write(head('GET', '/status', { expect: 'anything' }).repeat(50));
  await raw.untilGone();
  assert.deepEqual(raw.text.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 429']);
});

test('CONNECT is refused in plain text, counted and logged, and closes its connection, also behind another request', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', REQUESTS_PER_ADDRESS: '3' });
  const connect = head('CONNECT', 'koine:443');
  for (const [request, expected] of [
    [connect.repeat(20), ['400']],
    [head('GET', '/status', { connection: 'close' }), ['200']],
    [connect, ['400']],
    [connect, ['429']],
  ] as const) {
    const raw = await openRaw(t, server);
    raw.write(request);
    await raw.untilGone();
    assert.deepEqual(
      [...raw.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      expected,
    );
    if (expected[0] === '429') assert.match(raw.text, /retry-after: \d+/i);
    if (expected[0] === '400') assert.match(raw.text, /connection: close.*"CONNECT is for proxies"/is);
  }
  const pipelined = await openRaw(t, server);
  pipelined.write(head('GET', '/healthz') + connect);
  await pipelined.untilGone();
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test('with HOST=localhost connection limits apply to every listening address', async (t) => {
  const server = await startTestServer(t, { HOST: 'localhost' });
  const { port } = new URL(server.url);
  let listening = 0;
  for (const host of ['127.0.0.1', '::1']) {
    const socket = connectTo({ host, port: Number(port) });
    atEnd(t, () => socket.destroy());
    const flood = new RawClient(socket);
    flood.write(head('GET', '/status').repeat(2_000));
    await flood.untilGone();
    if (answers(flood.text) === 0) continue;
    assert.equal(answers(flood.text), 65, host);
    listening += 1;
  }
  assert.ok(listening > 0);
});

test('pipelined requests with bodies are answered in order', async (t) => {
  const server = await startTestServer(t);
  const raw = await openRaw(t, server);
  const names = Array.from({ length: 5 }, (_, index) => `user${index}`);
  const requests = names.map((username) => {
    const body = JSON.stringify({ username, password: PASSWORD, filler: ' '.repeat(60_000) });
    return head('POST', '/signup', { 'content-length': String(body.length) }) + body;
  });
  raw.write(requests.join('') + head('GET', '/status'));
  await raw.until('all answers', ({ text }) => answers(text) === 6 && text.endsWith('{"status":"ok"}'));
  assert.equal(raw.text.match(/Success/g)?.length, 5);
});

test('a request body that starts fast and continues slowly is cut off', async (t) => {
  const server = await startTestServer(t, { BODY_TIMEOUT: '1' });
  const raw = await openRaw(t, server);
  raw.write(head('POST', '/signup', { 'content-length': '1000000' }));
  raw.write(' '.repeat(800_000));
  const dribble = setInterval(() => raw.write(' '), 100);
  await raw.untilGone().finally(() => clearInterval(dribble));
});

/** Clients that disconnect during a body. */
async function breakOff(t: TestContext, server: ServerProcess): Promise<void> {
  const multipart = { 'content-type': 'multipart/form-data; boundary=b', 'content-length': '50000' };
  const part = '--b\r\ncontent-disposition: form-data; name="images"; filename="a.png"\r\n\r\nxxxx';
  const aborted: [string, Record<string, string>, string][] = [
    ['/signup', { 'content-length': '1000' }, '{'],
    ['/users/', { 'transfer-encoding': 'chunked' }, '5\r\n{"a":'],
    ['/token', multipart, part],
    ['/api/posts/create', multipart, part],
    ['/api/auth/login', { 'content-length': '1000' }, '{'],
  ];
  // Files of which no byte has been sent yet.
  for (let index = 0; index < 40; index += 1) {
    const raw = await openRaw(t, server);
    raw.write(head('GET', '/docs/ui/swagger-ui-bundle.js'));
    for (let turn = 0; turn < index % 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    raw.socket.resetAndDestroy();
  }
  for (const [path, headers, begin] of aborted)
    for (const how of ['destroy', 'resetAndDestroy', 'end'] as const) {
      const raw = await openRaw(t, server);
      raw.write(head('POST', path, headers) + begin);
      await new Promise((resolve) => setImmediate(resolve));
      raw.socket[how]();
    }
  await eventually('a later request in the log', async () => {
    await fetch(`${server.url}/status`);
    return server.lines.some(({ path }) => path === '/status');
  });
}
