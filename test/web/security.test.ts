/** Settings of security, in browsers over the real server. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, signUp, visit } from '../support/browser.ts';
import { postJson, startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

/** Where to keep pictures of the screens; empty: nowhere. */
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

  assert.deepEqual(nora.complaints, []);
});
