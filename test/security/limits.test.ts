/** Rate limits of a client, and its answers beyond them; other clients are not affected, and owners can sign in. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { DIALECTS } from '../../src/config/dialects.ts';
import { eventually } from '../support/conditions.ts';
import { crowd } from '../support/crowd.ts';
import {
  answerOf,
  type HttpAnswer,
  JSON_TYPE,
  PLAIN,
  postJson,
  privatePlaces,
  startServerWith,
  startTestServer,
  type TestServer,
} from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { messagesOf, member as messengerMember } from '../support/messenger-people.ts';
import { connect, join, loungeAccount, PASSWORD, relaySignUp, relayToken } from '../support/people.ts';
import { phoneJpeg } from '../support/pictures.ts';
import { head, openRaw, openRawSocket, upgradeHead } from '../support/raw.ts';
import { REFUSALS } from '../support/refusals.ts';
import { startProcess } from '../support/server-process.ts';
import { member } from '../support/social-people.ts';
import { openSocket, refusedUpgrade } from '../support/socket.ts';
import { frame, OPCODE } from '../support/ws-frames.ts';

function startLimited(t: TestContext, settings: Record<string, string> = {}): Promise<TestServer> {
  return startTestServer(t, { RATE_LIMITS: 'on', TRUST_PROXY: 'on', ...settings });
}

function from(address: string): Record<string, string> {
  return { 'x-forwarded-for': address };
}

async function signIn(server: TestServer, username: string, password: string, address: string): Promise<HttpAnswer> {
  const answer = await postJson(`${server.url}/signin`, { username, password }, from(address));
  return { status: answer.status, type: answer.headers.get('retry-after'), body: await answer.text() };
}

/** Statuses of that many sign-ins with wrong passwords. */
async function guesses(server: TestServer, username: string, address: string, count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1)
    statuses.push((await signIn(server, username, `guess ${index}`, address)).status);
  return statuses;
}

// Requests

test("requests above the rate limit are refused in each dialect's words with Retry-After, and other clients are not affected", async (t) => {
  const server = await startLimited(t, { REQUESTS_PER_ADDRESS: '2' });
  for (const [index, [dialect, { limited: path, tooMany }]] of Object.entries(REFUSALS).entries()) {
    const often = `192.0.2.${index + 1}`;
    const ask = (address: string) => fetch(server.url + path, { headers: from(address) });
    for (const remaining of ['1', '0']) {
      const { status, headers } = await ask(often);
      assert.notEqual(status, 429, dialect);
      assert.equal(headers.get('ratelimit-limit'), '2');
      assert.equal(headers.get('ratelimit-remaining'), remaining);
      assert.match(headers.get('ratelimit-reset') ?? '', /^([1-9]|[1-5]\d|60)$/);
    }
    const refused = await ask(often);
    assert.equal(refused.headers.get('retry-after'), refused.headers.get('ratelimit-reset'));
    assert.equal(refused.headers.get('ratelimit-remaining'), '0');
    assert.deepEqual(await answerOf(Promise.resolve(refused)), tooMany, dialect);
    assert.notEqual((await ask(`198.51.100.${index}`)).status, 429);
  }
});

test('full pages count for their size', async (t) => {
  const server = await startLimited(t);
  await relaySignUp(server, 'ann');
  await server.sql`
    insert into posts (author_id, body) select id, repeat('x', 20000) from accounts, generate_series(1, 40)`;
  const read = async (limit: number, address: string) => {
    const answer = await fetch(`${server.url}/messages/?limit=${limit}`, { headers: from(address) });
    const bytes = (await answer.arrayBuffer()).byteLength;
    return { bytes, left: Number(answer.headers.get('ratelimit-remaining')) };
  };
  const page = await read(100, '192.0.2.1');
  assert.ok(page.bytes > 600_000 && page.bytes < 1_100_000, `${page.bytes} bytes`);
  assert.equal(page.left - (await read(1, '192.0.2.1')).left, 1 + Math.floor(page.bytes / 65_536));
  assert.equal((await read(1, '192.0.2.2')).left - (await read(1, '192.0.2.2')).left, 1);
});

