/** Malformed and malicious input. All of it is answered in the dialect's words, and affects no other client. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { eventually } from '../support/conditions.ts';
import { answerOf, JSON_TYPE, PLAIN, postJson, startTestServer, type TestServer } from '../support/harness.ts';
import { connect, join, loungeAccount, loungeUser, relayToken, relayUser, say } from '../support/people.ts';
import { head, openRaw, openRawSocket, type RawClient, upgradeHead } from '../support/raw.ts';
import { type Frame, openSocket, refusedUpgrade, type TestSocket } from '../support/socket.ts';
import { frame, OPCODE, serverFrames } from '../support/ws-frames.ts';

const JWT_SECRET = 'the secret that signs the tokens of these tests';
const KEY = new TextEncoder().encode(JWT_SECRET);
const BAD_TOKEN = { code: 1008, reason: 'the token is not valid or has expired' };
const BODY_LIMIT = 1_048_576;
const FRAME_LIMIT = 128 * 1024;

/** Operations with a body, and each dialect's answers to an unreadable and an oversized one. */
const RELAY = { status: 409, type: PLAIN, large: { status: 413, type: PLAIN, body: 'Wrong format' } };
const LOUNGE = {
  status: 400,
  type: JSON_TYPE,
  large: { status: 413, type: JSON_TYPE, body: '{"error":"The request is too large"}' },
};
const CALLS = { '/signup': RELAY, '/signin': RELAY, '/createUser': LOUNGE, '/login': LOUNGE };

async function assertServes(server: TestServer): Promise<void> {
  assert.equal((await fetch(`${server.url}/status`)).status, 200);
}

