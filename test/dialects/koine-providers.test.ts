/** Signing in at an OpenID provider in the browser, with a real provider; and what the log says of all ways to sign in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { openDatabase } from '../../src/store/database.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { privatePlaces, SETTINGS } from '../support/harness.ts';
import { openLive } from '../support/koine-live.ts';
import { call, isProblem, type Me, Member, member, type Session } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { CLIENT_SECRET, startProvider, TestBrowser } from '../support/provider.ts';
import { startProcess } from '../support/server-process.ts';

const PEOPLE = {
  ann: { preferred_username: 'ann', email: 'ann@example.org', email_verified: true },
  bob: { preferred_username: 'bob', email: 'taken@example.org', email_verified: true, groups: ['staff', 'admins'] },
  cat: { preferred_username: 'cat', email: 'taken@example.org', email_verified: false },
  dan: { preferred_username: 'dan' },
};

test('koine: OpenID providers', async (t) => {
  const [provider, places] = await Promise.all([startProvider(t, 'club'), privatePlaces(t)]);
  const settings = { ...SETTINGS, ...places, ...provider.settings, LOG_LEVEL: 'trace', REQUEST_LOG: 'true' };
  const server = await startProcess(t, settings);
  const people: Record<string, Record<string, unknown>> = { ...PEOPLE };
  await provider.serve(server.url, people);
  const sql = openDatabase(settings.DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  /** Secrets that no log may have. */
  const secrets = [CLIENT_SECRET, PASSWORD];

  async function goTo(query = ''): Promise<TestBrowser> {
    const browser = new TestBrowser();
    await browser.open(`${server.url}/v1/sign-in/club${query}`);
    return browser;
  }
  async function signIn(subject: string, query = ''): Promise<TestBrowser> {
    const browser = await goTo(query);
    await browser.enter(subject);
    const callback = browser.opened.find((url) => url.includes('/callback'));
    secrets.push(browser.cookies.get('koine') ?? '', new URL(callback ?? browser.url).searchParams.get('code') ?? '');
    return browser;
  }
  async function of(browser: TestBrowser): Promise<Member> {
    const token = browser.cookies.get('koine') as string;
    const me = (await call<Me>(server, 'GET', '/me', { headers: { authorization: `Bearer ${token}` } })).json;
    return new Member(server, { me, token, expiresAt: '' });
  }
  const failure = (browser: TestBrowser) => new URL(browser.url).searchParams.get('failed');

  await t.test('the ways to sign in are public', async () => {
    const ways = await call(server, 'GET', '/sign-in');
    assert.deepEqual(ways.json, { password: true, providers: [{ id: 'club', name: 'The Club' }] });
    assert.ok(isProblem(await call(server, 'GET', '/sign-in/other'), 404, 'not_found'));
  });

  await t.test('somebody new gets an account, and comes back to it, and to where they wanted', async () => {
    const browser = await signIn('ann', `?to=${encodeURIComponent('/app/people')}`);
    assert.equal(browser.url, `${server.url}/app/people`);
    const asked = new URL(browser.opened.find((url) => url.includes('/auth?')) ?? '');
    assert.equal(asked.searchParams.get('code_challenge_method'), 'S256');
    for (const name of ['state', 'nonce', 'code_challenge']) assert.ok(asked.searchParams.get(name), name);
    const ann = await of(browser);
    assert.deepEqual([ann.me.username, ann.me.email], ['ann', 'ann@example.org']);
    assert.equal((await of(await signIn('ann'))).id, ann.id);
    assert.equal(await (await signIn('ann', '?to=//evil.example/app/')).url, `${server.url}/app/`);
    assert.deepEqual(
      (await ann.all<{ provider: string }>('/identities')).map((one) => one.provider),
      ['club'],
    );
    const refused = await ann.call('DELETE', '/identities/club');
    assert.ok(isProblem(refused, 403, 'forbidden'), 'it is the only way in');
  });

  await t.test('an account that exists is never taken over by its name or its e-mail', async () => {
    const other = await member(server, 'taken');
    const [bob, cat] = [await of(await signIn('bob')), await of(await signIn('cat'))];
    assert.notEqual(bob.id, other.id);
    assert.deepEqual([bob.me.username, bob.me.email, cat.me.email], ['bob', null, null]);
  });

  await t.test('its owner links it, after having confirmed, and unlinks it with its sessions', async () => {
    const dora = await member(server, 'dora');
    const { headers, json } = await dora.call<{ url: string }>('PUT', '/identities/club');
    const browser = new TestBrowser();
    browser.cookies.set('koine-sign-in', /koine-sign-in=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? '');
    await browser.open(json.url);
    await browser.enter('dan');
    assert.equal(browser.url, `${server.url}/app/settings/security`);
    const again = await of(await signIn('dan'));
    assert.equal(again.id, dora.id);
    const stolen = await of(await signIn('ann'));
    const second = await stolen.call<{ url: string }>('PUT', '/identities/club');
    const thief = new TestBrowser();
    thief.cookies.set('koine-sign-in', /koine-sign-in=([^;]+)/.exec(second.headers.get('set-cookie') ?? '')?.[1] ?? '');
    await thief.open(second.json.url);
    await thief.enter('dan');
    assert.equal(failure(thief), 'forbidden', 'an identity of another account');
    assert.equal((await dora.call('DELETE', '/identities/club')).status, 204);
    assert.equal((await again.call('GET', '/me')).status, 401);
    await sql`update sessions set confirmed_at = now() - interval '1 hour'`;
    assert.ok(isProblem(await dora.call('PUT', '/identities/club'), 403, 'confirmation_required'));
  });

  await t.test('an answer counts in the browser that asked, with its state, once', async () => {
    const browser = await goTo();
    await browser.enter('ann', '/callback');
    const { url } = browser;
    const stranger = new TestBrowser();
    await stranger.open(url);
    assert.equal(failure(stranger), 'bad_credentials');
    const other = await goTo();
    await other.open(url);
    assert.equal(failure(other), 'bad_credentials');
    const kept = new Map(browser.cookies);
    await browser.open(url);
    assert.equal(browser.url, `${server.url}/app/`);
    const repeated = new TestBrowser();
    for (const [name, value] of kept) repeated.cookies.set(name, value);
    await repeated.open(url);
    assert.equal(failure(repeated), 'bad_credentials');
    const refused = await goTo();
    await refused.open(`${server.url}/v1/sign-in/club/callback?error=access_denied&state=x`);
    assert.equal(failure(refused), 'bad_credentials');
  });

  await t.test('the claim makes admins, and unmakes them', async () => {
    assert.equal((await of(await signIn('bob'))).me.role, 'admin');
    assert.equal((await of(await signIn('ann'))).me.role, 'member');
    await provider.serve(server.url, { ...people, bob: { preferred_username: 'bob' } });
    assert.equal((await of(await signIn('bob'))).me.role, 'member');
    await sql`update accounts set role = 'owner' where username = 'bob'`;
    assert.equal((await of(await signIn('bob'))).me.role, 'owner');
    await provider.serve(server.url, people);
  });

  await t.test('who may join decides about new accounts', async () => {
    await sql`update community set registration = 'invite'`;
    people.eve = { preferred_username: 'eve' };
    await provider.serve(server.url, people);
    assert.equal(failure(await signIn('eve')), 'invite_required');
    assert.equal((await of(await signIn('ann'))).me.username, 'ann', 'who is here comes in');
    const bob = await of(await signIn('bob'));
    const { code } = await bob.do<{ code: string }>('POST', '/invites', { maxUses: 1 });
    assert.equal((await of(await signIn('eve', `?invite=${code}`))).me.username, 'eve');
    await sql`update community set registration = 'closed'`;
    people.fay = { preferred_username: 'fay' };
    await provider.serve(server.url, people);
    assert.equal(failure(await signIn('fay')), 'registration_closed');
    await sql`update community set registration = 'open'`;
    await sql`update accounts set disabled_at = now() where username = 'eve'`;
    assert.equal(failure(await signIn('eve')), 'bad_credentials');
  });

  await t.test('who signs out at the provider is signed out here, and only there', async () => {
    const [here, elsewhere] = [await signIn('ann'), await of(await signIn('cat'))];
    const ann = await of(here);
    const socket = await openLive(t, server, ann);
    await here.open(`${provider.url}/session/end`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(here.text)?.[1] ?? '';
    await here.open(`${provider.url}/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    assert.equal((await socket.untilClosed()).code, 4001);
    await eventually('the session to end', async () => (await ann.call('GET', '/me')).status === 401);
    assert.equal((await elsewhere.call('GET', '/me')).status, 200);
    const body = new URLSearchParams({ logout_token: 'eyJhbGciOiJub25lIn0.e30.' });
    const forged = await fetch(`${server.url}/v1/sign-in/club/logout`, { method: 'POST', body });
    assert.equal(forged.status, 400);
  });

  await t.test('no log contains a secret of any way to sign in', async () => {
    const zoe = await member(server, 'zoe');
    const { secret, uri } = await zoe.do<{ secret: string; uri: string }>('POST', '/second-factor');
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    const { recoveryCodes } = await zoe.do<{ recoveryCodes: string[] }>('PUT', '/second-factor', { code });
    const app = await zoe.do<{ password: string }>('POST', '/app-passwords', { name: 'phone' });
    const made = await zoe.do<{ token: string }>('POST', '/tokens', { name: 'robot', scopes: ['read'] });
    const enter = (code: string) =>
      call<Session>(server, 'POST', '/session', { body: { login: 'zoe', password: PASSWORD, code } });
    assert.equal((await enter('no code at all')).status, 401);
    const entered = await enter(recoveryCodes[0] as string);
    secrets.push(
      secret,
      uri,
      ...recoveryCodes,
      app.password,
      made.token,
      zoe.token,
      entered.json.token,
      'no code at all',
    );
    await call(server, 'GET', `/me?token=${made.token}`, { headers: { authorization: `Bearer ${made.token}x` } });
    // Every kind of call fails.
    await sql`alter table one_time_secrets rename to secrets_elsewhere`;
    assert.equal((await enter(recoveryCodes[1] as string)).status, 500);
    await sql`alter table secrets_elsewhere rename to one_time_secrets`;
    await server.stop();
    assert.ok(server.lines.length > 20);
    for (const text of secrets.filter((one) => one !== ''))
      for (const shape of [text, encodeURIComponent(text)])
        assert.ok(!server.output.includes(shape), shape.slice(0, 12));
  });
});