test('monitoring endpoints are exempt from rate limits, whatever else comes from their address', async (t) => {
  const METRICS_TOKEN = 'a token for the metrics';
  const server = await startLimited(t, { REQUESTS_PER_ADDRESS: '1', METRICS_TOKEN });
  const ask = async (path: string, method = 'GET') => {
    const headers = { ...from('192.0.2.1'), authorization: `Bearer ${METRICS_TOKEN}` };
    return (await fetch(server.url + path, { method, headers })).status;
  };
  assert.deepEqual([await ask('/status'), await ask('/status')], [200, 429]);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    assert.deepEqual([await ask(path), await ask(path), await ask(path, 'POST')], [200, 200, 429], path);
});

test('an upgrade counts as a request', async (t) => {
  const server = await startLimited(t, { REQUESTS_PER_ADDRESS: '1' });
  const raw = await openRaw(t, server);
  raw.write(upgradeHead('/connect', from('192.0.2.1')));
  assert.equal(await raw.status(), 101);
  assert.deepEqual(await refusedUpgrade(t, `${server.wsUrl}/join`, { headers: from('192.0.2.1') }), {
    status: 429,
    type: JSON_TYPE,
    body: '{"error":"Too many requests"}',
  });
});

test("all addresses of an IPv6 line count as one, and proxies' headers only if trusted", async (t) => {
  const server = await startLimited(t, { REQUESTS_PER_ADDRESS: '1' });
  const status = async (url: string, address: string) =>
    (await fetch(`${url}/status`, { headers: from(address) })).status;
  assert.equal(await status(server.url, '2001:db8:1:2::1'), 200);
  assert.equal(await status(server.url, '2001:db8:1:2:ffff::9'), 429);
  assert.equal(await status(server.url, '2001:db8:1:3::1'), 200);
  const alone = await startLimited(t, { REQUESTS_PER_ADDRESS: '1', TRUST_PROXY: 'off' });
  assert.equal(await status(alone.url, '192.0.2.1'), 200);
  assert.equal(await status(alone.url, '192.0.2.2'), 429);
});

test('only X-Forwarded-For entries of trusted proxies are believed: one entry from any peer, or a list from the right', async (t) => {
  const statuses = async (TRUST_PROXY: string, chains: readonly string[]) => {
    const server = await startLimited(t, { REQUESTS_PER_ADDRESS: '1', TRUST_PROXY });
    const seen: number[] = [];
    for (const chain of chains) seen.push((await fetch(`${server.url}/status`, { headers: from(chain) })).status);
    return seen;
  };
  // A client that forges the header is still counted as the address that the proxy saw.
  const forged = ['192.0.2.1', '198.51.100.1, 192.0.2.1', '198.51.100.2,192.0.2.1', '192.0.2.1, 192.0.2.2'];
  assert.deepEqual(await statuses('on', forged), [200, 429, 429, 200]);
  const list = [
    '192.0.2.1, 10.0.0.7',
    '198.51.100.1, 192.0.2.1',
    '198.51.100.2, 192.0.2.1, 10.0.0.8',
    '192.0.2.2, 10.1.0.1',
  ];
  assert.deepEqual(await statuses('loopback,10.0.0.0/16', list), [200, 429, 429, 200]);
});