test('malformed requests', async (outer) => {
  const server = await startTestServer(outer);

  // Bodies

  await outer.test("an unreadable body is refused in the dialect's words, and nothing is stored", async () => {
    const accounts = async () => (await server.sql`select from accounts`).length;
    const before = await accounts();
    const fields = '"username":"ann","email":"ann@example.org","password":"correct horse"';
    const bodies: (string | Buffer)[] = [
      '',
      ' ',
      '{',
      `{${fields}`,
      `{${fields}}}`,
      `{${fields},}`,
      `\u0000{${fields}}`,
      `[{${fields}}]`,
      'null',
      'NaN',
      `{"__proto__":{${fields}}}`,
      `{${fields},"__proto__":{"admin":true}}`,
      `{${fields},"constructor":{"prototype":{"admin":true}}}`,
      '['.repeat(100_000),
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      Buffer.from(`{${fields}}`, 'utf16le'),
      Buffer.concat([Buffer.from(`{${fields},"x":"`), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"}')]),
    ];
    for (const [path, { status, type }] of Object.entries(CALLS))
      for (const body of bodies) {
        const answer = await answerOf(
          fetch(server.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
        );
        assert.deepEqual([answer.status, answer.type], [status, type], `${path} ${body.toString().slice(0, 80)}`);
        if (type === JSON_TYPE) assert.equal(typeof JSON.parse(answer.body).error, 'string');
        else assert.equal(answer.body, 'Wrong format');
      }
    assert.equal(await accounts(), before);
    assert.equal(({} as { admin?: boolean }).admin, undefined);
  });

  await outer.test("too deeply nested JSON is refused in each dialect's words, on sockets too", async (t) => {
    const deep = `${'{"text":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const statuses = {
      '/users/': 422,
      '/api/auth/login': 422,
      '/accounts/api/token/': 400,
      '/signin': 409,
      '/login': 400,
    };
    for (const [path, status] of Object.entries(statuses))
      assert.equal((await postJson(server.url + path, deep)).status, status, path);
    const ann = await loungeUser(t, server, 'Ann');
    ann.send(`{"type":"chat_message","msg":{"text":"x"},"more":${'['.repeat(40)}${']'.repeat(40)}}`);
    await ann.frameWith({ type: 'error', msg: { error: 'the frame is not valid JSON' } });
  });

  await outer.test("a huge body is refused as too large in the dialect's words", async (t) => {
    for (const [path, { large }] of Object.entries(CALLS)) {
      const announced = await openRaw(t, server);
      announced.write(head('POST', path, { 'content-length': '1000000000000' }));
      const chunked = await openRaw(t, server);
      chunked.write(head('POST', path, { 'transfer-encoding': 'chunked' }));
      chunked.write(`${(BODY_LIMIT + 1).toString(16)}\r\n${'x'.repeat(BODY_LIMIT + 1)}\r\n0\r\n\r\n`);
      for (const raw of [announced, chunked]) {
        await raw.until('the answer', ({ text }) => text.endsWith(large.body));
        assert.equal(await raw.status(), large.status);
        assert.ok(raw.text.toLowerCase().includes(`content-type: ${large.type}\r\n`));
      }
    }
    await assertServes(server);
  });

  // Requests

  await outer.test('a URL that cannot be decoded is a client error', async (t) => {
    const urls = ['/%', '/%zz', '/signup%', '/%c0%80', '/signup/%ff%fe', '/join%', '*'];
    /** Unusual but readable; some lead to the start page. */
    const odd = ['*', '//', '/../..', '/\\', 'http://', '/?%'];
    for (const url of [...urls, ...odd])
      for (const request of [head('GET', url), head('POST', url, { 'content-length': '0' }), upgradeHead(url)]) {
        const raw = await openRaw(t, server);
        raw.write(request);
        const status = await raw.status();
        assert.ok(status < 500 && (status >= 400 || odd.includes(url)), `${request.split('\r\n')[0]}: ${status}`);
        raw.socket.destroy();
      }
    await assertServes(server);
  });

  await outer.test('an upgrade on a path without sockets is not found', async (t) => {
    const notFound = { status: 404, type: JSON_TYPE, body: '{"error":"Not found"}' };
    for (const path of ['/', '/nothing']) assert.deepEqual(await refusedUpgrade(t, server.wsUrl + path), notFound);
  });

  await outer.test('headers of 100 kB are refused', async (t) => {
    const big = { 'x-big': 'x'.repeat(100_000) };
    for (const request of [
      head('GET', '/status', big),
      upgradeHead('/connect', big),
      head('GET', `/${'x'.repeat(100_000)}`),
    ]) {
      const raw = await openRaw(t, server);
      raw.write(request);
      assert.equal(await raw.status(), 431);
      await raw.untilGone();
    }
    await assertServes(server);
  });

  await outer.test('garbage on the port ends only that connection', async (t) => {
    const bea = await relayUser(t, server, 'bea');
    const good = head('GET', '/status');
    const garbage = [
      '\u0000\u0001\u0002\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
      `${good}${good}\u0000garbage\r\n\r\n${good}`,
      'GET /status HTTP/9.9\r\n\r\n',
      'POST /signup HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST /signup HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n',
      'POST /signup HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      head('GET', '/status', { 'bad\u0000header': 'x' }),
    ];
    for (const bytes of garbage) {
      const raw = await openRaw(t, server);
      raw.write(Buffer.from(bytes, 'latin1'));
      await raw.untilGone();
      assert.match(raw.text, /HTTP\/1\.1 (400|505) /, JSON.stringify(bytes.slice(0, 60)));
    }
    bea.send('unharmed');
    await bea.frameWith({ body: 'unharmed' });
  });
});

// Frames

const SOCKETS = {
  relay: (t: TestContext, server: TestServer) => relayUser(t, server, 'ann'),
  lounge: (t: TestContext, server: TestServer) => loungeUser(t, server, 'Ann'),
};

for (const [dialect, open] of Object.entries(SOCKETS)) {
  test(`a socket of ${dialect} that sends malformed frames is closed with the matching code`, async (t) => {
    const server = await startTestServer(t);
    const bob = await loungeUser(t, server, 'Bob');
    const wrong: [number, (socket: TestSocket) => void][] = [
      [1007, ({ ws }) => ws.send(Buffer.from([0x68, 0xff, 0xfe]), { binary: false })],
      [1009, ({ ws }) => ws.send('x'.repeat(FRAME_LIMIT + 1))],
      [1009, ({ ws }) => ws.send(Buffer.alloc(FRAME_LIMIT + 1))],
      [1009, ({ ws }) => fragments(ws, FRAME_LIMIT / 1_024 + 1)],
    ];
    const first = await open(t, server);
    let socket = first;
    const token = dialect === 'relay' ? await signedIn(server) : (await loungeAccount(server, 'Eve')).token;
    for (const [code, send] of wrong) {
      send(socket);
      assert.equal((await socket.untilClosed()).code, code);
      socket = dialect === 'relay' ? await connect(t, server, token) : await join(t, server, token);
    }
    say(bob, 'unharmed');
    await bob.until('the message', ({ frames }) => frames.some((frame) => frame.includes('unharmed')));
  });
}

async function signedIn(server: TestServer): Promise<string> {
  return relayToken(server, 'eve');
}

function isSlowDown(data: unknown): boolean {
  return (data as { detail?: string } | undefined)?.detail === 'Too many requests';
}

function closeCodeOf(received: Buffer): number | null {
  const body = received.subarray(received.indexOf('\r\n\r\n') + 4);
  const close = serverFrames(body).find(({ opcode }) => opcode === OPCODE.close);
  return close === undefined ? null : close.payload.readUInt16BE(0);
}

function fragments(ws: TestSocket['ws'], count: number): void {
  for (let index = 0; index < count; index += 1) ws.send('x'.repeat(1_024), { fin: false });
}

test('frames that violate the protocol close the socket', async (t) => {
  const server = await startTestServer(t);
  const token = await relayToken(server, 'ann');
  const broken: Record<string, Buffer> = {
    'not masked': Buffer.from([0x81, 0x01, 0x78]),
    'a reserved opcode': Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
    'reserved bits': Buffer.from([0xf1, 0x80, 0, 0, 0, 0]),
    'a continuation of nothing': Buffer.from([0x80, 0x80, 0, 0, 0, 0]),
    'a length beyond 2^53': Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    'random bytes': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  };
  for (const [what, bytes] of Object.entries(broken)) {
    const raw = await openRawSocket(t, server, `/connect?token=${token}`);
    raw.write(bytes);
    await raw.until(`a close for ${what}`, ({ gone }) => gone);
    const { code } = await raw.frames();
    assert.ok(code === 1002 || code === 1009, `${what}: ${code}`);
  }
  await assertServes(server);
});

test('a client that floods is warned, then closed, and others are not affected', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '1' });
  const bob = await relayUser(t, server, 'bob');
  const flood = await relayUser(t, server, 'flood');
  flood.send('first');
  await bob.frameWith({ body: 'first' });
  for (let index = 0; index < 5_000; index += 1) flood.send(`${index}`);
  assert.deepEqual(await flood.untilClosed(), { code: 4029, reason: 'too many frames' });
  const refused = flood.json.filter(({ error }) => error === 'Too many requests').length;
  assert.ok(refused >= 900, `${refused} refusals`);
  bob.send('unharmed');
  await bob.frameWith({ body: 'unharmed' });
  const heard = bob.json.filter(({ from }) => from === 'flood').map(({ body }) => body);
  // The burst is ten; the first was the token.
  assert.deepEqual(heard.slice(0, 9), ['first', ...Array.from({ length: 8 }, (_, index) => `${index}`)]);
  assert.ok(heard.length < 50);
});

test('a client above its rate limit is read slowly, so that backpressure keeps the rest at the client', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '1' });
  const flood = await relayUser(t, server, 'flood');
  // About one fits into a read.
  const text = 'x'.repeat(60_000);
  const began = performance.now();
  for (let index = 0; index < 40; index += 1) flood.send(text);
  await flood.until('refusals', ({ json }) => json.filter(({ error }) => error === 'Too many requests').length >= 12);
  const ms = performance.now() - began;
  assert.ok(ms > 1_000, `12 refusals in ${ms} ms`);
});

/** One address floods repeatedly. */
const COUNTED = { RATE_LIMITS: 'on', ANONYMOUS_FRAMES_PER_ADDRESS: '1000000' };

test('a flood of pings counts as a flood', async (t) => {
  const server = await startTestServer(t, { ...COUNTED, SOCKET_RATE: '1' });
  const socket = await openSocket(t, `${server.wsUrl}/connect`);
  for (let index = 0; index < 5_000; index += 1) socket.ws.ping();
  assert.equal((await socket.untilClosed()).code, 4029);
});

test('every frame counts: endless unsolicited pongs, pings and empty fragments close their socket', async (t) => {
  const server = await startTestServer(t, COUNTED);
  const token = await relayToken(server, 'ann');
  const many = (bytes: Buffer) => Buffer.concat(Array.from({ length: 20_000 }, () => bytes));
  const floods: Record<string, Buffer> = {
    pongs: many(frame(OPCODE.pong)),
    pings: many(frame(OPCODE.ping)),
    texts: many(frame(OPCODE.text, 'x')),
    'empty pieces': Buffer.concat([
      frame(OPCODE.text, 'x', { fin: false }),
      many(frame(OPCODE.continuation, '', { fin: false })),
    ]),
  };
  for (const path of ['/ws', '/connect', `/connect?token=${token}`])
    for (const [what, bytes] of Object.entries(floods)) {
      const raw = await openRawSocket(t, server, path);
      raw.write(bytes);
      await raw.until(`the close for ${what} at ${path}`, ({ received }) => closeCodeOf(received) !== null);
      // There the first text counts as a token, an invalid one: either violation may be detected first.
      const codes = what === 'texts' && path === '/connect' ? [1008, 4029] : [4029];
      assert.ok(codes.includes(closeCodeOf(raw.received) ?? 0), `${what} at ${path}: ${closeCodeOf(raw.received)}`);
      const body = raw.received.subarray(raw.received.indexOf('\r\n\r\n') + 4);
      const answers = serverFrames(body).length;
      assert.ok(answers <= 1_500, `${answers} answers to ${what} at ${path}`);
      raw.socket.destroy();
    }
});

test('a client that keeps flooding a closed socket is read slowly until it is disconnected', async (t) => {
  const server = await startTestServer(t, COUNTED);
  const raw = await openRawSocket(t, server, '/ws');
  const pongs = Buffer.concat(Array.from({ length: 10_000 }, () => frame(OPCODE.pong)));
  let taken = 0;
  // Resolves when the kernel has accepted the bytes, and rejects when the connection has closed.
  const write = () => new Promise((resolve) => raw.socket.write(pongs, resolve));
  while (taken < 1_000 && !(await write())) if (closeCodeOf(raw.received) !== null) taken += 1;
  assert.equal(closeCodeOf(raw.received), 4029);
  const mib = (taken * pongs.length) / 1_048_576;
  // Including the kernel's buffers.
  assert.ok(mib < 20, `${mib} MiB were taken after the close`);
});

test('unsolicited pongs count even in small numbers', async (t) => {
  const server = await startTestServer(t, COUNTED);
  const pongs = Buffer.concat(Array.from({ length: 200 }, () => frame(OPCODE.pong)));
  for (const path of ['/ws', `/connect?token=${await relayToken(server, 'ann')}`]) {
    const raw = await openRawSocket(t, server, path);
    for (let round = 1; round <= 10 && closeCodeOf(raw.received) === null; round += 1) {
      const before = raw.received.length;
      raw.write(Buffer.concat([pongs, frame(OPCODE.text, 'x')]));
      await raw.until('an answer to the text', ({ received }) => received.length > before);
    }
    assert.equal(closeCodeOf(raw.received), 4029, path);
  }
});

test('an unauthenticated socket may send very little, and others of its address less still', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', ANONYMOUS_FRAMES_PER_ADDRESS: '25' });
  const refused: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const socket = await openSocket(t, `${server.wsUrl}/ws`);
    for (let count = 0; count < 20; count += 1) socket.send('x');
    await socket.frameCount(21);
    refused.push(socket.json.filter(({ data }) => isSlowDown(data)).length);
  }
  const [first, , third] = refused as [number, number, number];
  assert.ok(first >= 5 && third >= 10, `${refused}`);
});

suite('with deadlines to wait for', { concurrency: true }, () => {
  test('a slow client is closed or cut off while the others receive everything', async (t) => {
    const backlog = 262_144;
    const METRICS_TOKEN = 'the token for the metrics';
    const server = await startTestServer(t, {
      METRICS_TOKEN,
      SOCKET_BACKLOG: String(backlog),
      SOCKET_RATE: '1000',
      MESSAGE_LENGTH: '100000',
      RELAY_HISTORY: '0',
    });
    const watcher = await loungeUser(t, server, 'Watcher');
    const talker = await relayUser(t, server, 'talker');
    const [late, never] = (await Promise.all(['late', 'never'].map((name) => paused(t, server, name)))) as [
      RawClient,
      RawClient,
    ];
    await watcher.until(
      'both to be in',
      ({ frames }) => frames.filter((frame) => frame.includes('user_joined')).length === 4,
    );
    let count = 0;
    const say = async () => {
      talker.send(`${count} ${'x'.repeat(99_000)}`);
      count += 1;
      await Promise.all([talker.frameCount(count), watcher.until('it', ({ json }) => chatMessages(json) >= count)]);
    };
    // Only this socket has a backlog, and no single one can have two whole backlogs.
    do await say();
    while (count < 300 && (await bytesWaiting(server, METRICS_TOKEN)) <= 2 * backlog);
    await say();
    // A closed client has five seconds to read it.
    late.socket.resume();
    await late.untilGone();
    const { texts, code } = await late.frames();
    assert.equal(code, 4008);
    assert.ok(texts.length > 0 && texts.length < count, `${texts.length} messages`);
    assert.deepEqual(texts, talker.frames.slice(0, texts.length));
    for (const username of ['late', 'never']) await watcher.frameWith({ type: 'user_left', msg: { username } });
    const heard = watcher.json.filter(({ type }) => type === 'chat_message');
    assert.deepEqual(
      heard.map(({ msg }) => (msg as { text: string }).text),
      talker.json.map(({ body }) => body),
    );
    assert.equal(never.gone, false);
  });

  test('silent or half-finished connections do not delay a shutdown', async (t) => {
    const server = await startTestServer(t);
    const silent = await openRaw(t, server);
    const half = await openRaw(t, server);
    half.write('POST /signup HTTP/1.1\r\nhost: koine\r\ncontent-length: 100\r\n\r\n{');
    const header = await openRaw(t, server);
    header.write('GET /status HTTP/1.1\r\nhost:');
    const started = Date.now();
    await Promise.all([server.close(), ...[silent, half, header].map((raw) => raw.untilGone())]);
    assert.ok(Date.now() - started < 9_000);
  });
});

async function paused(t: TestContext, server: TestServer, username: string): Promise<RawClient> {
  const raw = await openRawSocket(t, server, `/connect?token=${await relayToken(server, username)}`);
  raw.socket.pause();
  return raw;
}

function chatMessages(frames: readonly Frame[]): number {
  return frames.filter(({ type }) => type === 'chat_message').length;
}

/** For all sockets together. */
async function bytesWaiting({ url }: TestServer, token: string): Promise<number> {
  const metrics = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return Number(/^koine_socket_backlog_bytes (\d+)/m.exec(await metrics.text())?.[1]);
}

// Tokens

type Forge = (good: string, claims: JWTPayload) => Promise<string> | string;

function sign(claims: JWTPayload, { key = KEY, alg = 'HS256' } = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(key);
}

const seconds = () => Math.floor(Date.now() / 1_000);

const FORGERIES: Record<string, Forge> = {
  'that has expired': (_, claims) => sign({ ...claims, exp: seconds() - 31 }),
  'without a signature (alg: none)': (_, claims) => new UnsecuredJWT(claims).encode(),
  'signed with another key': (_, claims) => sign(claims, { key: new TextEncoder().encode('x'.repeat(32)) }),
  'signed with an empty key': (_, claims) => sign(claims, { key: new Uint8Array(32) }),
  'signed in another way': (_, claims) => sign(claims, { key: Buffer.concat([KEY, KEY]), alg: 'HS512' }),
  'whose claims were altered': (good, claims) => {
    const [header, , signature] = good.split('.');
    const altered = Buffer.from(JSON.stringify({ ...claims, id: '1', username: 'admin' })).toString('base64url');
    return `${header}.${altered}.${signature}`;
  },
  'that lost its signature': (good) => `${good.split('.').slice(0, 2).join('.')}.`,
  'that only refreshes': (_, claims) => sign({ ...claims, token_type: 'refresh' }),
  'of another issuer': (_, claims) => sign({ ...claims, iss: 'somebody' }),
  'of no session': (_, { sid: _sid, ...claims }) => sign(claims),
  'of an unknown session': (_, claims) => sign({ ...claims, sid: '00000000-0000-4000-8000-000000000000' }),
  'of something that is no session': (_, claims) => sign({ ...claims, sid: "'; drop table sessions" }),
};

test('forged tokens', async (t) => {
  const server = await startTestServer(t, { JWT_SECRET });
  const { token } = await loungeAccount(server, 'Ann');
  for (const [what, forge] of Object.entries(FORGERIES))
    await t.test(`a token ${what} is refused`, async (sub) => {
      await assertWorthless(sub, server, await forge(token, decodeJwt(token)));
      await join(sub, server, token);
    });
});

test('a token is refused once its session is signed out', async (t) => {
  const server = await startTestServer(t);
  const { token } = await loungeAccount(server, 'Ann');
  await server.sql`delete from sessions`;
  await assertWorthless(t, server, token);
});

test('a token of another server is refused', async (t) => {
  const [server, other] = await Promise.all([startTestServer(t), startTestServer(t)]);
  const { token } = await loungeAccount(other, 'Ann');
  await assertWorthless(t, server, token);
});

async function assertWorthless(t: TestContext, server: TestServer, token: string): Promise<void> {
  assert.deepEqual(await (await connect(t, server, token)).untilClosed(), BAD_TOKEN);
  const headers = { authorization: `Bearer ${token}` };
  assert.deepEqual(await refusedUpgrade(t, `${server.wsUrl}/join`, { headers }), {
    status: 401,
    type: JSON_TYPE,
    body: '{"error":"Unauthorized"}',
  });
}

// Connections

test('10,000 connections open and close without a leak', async (t) => {
  const server = await startTestServer(t, { SOCKET_AUTH_TIMEOUT: '60' });
  const { token } = await loungeAccount(server, 'Ann');
  const before = heldHere();
  const comings = [
    { request: '', answered: false },
    { request: upgradeHead(`/join?token=${token}`), answered: false },
    { request: upgradeHead(`/join?token=${token}`), answered: true },
    { request: upgradeHead('/connect'), answered: true },
  ];
  for (let wave = 0; wave < 50; wave += 1)
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { request, answered } = comings[index % comings.length] as (typeof comings)[number];
        const raw = await openRaw(t, server);
        raw.write(request);
        if (answered) assert.equal(await raw.status(), 101);
        raw.socket.destroy();
      }),
    );
  await eventually('all connections and timers to be gone', async () => heldHere() <= before);
  const watcher = await loungeUser(t, server, 'Watcher');
  assert.deepEqual(watcher.json[0]?.msg, { list: [] });
});

/** Connections, both of whose ends are in this process, and pending timers. */
function heldHere(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap' || kind === 'Timeout').length;
}

test('no answer reveals the internal cause of an error', async (t) => {
  const server = await startTestServer(t);
  const ann = await relayUser(t, server, 'ann');
  ann.send('here');
  await ann.frameCount(1);
  await server.sql`alter table accounts rename column password_hash to lost`;
  await server.sql`alter table messages rename column body to lost`;
  const body = { username: 'bob', password: 'correct horse', email: 'bob@example.org' };
  assert.deepEqual(await answerOf(postJson(`${server.url}/signup`, body)), {
    status: 500,
    type: PLAIN,
    body: 'Internal error',
  });
  assert.deepEqual(await answerOf(postJson(`${server.url}/createUser`, body)), {
    status: 500,
    type: JSON_TYPE,
    body: '{"error":"Internal error"}',
  });
  ann.send('lost');
  const { timestamp, ...refused } = await ann.frameWith({ error: 'Internal error' });
  assert.deepEqual(refused, { from: '', body: 'Internal error', error: 'Internal error' });
  assert.equal(typeof timestamp, 'number');
});
