/** Signing in at a real OpenID provider, in a browser. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, openProfile, untilLive } from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { startProvider } from '../support/provider.ts';

/** The folder for pictures of the screens; empty: none. */
const PICTURES = process.env.KOINE_TEST_PICTURES ?? '';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

test('a person signs in at a provider', IN_BROWSER, async (t) => {
  const provider = await startProvider(t, 'club');
  const server = await startTestServer(t, provider.settings);
  await provider.serve(server.url, { nora: { preferred_username: 'nora' } });
  const browser = await openBrowser(t);
  const page = await (await openProfile(browser)).newPage();

  await page.goto(`${server.url}/app/sign-in?failed=bad_credentials`);
  await page.getByText('did not work').waitFor();
  await page.getByRole('link', { name: 'Sign in with The Club' }).waitFor();
  await picture(page, 'sign-in-provider');
  await page.getByRole('link', { name: 'Sign in with The Club' }).click();
  await page.locator('input[name=login]').fill('nora');
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await untilLive(page);
  assert.ok(page.url().startsWith(`${server.url}/app/`));
  await page.goto(`${server.url}/app/settings/security`);
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
  await picture(page, 'identities');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.getByText('You may not do that').first().waitFor();
});