test('a wrong TRUST_PROXY is reported in the log in both cases, once a minute', async (t) => {
  const places = await privatePlaces(t);
  const told = async (TRUST_PROXY: string, headers: Record<string, string>) => {
    const server = await startProcess(t, { ...places, TRUST_PROXY });
    for (const path of ['/healthz', '/status', '/status', '/messages/']) await fetch(server.url + path, { headers });
    await server.stop();
    return server.lines.map(({ msg }) => String(msg)).filter((line) => line.startsWith('TRUST_PROXY'));
  };
  const [untrusted, ...none] = await told('10.0.0.0/8', from('192.0.2.1'));
  assert.match(untrusted ?? '', /^TRUST_PROXY does not name 127\.0\.0\.1, which sends X-Forwarded-For/);
  assert.deepEqual(none, []);
  const [silent, ...neither] = await told('on', {});
  assert.match(silent ?? '', /^TRUST_PROXY trusts 127\.0\.0\.1, which sends no X-Forwarded-For/);
  assert.deepEqual(neither, []);
});

test('an account has its own rate limit, whatever address it uses', async (t) => {
  const server = await startLimited(t, { REQUESTS_PER_ACCOUNT: '2' });
  const [ann, bob] = [await loungeAccount(server, 'Ann'), await loungeAccount(server, 'Bob')];
  const ask = async ({ token }: { token: string }, address: string) =>
    (await fetch(`${server.url}/users/me`, { headers: { ...from(address), authorization: `Bearer ${token}` } })).status;
  assert.deepEqual([await ask(ann, '192.0.2.1'), await ask(ann, '192.0.2.2')], [200, 200]);
  assert.equal(await ask(ann, '192.0.2.3'), 429);
  assert.equal(await ask(bob, '192.0.2.3'), 200);
});

test('with rate limits off nothing is counted', async (t) => {
  const server = await startTestServer(t, { REQUESTS_PER_ADDRESS: '1', SIGN_IN_TRIES: '1' });
  await relaySignUp(server, 'ann');
  for (let index = 0; index < 3; index += 1)
    assert.equal((await signIn(server, 'ann', 'wrong', '192.0.2.1')).status, 401);
  assert.equal((await fetch(`${server.url}/status`)).headers.get('ratelimit-limit'), null);
});

// Signing in and up

test('brute force on an account is stopped, and its owner can still sign in', async (t) => {
  const server = await startLimited(t, { SIGN_IN_TRIES: '3' });
  await relaySignUp(server, 'ann');
  assert.deepEqual(await guesses(server, 'ann', '192.0.2.66', 4), [401, 401, 401, 429]);
  const refused = await signIn(server, 'ann', PASSWORD, '192.0.2.66');
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.type) > 800, `come back in ${refused.type} s`);
  // Another spelling is the same account; other accounts have their own limits.
  assert.deepEqual(await guesses(server, ' ANN ', '192.0.2.66', 1), [429]);
  assert.deepEqual(await guesses(server, 'bob', '192.0.2.66', 1), [401]);
  assert.equal((await signIn(server, 'ann', PASSWORD, '192.0.2.1')).status, 200);
});

test('distributed brute force cannot lock an account: its owner signs in from a known address and from a new one', async (t) => {
  const server = await startLimited(t, { SIGN_IN_TRIES: '4', SIGN_IN_TRIES_PER_ACCOUNT: '6' });
  await relaySignUp(server, 'ann');
  assert.equal((await signIn(server, 'ann', PASSWORD, '192.0.2.1')).status, 200);
  for (const address of ['198.51.100.1', '198.51.100.2']) await guesses(server, 'ann', address, 3);
  assert.deepEqual(await guesses(server, 'ann', '198.51.100.3', 3), [401, 401, 429]);
  assert.deepEqual(await guesses(server, 'ann', '192.0.2.1', 3), [401, 401, 401]);
  assert.equal((await signIn(server, 'ann', PASSWORD, '192.0.2.1')).status, 200);
  assert.equal((await signIn(server, 'ann', PASSWORD, '203.0.113.1')).status, 200);
});

