/** Access tokens: what each scope allows, in every API. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { live, openLive } from '../support/koine-live.ts';
import { call, isProblem, type Member, member, type Problem } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { openSocket } from '../support/socket.ts';

type Scope = 'read' | 'write' | 'moderate';
type Made = { id: string; name: string; scopes: Scope[]; token: string; usedAt?: string; expiresAt: string };
type Operation = { operationId: string; security?: object[] };

/** Only the owner of the account, signed in without scopes, calls these. */
const OWNERS = [
  ...['createBot', 'createBotToken', 'listBots', 'listBotTokens', 'removeBot', 'removeBotToken', 'updateBot'],
  ...['linkIdentity', 'listIdentities', 'removeIdentity'],
  ...['addPasskey', 'confirmByPasskey', 'listPasskeys', 'preparePasskey', 'removePasskey', 'renamePasskey'],
  ...[
    'confirmSession',
    'createAppPassword',
    'createToken',
    'deleteMe',
    'getExport',
    'getSecondFactor',
    'listAppPasswords',
  ],
  ...['listSessions', 'listTokens', 'prepareSecondFactor', 'removeAppPassword', 'removeOtherSessions', 'removeSession'],
  ...[
    'removeToken',
    'renewRecoveryCodes',
    'requestVerification',
    'setEmail',
    'setPassword',
    'turnOffSecondFactor',
    'turnOnSecondFactor',
  ],
];

