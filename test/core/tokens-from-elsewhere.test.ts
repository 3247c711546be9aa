/** Tokens of an external issuer: accounts, refusals, and the end of sessions. */
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { after, before, type TestContext, test } from 'node:test';
import { base64url, type JWTPayload } from 'jose';
import { call, member, type User } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { answerOf, postJson, SETTINGS, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { AUDIENCE, type Issuer, newKeys, startIssuer } from '../support/issuer.ts';
import { socketUrl } from '../support/messenger-people.ts';
import { connect, join, PASSWORD, relaySignUp } from '../support/people.ts';
import { call as socialCall } from '../support/social-people.ts';
import { openSocket, refusedUpgrade, type TestSocket } from '../support/socket.ts';

const ANN = { username: 'Ann', email: 'ann@example.org', email_verified: true };

/** Shared by tests that do not change it, and by those that do. */
let issuer: Issuer;
let changing: Issuer;
before(async () => {
  [issuer, changing] = await Promise.all([startIssuer({ 'ann-7': ANN }), startIssuer()]);
});
after(() => {
  issuer.stop();
  changing.stop();
});

/** Another node on the same database, with other settings. */
function nodeOver(t: TestContext, { settings }: TestServer, more: Record<string, string>): Promise<TestServer> {
  const { DATABASE_URL = '', DATA_DIR = '' } = settings;
  return startServerWith(t, { ...SETTINGS, DATABASE_URL, DATA_DIR, ...more });
}

/** The core of another node on the same database. */
function coreOver(t: TestContext, { settings }: TestServer, more: Record<string, string> = {}) {
  const { DATABASE_URL = '', DATA_DIR = '' } = settings;
  return startCore(t, { DATABASE_URL, DATA_DIR }, more);
}

async function countAccounts({ sql }: TestServer): Promise<number> {
  return (await sql<[{ count: number }]>`select count(*)::int as count from accounts`)[0].count;
}

async function whoIs(server: TestServer, token: string): Promise<User> {
  const { status, json } = await call<User>(server, 'GET', '/users/me', { token });
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

async function statusOf(server: TestServer, token: string): Promise<number> {
  return (await call(server, 'GET', '/users/me', { token })).status;
}

/** Every way of every dialect to authenticate with a token. */
async function statusesEverywhere(server: TestServer, token: string): Promise<number[]> {
  const bearer = { authorization: `Bearer ${token}` };
  const answers = await Promise.all([
    call(server, 'GET', '/users/me', { token }),
    socialCall(server, 'GET', '/auth/current_user', { headers: bearer }),
    socialCall(server, 'GET', '/auth/current_user', { headers: { cookie: `token=${token}` } }),
    call(server, 'GET', '/profiles/api/profile/', { token }),
  ]);
  return answers.map(({ status }) => status);
}

/** Sockets of relay, lounge, messenger and social, each with its own echo received. */
async function enterEverywhere(t: TestContext, server: TestServer, token: string): Promise<TestSocket[]> {
  const bearer = { authorization: `Bearer ${token}` };
  const chat = await socialCall<{ id: string; users: { id: string }[] }>(server, 'POST', '/chats/create', {
    headers: bearer,
    body: { title: 'A chat' },
  });
  const sockets = [
    await connect(t, server, token),
    await join(t, server, token),
    await openSocket(t, socketUrl(server, { name: 'lobby' }), { headers: bearer }),
    await openSocket(t, `${server.wsUrl}/api/chats/ws/${chat.json.id}/${chat.json.users[0]?.id}?token=${token}`),
  ];
  const words = token.slice(-8);
  const frames = [
    `${words} 0`,
    { type: 'chat_message', msg: { text: `${words} 1` } },
    { message: `${words} 2` },
    `${words} 3`,
  ] as const;
  for (const [n, socket] of sockets.entries()) {
    socket.send(frames[n] as string);
    await socket.until('its own words', (it) => it.frames.some((frame) => frame.includes(`${words} ${n}`)));
  }
  return sockets;
}

/** The same token with the other signature that ECDSA has for it. */
function twinOf(token: string): string {
  const [header, payload, signature = ''] = token.split('.');
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const bytes = Buffer.from(signature, 'base64url');
  const s = order - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]);
  return `${header}.${payload}.${twin.toString('base64url')}`;
}