test('an IPv6 site with many networks gets sixteen times the tries of one network, and a household four times', async (t) => {
  const server = await startLimited(t, {
    SIGN_IN_TRIES: '1',
    SIGN_IN_TRIES_PER_ADDRESS: '2',
    SIGN_UPS_PER_ADDRESS: '1',
  });
  // In the fourth group, the first byte is the household and the second one the line of a household.
  const line = (site: number, household: number, number: number) => `2001:db8:${site}:${household}0${number}::1`;
  const linesOf = (site: number) => [
    ...[1, 2, 3, 4, 5].map((number) => line(site, 1, number)),
    ...[2, 3, 4, 5].flatMap((household) => [1, 2, 3, 4].map((number) => line(site, household, number))),
    line(site + 100, 1, 1),
  ];
  // Tries refused to a household do not count for the site: 4 lines of each of 4 households, then another site.
  const expected = [...Array(4).fill(true), false, ...Array(12).fill(true), ...Array(4).fill(false), true];
  const allowed = async (site: number, each: (address: string) => Promise<number>) => {
    const results: boolean[] = [];
    for (const address of linesOf(site)) results.push((await each(address)) !== 429);
    return results;
  };
  let names = 0;
  const newName = () => {
    names += 1;
    return `name${names}`;
  };
  const guess = async (username: string, address: string) => (await guesses(server, username, address, 1))[0] as number;

  assert.deepEqual(await allowed(1, (address) => guess('ann', address)), expected, 'at one account');
  const twice = async (address: string) => {
    await guess(newName(), address);
    return guess(newName(), address);
  };
  assert.deepEqual(await allowed(2, twice), expected, 'at many accounts');
  const signUp = async (address: string) =>
    (await postJson(`${server.url}/signup`, { username: newName(), password: PASSWORD }, from(address))).status;
  assert.deepEqual(await allowed(3, signUp), expected, 'new accounts');
});

test('an owner signs in from a known address whatever its neighbours try, also after a restart and on another node', async (t) => {
  const settings = { SIGN_IN_TRIES: '3', SIGN_IN_TRIES_PER_ADDRESS: '6', SIGN_IN_TRIES_PER_ACCOUNT: '4' };
  const server = await startLimited(t, settings);
  for (const name of ['ann', 'bob']) await relaySignUp(server, name);
  const office = '192.0.2.1';
  assert.equal((await signIn(server, 'ann', PASSWORD, office)).status, 200);
  const other = await startServerWith(t, server.settings);
  await server.close();
  const restarted = await startServerWith(t, server.settings);

  for (const node of [restarted, other]) {
    // A neighbour tries many accounts, and many addresses try this one.
    for (let index = 0; index < 7; index += 1) await guesses(node, `name${index}`, office, 1);
    for (const address of ['198.51.100.1', '198.51.100.2']) await guesses(node, 'ann', address, 3);
    assert.deepEqual(await guesses(node, 'carl', office, 1), [429]);
    assert.equal((await signIn(node, 'ann', PASSWORD, office)).status, 200);
    assert.equal((await signIn(node, 'bob', PASSWORD, office)).status, 429, 'not known from there');
    // The neighbour tries this account: the owner has as many tries again, and no more.
    assert.deepEqual(await guesses(node, 'ann', office, 3), [401, 401, 401]);
    assert.equal((await signIn(node, 'ann', PASSWORD, office)).status, 200);
    assert.deepEqual(await guesses(node, 'ann', office, 4), [401, 401, 401, 429]);
    assert.equal((await signIn(node, 'ann', PASSWORD, office)).status, 429);
  }
});

test('a few known networks per account are stored, unreadably, until its password is reset', async (t) => {
  const server = await startLimited(t, {});
  await relaySignUp(server, 'ann');
  const networks = async () =>
    (await server.sql<{ network: Buffer }[]>`select network from known_networks order by network`).map(
      (row) => row.network,
    );
  for (let index = 0; index < 20; index += 1)
    assert.equal((await signIn(server, 'ann', PASSWORD, `192.0.2.${index}`)).status, 200);
  const kept = await networks();
  assert.equal(kept.length, 16);
  assert.ok(kept.every((network) => network.length === 16 && !network.toString('latin1').includes('192.0')));
  await signIn(server, 'ann', PASSWORD, '192.0.2.19');
  assert.deepEqual(await networks(), kept, 'seen again, it is the same row');
  await koine(server.settings, 'user', 'reset-password', 'ann', '--generate');
  assert.deepEqual(await networks(), []);
});

