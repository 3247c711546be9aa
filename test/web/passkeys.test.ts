/** Passkeys, with Chromium's virtual authenticator and the real server. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, signUp, untilLive } from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { call, isProblem } from '../support/koine-people.ts';

type Listed = { items: { id: string; name: string; usedAt?: string }[] };

/** The folder for pictures of the screens; empty: none. */
const PICTURES = process.env.KOINE_TEST_PICTURES ?? '';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** A device that checks its owner's finger, which is always right. */
async function plugIn(page: Page) {
  const tools = await page.context().newCDPSession(page);
  await tools.send('WebAuthn.enable');
  const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    setVerified: (isUserVerified: boolean) =>
      tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
  };
}

test('passkeys', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  // An address is no name of a server for passkeys.
  const url = server.url.replace('127.0.0.1', 'localhost');
  const browser = await openBrowser(t);
  const nora = await signUp(browser, url, 'nora');
  const { page } = nora;
  const device = await plugIn(page);
  const list = async () => (await (await page.request.get(`${url}/v1/passkeys`)).json()) as Listed;
  const signOut = async () => {
    await page.goto(`${url}/app/settings/account`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#login').waitFor();
  };

  await t.test('one is made, renamed and listed', async () => {
    await page.goto(`${url}/app/settings/security`);
    await page.locator('#passkey-name').fill('My phone');
    await page.getByRole('button', { name: 'New passkey' }).click();
    await page.getByRole('button', { name: 'Rename My phone' }).click();
    await page.locator('#passkey-new-name').fill('Blue phone');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Blue phone').waitFor();
    await picture(page, 'passkeys');
    assert.deepEqual(
      (await list()).items.map(({ name, usedAt }) => [name, usedAt]),
      [['Blue phone', undefined]],
    );
    await page.locator('#passkey-name').fill('Again');
    await page.getByRole('button', { name: 'New passkey' }).click();
    await page.getByText('something', { exact: false }).first().waitFor();
    assert.equal((await list()).items.length, 1, 'a device has one for each account');
  });

  let sent = { ticket: '', credential: {} };
  await t.test('it signs in without a name, a password or a code', async () => {
    await server.sql`
      insert into one_time_secrets (account_id, secret, confirmed_at)
      select id, sha256('secret') || sha256('secret'), now() from accounts where username = 'nora'`;
    await signOut();
    await picture(page, 'sign-in-passkey');
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/session/passkey')) sent = request.postDataJSON();
    });
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await untilLive(page);
    assert.equal(typeof (await list()).items[0]?.usedAt, 'string');
  });

  const prove = (proof: object) => call(server, 'POST', '/session/passkey', { body: proof, headers: { host: 'x' } });
  await t.test('an answer counts once, for its own challenge and its own server', async () => {
    assert.ok(isProblem(await prove(sent), 401, 'bad_credentials'));
    const { ticket } = (await call<{ ticket: string }>(server, 'POST', '/session/passkey/challenge')).json;
    assert.ok(isProblem(await prove({ ...sent, ticket }), 401, 'bad_credentials'));
    assert.ok(isProblem(await prove({ ...sent, ticket: `${ticket.slice(0, -2)}AA` }), 401, 'bad_credentials'));
  });

  await t.test('without a finger there is no sign-in, and a removed one counts no more', async () => {
    await server.sql`update sessions set confirmed_at = now()`;
    const [{ id = '' } = {}] = (await list()).items;
    await signOut();
    await device.setVerified(false);
    const challenged = page.waitForResponse((response) => response.url().endsWith('/challenge'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await challenged;
    await page.getByRole('button', { name: 'Sign in with a passkey', disabled: false }).waitFor();
    await device.setVerified(true);
    assert.equal(await page.locator('#login').count(), 1);
    await page.reload();
    await server.sql`update accounts set disabled_at = now() where username = 'nora'`;
    const refused = page.waitForResponse((response) => response.url().endsWith('/v1/session/passkey'));
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    assert.equal((await refused).ok(), false);
    await page.locator('.notice:not(.calm)').waitFor();
    await server.sql`update accounts set disabled_at = null where username = 'nora'`;
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await untilLive(page);
    const removed = await page.request.delete(`${url}/v1/passkeys/${id}`, { headers: { origin: url } });
    assert.equal(removed.status(), 204);
    await signOut();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.locator('.notice:not(.calm)').waitFor();
  });
});
