/** `koine user`: listing accounts and their access, with effect on a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { koine, run } from '../support/koine.ts';
import { member } from '../support/koine-people.ts';
import { join, loungeAccount, PASSWORD, relaySignIn, relaySignUp } from '../support/people.ts';
import { startMailServer } from '../support/smtp.ts';

const NO_MAIL = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'koine@example.org' };

function linesOf(out: string): Record<string, unknown>[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('koine user list prints accounts page by page, as text and as JSON', async (t) => {
  const server = await startTestServer(t);
  for (const name of ['ann', 'bob', 'eve']) await relaySignUp(server, name);
  const dan = await loungeAccount(server, 'dan');
  await server.sql`update accounts set role = case username when 'bob' then 'admin' else 'member' end, disabled_at = case username when 'eve' then now() end`;
  const [all, page, people, wrong] = await Promise.all([
    koine(server.settings, 'user', 'list', '--json'),
    koine(server.settings, 'user', 'list', '--json', '--after', '1', '--limit', '2'),
    koine(server.settings, 'user', 'list', '--limit', '2'),
    koine(server.settings, 'user', 'list', '--limit', 'some'),
  ]);
  const listed = linesOf(all.out);
  assert.deepEqual(
    listed.map(({ username, email, admin, disabled }) => [username, email, admin, disabled !== null]),
    [
      ['ann', null, false, false],
      ['bob', null, true, false],
      ['eve', null, false, true],
      ['dan', dan.email, false, false],
    ],
  );
  assert.equal(listed[0]?.lastSession, null);
  assert.ok(Date.parse(String(listed[3]?.lastSession)) >= Date.parse(String(listed[3]?.created)));
  assert.ok(!all.out.includes('password'));
  assert.deepEqual(
    linesOf(page.out).map(({ username }) => username),
    ['bob', 'eve'],
  );
  assert.match(people.out, /^id\tusername.*\n1\tann\t-\t\S+ \S+\t-\t0\t\n2\tbob\t.*admin\n$/);
  assert.deepEqual([wrong.code, wrong.err], [2, 'koine: --limit must be a whole number, not "some"\n']);
});

test('koine user and koine token act on a running server', async (t) => {
  const server = await startTestServer(t);
  await t.test('a disabled account is signed out at once and stays out until it is enabled again', async (t) => {
    const bob = await loungeAccount(server, 'bob');
    const socket = await join(t, server, bob.token);
    const disabled = await koine(server.settings, 'user', 'disable', 'BOB');
    assert.deepEqual(disabled, { code: 0, out: 'bob is disabled\n', err: '' });
    assert.equal((await socket.untilClosed()).code, 4001);
    assert.equal((await relaySignIn(server, 'bob')).status, 401);
    const again = await koine(server.settings, 'user', 'disable', 'bob', '--json');
    assert.deepEqual(JSON.parse(again.out), { username: 'bob', disabled: true, changed: false });
    assert.equal((await koine(server.settings, 'user', 'enable', 'bob')).out, 'bob is enabled\n');
    assert.equal((await relaySignIn(server, 'bob')).status, 200);
  });

  await t.test('koine user reset-password reads or generates a password and ends old sessions', async (t) => {
    const dan = await loungeAccount(server, 'dan');
    const socket = await join(t, server, dan.token);
    const signIn = async (password: string) => {
      const body = JSON.stringify({ email: dan.email, password });
      return (
        await fetch(`${server.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      ).status;
    };
    const args = ['user', 'reset-password', 'dan'];
    const short = await run('bin/koine.js', args, server.settings, 'short\n');
    assert.deepEqual([short.code, short.err], [1, 'koine: password must have at least 8 characters\n']);
    assert.equal(await signIn(PASSWORD), 200);
    const given = await run('bin/koine.js', args, server.settings, 'another horse\n');
    assert.deepEqual(given, { code: 0, out: 'dan has a new password\n', err: '' });
    await socket.untilClosed();
    assert.deepEqual([await signIn(PASSWORD), await signIn('another horse')], [401, 200]);
    const made = await koine(server.settings, ...args, '--generate', '--json');
    assert.equal(await signIn((JSON.parse(made.out) as { password: string }).password), 200);
  });

  await t.test('koine token lists the access tokens of an account and revokes them', async () => {
    const ann = await member(server, 'ann');
    const wish = { name: 'robot', scopes: ['read'] };
    const { id, token } = await ann.do<{ id: string; token: string }>('POST', '/tokens', wish);
    const list = await koine(server.settings, 'token', 'list', 'ann');
    assert.match(list.out, new RegExp(`^${id}\trobot\tread\t-\t\\d{4}-\\d\\d-\\d\\d$`, 'm'));
    assert.equal((await koine(server.settings, 'token', 'revoke', 'ann', id)).code, 0);
    const again = await koine(server.settings, 'token', 'revoke', 'ann', id);
    assert.deepEqual([again.code, again.out], [1, 'ann has no such token\n']);
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${server.url}/v1/me`, { headers })).status, 401);
    assert.equal((await ann.call('GET', '/me')).status, 200);
  });
});

test('koine check-config hides secrets, lists all mistakes and reports unreachable services', async (t) => {
  const smtp = await startMailServer(t);
  const server = await startTestServer(t);
  const secret = 'a very secret secret of this very test';
  const [fine, wrong, away] = await Promise.all([
    koine({ ...server.settings, ...smtp.settings, JWT_SECRET: secret, PORT: '4000' }, 'check-config'),
    koine({ PORT: 'http', HIDE_EMAILS: 'perhaps' }, 'check-config', '--json'),
    koine(
      { ...server.settings, ...NO_MAIL, DATABASE_URL: 'postgres://koine:hunter2@127.0.0.1:1/none' },
      'check-config',
    ),
  ]);
  assert.equal(fine.code, 0);
  assert.match(fine.out, /^\* PORT=4000$/m);
  assert.match(fine.out, /^ {2}TOKEN_TTL=86400$/m);
  assert.match(fine.out, /^database: reached, up to date$/m);
  assert.match(fine.out, /^mail: reached$/m);
  assert.ok(!fine.out.includes(secret) && !fine.out.includes(new URL(server.settings.DATABASE_URL as string).password));
  assert.deepEqual([wrong.code, JSON.parse(wrong.out).mistakes.length], [1, 2]);
  assert.equal(away.code, 1);
  assert.match(away.out, /^database: NO: .*ECONNREFUSED/m);
  assert.match(away.out, /^mail: NO: .*ECONNREFUSED/m);
  assert.ok(!away.out.includes('hunter2'));
});