test('an address that tries many accounts is stopped, and an office of fifty is not', async (t) => {
  const server = await startLimited(t, { SIGN_IN_TRIES_PER_ADDRESS: '12' });
  const names = Array.from({ length: 50 }, (_, index) => `user${index}`);
  await crowd(server.sql, names);
  for (const name of names) assert.equal((await signIn(server, name, PASSWORD, '192.0.2.1')).status, 200);
  const statuses: number[] = [];
  for (let index = 0; index < 13; index += 1)
    statuses.push(...(await guesses(server, `name${index}`, '192.0.2.66', 1)));
  assert.deepEqual(statuses, [...Array.from({ length: 12 }, () => 401), 429]);
});

test('every way of signing in is counted', async (t) => {
  const server = await startLimited(t, { SIGN_IN_TRIES: '1' });
  const { email, username } = await loungeAccount(server, 'Ann');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const wrong = { password: 'not the password' };
  const ways: Record<string, () => Promise<Response>> = {
    koine: () => postJson(`${server.url}/v1/session`, { login: username, ...wrong }, from('192.0.2.6')),
    relay: () => postJson(`${server.url}/signin`, { username, ...wrong }, from('192.0.2.1')),
    lounge: () => postJson(`${server.url}/login`, { email, ...wrong }, from('192.0.2.2')),
    board: () => postJson(`${server.url}/token`, `username=${username}&password=no`, { ...form, ...from('192.0.2.3') }),
    social: () => postJson(`${server.url}/api/auth/login`, { email, ...wrong }, from('192.0.2.4')),
    messenger: () => postJson(`${server.url}/accounts/api/token/`, { username, ...wrong }, from('192.0.2.5')),
  };
  assert.deepEqual(Object.keys(ways).sort(), [...DIALECTS].sort());
  for (const [dialect, way] of Object.entries(ways))
    assert.deepEqual([(await way()).status, (await way()).status], [401, 429], dialect);
});

test('sign-ups are limited per address', async (t) => {
  const server = await startLimited(t, { SIGN_UPS_PER_ADDRESS: '2' });
  const signUp = async (username: string, address: string) =>
    (await postJson(`${server.url}/signup`, { username, password: PASSWORD }, from(address))).status;
  const statuses = [await signUp('one', '192.0.2.1'), await signUp('two', '192.0.2.1')];
  assert.deepEqual([...statuses, await signUp('three', '192.0.2.1')], [200, 200, 429]);
  assert.equal(await signUp('three', '192.0.2.2'), 200);
  const [{ count }] = await server.sql<[{ count: number }]>`select count(*)::int as count from accounts`;
  assert.equal(count, 3);
});

test('queries for names and e-mails in use are counted before they are answered', async (t) => {
  const server = await startLimited(t, { SIGN_UPS_PER_ADDRESS: '2' });
  const body = { username: 'ann', email: 'ann@example.org', password: PASSWORD };
  const ask = async (address: string) =>
    (await postJson(`${server.url}/accounts/api/users/`, body, from(address))).status;
  const statuses = [await ask('192.0.2.1'), await ask('192.0.2.1'), await ask('192.0.2.1')];
  assert.deepEqual(statuses, [201, 400, 429]);
  assert.equal(await ask('192.0.2.2'), 400);
});

test('uploads are limited per account', async (t) => {
  const server = await startLimited(t, { UPLOADS_PER_ACCOUNT: '3' });
  const ann = await member(server, 'ann');
  const picture = await phoneJpeg(40, 30);
  assert.equal((await ann.post('two', [picture, picture])).status, 201);
  assert.equal((await ann.post('two more', [picture, picture])).status, 429);
  assert.equal((await ann.post('none')).status, 201);
  const bob = await member(server, 'bob');
  assert.equal((await bob.post('his', [picture])).status, 201);
});

