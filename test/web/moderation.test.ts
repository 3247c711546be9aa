/** A message is reported, a moderator acts on it, and whoever is silenced answers: in browsers over the real server. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  IN_BROWSER,
  listen,
  openBrowser,
  openProfile,
  type Person,
  show,
  signUp,
  untilLive,
  visit,
} from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

/** The folder for pictures of the screens; empty: none. */
const PICTURES = process.env.KOINE_TEST_PICTURES ?? '';

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === '') return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const dialog = (page: Page) => page.getByRole('dialog');
const scrollsSideways = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');

async function report(page: Page, menu: ReturnType<Page['getByRole']>, words: string): Promise<void> {
  await menu.click();
  await page.getByRole('menuitem', { name: 'Report' }).click();
  await dialog(page).getByLabel('Harassment').check();
  await dialog(page).getByLabel('Anything to add?').fill(words);
  await picture(page, 'report-dialog');
  await dialog(page).getByRole('button', { name: 'Report' }).click();
  await page.getByText('The moderators look at it').waitFor();
}

test('a message is reported, its author silenced, answers and writes again', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const context = await openProfile(browser);
  const page = await context.newPage();
  const olga: Person = { username: 'olga', context, page, complaints: listen(page) };
  await page.goto(server.setupUrl as string);
  await page.locator('#community-name').fill('Circle');
  await page.getByLabel('Everybody').check();
  await page.locator('#username').fill('olga');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('form button[type=submit]').click();
  await untilLive(page);

  const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const };
  const [ann, bob] = [
    await signUp(browser, server.url, 'ann', { ...phone, path: '/lobby' }),
    await signUp(browser, server.url, 'bob', { path: '/lobby' }),
  ];
  const inLobby = ({ page }: Person, text: string) => page.locator('.message', { hasText: text });
  const say = async ({ page }: Person, text: string) => {
    await page.locator('.composer textarea').fill(text);
    await page.locator('.composer textarea').press('Enter');
  };
  await say(bob, 'You are all fools');
  await inLobby(ann, 'fools').hover();
  await report(ann.page, inLobby(ann, 'fools').getByRole('button', { name: 'More' }), 'He shouts at us');

  await olga.page.locator('.nav-link', { hasText: 'Notifications' }).click();
  await olga.page.locator('.notification', { hasText: 'Something was reported' }).click();
  const card = olga.page.locator('.report', { hasText: 'He shouts at us' });
  await card.getByText('You are all fools').waitFor();
  await picture(olga.page, 'moderation-queue');
  await card.getByRole('button', { name: 'Act…' }).click();
  await dialog(olga.page).locator('#sanction-kind').selectOption('silence');
  await dialog(olga.page).getByLabel('Why').fill('Be kind');
  await picture(olga.page, 'moderation-person');
  await dialog(olga.page).getByRole('button', { name: 'Silence' }).click();
  await dialog(olga.page).getByRole('button', { name: 'Lift' }).waitFor();
  await olga.page.keyboard.press('Escape');
  await card.getByRole('button', { name: 'Remove it' }).click();
  await card.waitFor({ state: 'detached' });
  await inLobby(ann, 'fools').waitFor({ state: 'detached' });

  const banner = bob.page.locator('.silence');
  await banner.getByText('Be kind').waitFor();
  await picture(bob.page, 'silenced');
  await bob.page.setViewportSize(phone.viewport);
  await picture(bob.page, 'silenced-phone');
  assert.equal(await scrollsSideways(bob.page), false);
  await bob.page.setViewportSize({ width: 1280, height: 800 });
  await banner.getByRole('button', { name: 'Answer' }).click();
  await dialog(bob.page).getByLabel('What do you say to it?').fill('I am sorry');
  await dialog(bob.page).getByRole('button', { name: 'Send' }).click();
  await banner.getByText('answered').waitFor();

  await visit(olga, server.url, '/admin/reports');
  const answer = olga.page.locator('.report', { hasText: 'I am sorry' });
  await answer.waitFor();
  await olga.page.setViewportSize(phone.viewport);
  await picture(olga.page, 'moderation-queue-phone');
  assert.equal(await scrollsSideways(olga.page), false);
  await answer.getByRole('button', { name: 'Lift' }).click();
  await banner.waitFor({ state: 'detached' });
  await say(bob, 'Hello again');
  await inLobby(ann, 'Hello again').waitFor();
  await picture(ann.page, 'lobby-phone');

  for (const [path, shows, name] of [
    ['/admin/audit', '.acts li >> nth=0', 'moderation-audit'],
    ['/admin/bans', '#ban-text', 'moderation-bans'],
  ] as const) {
    await show(olga.page, path);
    await olga.page.locator(shows).waitFor();
    await picture(olga.page, `${name}-phone`);
    assert.equal(await scrollsSideways(olga.page), false, path);
    await olga.page.setViewportSize({ width: 1280, height: 800 });
    await picture(olga.page, name);
    await olga.page.setViewportSize(phone.viewport);
  }
  for (const person of [olga, ann]) assert.deepEqual(person.complaints, []);
});
