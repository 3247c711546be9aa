/** Mail: it leaves by a real SMTP server, is tried again where that refuses, and holds no secret but in its links. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Config } from '../../src/config/config.ts';
import { call as boardCall } from '../support/board-people.ts';
import { eventually } from '../support/conditions.ts';
import { startServerWith, startTestServer, type TestServer } from '../support/harness.ts';
import { call, isProblem, Member, member, type Reply, type Session, signIn } from '../support/koine-people.ts';
import * as messenger from '../support/messenger-people.ts';
import { PASSWORD } from '../support/people.ts';
import { secretIn, startMailServer } from '../support/smtp.ts';

const METRICS_TOKEN = 'a token for the metrics';

type Row = { kind: string; attempts: number; due: boolean; sent: boolean };

const outbox = ({ sql }: TestServer, recipient: string) => sql<Row[]>`
  select kind, attempts, due_at is not null as due, sent_at is not null as sent
    from mails where recipient = ${recipient} order by id`;

/** As if the delay until the next attempt had passed, of mails that are not being sent. Seconds of a lease: 150. */
const makeDue = ({ sql }: TestServer) => sql`
  update mails set due_at = now()
   where due_at > now() and (due_at < now() + interval '121 s' or due_at > now() + interval '150 s')`;

/** Resolves after that number of attempts, when the next one is due in that number of seconds. */
const deferred = ({ sql }: TestServer, recipient: string, attempts: number, seconds: number) =>
  eventually(`attempt ${attempts} to be deferred`, async () => {
    const rows = await sql`
      select from mails where recipient = ${recipient} and attempts = ${attempts}
         and due_at - now() between make_interval(secs => ${seconds - 20}) and make_interval(secs => ${seconds})`;
    return rows.length > 0;
  });

function quick(config: Config): Config {
  const { mail } = config;
  return mail === undefined
    ? config
    : { ...config, mail: { ...mail, interval: 20, server: { ...mail.server, patience: 3_000 } } };
}

async function signUp(server: TestServer, username: string, more: object = {}): Promise<Member> {
  const body = { username, password: PASSWORD, email: `${username}@example.org`, ...more };
  return new Member(server, (await call<Session>(server, 'POST', '/accounts', { body })).json);
}

function refused(reply: Reply<unknown>, status: number, code: string): void {
  assert.ok(isProblem(reply, status, code), `${reply.status} ${JSON.stringify(reply.json)}`);
}

const askReset = (server: TestServer, login: string) => call(server, 'POST', '/resets', { body: { login } });
const reset = (server: TestServer, secret: string, password: string) =>
  call(server, 'PUT', '/resets', { body: { secret, password } });
const verify = (server: TestServer, secret: string) => call(server, 'PUT', '/verifications', { body: { secret } });