test("messages are limited per account over all its sockets and HTTP, in each dialect's words", async (t) => {
  const server = await startLimited(t, { MESSAGES_PER_ACCOUNT: '3' });
  const ann = await messengerMember(server, 'ann');
  const bob = await messengerMember(server, 'bob');
  await ann.chatWith('bob');
  const headers = from('192.0.2.9');
  const relay = await openSocket(t, `${server.wsUrl}/connect?token=${ann.access}`, { headers });
  for (const text of ['one', 'two']) relay.send(text);
  await relay.frameWith({ body: 'two' });
  await relay.close();
  assert.equal((await ann.say({ name: 'lobby' }, 'three')).content, 'three');
  // Through any socket.
  const again = await openSocket(t, `${server.wsUrl}/connect?token=${ann.access}`, { headers });
  again.send('four');
  await again.frameWith({ error: 'Too many requests' });
  const lounge = await join(t, server, ann.access);
  lounge.send({ type: 'chat_message', msg: { text: 'four' } });
  await lounge.frameWith({ type: 'error' });
  const messenger = await ann.enter(t, { name: 'ann_bob' });
  messenger.send({ message: 'four' });
  await messenger.until('the refusal', ({ json }) => json.some(({ error }) => error !== undefined));
  const refused = await fetch(`${server.url}${messagesOf({ name: 'lobby' })}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ann.access}`, 'content-type': 'application/json' },
    body: '{"content":"four"}',
  });
  assert.deepEqual([refused.status, await refused.text()], [429, '{"detail":"Request was throttled."}']);
  assert.match(refused.headers.get('retry-after') ?? '', /^([1-9]|1\d|20)$/);
  assert.equal((await bob.say({ name: 'lobby' }, 'his')).content, 'his');
  const bodies = (await server.sql<{ body: string }[]>`select body from messages order by id`).map(({ body }) => body);
  assert.deepEqual(bodies, ['one', 'two', 'three', 'his']);
});

test('bytes of text are limited per account, and a single text is always accepted', async (t) => {
  const server = await startLimited(t, { TEXT_BYTES_PER_ACCOUNT: '1000' });
  const ann = await messengerMember(server, 'ann');
  const post = async (content: string) =>
    (await ann.call('POST', '/profiles/api/posts/', { title: 'a title', content })).status;
  assert.deepEqual([await post('x'.repeat(4_000)), await post('x'.repeat(100))], [201, 429]);
  const bob = await messengerMember(server, 'bob');
  await bob.say({ name: 'lobby' }, 'x'.repeat(200));
});

// Sockets and connections

test('frames are limited per account over all its sockets, and reconnecting does not reset the limit', async (t) => {
  const server = await startTestServer(t, { SOCKET_RATE: '1' });
  const ann = await loungeAccount(server, 'Ann');
  const began = performance.now();
  let sent = 0;
  for (let round = 0; round < 4; round += 1) {
    const sockets = [await join(t, server, ann.token), await join(t, server, ann.token)];
    for (const socket of sockets)
      for (let count = 0; count < 10; count += 1, sent += 1)
        socket.send({ type: 'chat_message', msg: { text: `text ${sent}` } });
    for (const socket of sockets) {
      await socket.until('an answer to each', ({ json }) => json.filter(isAnswer).length >= 10);
      await socket.close();
    }
  }
  const [{ count }] = await server.sql<[{ count: number }]>`select count(*)::int as count from messages`;
  const seconds = (performance.now() - began) / 1_000;
  assert.ok(count >= 10 && count <= 11 + seconds, `${count} of ${sent} were taken in ${seconds} s`);
});

