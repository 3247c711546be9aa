/** Contents of the log, and secrets that must not be in it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { trustedProxies } from '../../src/limits/trusted-proxies.ts';
import { openDatabase } from '../../src/store/database.ts';
import { call } from '../support/board-people.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { answerOf, postJson, privatePlaces, startTestServer } from '../support/harness.ts';
import * as koine from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { loungeAccount, PASSWORD, relaySignIn, relaySignUp, relayToken } from '../support/people.ts';
import { phoneJpeg } from '../support/pictures.ts';
import { head, openRaw, upgradeHead } from '../support/raw.ts';
import { type ServerProcess, startProcess } from '../support/server-process.ts';
import * as social from '../support/social-people.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A database URL with that password; a server without authentication accepts any. */
async function places(t: TestContext, password: string) {
  const settings = await privatePlaces(t);
  const sql = openDatabase(settings.DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  const role = `role_${password.replaceAll(/\W/g, '').toLowerCase()}`;
  await sql.unsafe(`create role ${role} superuser login password '${password}'`);
  atEnd(t, async () => {
    await sql.unsafe(`drop role ${role}`).catch(() => {});
  });
  const url = new URL(settings.DATABASE_URL);
  url.username = role;
  url.password = password;
  return { sql, settings: { ...settings, DATABASE_URL: url.href } };
}

test('no log contains a secret, whatever succeeds or fails', async (t) => {
  const databasePassword = `dbpw${process.pid}x${Date.now()}`;
  const { sql, settings } = await places(t, databasePassword);
  const fixed = {
    JWT_SECRET: 'the secret that signs every token, long enough',
    METRICS_TOKEN: 'the token for the metrics',
    S3_BUCKET: 'koine-files',
    S3_ENDPOINT: 'http://127.0.0.1:9',
    S3_ACCESS_KEY_ID: 'AKIAEXAMPLEKEYID',
    S3_SECRET_ACCESS_KEY: 'the secret key of the store',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-collector',
  };
  const server = await startProcess(t, { ...settings, ...fixed, LOG_LEVEL: 'trace', REQUEST_LOG: 'true' });
  const secrets = [databasePassword, PASSWORD, 'wrong password', 'new password', 'of-the-collector'];
  const {
    OTEL_EXPORTER_OTLP_ENDPOINT: _,
    OTEL_EXPORTER_OTLP_HEADERS: __,
    S3_BUCKET: ___,
    S3_ENDPOINT: ____,
    ...own
  } = fixed;
  secrets.push(...Object.values(own));

  await assertRequestLine(server);
  await relaySignUp(server, 'ann');
  const relay = (await relaySignIn(server, 'ann')).body;
  const bob = await loungeAccount(server, 'bob');
  const eve = await social.member(server, 'eve');
  const joe = await messenger.member(server, 'joe');
  secrets.push(relay, bob.token, eve.cookie.slice('token='.length), joe.access, joe.refresh);
  await postJson(`${server.url}/signin`, { username: 'ann', password: 'wrong password' });
  await postJson(`${server.url}/signin`, '{"username":"ann","password":"wrong password"');
  await messenger.refresh(server, joe.refresh);
  await messenger.refresh(server, joe.refresh);
  const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${fixed.METRICS_TOKEN}` } });
  assert.match(await metrics.text(), /koine_ready/);
  await answerOf(fetch(`${server.url}/messages/?token=${bob.token}`));
  await openSocket(t, `${server.wsUrl}/join?token=${bob.token}`);
  const refused = await openRaw(t, server);
  refused.write(upgradeHead(`/join?token=${bob.token}x`));
  assert.equal(await refused.status(), 401);

  const kim = await koine.member(server, 'kim');
  const { id: room } = await kim.do<{ id: string }>('POST', '/rooms', { kind: 'group', title: 'builds', members: [] });
  type Paths = { slackPath: string; discordPath: string };
  const { slackPath, discordPath } = await kim.do<Paths>('POST', `/rooms/${room}/hooks`, { name: 'Builds' });
  const hookSecret = slackPath.split('/').at(-1) as string;
  secrets.push(hookSecret.slice(0, -1));
  const versioned = discordPath.replace('/api', '/api/v10');
  for (const path of [
    slackPath,
    discordPath,
    versioned,
    `${versioned}/messages/1`,
    `${slackPath}x`,
    `${slackPath}/more?a`,
    slackPath.replace('services', '%73ervice%73'),
    `${discordPath.replace('webhooks', '%77ebhooks')}%zz`,
  ])
    await postJson(server.url + path, { text: 'x', content: 'x' });
  const unreadable = await openRaw(t, server);
  unreadable.write(`POST ${slackPath} HTTP/1.1\r\nno header\r\n\r\n`);
  assert.equal(await unreadable.status(), 400);
  const absolute = await openRaw(t, server);
  absolute.write(head('POST', server.url + slackPath, { 'content-length': '0', connection: 'close' }));
  assert.equal(await absolute.status(), 400);

  assert.equal((await eve.post('for a store that is not there', [await phoneJpeg(60, 40)])).status, 503);
  // A broken table makes every kind of request fail.
  await sql`alter table sessions rename to sessions_elsewhere`;
  await sql`alter table accounts rename to accounts_elsewhere`;
  const broken = [
    await postJson(`${server.url}/signup`, { username: 'sam', password: 'new password' }),
    await fetch(`${server.url}/messages/?token=${bob.token}`, { headers: { authorization: `Bearer ${bob.token}` } }),
    await fetch(`${server.url}/api/auth/current_user`, { headers: { cookie: eve.cookie } }),
    await postJson(`${server.url}/accounts/api/token/refresh/`, { refresh: joe.refresh }),
    await postJson(`${server.url}/token`, { username: 'ann', password: PASSWORD }),
  ];
  assert.deepEqual(new Set(broken.map(({ status }) => status)), new Set([500]));
  const upgrade = await openRaw(t, server);
  upgrade.write(upgradeHead(`/join?token=${bob.token}`));
  assert.equal(await upgrade.status(), 500);
  await sql`alter table accounts_elsewhere rename to accounts`;
  await sql`alter table sessions_elsewhere rename to sessions`;
  // A violated constraint: PostgreSQL's error repeats the row.
  await sql`alter table accounts add constraint nobody check (username <> 'max')`;
  const unforeseen = await call(server, 'POST', '/users/', {
    body: { username: 'max', email: 'max@example.org', password: 'new password' },
  });
  assert.equal(unforeseen.status, 500);
  for (const { socket } of [refused, unreadable, absolute, upgrade]) socket.destroy();
  await server.stop();

  const hashes = await sql<
    { hash: string }[]
  >`select password_hash as hash from accounts where password_hash is not null`;
  secrets.push(...hashes.map(({ hash }) => hash), '$argon2');
  assert.ok(server.lines.length > 20);
  for (const secret of secrets)
    for (const shape of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      assert.ok(!server.output.includes(shape), `${secret} is in ${lineWith(server, shape)}`);
});

/** REQUEST_LOG writes a line for each request. */
async function assertRequestLine(server: ServerProcess): Promise<void> {
  const answer = await fetch(`${server.url}/messages/?limit=5&token=x`);
  const line = await server.until('a line', ({ lines }) => lines.find(({ msg }) => msg === 'request'));
  const { reqId, method, path, status, ip, ms } = line;
  assert.deepEqual(
    { reqId, method, path, status, ip },
    { reqId: answer.headers.get('x-request-id'), method: 'GET', path: '/messages/', status: 200, ip: '127.0.0.1' },
  );
  assert.equal(typeof ms, 'number');
}

function lineWith({ output }: ServerProcess, text: string): string {
  return output.split('\n').find((line) => line.includes(text)) ?? '';
}

/** Log lines about sockets of that request id or, with a prefix, of several. */
function aboutSockets({ lines }: ServerProcess, reqId: string) {
  return lines.filter((line) => String(line.reqId).startsWith(reqId));
}

test('errors of requests and of sockets in the log', async (t) => {
  const settings = await privatePlaces(t);
  const sql = openDatabase(settings.DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  const server = await startProcess(t, { ...settings, TRUST_PROXY: 'loopback', ANONYMOUS_SOCKETS: '3' });

  await t.test('a socket closed with 1011 or 1013 logs its cause, once a minute per dialect and cause', async (t) => {
    const relay = { authorization: `Bearer ${await relayToken(server, 'ann')}` };
    const lounge = { authorization: `Bearer ${(await loungeAccount(server, 'bob')).token}` };
    const eve = await social.member(server, 'eve');
    const joe = await messenger.member(server, 'joe');
    const [lobby] = await sql<[{ uid: string }]>`select uid from rooms where kind = 'lobby'`;
    type Open = (headers: Record<string, string>) => Promise<TestSocket>;
    const members: [string, Open][] = [
      ['relay', (headers) => openSocket(t, `${server.wsUrl}/connect`, { headers: { ...relay, ...headers } })],
      ['lounge', (headers) => openSocket(t, `${server.wsUrl}/join`, { headers: { ...lounge, ...headers } })],
      ['messenger', (headers) => joe.enter(t, { name: 'lobby' }, { headers })],
      ['social', (headers) => eve.open(t, lobby.uid, { headers })],
    ];
    const shown = (line: Record<string, unknown>) => {
      const { code, stack } = line.err as Record<string, unknown>;
      return { level: line.level, dialect: line.dialect, msg: line.msg, code, stack: typeof stack };
    };
    const closing = {
      1011: 'a socket is closed with 1011 (internal error)',
      1013: 'a socket is closed with 1013 (try again later)',
    };

    // Sessions that end and cannot be checked.
    const open = await Promise.all(members.map(([name, open]) => open({ 'x-request-id': `${name}-session` })));
    await eventually('all to be in', async () => (await sql`select 1 from places`).length === members.length);
    await sql`alter table sessions rename to sessions_elsewhere`;
    await sql`
      with said as (
        insert into events (stream_id, seq, kind, payload)
        select s.id, s.head + row_number() over (), 'session.ended', jsonb_build_object('accountId', a.id, 'sessionId', null)
          from streams s, accounts a where s.id = 1 returning seq
      )
      update streams set head = (select max(seq) from said) where id = 1`;
    for (const socket of open) assert.equal((await socket.untilClosed()).code, 1011);
    await sql`alter table sessions_elsewhere rename to sessions`;
    for (const [dialect] of members)
      assert.deepEqual(aboutSockets(server, `${dialect}-session`).map(shown), [
        { level: 50, dialect, msg: closing[1011], code: '42P01', stack: 'string' },
      ]);

    // Upgrades: with the database down, and with a broken one.
    const board: Open = (headers) => openSocket(t, `${server.wsUrl}/ws`, { headers });
    const enterThrice = async (dialect: string, open: Open, code: 1011 | 1013, logged: object) => {
      for (const n of [1, 2, 3]) {
        const socket = await open({ 'x-request-id': `${dialect}-${code}-${n}` });
        assert.equal((await socket.untilClosed()).code, code, dialect);
      }
      const lines = aboutSockets(server, `${dialect}-${code}`);
      assert.equal(lines[0]?.reqId, `${dialect}-${code}-1`);
      assert.deepEqual(lines.map(shown), [{ dialect, msg: closing[code], stack: 'string', ...logged }]);
    };
    for (const [code, level, state] of [
      [1013, 40, '57P03'],
      [1011, 50, '22012'],
    ] as const) {
      for (const type of ['trigger', 'boolean'])
        await sql.unsafe(`create or replace function broken_${type}() returns ${type} language plpgsql
          as $$begin raise exception 'broken' using errcode = '${state}'; end$$`);
      await sql`create or replace trigger broken before insert on places execute function broken_trigger()`;
      for (const [dialect, open] of members) await enterThrice(dialect, open, code, { level, code: state });
      await sql`alter table streams rename to streams_elsewhere`;
      await sql`create view streams as select * from streams_elsewhere where broken_boolean()`;
      await enterThrice('board', board, code, { level, code: state });
      await sql`drop view streams`;
      await sql`alter table streams_elsewhere rename to streams`;
    }

    // Too many unauthenticated sockets.
    const silent: TestSocket[] = [];
    for (const n of [1, 2, 3, 4])
      silent.push(await openSocket(t, `${server.wsUrl}/connect`, { headers: { 'x-request-id': `silent-${n}` } }));
    assert.equal((await silent[0]?.untilClosed())?.code, 1013);
    const [line, ...more] = aboutSockets(server, 'silent');
    assert.deepEqual([line?.level, line?.msg, line?.reqId, more], [40, closing[1013], 'silent-1', []]);
    assert.match(JSON.stringify(line?.err), /not said who they are/);
  });

  await t.test('every answer has a request id, and the log of its error has the same', async (t) => {
    const before = server.lines.length;
    const amy = await loungeAccount(server, 'amy');
    const answers = await Promise.all(
      ['/', '/docs', '/healthz', '/readyz', '/metrics', '/no/such/place', '/api/chats', '/%', '/files/x'].map((path) =>
        fetch(`${server.url}${path}`),
      ),
    );
    for (const { url, headers } of answers) assert.match(headers.get('x-request-id') ?? '', UUID, url);
    const raw = await openRaw(t, server);
    raw.write(upgradeHead('/ws'));
    assert.equal(await raw.status(), 101);
    assert.match(raw.text, /x-request-id: [0-9a-f-]{36}\r\n/);

    await sql`alter table sessions rename to sessions_elsewhere`;
    const wanted = await fetch(`${server.url}/api/auth/current_user`, { headers: { cookie: `token=${amy.token}` } });
    assert.equal(wanted.status, 500);
    const refused = await openRaw(t, server);
    refused.write(upgradeHead('/join', { authorization: `Bearer ${amy.token}` }));
    assert.equal(await refused.status(), 500);
    await sql`alter table sessions_elsewhere rename to sessions`;
    const ids = [wanted.headers.get('x-request-id'), /x-request-id: (\S+)/.exec(refused.text)?.[1]];
    const logged = await server.until('both lines', ({ lines }) => {
      const errors = lines.slice(before).filter(({ level }) => level === 50);
      return errors.length >= 2 && errors.map(({ reqId }) => reqId);
    });
    assert.deepEqual(logged, ids);
    // Work in the background may miss the table too.
    const ofRequests = server.lines.slice(before).filter(({ reqId }) => reqId !== undefined);
    assert.deepEqual(
      ofRequests.map(({ reqId }) => reqId),
      ids,
      'and nothing is logged of requests that went well',
    );
  });
});

test('a request id is kept if a trusted proxy supplied it and it is harmless', async (t) => {
  const idFrom = async (server: { url: string }, given: string) =>
    (await fetch(`${server.url}/healthz`, { headers: { 'x-request-id': given } })).headers.get('x-request-id') ?? '';
  assert.match(await idFrom(await startTestServer(t), 'from-a-stranger'), UUID);
  const server = await startTestServer(t, { TRUST_PROXY: 'loopback' });
  assert.equal(await idFrom(server, 'abc-123:4/5=+_.@'), 'abc-123:4/5=+_.@');
  for (const odd of ['a b', 'a"b', `${'x'.repeat(129)}`, '<script>', 'é'])
    assert.match(await idFrom(server, odd), UUID);
  for (const [TRUST_PROXY, trusted] of Object.entries({
    on: true,
    '127.0.0.1': true,
    '127.0.0.0/8': true,
    '10.0.0.0/8': false,
  })) {
    const trusts = trustedProxies(loadConfig({ TRUST_PROXY }).trustProxy);
    assert.equal(trusts('127.0.0.1'), trusted, TRUST_PROXY);
  }
});