test('mail leaves by an SMTP server', async (t) => {
  const smtp = await startMailServer(t);
  const server = await startTestServer(t, { ...smtp.settings, TRUST_PROXY: 'on', METRICS_TOKEN }, quick);
  assert.deepEqual((await call(server, 'GET', '/server')).json, { mail: true });

  await t.test('a new address is verified by its letter, in the language of its reader', async () => {
    const ann = await signUp(server, 'ann', { language: 'ru', name: 'Анна <b>' });
    assert.equal((await ann.get<{ emailVerified: boolean }>('/me')).emailVerified, false);
    const letter = await smtp.letterTo('ann@example.org');
    assert.equal(letter.from, 'koine@example.org');
    assert.equal(letter.subject, 'Подтвердите адрес почты: Koine');
    assert.match(letter.text, /^Здравствуйте, Анна <b>!/);
    assert.match(letter.html, /Анна &lt;b&gt;!/);
    assert.match(letter.html, /<html lang="ru">/);
    assert.match(letter.raw, /^Auto-Submitted: auto-generated/m);
    const secret = secretIn(letter, 'verify');
    refused(await verify(server, 'x'.repeat(43)), 404, 'not_found');
    refused(await reset(server, secret, 'a new password'), 404, 'not_found');
    assert.equal((await verify(server, secret)).status, 204);
    refused(await verify(server, secret), 404, 'not_found');
    const me = await ann.get<{ emailVerified: boolean; language: string }>('/me');
    assert.deepEqual([me.emailVerified, me.language], [true, 'ru']);
  });

  await t.test('the database has no secret of a link', async () => {
    const bob = await signUp(server, 'bob');
    const secret = secretIn(await smtp.letterTo('bob@example.org'), 'verify');
    const rows = await server.sql`select m::text as row from mails m union all select p::text from mail_proofs p`;
    assert.ok(rows.length > 1);
    for (const { row } of rows) assert.ok(!(row as string).includes(secret));
    assert.equal(bob.me.email, 'bob@example.org');
  });

  await t.test('a forgotten password is replaced once, and every session ends', async () => {
    const cat = await signUp(server, 'cat');
    await smtp.letterTo('cat@example.org');
    assert.equal((await askReset(server, 'cat')).status, 204);
    const secret = secretIn(await smtp.letterTo('cat@example.org', 1), 'reset');
    refused(await reset(server, secret, 'short'), 400, 'invalid');
    assert.equal((await reset(server, secret, 'another password')).status, 204);
    assert.equal((await cat.call('GET', '/me')).status, 401);
    refused(await reset(server, secret, 'a third password'), 404, 'not_found');
    refused(
      await call(server, 'POST', '/session', { body: { login: 'cat', password: PASSWORD } }),
      401,
      'bad_credentials',
    );
    const session = await signIn(server, 'cat', 'another password');
    assert.equal((await session.get<{ emailVerified: boolean }>('/me')).emailVerified, true, 'the letter was read');
    const notice = await smtp.letterTo('cat@example.org', 2);
    assert.equal(notice.subject, 'Your password at Koine was changed');
  });

  await t.test('nothing tells whether there is an account, and a mailbox gets three letters an hour', async () => {
    await signUp(server, 'dan');
    await smtp.letterTo('dan@example.org');
    const answers = [];
    for (const login of ['dan', 'nobody', 'dan@example.org', 'nobody@example.org', 'dan', 'dan', 'dan'])
      answers.push(await askReset(server, login));
    assert.deepEqual([...new Set(answers.map(({ status, json }) => `${status} ${json}`))], ['204 null']);
    await eventually('the letters', async () => (await outbox(server, 'dan@example.org')).length === 4);
    await smtp.letterTo('dan@example.org', 3);
    const secrets = smtp.letters.filter(({ to, text }) => to === 'dan@example.org' && text.includes('/app/reset#'));
    const statuses = [];
    for (const letter of secrets)
      statuses.push((await reset(server, secretIn(letter, 'reset'), 'another password')).status);
    assert.deepEqual(statuses.sort(), [204, 404, 404], 'the newest is good');
  });

  await t.test('another address becomes the own one by its letter, and the address before is told', async () => {
    const eve = await signUp(server, 'eve');
    const change = (email: string, password = PASSWORD) => eve.call('PUT', '/me/email', { body: { email, password } });
    refused(await change('eve@new.example', 'wrong password'), 401, 'bad_credentials');
    refused(await change('ANN@example.org'), 409, 'email_taken');
    const pending = { email: 'eve@example.org', verified: false, pending: 'eve@new.example' };
    assert.deepEqual((await change('eve@new.example')).json, pending);
    const secret = secretIn(await smtp.letterTo('eve@new.example'), 'verify');
    const old = secretIn(await smtp.letterTo('eve@example.org'), 'verify');
    refused(await verify(server, old), 404, 'not_found');
    assert.equal((await verify(server, secret)).status, 204);
    assert.deepEqual(await eve.get('/me/email'), { email: 'eve@new.example', verified: true });
    const told = await smtp.letterTo('eve@example.org', 1);
    assert.match(told.text, /another e-mail address now: eve@new\.example/);
    assert.equal((await eve.call('POST', '/verifications')).status, 204, 'another letter, though there is no need');
    await smtp.letterTo('eve@new.example', 1);
  });

  await t.test('the owner hears of sign-ins from new places, once each', async () => {
    await signUp(server, 'hal');
    await smtp.letterTo('hal@example.org');
    const from = async (place: string) => {
      const body = { login: 'hal', password: PASSWORD };
      await call(server, 'POST', '/session', { body, headers: { 'x-forwarded-for': place } });
    };
    for (const place of ['203.0.113.1', '203.0.113.1', '203.0.113.2', '203.0.113.2']) await from(place);
    const told = await smtp.letterTo('hal@example.org', 1);
    assert.match(told.text, /not seen before: 203\.0\.113\.2, /);
    assert.deepEqual(
      (await outbox(server, 'hal@example.org')).map(({ kind }) => kind),
      ['verify', 'new-device'],
    );
  });

  await t.test('the owner hears of each change of how the account is signed in to', async () => {
    const ivy = await signUp(server, 'ivy');
    await smtp.letterTo('ivy@example.org');
    const { id: appPassword } = await ivy.do<{ id: string }>('POST', '/app-passwords', { name: 'old phone' });
    await ivy.do('DELETE', `/app-passwords/${appPassword}`);
    const { id: token } = await ivy.do<{ id: string }>('POST', '/tokens', { name: 'robot', scopes: ['read'] });
    await ivy.do('DELETE', `/tokens/${token}`);
    const [passkey] = await server.sql<[{ id: string }]>`
      insert into passkeys (account_id, credential_id, rp_id, public_key, counter, name)
      select id, 'ivy', 'koine.example', 'key', 0, 'key ring' from accounts where username = 'ivy' returning id`;
    await ivy.do('DELETE', `/passkeys/${passkey.id}`);
    const { secret } = await ivy.do<{ secret: string }>('POST', '/second-factor');
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    const { recoveryCodes } = await ivy.do<{ recoveryCodes: string[] }>('PUT', '/second-factor', { code });
    const body = { login: 'ivy', password: PASSWORD, code: recoveryCodes[0] };
    assert.equal((await call(server, 'POST', '/session', { body })).status, 200);
    await ivy.do('DELETE', '/second-factor');
    refused(await ivy.call('DELETE', `/tokens/${token}`), 404, 'not_found');
    const told = (await outbox(server, 'ivy@example.org')).map(({ kind }) => kind);
    assert.deepEqual(told.slice(1), [
      'app-password-added',
      'app-password-removed',
      'token-added',
      'token-removed',
      'passkey-removed',
      'second-factor-on',
      'recovery-code-used',
      'second-factor-off',
    ]);
    const subjects: string[] = [];
    for (let n = 1; n <= 8; n += 1) subjects.push((await smtp.letterTo('ivy@example.org', n)).subject);
    assert.ok(subjects.includes('A recovery code was used at Koine'));
    const letter = smtp.letters.find(({ subject }) => subject === 'A new access token at Koine');
    assert.match(letter?.text ?? '', /was made for your account: robot\./);
    assert.ok(!letter?.text.includes(secret));
  });

  await t.test('metrics count what was sent', async () => {
    const answer = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    const [, sent] = /^koine_deliveries_total\{kind="mail",outcome="sent"\} (\d+)$/m.exec(await answer.text()) ?? [];
    assert.equal(Number(sent), smtp.letters.length);
  });

  await t.test('an invitation comes by mail, for one person', async () => {
    await server.sql`update accounts set role = 'moderator' where username = 'bob'`;
    const bob = await signIn(server, 'bob');
    const made = await bob.do<{ code: string; maxUses: number }>('POST', '/invites', { email: 'guest@example.org' });
    assert.equal(made.maxUses, 1);
    const letter = await smtp.letterTo('guest@example.org');
    assert.equal(letter.subject, 'bob invites you to Koine');
    assert.ok(letter.text.includes(`${server.url}/app/join/${made.code}`));
  });

  await t.test('what the server defers is tried again, what it refuses is not', async () => {
    await smtp.refuse(451, 0, 550);
    await signUp(server, 'fay');
    await deferred(server, 'fay@example.org', 1, 30);
    await makeDue(server);
    await deferred(server, 'fay@example.org', 2, 120);
    await makeDue(server);
    await eventually('it to be given up', async () => !(await outbox(server, 'fay@example.org'))[0]?.due);
    assert.deepEqual(
      [...(await outbox(server, 'fay@example.org'))],
      [{ kind: 'verify', attempts: 3, due: false, sent: false }],
    );
  });

  await t.test('mail that nobody takes is given up in the end, and old mail is not sent', async () => {
    await smtp.refuse(...Array.from({ length: 10 }, () => 450));
    await signUp(server, 'gil');
    await eventually('it to be given up', async () => {
      await makeDue(server);
      const [row] = await outbox(server, 'gil@example.org');
      return row?.attempts === 10 && !row.due;
    });
    assert.equal(smtp.attempts.filter((to) => to === 'gil@example.org').length, 10);
    assert.equal(smtp.letters.filter(({ to }) => to === 'gil@example.org').length, 0);
    await server.sql`
      update mails set due_at = now(), attempts = 0, created_at = now() - interval '2 days', expires_at = now() - interval '1 day'
       where recipient = 'gil@example.org'`;
    await eventually('it to expire', async () => (await outbox(server, 'gil@example.org'))[0]?.due === false);
    assert.equal(smtp.letters.filter(({ to }) => to === 'gil@example.org').length, 0);
  });

  await t.test('two nodes send each mail once', async () => {
    const other = await startServerWith(t, { ...server.settings }, quick);
    const names = Array.from({ length: 12 }, (_, index) => `guest${index}`);
    await Promise.all(names.map((name) => signUp(other, name)));
    for (const name of names) await smtp.letterTo(`${name}@example.org`);
    const rows = await server.sql`select from mails where recipient like 'guest%@example.org' and attempts <> 1`;
    assert.equal(rows.length, 0);
    await other.close();
  });
});