test("joins of the lobby are limited per account over all sockets, in each dialect's words", async (t) => {
  const server = await startLimited(t, { ARRIVALS_PER_ACCOUNT: '4' });
  const ann = await messengerMember(server, 'ann');
  const bob = await messengerMember(server, 'bob');
  const watcher = await join(t, server, bob.access);
  for (let round = 0; round < 2; round += 1) {
    const sockets = [await join(t, server, ann.access), await connect(t, server, ann.access)] as const;
    sockets[1].send(`round ${round}`);
    await watcher.until('the message', ({ json }) => JSON.stringify(json).includes(`round ${round}`));
    for (const socket of sockets) await socket.close();
  }
  const headers = { authorization: `Bearer ${ann.access}` };
  const lounge = await refusedUpgrade(t, `${server.wsUrl}/join`, { headers });
  assert.deepEqual([lounge.status, lounge.body], [429, '{"error":"Too many requests"}']);
  const messenger = await refusedUpgrade(t, `${server.wsUrl}/messenger/ws/ws/chat/lobby/`, { headers });
  assert.deepEqual([messenger.status, messenger.body], [429, '{"detail":"Request was throttled."}']);
  const relay = await connect(t, server, ann.access);
  await relay.frameWith({ error: 'Too many requests' });
  assert.equal((await relay.untilClosed()).code, 4029);
  // Neither other clients nor other rooms are affected.
  await join(t, server, bob.access);
  await ann.chatWith('bob');
  await ann.enter(t, { name: 'ann_bob' });
});

test('a client that sends its token and all allowed messages in one packet is handled completely', async (t) => {
  const server = await startTestServer(t, { RATE_LIMITS: 'on', SOCKET_RATE: '100' });
  const token = await relayToken(server, 'ann');
  const raw = await openRawSocket(t, server, '/connect');
  raw.write(
    Buffer.concat([
      frame(OPCODE.text, token),
      ...Array.from({ length: 900 }, (_, index) => frame(OPCODE.text, `text ${index}`)),
    ]),
  );
  await raw.until('the last one', ({ text }) => text.includes('"text 899"'));
  const { texts, code } = await raw.frames();
  assert.equal(texts.filter((text) => text.includes('"body":"text ')).length, 900);
  assert.equal(code, null);
  // Unauthenticated sockets have the same limit as before.
  const nobody = await openRawSocket(t, server, '/ws');
  nobody.write(Buffer.concat(Array.from({ length: 2_000 }, () => frame(OPCODE.text, 'x'))));
  await nobody.untilGone();
  assert.equal((await nobody.frames()).code, 4029);
});

test('sockets are limited per address', async (t) => {
  const server = await startLimited(t, { SOCKETS_PER_ADDRESS: '2' });
  const { token } = await loungeAccount(server, 'Ann');
  const headers = { ...from('192.0.2.1'), authorization: `Bearer ${token}` };
  const [first] = [await join(t, server, token, { headers }), await join(t, server, token, { headers })];
  assert.equal((await refusedUpgrade(t, `${server.wsUrl}/join`, { headers })).status, 429);
  await join(t, server, token, { headers: from('192.0.2.2') });
  first.ws.close();
  await first.untilClosed();
  await eventually('room for another', () => join(t, server, token, { headers }).catch(() => null));
});

test('unauthenticated sockets are limited further per address', async (t) => {
  const server = await startLimited(t, { ANONYMOUS_SOCKETS_PER_ADDRESS: '2' });
  const token = await relayToken(server, 'ann');
  const headers = from('192.0.2.1');
  const silent = () => openSocket(t, `${server.wsUrl}/connect`, { headers });
  const first = await silent();
  await silent();
  assert.deepEqual(await refusedUpgrade(t, `${server.wsUrl}/connect`, { headers }), {
    status: 429,
    type: PLAIN,
    body: 'Too many requests',
  });
  first.send(token);
  first.send('here');
  await first.frameWith({ body: 'here' });
  await silent();
});

