/** Sessions with token pairs: rotation of refresh tokens, and the end of a session. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { ACCOUNTS_STREAM } from '../../src/core/events/events.ts';
import type { Actor } from '../../src/core/model.ts';
import { call, type Reply } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startCore } from '../support/core-harness.ts';
import { postJson, startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { somebodyWaits, whileStreamIsHeld } from '../support/locks.ts';
import { type Chatroom, type Member, member, type Pair, refresh, signIn } from '../support/messenger-people.ts';
import { connect, join, PASSWORD } from '../support/people.ts';
import { REDIS_URL } from '../support/redis.ts';
import { openSocket, type TestSocket } from '../support/socket.ts';

const BAD_REFRESH = { detail: 'Token is invalid or expired', code: 'token_not_valid' };
const SIGNED_OUT = 4001;
const ME = '/profiles/api/profile/';

async function assertGood(server: TestServer, { access }: Pick<Pair, 'access'>): Promise<void> {
  assert.equal((await call(server, 'GET', ME, { token: access })).status, 200);
}

/** Messenger, board and the sockets of all dialects refuse the token. */
async function assertWorthless(server: TestServer, { access }: Pick<Pair, 'access'>): Promise<void> {
  for (const path of [ME, '/users/me', '/messenger/api/chatrooms/'])
    assert.equal((await call(server, 'GET', path, { token: access })).status, 401, path);
}

function assertRefused(reply: Reply<unknown>): void {
  assert.deepEqual([reply.status, reply.json], [401, BAD_REFRESH]);
  assert.equal(reply.headers.get('www-authenticate'), 'Bearer realm="api"');
}

/** Pretends that many seconds have passed since the last refresh of every session. */
async function passTime(server: TestServer, seconds: number): Promise<void> {
  await server.sql`update sessions set refreshed_at = refreshed_at - make_interval(secs => ${seconds})`;
  await server.sql`update used_refreshes set used_at = used_at - make_interval(secs => ${seconds})`;
}

/** Sockets of a session in relay, lounge and messenger. */
async function enterEverywhere(
  t: TestContext,
  server: TestServer,
  who: Member,
  room: Chatroom,
  token = who.access,
): Promise<TestSocket[]> {
  const headers = { authorization: `Bearer ${token}` };
  const sockets = [
    await connect(t, server, token),
    await join(t, server, token),
    await who.enter(t, room, { headers }),
    await who.enter(t, { name: 'lobby' }, { headers }),
  ];
  for (const [n, socket] of sockets.entries()) {
    const words = `${who.username} is here ${n}`;
    // Its echo shows that it is in.
    if (n === 0) socket.send(words);
    else socket.send(n === 1 ? { type: 'chat_message', msg: { text: words } } : { message: words });
    await socket.until('its own words', (it) => it.frames.some((frame) => frame.includes(words)));
  }
  return sockets;
}

async function assertAllClosed(sockets: readonly TestSocket[]): Promise<void> {
  const closed = await Promise.all(sockets.map((socket) => socket.untilClosed()));
  for (const { code } of closed) assert.equal(code, SIGNED_OUT);
}

/** A new account of that name and a number of its own. */
function person(server: TestServer, name: string): Promise<Member> {
  return member(server, `${name}-${randomUUID().slice(0, 8)}`);
}

async function annAndBob(server: TestServer): Promise<{ ann: Member; bob: Member; room: Chatroom }> {
  const [ann, bob] = [await person(server, 'ann'), await person(server, 'bob')];
  return { ann, bob, room: await ann.chatWith(bob.username) };
}

/** A separate core on the server's database. The server receives its events through Redis, if there is one. */
async function otherNode(t: TestContext, server: TestServer) {
  const { DATABASE_URL, DATA_DIR } = server.settings as { DATABASE_URL: string; DATA_DIR: string };
  return startCore(t, { DATABASE_URL, DATA_DIR }, { REDIS_URL });
}