test('koine: access tokens', async (t) => {
  const server = await startTestServer(t);
  const ann = await member(server, 'ann');
  const make = async (name: string, ...scopes: Scope[]) => ann.do<Made>('POST', '/tokens', { name, scopes });
  const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  const socketOf = ({ token }: Made, path: string) =>
    openSocket(t, server.wsUrl + path, { headers: { authorization: `Bearer ${token}` } });

  /** Its sign-in is an hour ago. */
  const later = ({ id }: Member) =>
    server.sql`
      update sessions set confirmed_at = now() - interval '1 hour'
       where account_id = (select id from accounts where uid = ${id})`;

  await t.test('one is shown once, listed with its last use, and revoked with its connections', async () => {
    const { token, ...robot } = await make(' robot ', 'read', 'write');
    assert.match(token, /^koine_[\w-]{56}$/);
    const { expiresAt, ...shown } = robot;
    assert.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 90 * 86_400_000) < 60_000);
    assert.deepEqual([shown.name, shown.scopes, 'usedAt' in shown], ['robot', ['read', 'write'], false]);
    assert.deepEqual(await ann.all<Made>('/tokens'), [robot]);
    assert.equal((await ann.all<object>('/sessions')).length, 1, 'it is no session in the list of sessions');
    const stored = await server.sql`select from sessions s where s::text like ${`%${token.slice(-20)}%`}`;
    assert.equal(stored.length, 0);

    const socket = await live(t, server, { token });
    assert.ok(((await ann.all<Made>('/tokens'))[0] as Made).usedAt !== undefined);
    const lobby = (await ann.get<{ items: { id: string }[] }>('/rooms')).items[0]?.id;
    socket.send({ type: 'send', ref: 1, room: lobby, body: 'from a robot', key: 'k' });
    await socket.frameWith({ type: 'result', ref: 1 });
    assert.ok(isProblem(await ann.call('DELETE', `/sessions/${robot.id}`), 404, 'not_found'));
    assert.equal((await ann.call('DELETE', `/tokens/${robot.id}`)).status, 204);
    assert.equal((await socket.untilClosed()).code, 4001);
    assert.equal((await call(server, 'GET', '/me', as(token))).status, 401);
    assert.ok(isProblem(await ann.call('DELETE', `/tokens/${robot.id}`), 404, 'not_found'));
  });

  await t.test('a wrong secret, a wrong id and a wrong length are refused', async () => {
    const { token } = await make('right', 'read');
    const other = await make('other', 'read');
    for (const wrong of [`${token.slice(0, -2)}AA`, token.slice(0, 30) + other.token.slice(30), `${token}A`, 'koine_'])
      assert.ok(isProblem(await call(server, 'GET', '/me', as(wrong)), 401, 'unauthenticated'), wrong);
    assert.equal((await call(server, 'GET', '/me', as(token))).status, 200);
  });

  await t.test('every call of the API needs its scope', async () => {
    const { paths } = (await (await fetch(`${server.url}/docs/koine/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    const tokens = {
      read: (await make('read', 'read')).token,
      write: (await make('write', 'write')).token,
      all: (await make('all', 'read', 'write', 'moderate')).token,
    };
    const refused = async (token: string, method: string, path: string) =>
      (await call<Problem | null>(server, method, path, as(token))).json?.code === 'insufficient_scope';
    const owners: string[] = [];
    for (const [template, operations] of Object.entries(paths))
      for (const [name, { operationId, security }] of Object.entries(operations)) {
        if (security?.some((way) => Object.keys(way).length === 0) || security?.length === 0) continue;
        const method = name.toUpperCase();
        const path = template.replace('/v1', '').replaceAll(/\{\w+\}/g, '7');
        if (operationId === 'openLive') continue;
        const [wrong, right] = method === 'GET' ? (['write', 'read'] as const) : (['read', 'write'] as const);
        assert.ok(await refused(tokens[wrong], method, path), `${method} ${template} with ${wrong}`);
        if (await refused(tokens.all, method, path)) owners.push(operationId);
        else if (!(await refused(tokens[right], method, path))) assert.ok(!OWNERS.includes(operationId));
      }
    assert.deepEqual(owners.sort(), [...OWNERS].sort());
  });

  await t.test('with `read` alone the live socket tells, and takes nothing; without it there is none', async () => {
    const reader = await make('reader', 'read');
    const socket = await live(t, server, reader);
    socket.send({ type: 'send', ref: 2, room: '2', body: 'no', key: 'k2' });
    const { problem } = (await socket.frameWith({ type: 'problem', ref: 2 })) as unknown as { problem: Problem };
    assert.equal(problem.code, 'insufficient_scope');
    await assert.rejects(openLive(t, server, await make('writer', 'write')), /403/);
  });

  await t.test('in the other APIs, reading takes `read`, writing `write`, and a socket both', async () => {
    const [read, write, both] = [await make('r', 'read'), await make('w', 'write'), await make('rw', 'read', 'write')];
    const status = async (method: string, path: string, { token }: Made, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
      return (await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })).status;
    };
    const chatrooms = '/messenger/api/chatrooms/';
    for (const [method, path, body, right, wrong] of [
      ['GET', '/users/me', undefined, read, write],
      ['POST', '/messages/?owner_id=1', { text: 'x' }, write, read],
      ['GET', '/api/auth/current_user', undefined, read, write],
      ['GET', chatrooms, undefined, read, write],
      ['POST', `${chatrooms}lobby/messages/`, { content: 'x' }, write, read],
    ] as const) {
      assert.equal(await status(method, path, wrong, body), 403, path);
      for (const token of [right, both]) assert.ok((await status(method, path, token, body)) < 300, path);
    }
    for (const one of [read, write]) await assert.rejects(socketOf(one, '/join'), /403/);
    await (await socketOf(both, '/join')).close();
    await assert.rejects(socketOf(read, '/messenger/ws/ws/chat/lobby/'), /403/);
  });

  await t.test('an admin’s token acts as a member, unless it may moderate', async () => {
    const bob = await member(server, 'bob');
    const { id } = await bob.do<{ id: string }>('POST', '/posts', { body: 'of bob' });
    await server.sql`update accounts set role = 'admin' where username = 'ann'`;
    const [plain, moderator] = [await make('plain', 'read', 'write'), await make('mod', 'read', 'write', 'moderate')];
    assert.equal((await call(server, 'DELETE', `/posts/${id}`, as(plain.token))).status, 403);
    assert.equal((await call(server, 'GET', '/staff', as(plain.token))).status, 403);
    assert.equal((await call(server, 'GET', '/staff', as(moderator.token))).status, 200);
    assert.equal((await call(server, 'DELETE', `/posts/${id}`, as(moderator.token))).status, 204);
    await server.sql`update accounts set role = 'member' where username = 'ann'`;
  });

  await t.test('making one takes a recent sign-in, and each is bounded', async () => {
    const wish = { name: 'x', scopes: ['read'] };
    for (const wrong of [
      { scopes: [] },
      { scopes: ['all'] },
      { expiresIn: 0 },
      { expiresIn: 367 * 86_400 },
      { name: ' ' },
    ])
      assert.ok(isProblem(await ann.call('POST', '/tokens', { body: { ...wish, ...wrong } }), 400, 'invalid'));
    await later(ann);
    assert.ok(isProblem(await ann.call('POST', '/tokens', { body: wish }), 403, 'confirmation_required'));
    const wrong = await ann.call('PUT', '/session/confirmation', { body: { password: 'wrong' } });
    assert.ok(isProblem(wrong, 401, 'bad_credentials'));
    assert.equal((await ann.call('PUT', '/session/confirmation', { body: { password: PASSWORD } })).status, 204);
    let status = 201;
    for (let made = 0; made < 50 && status === 201; made += 1)
      status = (await ann.call('POST', '/tokens', { body: wish })).status;
    assert.equal(status, 400);
    assert.equal((await ann.all('/tokens')).length, 50);
  });

  await t.test('no text may contain one, a new password ends all, and an expired one ends by itself', async () => {
    const [first] = await ann.all<Made>('/tokens');
    await ann.do('DELETE', `/tokens/${first?.id}`);
    const { token, id } = await make('leaked', 'read');
    const said = await ann.call<Problem>('POST', '/posts', { body: { body: `my token is "${token}", do not tell` } });
    assert.deepEqual([said.status, said.json.errors?.[0]?.code], [400, 'token']);
    await server.sql`update sessions set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where id = ${id}`;
    assert.equal((await call(server, 'GET', '/me', as(token))).status, 401);
    const other = (await ann.all<Made>('/tokens')).length;
    assert.equal(other, 49);
    const body = { current: PASSWORD, password: `${PASSWORD} battery` };
    assert.equal((await ann.call('PUT', '/me/password', { body })).status, 200);
    const [left] = await server.sql<[{ count: number }]>`
      select count(*)::int from sessions s join accounts a on a.id = account_id where username = 'ann' and digest is not null`;
    assert.equal(left.count, 0);
  });
});