test('thousands of silent sockets lock nobody out: the address with the most of them loses its oldest', async (t) => {
  const server = await startLimited(t, { ANONYMOUS_SOCKETS: '4' });
  const token = await relayToken(server, 'ann');
  const silent = (address: string) => openSocket(t, `${server.wsUrl}/connect`, { headers: from(address) });
  const guest = await silent('192.0.2.1');
  const crowd = [await silent('192.0.2.66'), await silent('192.0.2.66'), await silent('192.0.2.66')];
  const ann = await connect(t, server, token);
  assert.equal((await crowd[0]?.untilClosed())?.code, 1013);
  for (const socket of [guest, crowd[1], crowd[2]]) assert.equal(socket?.ws.readyState, 1);
  ann.send('heard');
  await ann.frameWith({ body: 'heard' });
});

test('connections are limited per address, and further ones are closed unread', async (t) => {
  const server = await startLimited(t, { CONNECTIONS_PER_ADDRESS: '2', TRUST_PROXY: 'off' });
  const [first] = [await openRaw(t, server), await openRaw(t, server)];
  const third = await openRaw(t, server);
  await third.untilGone();
  assert.equal(third.text, '');
  first.socket.destroy();
  await eventually('room for another', async () => {
    const raw = await openRaw(t, server);
    raw.write(head('GET', '/status'));
    return raw
      .until('an answer or the end', ({ text, gone }) => (text.includes(' 200 ') && 'served') || (gone && 'gone'))
      .then((end) => end === 'served');
  });
});

test('connections are limited on the whole server', async (t) => {
  const server = await startTestServer(t, { CONNECTIONS: '2' });
  for (let index = 0; index < 2; index += 1) await openRaw(t, server);
  await (await openRaw(t, server)).untilGone();
});

function isAnswer({ type }: Record<string, unknown>): boolean {
  return type === 'chat_message' || type === 'error';
}

// Request parsing

test('requests with oversized heads or too many parameters are refused', async (t) => {
  const server = await startTestServer(t);
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`x-${index}`, 'x']));
  const requests: [string, Record<string, string>, number][] = [
    [`/status?${'x'.repeat(9_000)}`, {}, 413],
    [`/status?${'x&'.repeat(101)}`, {}, 400],
    ['/status', many, 413],
  ];
  for (const [path, headers, status] of requests)
    for (const upgrade of [{}, { connection: 'upgrade', upgrade: 'websocket' }]) {
      const raw = await openRaw(t, server);
      const target = 'upgrade' in upgrade ? path.replace('/status', '/join') : path;
      raw.write(head('GET', target, { ...headers, ...upgrade }));
      assert.equal(await raw.status(), status, `${target.slice(0, 20)} ${JSON.stringify(upgrade)}`);
      raw.socket.destroy();
    }
});

suite('who sends slowly', { concurrency: true }, () => {
  const SHORT = { HEAD_TIMEOUT: '1', BODY_TIMEOUT: '1' };

  for (const [what, sent] of Object.entries({
    nothing: '',
    'half a head': 'GET /status HTTP/1.1\r\nhost:',
    'half an upgrade': 'GET /connect HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n',
    'half a body': head('POST', '/signup', { 'content-length': '100' }),
  }))
    test(`and has sent ${what} is cut off in time`, async (t) => {
      const server = await startTestServer(t, SHORT);
      const raw = await openRaw(t, server);
      raw.write(sent);
      await raw.untilGone();
    });

  test('but continues may take longer than that', async (t) => {
    const server = await startTestServer(t, { BODY_TIMEOUT: '3' });
    const raw = await openRaw(t, server);
    const parts = 8;
    const part = ' '.repeat(64_000);
    const body = '{"username":"ann","password":"correct horse"}';
    raw.write(head('POST', '/signup', { 'content-length': String(parts * part.length + body.length) }));
    for (let index = 0; index < parts; index += 1) {
      raw.write(part);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    raw.write(body);
    assert.equal(await raw.status(), 200);
  });
});