test('sessions', async (t) => {
  const server = await startTestServer(t, { REDIS_URL });
  const elsewhere = await otherNode(t, server);

  // Refreshing

  await t.test('a refresh returns a new token pair of the same session', async () => {
    const ann = await person(server, 'ann');
    const first = await refresh(server, ann.refresh);
    assert.equal(first.status, 200);
    assert.notEqual(first.json.refresh, ann.refresh);
    const second = await refresh(server, first.json.refresh);
    for (const pair of [ann, first.json, second.json]) await assertGood(server, pair);
    assert.equal((await server.sql`select 1 from sessions where account_id = ${ann.id}`).length, 1);
  });

  await t.test('a client that lost the response of a refresh can retry it and gets a working pair', async () => {
    const ann = await person(server, 'ann');
    const replies = await Promise.all(Array.from({ length: 5 }, () => refresh(server, ann.refresh)));
    for (const { status, json } of [...replies, await refresh(server, ann.refresh)]) {
      assert.equal(status, 200);
      await assertGood(server, json);
    }
    assert.equal((await refresh(server, (replies[0] as Reply<Pair>).json.refresh)).status, 200);
  });

  await t.test('reuse of an old refresh token ends the whole session and its sockets', async (t) => {
    const { ann, bob, room } = await annAndBob(server);
    const thief = (await refresh(server, ann.refresh)).json;
    const other = await signIn(server, ann.username);
    const sockets = await enterEverywhere(t, server, ann, room, thief.access);
    await passTime(server, 11);
    assertRefused(await refresh(server, ann.refresh));
    await assertAllClosed(sockets);
    for (const pair of [ann, thief]) await assertWorthless(server, pair);
    assertRefused(await refresh(server, thief.refresh));
    for (const pair of [other, bob]) await assertGood(server, pair);
  });

  await t.test(
    "a tab that is two tokens behind gets the current pair within ten seconds of its token's use",
    async () => {
      const ann = await person(server, 'ann');
      const first = (await refresh(server, ann.refresh)).json;
      const second = (await refresh(server, first.refresh)).json;
      const late = await refresh(server, ann.refresh);
      assert.equal(late.status, 200);
      for (const pair of [second, late.json]) await assertGood(server, pair);
      await passTime(server, 6);
      const third = (await refresh(server, late.json.refresh)).json;
      assert.equal((await refresh(server, ann.refresh)).status, 200);
      await passTime(server, 5);
      assertRefused(await refresh(server, first.refresh));
      await assertWorthless(server, third);
    },
  );

  await t.test('refresh tokens that can no longer be reused are deleted', async () => {
    const ann = await person(server, 'ann');
    let token = ann.refresh;
    for (let time = 0; time < 3; time += 1) {
      token = (await refresh(server, token)).json.refresh;
      await passTime(server, 11);
    }
    const kept = await server.sql`
      select from used_refreshes join sessions on sessions.id = session_id where account_id = ${ann.id}`;
    assert.equal(kept.length, 1);
  });

  await t.test('a session ends at its maximum age, however often it is refreshed', async (t) => {
    const settings = { ...server.settings, SESSION_MAX_AGE: '1h', REFRESH_TOKEN_TTL: '30m' };
    const node = await startServerWith(t, settings);
    const ann = await person(node, 'ann');
    await server.sql`update sessions set created_at = created_at - interval '59 minutes' where account_id = ${ann.id}`;
    const { refresh: last } = (await refresh(node, ann.refresh)).json;
    const [session] = await server.sql<{ left: number }[]>`
      select extract(epoch from expires_at - now())::int as left from sessions where account_id = ${ann.id}`;
    assert.ok((session?.left ?? 0) > 0 && (session?.left ?? 0) <= 60);
    await server.sql`
      update sessions set created_at = created_at - interval '1 minute', expires_at = now() - interval '1 s'
       where account_id = ${ann.id}`;
    assertRefused(await refresh(node, last));
  });

  await t.test(
    'access tokens do not refresh, refresh tokens do not authenticate, and invalid tokens do neither',
    async () => {
      const ann = await person(server, 'ann');
      for (const token of [
        ann.access,
        `${ann.refresh}x`,
        'nothing',
        `${ann.refresh.split('.').slice(0, 2).join('.')}.`,
      ])
        assertRefused(await refresh(server, token));
      await assertWorthless(server, { access: ann.refresh });
      await assertGood(server, ann);
      assert.equal((await refresh(server, ann.refresh)).status, 200);
    },
  );

  await t.test('a session that is not refreshed in time expires', async () => {
    const ann = await person(server, 'ann');
    await server.sql`update sessions set created_at = created_at - interval '1 day', expires_at = now() where account_id = ${ann.id}`;
    assertRefused(await refresh(server, ann.refresh));
    await assertWorthless(server, ann);
  });

  await t.test('tokens of the messenger work in the other dialects and vice versa', async () => {
    const ann = await person(server, 'ann');
    assert.equal((await call(server, 'GET', '/users/me', { token: ann.access })).status, 200);
    const body = { username: ann.username, password: PASSWORD };
    const { json } = await call<{ access_token: string }>(server, 'POST', '/token', { body });
    await assertGood(server, { access: json.access_token });
    assertRefused(await refresh(server, json.access_token));
  });

  // Ending everything, from another node

  await t.test('signing out ends the session and its sockets in every dialect, and no other session', async (t) => {
    const { ann, bob, room } = await annAndBob(server);
    const other = await signIn(server, ann.username);
    const sockets = await enterEverywhere(t, server, ann, room);
    const kept = await ann.enter(t, room, { headers: { authorization: `Bearer ${other.access}` } });
    const [session] = await server.sql<[{ id: string }]>`
      select id from sessions where account_id = ${ann.id} order by created_at limit 1`;
    await elsewhere.core.sessions.end({ id: ann.id, sessionId: session.id });
    await assertAllClosed(sockets);
    await assertWorthless(server, ann);
    assertRefused(await refresh(server, ann.refresh));
    for (const pair of [other, bob]) await assertGood(server, pair);
    kept.send({ message: 'still here' });
    await kept.frameWith({ content: 'still here' });
  });

  await t.test('changing the password ends every session and socket, and only the new password signs in', async (t) => {
    const { ann, bob, room } = await annAndBob(server);
    const other = await signIn(server, ann.username);
    const sockets = [
      ...(await enterEverywhere(t, server, ann, room)),
      await ann.enter(t, room, { headers: { authorization: `Bearer ${other.access}` } }),
    ];
    const bobs = await bob.enter(t, room);
    const account = await elsewhere.core.accounts.getAccount(ann.id);
    const session = { sessionId: '', expiresAt: Date.now(), scopes: null, isConfirmed: true };
    const actor = { ...account, role: 'member' as const, isAdmin: false, silencedUntil: null, hidden: [], ...session };
    await elsewhere.core.access.changePassword(actor, { current: PASSWORD, next: 'another horse' }, '127.0.0.1');
    await assertAllClosed(sockets);
    for (const pair of [ann, other]) {
      await assertWorthless(server, pair);
      assertRefused(await refresh(server, pair.refresh));
    }
    await assert.rejects(signIn(server, ann.username), /^Error: 401/);
    await assertGood(server, await signIn(server, ann.username, 'another horse'));
    await assertGood(server, bob);
    await bobs.settled();
    assert.equal(bobs.closed, null);
  });

  await t.test('disabling a user signs them out everywhere until they are enabled', async (t) => {
    const { ann, room } = await annAndBob(server);
    const sockets = await enterEverywhere(t, server, ann, room);
    await elsewhere.core.access.disable(ann.id);
    await assertAllClosed(sockets);
    await assertWorthless(server, ann);
    assertRefused(await refresh(server, ann.refresh));
    await assert.rejects(signIn(server, ann.username), /^Error: 401.*No active account/);
    await elsewhere.core.access.enable(ann.id);
    await assertWorthless(server, ann);
    await assertGood(server, await signIn(server, ann.username));
  });

  await t.test(
    'whatever ends all sessions locks the stream of the accounts before the account, so that no two of them deadlock',
    async () => {
      const { access, sessions } = elsewhere.core;
      const acts: ((actor: Actor) => Promise<unknown>)[] = [
        (actor) => access.changePassword(actor, { current: PASSWORD, next: 'another horse' }, '127.0.0.1'),
        ({ id }) => access.resetPassword(id, 'a third horse'),
        ({ id }) => access.leave(id, 60),
        ({ id }) => access.disable(id),
        ({ id }) => sessions.endAll(id),
      ];
      for (const [index, act] of acts.entries()) {
        const actor = await elsewhere.person(`actor${index}`);
        await whileStreamIsHeld(elsewhere, ACCOUNTS_STREAM, async (sql, tx) => {
          const acting = act(actor);
          await somebodyWaits(sql);
          await tx`select from accounts where id = ${actor.id} for update nowait`;
          return () => acting;
        });
      }
    },
  );
});