test('tokens of an issuer', async (t) => {
  const server = await startTestServer(t, issuer.settings);

  // Accounts

  await t.test('an account of the issuer is a member of every dialect, under one account', async (t) => {
    const token = await issuer.tokenOfPerson('ann-7');
    assert.deepEqual(await statusesEverywhere(server, token), [200, 200, 200, 200]);
    const me = await whoIs(server, token);
    assert.deepEqual([me.username, me.email], ['Ann', 'ann@example.org']);
    await enterEverywhere(t, server, token);
    assert.equal((await whoIs(server, await issuer.tokenOfPerson('ann-7'))).id, me.id);
    const local = await member(server, 'local');
    assert.equal((await whoIs(server, local.token)).username, 'local');
  });

  await t.test('programs sign in with tokens of each algorithm, under one account', async () => {
    const people = [];
    for (const alg of ['RS256', 'ES256', 'EdDSA'] as const)
      people.push(await whoIs(server, await issuer.tokenOfProgram(alg)));
    assert.match(people[0]?.username as string, /^user-[0-9a-f]{8}$/);
    assert.deepEqual(new Set(people.map(({ id }) => id)).size, 1);
  });

  await t.test('concurrent requests with new tokens of one person create one account', async () => {
    await member(server, 'cleo');
    const before = await countAccounts(server);
    const tokens = await Promise.all(Array.from({ length: 8 }, () => issuer.sign({ sub: 'cleo', username: 'cleo' })));
    const people = await Promise.all([...tokens, ...tokens].map((token) => whoIs(server, token)));
    assert.equal(new Set(people.map(({ id }) => id)).size, 1);
    assert.equal(await countAccounts(server), before + 1);
  });

  await t.test(
    'a token cannot take over a local account by its name or e-mail: a free name is chosen and the e-mail omitted',
    async (t) => {
      const tara = await member(server, 'tara');
      const token = await issuer.sign({ sub: '1', username: 'TARA', email: 'Tara@Example.org', email_verified: true });
      const other = await whoIs(server, token);
      assert.notEqual(other.id, tara.id);
      assert.match(other.username, /^TARA-[0-9a-f]{8}$/);
      assert.equal(other.email, '');
      const alike = await issuer.sign({ sub: '2', username: 't\u0430ra' });
      assert.match((await whoIs(server, alike)).username, /^t\u0430ra-[0-9a-f]{8}$/);
      // The generated name is deterministic.
      const elsewhere = await startTestServer(t, issuer.settings);
      await member(elsewhere, 'tara');
      assert.equal((await whoIs(elsewhere, token)).username, other.username);
      // An issuer cannot claim it by sending that name.
      const third = await issuer.sign({ sub: '3', username: 'TARA' });
      await member(server, (await whoIs(elsewhere, third)).username);
      assert.match((await whoIs(server, third)).username, /^TARA-[0-9a-f]{32}$/);
    },
  );

  await t.test('bans of sign-ups hold for accounts of the issuer', async () => {
    const known = await issuer.sign({ sub: 'spam 1', username: 'spam1' });
    await whoIs(server, known);
    const before = await countAccounts(server);
    await server.sql`insert into sanctions (kind, name_pattern) values ('ban', 'spam*')`;
    await server.sql`insert into sanctions (kind, email_domain) values ('ban', 'mail.example')`;
    const refused = [
      { sub: 'spam 2', username: 'Spam2' },
      { sub: 'spam 3', username: 'eve', email: 'eve@sub.mail.example', email_verified: true },
    ];
    for (const claims of refused) assert.equal(await statusOf(server, await issuer.sign(claims)), 401, claims.sub);
    assert.equal(await countAccounts(server), before);
    assert.equal(await statusOf(server, known), 200);
    assert.equal(await statusOf(server, await issuer.sign({ sub: 'no spam', username: 'sid' })), 200);
  });

  await t.test('a verified e-mail follows the issuer, and the username stays', async () => {
    const email = 'vera@example.org';
    for (const email_verified of [undefined, false, 'true', 1])
      assert.equal(
        (await whoIs(server, await issuer.sign({ sub: 'vera', username: 'vera', email, email_verified }))).email,
        '',
      );
    const verified = await issuer.sign({ sub: 'vera', preferred_username: 'veronica', email, email_verified: true });
    assert.deepEqual(await whoIs(server, verified), { ...(await whoIs(server, verified)), username: 'vera', email });
    await member(server, 'victor');
    for (const taken of ['victor@example.org', 'nothing like an e-mail', `${'x'.repeat(300)}@example.org`])
      assert.equal(
        (await whoIs(server, await issuer.sign({ sub: 'vera', email: taken, email_verified: true }))).email,
        email,
      );
  });

  await t.test('any subject or name gets an account, and subjects are compared literally', async () => {
    const subjects = [
      'a',
      'A',
      ' a',
      'é',
      'e\u0301',
      "'; drop table accounts; --",
      '../..',
      '😀'.repeat(60),
      'x'.repeat(255),
    ];
    const names = [
      '',
      '   ',
      'a/b',
      'tab\there',
      '\u0000nul',
      '😀'.repeat(90),
      'x'.repeat(500),
      '\u2028',
      'ann',
      undefined,
    ];
    const ids = new Set<number>();
    for (const sub of subjects) ids.add((await whoIs(server, await issuer.sign({ sub }))).id);
    assert.equal(ids.size, subjects.length);
    for (const [n, username] of names.entries()) {
      const person = await whoIs(server, await issuer.sign({ sub: `named ${n}`, username }));
      assert.ok([...person.username].length <= 64 && !/[\p{Cc}/]/u.test(person.username), person.username);
    }
    for (const sub of ['', 'nul\u0000', 'x'.repeat(256), 7 as unknown as string])
      assert.equal(await statusOf(server, await issuer.sign({ sub })), 401);
  });

  // Refusals

  await t.test('a token of another issuer, audience, time or purpose is refused', async () => {
    const before = await countAccounts(server);
    const now = Math.floor(Date.now() / 1_000);
    const wrong: JWTPayload[] = [
      { iss: 'https://elsewhere.example.org' },
      { iss: `${issuer.url}/` },
      { iss: undefined as never },
      { aud: 'another' },
      { aud: undefined as never },
      { exp: now - 31 },
      { exp: undefined as never },
      { exp: 1e15 },
      { nbf: now + 60 },
      { sub: undefined as never },
    ];
    for (const claims of wrong)
      assert.equal(
        await statusOf(server, await issuer.sign({ sub: 'refused', ...claims })),
        401,
        JSON.stringify(claims),
      );
    assert.equal(await statusOf(server, await issuer.sign({ sub: 'refused' }, { typ: 'logout+jwt' })), 401);
    assert.equal(await statusOf(server, await issuer.sign({ sub: 'refused', padding: 'x'.repeat(9_000) })), 401);
    assert.equal(await countAccounts(server), before);
    const good: JWTPayload[] = [{ exp: now - 20 }, { nbf: now + 20 }, { aud: ['another', AUDIENCE] }];
    for (const claims of good)
      assert.equal(
        await statusOf(server, await issuer.sign({ sub: 'refused', ...claims })),
        200,
        JSON.stringify(claims),
      );
  });

  await t.test('a token with no signature or one made with a public key is refused', async () => {
    const token = await issuer.sign({ sub: 'x' });
    const [header = '', payload = '', signature = ''] = token.split('.');
    const spki = createPublicKey({ key: issuer.keys[0] as JsonWebKey, format: 'jwk' });
    const secrets = [
      spki.export({ type: 'spki', format: 'pem' }),
      spki.export({ type: 'spki', format: 'der' }),
      JSON.stringify(spki.export({ format: 'jwk' })),
      base64url.decode(issuer.keys[0]?.n as string),
    ];
    const withHeader = (words: object) => base64url.encode(JSON.stringify({ kid: issuer.keys[0]?.kid, ...words }));
    const forged = ['none', 'None', '', undefined].map((alg) => `${withHeader({ alg })}.${payload}.`);
    for (const secret of secrets)
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const signed = `${withHeader({ alg })}.${payload}`;
        forged.push(`${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`);
      }
    // Wrong key or algorithm, an embedded key, another payload, a truncated token.
    const other = (await newKeys())[0] as (typeof issuer.keys)[number];
    const strange = Object.assign(Object.create(issuer), { keys: [other] }) as Issuer;
    forged.push(
      await strange.sign({ sub: 'x' }),
      await strange.sign({ sub: 'x' }, { kid: issuer.keys[0]?.kid as string }),
      `${withHeader({ alg: 'ES256' })}.${payload}.${signature}`,
      `${withHeader({ alg: 'RS256', jwk: other, jku: `${issuer.url}/jwks` })}.${payload}.${signature}`,
      `${header}.${base64url.encode(JSON.stringify({ sub: 'y' }))}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
    );
    for (const one of forged) assert.equal(await statusOf(server, one), 401, one);
    assert.equal(await statusOf(server, token), 200);
  });

  await t.test('a single public key, as PEM or JWK, is enough, and accepts only its own algorithm', async (t) => {
    const { JWT_ISSUER } = issuer.settings as { JWT_ISSUER: string };
    for (const [n, alg] of (['RS256', 'ES256', 'EdDSA'] as const).entries()) {
      const key = createPublicKey({ key: issuer.keys[n] as JsonWebKey, format: 'jwk' });
      const pem = key.export({ type: 'spki', format: 'pem' }).toString();
      const JWT_PUBLIC_KEY = n === 0 ? pem.replaceAll('\n', '\\n') : JSON.stringify(key.export({ format: 'jwk' }));
      const node = await nodeOver(t, server, { JWT_ISSUER, JWT_PUBLIC_KEY });
      for (const other of ['RS256', 'ES256', 'EdDSA'] as const)
        assert.equal(await statusOf(node, await issuer.sign({ sub: 'x' }, { alg: other })), other === alg ? 200 : 401);
    }
  });

  // Ends

  await t.test('signing out ends an external token on every socket and node, and the next token works', async (t) => {
    const other = await startServerWith(t, server.settings);
    const token = await issuer.sign({ sub: 'signing out' }, { alg: 'ES256' });
    const sockets = [...(await enterEverywhere(t, server, token)), await join(t, other, token)];
    const out = await socialCall(server, 'DELETE', '/auth/logout', { headers: { cookie: `token=${token}` } });
    assert.equal(out.status, 200);
    for (const socket of sockets) assert.equal((await socket.untilClosed()).code, 4001);
    for (const one of [token, twinOf(token)]) {
      assert.deepEqual(await statusesEverywhere(server, one), [401, 401, 401, 401]);
      assert.equal(await statusOf(other, one), 401);
      assert.equal((await refusedUpgrade(t, `${server.wsUrl}/join?token=${one}`)).status, 401);
    }
    assert.equal(await statusOf(server, await issuer.sign({ sub: 'signing out' })), 200);
  });

  await t.test('a disabled account is refused with every token, and tokens issued before stay refused', async (t) => {
    const earlier = Math.floor(Date.now() / 1_000) - 10;
    const [token, unseen] = [
      await issuer.sign({ sub: 'disabled', iat: earlier }),
      await issuer.sign({ sub: 'disabled', iat: earlier }),
    ];
    const { id } = await whoIs(server, token);
    const socket = await join(t, server, token);
    const { core } = await coreOver(t, server);
    await core.access.disable(id);
    assert.equal((await socket.untilClosed()).code, 4001);
    for (const one of [token, unseen, await issuer.sign({ sub: 'disabled' })])
      assert.equal(await statusOf(server, one), 401);
    await core.access.enable(id);
    for (const one of [token, unseen]) assert.equal(await statusOf(server, one), 401);
    const later = await issuer.sign({ sub: 'disabled', iat: Math.floor(Date.now() / 1_000) + 2 });
    assert.equal((await whoIs(server, later)).id, id);
  });

  await t.test('a known token costs one statement', async (t) => {
    const token = await issuer.sign({ sub: 'known', email: 'known@example.org', email_verified: true });
    const node = await coreOver(t, server, issuer.settings);
    assert.equal((await node.statementsOf(() => node.core.sessions.authenticate(token, 'read'))).length > 1, true);
    assert.equal((await node.statementsOf(() => node.core.sessions.authenticate(token, 'read'))).length, 1);
  });

  // Without accounts here

  await t.test(
    'with LOCAL_ACCOUNTS=false every dialect refuses sign-up and password sign-in in its own words',
    async (t) => {
      await relaySignUp(server, 'lena');
      await member(server, 'luke');
      const pair = await call<{ access: string; refresh: string }>(server, 'POST', '/accounts/api/token/', {
        body: { username: 'luke', password: PASSWORD },
      });
      const before = await countAccounts(server);
      const node = await nodeOver(t, server, { ...issuer.settings, LOCAL_ACCOUNTS: 'false' });
      const ELSEWHERE = 'Accounts are kept by another service: sign in there';
      const HERE = 'Учетные записи ведет другой сервис: войдите через него';
      const [lena, luke] = [
        { username: 'lena', password: PASSWORD },
        { email: 'luke@example.org', password: PASSWORD },
      ];
      const eve = { username: 'eve', email: 'eve@example.org', password: PASSWORD };
      const calls: [path: string, body: object, answer: string][] = [
        ['/signup', { username: 'eve', password: PASSWORD }, ELSEWHERE],
        ['/signin', lena, ELSEWHERE],
        ['/signin', { ...lena, password: 'wrong' }, ELSEWHERE],
        ['/createUser', eve, JSON.stringify({ error: ELSEWHERE })],
        ['/login', luke, JSON.stringify({ error: ELSEWHERE })],
        ['/users/', eve, JSON.stringify({ detail: ELSEWHERE })],
        ['/token', lena, JSON.stringify({ detail: ELSEWHERE })],
        ['/api/auth/register', eve, JSON.stringify({ detail: HERE })],
        ['/api/auth/login', luke, JSON.stringify({ detail: HERE })],
        ['/accounts/api/users/', eve, JSON.stringify({ detail: ELSEWHERE })],
        ['/accounts/api/token/', lena, JSON.stringify({ detail: ELSEWHERE })],
        ['/accounts/api/token/refresh/', { refresh: pair.json.refresh }, JSON.stringify({ detail: ELSEWHERE })],
      ];
      for (const [path, body, answer] of calls) {
        const { status, body: text } = await answerOf(postJson(`${node.url}${path}`, body));
        assert.deepEqual([status, text], [403, answer], path);
      }
      assert.equal(await countAccounts(server), before);
      assert.equal(await statusOf(node, await issuer.sign({ sub: 'x' })), 200);
      assert.equal(await statusOf(node, pair.json.access), 200);
    },
  );

  await t.test('an external account has no password and gets none', async () => {
    const token = await issuer.sign({ sub: 'nora', username: 'nora', email: 'nora@example.org', email_verified: true });
    await whoIs(server, token);
    for (const password of [' ', 'null', PASSWORD])
      for (const [path, body] of [
        ['/signin', { username: 'nora', password }],
        ['/login', { email: 'nora@example.org', password }],
      ] as const)
        assert.equal((await postJson(`${server.url}${path}`, body)).status, 401);
    const [row] = await server.sql<{ password: string }[]>`select password from relay.users where username = 'nora'`;
    assert.equal(row?.password, '0'.repeat(64));
  });

  await t.test('tokens of an issuer are refused if none is configured', async (t) => {
    const node = await nodeOver(t, server, {});
    assert.equal(await statusOf(node, await issuer.sign({ sub: 'x' })), 401);
  });
});

// The issuer's keys

test('tokens with unknown keys do not make the server query the issuer repeatedly', async (t) => {
  const server = await startTestServer(t, changing.settings);
  const before = changing.asked;
  const tokens = await Promise.all(
    Array.from({ length: 40 }, (_, n) => issuer.sign({ sub: 'x' }, { kid: `key ${n}` })),
  );
  const statuses = await Promise.all(tokens.map((token) => statusOf(server, token)));
  for (const token of tokens.slice(0, 10)) statuses.push(await statusOf(server, token));
  assert.deepEqual(new Set(statuses), new Set([401]));
  assert.equal(changing.asked - before, 1);
});

test('new keys of the issuer are found, and withdrawn keys are dropped', async (t) => {
  const server = await startTestServer(t, changing.settings);
  const old = await changing.sign({ sub: 'x' });
  assert.equal(await statusOf(server, old), 200);
  const first = changing.keys;
  await changing.use(await newKeys());
  const next = await changing.sign({ sub: 'x' });
  // The key set was fetched a moment ago.
  assert.equal(await statusOf(server, next), 401);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 31_000 });
  assert.equal(await statusOf(server, next), 200);
  assert.equal(await statusOf(server, old), 401);
  await changing.use(first);
  t.mock.timers.setTime(Date.now() + 601_000);
  await eventually('the list to be read again', async () => (await statusOf(server, next)) === 401);
});

test('while the issuer is down its cached keys work, and tokens with unknown keys get a retryable error', async (t) => {
  const server = await startTestServer(t, changing.settings);
  const token = await changing.sign({ sub: 'x' });
  assert.equal(await statusOf(server, token), 200);
  await changing.goDown();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 700_000 });
  assert.equal(await statusOf(server, token), 200);
  const fresh = await startServerWith(t, { ...server.settings });
  assert.equal(await statusOf(fresh, token), 503);
  const relay = await connect(t, fresh, token);
  assert.equal((await relay.untilClosed()).code, 1013);
  await changing.comeBack();
  t.mock.timers.setTime(Date.now() + 6_000);
  assert.equal(await statusOf(fresh, token), 200);
});
