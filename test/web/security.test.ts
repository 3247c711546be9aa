/** Settings of security, in browsers over the real server. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, openProfile, signUp, untilLive, visit } from '../support/browser.ts';
import { postJson, startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

/** The folder for pictures of the screens; empty: none. */
const PICTURES = process.env.KOINE_TEST_PICTURES ?? '';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

test('settings of security', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const nora = await signUp(browser, server.url, 'nora');
  const { page } = nora;

  await t.test('a device that is not known is signed out, and then all others', async () => {
    for (const agent of ['robot/2.0', 'curl/8.5.0', 'wget/1.21'])
      await postJson(`${server.url}/v1/session`, { login: 'nora', password: PASSWORD }, { 'user-agent': agent });
    await visit(nora, server.url, '/settings/security');
    const sessions = page.locator('section', { has: page.getByRole('heading', { name: 'Where you are signed in' }) });
    const robot = sessions.getByRole('listitem').filter({ hasText: 'robot' });
    await robot.getByText('127.0.0.0/24').waitFor();
    await picture(page, 'sessions');
    await robot.getByRole('button', { name: 'Sign out' }).click();
    await robot.waitFor({ state: 'detached' });
    await sessions.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await sessions.getByText('curl').waitFor({ state: 'detached' });
    assert.equal(await sessions.getByRole('listitem').count(), 1);
  });

  await t.test('the second factor is turned on with a code of the app, and signing in asks for one', async () => {
    await page.getByRole('button', { name: 'Turn on' }).click();
    const dialog = page.getByRole('dialog');
    const shown = (await dialog.locator('code.typed').textContent()) ?? '';
    const totp = new TOTP({ secret: Secret.fromBase32(shown.replaceAll(' ', '')) });
    await dialog.locator('#first-code').fill(totp.generate());
    await picture(page, 'second-factor-qr');
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
    const recoveryCode = (await page.locator('.secrets code').first().textContent()) ?? '';
    await picture(page, 'recovery-codes');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 recovery codes are left').waitFor();

    const context = await openProfile(browser, { locale: 'ru-RU', viewport: { width: 390, height: 844 } });
    const phone = await context.newPage();
    await phone.goto(`${server.url}/app/sign-in`);
    await phone.locator('#login').fill('nora');
    await phone.locator('#password').fill(PASSWORD);
    await phone.locator('button[type=submit]').click();
    await phone.locator('#code:focus').waitFor();
    await phone.keyboard.type('000000');
    await phone.keyboard.press('Enter');
    await phone.getByText('Код неверен').waitFor();
    await picture(phone, 'sign-in-code-ru-phone');
    await phone.locator('#code').fill(recoveryCode);
    await phone.keyboard.press('Enter');
    await untilLive(phone);
    await phone.goto(`${server.url}/app/settings/security`);
    await phone.getByText('Осталось 9 кодов').waitFor();
    await picture(phone, 'security-ru-phone');
  });

  await t.test('a program gets a password or a token of its own, after the owner has confirmed', async () => {
    await server.sql`update sessions set confirmed_at = now() - interval '1 hour'`;
    await server.sql`update one_time_secrets set confirmed_at = null`;
    await page.locator('#app-name').fill('Old phone');
    await page.getByRole('button', { name: 'New app password' }).click();
    await page.locator('#confirm-password').fill(PASSWORD);
    await picture(page, 'confirm');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('.secrets code').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('Old phone').waitFor();

    await page.locator('#token-name').fill('Robot');
    await page.getByLabel('write and change').check();
    await page.getByRole('button', { name: 'New token' }).click();
    const token = (await page.locator('.secrets code').textContent()) ?? '';
    await picture(page, 'new-token');
    await page.getByRole('button', { name: 'Done' }).click();
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${server.url}/v1/me`, { headers })).status, 200);
    await picture(page, 'security');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, 'security-dark');
    await page.getByRole('button', { name: 'Remove Robot' }).click();
    await page.getByRole('button', { name: 'Remove Robot' }).waitFor({ state: 'detached' });
    assert.equal((await fetch(`${server.url}/v1/me`, { headers })).status, 401);
  });

  // The refusal that asks for a confirmation is in the console.
  assert.deepEqual(
    nora.complaints.filter((text) => !text.includes('403 (Forbidden)')),
    [],
  );
});