for (const [what, days] of [
  ['behind', -2],
  ['ahead of', 2],
] as const)
  test(`a node whose clock is ${what} that of the database by more than a token's lifetime signs people in`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * 86_400_000 });
    const server = await startTestServer(t);
    const ann = await person(server, 'ann');
    await assertGood(server, ann);
    const pair = await refresh(server, ann.refresh);
    assert.equal(pair.status, 200);
    await assertGood(server, pair.json);
    const form = await postJson(`${server.url}/api/auth/login`, { email: ann.email, password: PASSWORD });
    assert.match(String(form.headers.get('set-cookie')), /Max-Age=(86400|86399);/);
    await server.sql`update sessions set expires_at = now() - interval '1 s', created_at = now() - interval '1 day'`;
    await assertWorthless(server, ann);
  });

test('a session that ends while its sockets are being opened closes them too', async (t) => {
  const server = await startTestServer(t, { DATABASE_CONNECTIONS: '6' });
  const { ann, room } = await annAndBob(server);
  const { access } = ann;
  const headers = { authorization: `Bearer ${access}` };
  // Authenticated, then delayed by the queries of the upgrade.
  let opening: Promise<TestSocket[]> = Promise.resolve([]);
  await server.sql.begin(async (tx) => {
    await tx`lock table rooms, messages in access exclusive mode`;
    opening = Promise.all([
      connect(t, server, access),
      ann.enter(t, room),
      ann.enter(t, { name: 'lobby' }),
      openSocket(t, `${server.wsUrl}/messenger/ws/ws/chat/lobby/?token=${access}`),
    ]);
    await eventually('all of them to be held up', async () => {
      const waiting = await server.sql`
        select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`;
      return waiting.length === 4;
    });
    assert.equal((await call(server, 'DELETE', '/api/auth/logout', { headers })).status, 200);
  });
  await assertAllClosed(await opening);
});
