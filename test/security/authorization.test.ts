/**
 * Permissions of every route and socket of every dialect, tried over the wire by every role. A route without a row in
 * test/authorization/ fails here, and so does a row without a route.
 */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { assertComplete, disturbed, makeBystanders, tieToBystanders } from '../authorization/bystanders.ts';
import { makeCast, type Person } from '../authorization/cast.ts';
import { HOOKS } from '../authorization/hooks.ts';
import { METRICS_TOKEN, PAGES } from '../authorization/pages.ts';
import { type Ask, ROLES, STATES } from '../authorization/table.ts';
import { TABLES } from '../authorization/tables.ts';
import { answerTo, isRead, walk } from '../authorization/walk.ts';
import { call } from '../support/board-people.ts';
import { startTestServer } from '../support/harness.ts';
import { assertNone, assertSameSet } from '../support/set-difference.ts';
import { form, call as socialCall } from '../support/social-people.ts';

/** Routes that the server under test has registered. */
const routes = new Set<string>();

function recordRoutes(message: unknown): void {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ method, url, schema }) => {
    const kind = schema?.tags?.includes('WebSocket') ? 'WS ' : '';
    // Fastify serves HEAD for every GET.
    for (const one of [method].flat().filter((name) => name !== 'HEAD'))
      routes.add(`${kind}${one} ${url.replace(/(?<=.)\/$/, '')}`);
  });
}

test('every role gets the status that the tables say, sees no more than allowed, and changes nothing if refused', async (t) => {
  subscribe('fastify.initialization', recordRoutes);
  const server = await startTestServer(t, { METRICS_TOKEN, HIDE_EMAILS: 'true' });
  unsubscribe('fastify.initialization', recordRoutes);
  await t.test('every route and socket has a row in the tables, and every row a route or socket', () => {
    const rows = TABLES.flatMap((table) => table.rows.map(({ route }) => route));
    assertSameSet(['the routes that are served', routes], ['test/authorization/', rows]);
  });
  const untied = await makeBystanders(server.sql);
  await t.test('the bystanders have rows in every table', () => assertComplete(server.sql, untied));
  const cast = await makeCast(server);
  const bystanders = await tieToBystanders(server.sql, untied);
  const shown: string[] = [];
  for (const table of TABLES)
    await t.test(table.name, async (sub) => {
      const { wrong, emails } = await walk(sub, cast, table, { roles: ROLES, hideEmails: true });
      shown.push(...emails);
      assertNone('cells that are not as the table says', wrong);
    });
  await t.test('hidden e-mails are shown only to their owners and to admins', () => {
    assertNone('cells that show e-mails', shown);
  });
  await t.test('calls change nothing of people, rooms and posts that they are not about', async () => {
    assertNone('rows of bystanders that have changed or gone', await disturbed(server.sql, bystanders));
  });
});

test('silenced, unverified, suspended, banned, blocked and waiting people get the status of their state, in every dialect', async (t) => {
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9', MAIL_FROM: 'koine@example.org', EMAIL_VERIFICATION: 'required' };
  const cast = await makeCast(await startTestServer(t, { METRICS_TOKEN, ...mail }));
  for (const table of TABLES.filter((one) => one !== PAGES))
    await t.test(table.name, async (sub) => {
      const { wrong, emails } = await walk(sub, cast, table, { roles: STATES, hideEmails: false });
      assertNone('cells that are not as the rules say', [...wrong, ...emails]);
    });
});

/** Operations with another rate limit: by address (sign-ins and sign-ups), or requests; or that only end a session. */
const RATED_OTHERWISE = new Set([
  'POST /v1/accounts',
  'POST /v1/session',
  'DELETE /v1/session',
  'DELETE /v1/sessions',
  'PUT /v1/me/password',
  'PUT /v1/session/confirmation',
  'POST /v1/session/passkey/challenge',
  'POST /users',
  'POST /token',
  'POST /api/auth/register',
  'POST /api/auth/login',
  'DELETE /api/auth/logout',
  'POST /accounts/api/users',
  'POST /accounts/api/token',
  'POST /accounts/api/token/refresh',
  'POST /signup',
  'POST /signin',
  'POST /createUser',
  'POST /login',
]);

test('every writing operation counts for the account, in every dialect', async (t) => {
  const CHANGES_PER_ACCOUNT = '150';
  const server = await startTestServer(t, {
    METRICS_TOKEN,
    RATE_LIMITS: 'on',
    CHANGES_PER_ACCOUNT,
    MESSAGES_PER_ACCOUNT: '20',
  });
  const cast = await makeCast(server);
  const trial = { cast, role: 'owner', me: cast.owner } as const;
  const { id } = await cast.ownersPost();
  const like = () => call(server, 'POST', `/messages/${id}/like/`, { token: cast.owner.token });
  const say = () => cast.owner.call('POST', '/messenger/api/chatrooms/lobby/messages/', { content: 'x' });
  // Messages to a hook count for the hook.
  const rows = TABLES.filter((one) => one !== HOOKS).flatMap(({ rows, carries }) =>
    rows
      .filter((row) => !isRead(row) && row.expected.owner < 300 && !RATED_OTHERWISE.has(row.route))
      .map((row) => ({ row, carries })),
  );
  const asks: Ask[] = [];
  for (const { row } of rows) asks.push(await row.ask(trial));
  const uncounted: string[] = [];
  for (const [index, { row, carries }] of rows.entries()) {
    const attempt = async () => (await answerTo(t, trial, row, { ask: asks[index] as Ask, carries })).status;
    let status = await attempt();
    // The budget is full at first, and a token may be refilled meanwhile.
    for (let tries = 0; tries < 5 && status !== 429; tries += 1) {
      while ((await like()).status !== 429);
      while ((await say()).status !== 429);
      status = await attempt();
    }
    if (status !== 429) uncounted.push(row.route);
  }
  assertNone('calls that write and are not counted', uncounted);
});

test('open dialects accept no disabled account as the actor', async (t) => {
  const server = await startTestServer(t, { OPEN_DIALECTS: 'board,social' });
  const { owner, disabled } = (await makeCast(server)).people;
  const actAs = async (who: Person) => {
    const { id, uid, email } = who;
    const answers = [
      await call(server, 'POST', `/messages/?owner_id=${id}`, { body: { text: 'new' } }),
      await call(server, 'POST', '/messages/', { body: { text: 'new', owner_id: id } }),
      await socialCall(server, 'POST', '/posts/create', { body: form(uid, 'new', []) }),
      await socialCall(server, 'PATCH', `/users/${uid}`, { body: { email } }),
      await socialCall(server, 'GET', `/users/${uid}/chats`),
    ];
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(await actAs(owner), [201, 201, 201, 200, 200]);
  const before = await server.sql`select count(*) from posts`;
  assert.deepEqual(await actAs(disabled), [404, 404, 401, 401, 401]);
  assert.deepEqual([...(await server.sql`select count(*) from posts`)], [...before]);
});
