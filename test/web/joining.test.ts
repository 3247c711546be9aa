/** A community begins and people join it, in browsers over the real server. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, listen, openBrowser, openProfile } from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

/** The folder for pictures of the screens; empty: nowhere. */
const PICTURES = process.env.KOINE_TEST_PICTURES ?? '';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const shell = (page: Page) => page.locator('.shell[data-connection=live]');
const submit = (page: Page) => page.locator('form button[type=submit]').click();

test('the owner begins a community, invites somebody, and lets in whoever asked', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const context = await openProfile(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  const owner = await context.newPage();
  const complaints = listen(owner);

  await owner.goto(`${server.url}/app/sign-in`);
  await owner.getByText('has no owner yet').waitFor();
  await owner.goto(server.setupUrl as string);
  await owner.locator('#community-name').fill('The Reading Circle');
  await owner.getByLabel('Colour 4').check({ force: true });
  await owner.getByLabel('With approval').check();
  await owner.locator('#username').fill('olga');
  await owner.locator('#password').fill(PASSWORD);
  await picture(owner, 'set-up');
  await submit(owner);
  await shell(owner).waitFor();
  await owner.locator('.sidebar .brand').getByText('The Reading Circle').waitFor();
  assert.match((await owner.locator('html').getAttribute('style')) ?? '', /--hue: 336/);

  const guest = await (
    await openProfile(browser, { locale: 'ru-RU', viewport: { width: 390, height: 844 } })
  ).newPage();
  await guest.goto(`${server.url}/app/sign-up`);
  await guest.locator('#username').fill('boris');
  await guest.locator('#password').fill(PASSWORD);
  await guest.locator('#application').fill('Я много читаю и хочу обсуждать прочитанное.');
  await picture(guest, 'apply-ru-phone');
  await submit(guest);
  await guest.getByText('Заявка принята').waitFor();
  await picture(guest, 'applied-ru-phone');

  await owner.goto(`${server.url}/app/admin`);
  await owner.getByRole('heading', { name: 'Administration' }).waitFor();
  await picture(owner, 'admin-community');
  await owner.getByRole('link', { name: 'Applications' }).click();
  await owner.getByText('@boris').waitFor();
  await picture(owner, 'admin-applications');
  await owner.getByRole('button', { name: 'Let in' }).click();
  await owner.getByText('Nobody is waiting').waitFor();
  await guest.goto(`${server.url}/app/sign-in`);
  await guest.locator('#login').fill('boris');
  await guest.locator('#password').fill(PASSWORD);
  await submit(guest);
  await shell(guest).waitFor();

  await owner.getByRole('link', { name: 'Invitations' }).click();
  await owner.locator('#invite-uses').selectOption('1');
  await owner.getByRole('button', { name: 'New link' }).click();
  const link = (await owner.locator('.sessions .link').first().textContent()) as string;
  await picture(owner, 'admin-invites');
  const friend = await (await openProfile(browser, { colorScheme: 'dark' })).newPage();
  await friend.goto(link);
  await friend.getByText('olga invites you to The Reading Circle').waitFor();
  await friend.locator('#username').fill('cat');
  await friend.locator('#password').fill(PASSWORD);
  await picture(friend, 'invited-dark');
  await submit(friend);
  await shell(friend).waitFor();
  await friend.goto(`${server.url}/app/admin`);
  await friend.getByText('This page does not exist').waitFor();

  const appointed = await context.request.put(`${server.url}/v1/people/@cat/role`, {
    data: { role: 'moderator' },
    headers: { origin: server.url },
  });
  assert.equal(appointed.status(), 200);
  await owner.getByRole('link', { name: 'Roles' }).click();
  await owner.getByLabel('Role of cat').waitFor();
  assert.equal(await owner.title(), 'Administration – The Reading Circle');
  await owner.getByLabel('Role of olga').selectOption('admin');
  await owner.getByText('The community needs an owner: make somebody else owner first.').waitFor();
  await picture(owner, 'admin-staff');
  await friend.getByRole('heading', { name: 'Administration' }).waitFor();
  await friend.getByRole('link', { name: 'Invitations' }).click();
  await picture(friend, 'admin-invites-moderator-dark');
  await owner.emulateMedia({ colorScheme: 'dark' });
  await owner.goto(`${server.url}/app/admin/community`);
  await owner.locator('#rules').waitFor();
  await picture(owner, 'admin-community-dark');
  await owner.setViewportSize({ width: 390, height: 844 });
  await picture(owner, 'admin-community-phone');
  await owner.getByLabel('Nobody').check();
  await owner.getByRole('button', { name: 'Save' }).click();
  await owner.getByText('Saved').waitFor();

  const late = await (await openProfile(browser)).newPage();
  await late.goto(`${server.url}/app/sign-up`);
  await late.getByRole('heading', { name: 'Nobody can join at the moment' }).waitFor();
  await picture(late, 'closed');
  // The browser itself says what the server refused: the owner who wanted to be one no longer.
  assert.deepEqual(
    complaints.filter((complaint) => !/409 \(Conflict\).*\/role/.test(complaint)),
    [],
  );
});