test('where it is required, accounts write when their address is verified, by any API', async (t) => {
  const smtp = await startMailServer(t);
  const server = await startTestServer(t, { ...smtp.settings, EMAIL_VERIFICATION: 'required' }, quick);
  const nameless = await call(server, 'POST', '/accounts', { body: { username: 'nobody', password: PASSWORD } });
  refused(nameless, 400, 'invalid');
  const ann = await signUp(server, 'ann');
  const post = () => ann.call('POST', '/posts', { body: { body: 'hello' } });
  refused(await post(), 403, 'unverified');
  const { access: token } = await messenger.signIn(server, 'ann');
  const body = { username: 'anybody' };
  assert.equal((await boardCall(server, 'POST', '/profiles/api/add-friend/', { token, body })).status, 403);
  assert.equal((await ann.call('GET', '/posts')).status, 200);
  assert.equal((await ann.call('POST', '/verifications')).status, 204);
  const secret = secretIn(await smtp.letterTo('ann@example.org', 1), 'verify');
  assert.equal((await verify(server, secret)).status, 204);
  assert.equal((await post()).status, 201);
});

test('a server without mail says so, and everything else works', async (t) => {
  const server = await startTestServer(t);
  assert.deepEqual((await call(server, 'GET', '/server')).json, { mail: false });
  const ann = await member(server, 'ann');
  refused(await askReset(server, 'ann'), 403, 'forbidden');
  refused(await ann.call('POST', '/verifications'), 404, 'not_found');
  const changed = await ann.do('PUT', '/me/email', { email: 'new@example.org', password: PASSWORD });
  assert.deepEqual(changed, { email: 'new@example.org', verified: false });
  assert.equal((await server.sql`select from mails`).length, 0);
});

test('the password of the mail server goes to no server without TLS, unless the settings say so', async (t) => {
  const smtp = await startMailServer(t);
  const withLogin = smtp.url.replace('//', '//koine:s3cr%2Ft@');
  const settings = { ...smtp.settings, SMTP_URL: `${withLogin}?tls=required` };
  const server = await startTestServer(t, settings, quick);
  await signUp(server, 'ann');
  await deferred(server, 'ann@example.org', 1, 30);
  assert.deepEqual(smtp.signedIn, []);
  await server.close();
  const trusting = await startServerWith(t, { ...server.settings, SMTP_URL: withLogin }, quick);
  await makeDue(trusting);
  await smtp.letterTo('ann@example.org');
  assert.deepEqual(smtp.signedIn, ['koine:s3cr/t']);
});
