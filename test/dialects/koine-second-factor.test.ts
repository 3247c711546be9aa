/** The second factor: codes in koine, app passwords in the APIs that cannot ask for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { startTestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { openLive } from '../support/koine-live.ts';
import { call, isProblem, Member, member, type Session } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';

type Factor = { since?: string; recoveryCodes: number };
type AppPassword = { id: string; name: string; password: string; usedAt?: string };

/** Signing in, by the API. */
const SIGN_INS: Record<string, { path: string; login: 'username' | 'email'; form?: boolean }> = {
  board: { path: '/token', login: 'username', form: true },
  messenger: { path: '/accounts/api/token/', login: 'username' },
  social: { path: '/api/auth/login', login: 'email' },
  lounge: { path: '/login', login: 'email' },
  relay: { path: '/signin', login: 'username' },
};

test('koine: the second factor', async (t) => {
  const settings = {
    RATE_LIMITS: 'on',
    CODE_TRIES_PER_ACCOUNT: '12',
    SIGN_IN_TRIES: '1000',
    SIGN_IN_TRIES_PER_ACCOUNT: '1000',
  };
  const server = await startTestServer(t, { ...settings, SIGN_IN_TRIES_PER_ADDRESS: '1000' });
  const ann = await member(server, 'ann');
  let totp = new TOTP();
  let recoveryCodes: string[] = [];

  const enter = (code?: string, password = PASSWORD) =>
    call<Session>(server, 'POST', '/session', {
      body: { login: 'ann', password, ...(code !== undefined && { code }) },
    });
  /** The code of a step that was not used. */
  const freshCode = async () => {
    await server.sql`update one_time_secrets set last_step = 0`;
    return totp.generate();
  };
  async function enterThrough(name: string, password: string) {
    const { path, login, form } = SIGN_INS[name] as (typeof SIGN_INS)[string];
    const body = { [login]: login === 'email' ? 'ann@example.org' : 'ann', password };
    const headers = { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' };
    const sent = form ? new URLSearchParams(body as Record<string, string>) : JSON.stringify(body);
    const answer = await fetch(server.url + path, { method: 'POST', headers, body: sent });
    return { status: answer.status, text: await answer.text(), cookie: answer.headers.get('set-cookie') };
  }

  await t.test('it is on when a code of its secret was shown, and gives recovery codes once', async () => {
    assert.deepEqual(await ann.get<Factor>('/second-factor'), { recoveryCodes: 0 });
    assert.ok(isProblem(await ann.call('PUT', '/second-factor', { body: { code: '000000' } }), 401, 'bad_code'));
    const { secret, uri } = await ann.do<{ secret: string; uri: string }>('POST', '/second-factor');
    assert.equal(uri, `otpauth://totp/Koine:ann?issuer=Koine&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
    totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const [{ kept }] = await server.sql<[{ kept: Uint8Array }]>`select secret as kept from one_time_secrets`;
    assert.equal(Buffer.from(kept).includes(Buffer.from(totp.secret.bytes)), false, 'the database has it sealed');
    assert.equal((await enter()).status, 200, 'it is not on before');
    recoveryCodes = (await ann.do<{ recoveryCodes: string[] }>('PUT', '/second-factor', { code: totp.generate() }))
      .recoveryCodes;
    assert.equal(new Set(recoveryCodes).size, 10);
    const { since, ...rest } = await ann.get<Factor>('/second-factor');
    assert.deepEqual([typeof since, rest], ['string', { recoveryCodes: 10 }]);
    assert.ok(isProblem(await ann.call('POST', '/second-factor'), 403, 'forbidden'));
  });

  await t.test('signing in asks for a code, and takes each once', async () => {
    assert.ok(isProblem(await enter(), 401, 'code_required'));
    assert.ok(isProblem(await enter(undefined, 'wrong'), 401, 'bad_credentials'));
    assert.ok(isProblem(await enter('12345'), 401, 'bad_code'));
    const code = await freshCode();
    assert.ok(isProblem(await enter(code, 'wrong'), 401, 'bad_credentials'));
    assert.equal((await enter(`${code.slice(0, 3)} ${code.slice(3)}`)).status, 200);
    assert.ok(isProblem(await enter(code), 401, 'bad_code'));
    const earlier = totp.generate({ timestamp: Date.now() - 30_000 });
    assert.ok(isProblem(await enter(earlier), 401, 'bad_code'), 'nor one that is older than a used one');
    await server.sql`update one_time_secrets set last_step = 0`;
    const both = await Promise.all([enter(totp.generate()), enter(totp.generate())]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
  });

  await t.test('a recovery code counts once', async () => {
    const [first = '', second = ''] = recoveryCodes;
    assert.equal((await enter(first.toUpperCase().replaceAll('-', ' '))).status, 200);
    assert.ok(isProblem(await enter(first), 401, 'bad_code'));
    assert.equal((await ann.get<Factor>('/second-factor')).recoveryCodes, 9);
    const renewed = await ann.do<{ recoveryCodes: string[] }>('POST', '/second-factor/recovery-codes');
    assert.ok(isProblem(await enter(second), 401, 'bad_code'));
    recoveryCodes = renewed.recoveryCodes;
    assert.equal((await ann.get<Factor>('/second-factor')).recoveryCodes, 10);
  });

  await t.test('wrong codes are limited, however they come, and only for that account', async () => {
    const bob = await member(server, 'bob');
    for (let tries = 0; tries < 14; tries += 1) await enter('000000');
    const refused = await enter(await freshCode());
    assert.ok(isProblem(refused, 429, 'rate_limited'));
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.ok(isProblem(await enter(recoveryCodes[0]), 429, 'rate_limited'));
    const confirmation = { body: { password: PASSWORD, code: recoveryCodes[0] } };
    assert.ok(isProblem(await ann.call('PUT', '/session/confirmation', confirmation), 429, 'rate_limited'));
    assert.ok(isProblem(await enter(), 401, 'code_required'));
    assert.ok(isProblem(await bob.call('PUT', '/second-factor', { body: { code: '000000' } }), 401, 'bad_code'));
  });

  await t.test('every other API takes an app password, and the password no more', async () => {
    const made = await ann.do<AppPassword>('POST', '/app-passwords', { name: 'old phone' });
    assert.match(made.password, /^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
    for (const name of Object.keys(SIGN_INS)) {
      const { status, text } = await enterThrough(name, PASSWORD);
      const wrong = await enterThrough(name, 'wrong');
      assert.deepEqual([status, text], [wrong.status, wrong.text], `${name} tells nothing about the password`);
      assert.ok((await enterThrough(name, made.password)).status < 300, name);
    }
    assert.ok(isProblem(await enter(undefined, made.password), 401, 'bad_credentials'), 'koine takes none');
    const stranger = await ann.call('DELETE', `/app-passwords/${crypto.randomUUID()}`);
    assert.ok(isProblem(stranger, 404, 'not_found'));
    const [listed] = await ann.all<AppPassword>('/app-passwords');
    assert.deepEqual(
      [listed?.name, typeof listed?.usedAt, listed && 'password' in listed],
      ['old phone', 'string', false],
    );
  });

  await t.test('its sessions read and write, and end with it', async () => {
    const [old] = await ann.all<AppPassword>('/app-passwords');
    const { password } = await ann.do<AppPassword>('POST', '/app-passwords', { name: 'robot' });
    const { text } = await enterThrough('messenger', password);
    const token = (JSON.parse(text) as { access: string }).access;
    const robot = new Member(server, { me: ann.me, token, expiresAt: '' });
    assert.equal((await robot.call('POST', '/posts', { body: { body: 'of a robot' } })).status, 201);
    for (const [method, path] of [
      ['GET', '/sessions'],
      ['DELETE', '/second-factor'],
      ['GET', '/me/export'],
      ['GET', '/staff'],
    ] as const)
      assert.ok(isProblem(await robot.call(method, path), 403, 'insufficient_scope'), path);
    const socket = await openLive(t, server, robot);
    const [newest] = await ann.all<AppPassword>('/app-passwords');
    await ann.do('DELETE', `/app-passwords/${newest?.id}`);
    assert.equal((await socket.untilClosed()).code, 4001);
    assert.equal((await robot.call('GET', '/me')).status, 401);
    assert.notEqual((await enterThrough('lounge', password)).status, 200);
    assert.deepEqual(
      (await ann.all<AppPassword>('/app-passwords')).map(({ id }) => id),
      [old?.id],
    );
  });

  await t.test('changing it takes a recent sign-in; an operator turns it off', async () => {
    await server.sql`update sessions set confirmed_at = now() - interval '1 hour'`;
    for (const [method, path, body] of [
      ['DELETE', '/second-factor', undefined],
      ['POST', '/second-factor', undefined],
      ['POST', '/second-factor/recovery-codes', undefined],
      ['POST', '/app-passwords', { name: 'x' }],
    ] as const)
      assert.ok(isProblem(await ann.call(method, path, { body }), 403, 'confirmation_required'), path);
    const { code, out } = await koine(server.settings, 'user', 'reset-second-factor', 'ann');
    assert.deepEqual([code, out.trim()], [0, 'ann signs in with the password alone']);
    assert.equal((await enter()).status, 200);
    assert.ok((await enterThrough('relay', PASSWORD)).status < 300);
    const body = { password: PASSWORD };
    assert.equal((await ann.call('PUT', '/session/confirmation', { body })).status, 204);
    assert.ok(isProblem(await ann.call('DELETE', '/second-factor'), 404, 'not_found'));
  });
});
