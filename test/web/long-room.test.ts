/** A room with a long past: it scrolls both ways without a jump, and stays light. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, openProfile, signUp, untilLive, visit } from '../support/browser.ts';
import { eventually } from '../support/conditions.ts';
import { seedLobby, startTestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

/** Rows in the page: what it keeps, and a page that has just come. */
const MOST_ROWS = 450;

type View = { readonly first: number; readonly top: number; readonly rows: number };

/** The first message in view, where it is, and how many there are in the page. */
function view(page: Page): Promise<View> {
  return page.evaluate(`(() => {
    const rows = [...document.querySelectorAll('[data-seq]')];
    const top = document.querySelector('.timeline').getBoundingClientRect().top;
    const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 40);
    return { first: Number(first.dataset.seq), top: first.getBoundingClientRect().top, rows: rows.length };
  })()`);
}

/** Turns the wheel over the room list until something is there. */
async function scrollUntil(page: Page, what: string, isThere: () => Promise<boolean>): Promise<void> {
  await eventually(what, async () => {
    await page.mouse.wheel(0, 3_000);
    await nextFrame(page);
    return isThere();
  });
}

const nextFrame = (page: Page) => page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');

test('a long room scrolls both ways without a jump, and has few rows in the page', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const bob = await signUp(browser, server.url, 'bob', { path: '/lobby' });
  await seedLobby(
    server.sql,
    'bob',
    Array.from({ length: 900 }, (_, index) => `Message ${index + 1}`),
  );
  const ann = await signUp(browser, server.url, 'ann', { path: '/lobby' });
  const { page } = ann;
  await page.locator('[data-seq="900"]').waitFor();

  await page.mouse.move(640, 400);
  for (let seen = 900; seen > 400; ) {
    await page.mouse.wheel(0, -1_500);
    await nextFrame(page);
    const now = await view(page);
    assert.ok(now.rows <= MOST_ROWS, `${now.rows} rows`);
    seen = Math.min(seen, now.first);
  }
  // Messages that are added above move nothing on the screen.
  const oldest = `Number(document.querySelector('[data-seq]').dataset.seq)`;
  await page.evaluate(`document.querySelector('.timeline').scrollTop = 10`);
  const before = await view(page);
  await eventually('older messages', () => page.evaluate<boolean>(`${oldest} < ${before.first - 10}`));
  const row = await page.locator(`[data-seq="${before.first}"]`).boundingBox();
  assert.ok(Math.abs((row?.y ?? 0) - before.top) < 2, `from ${before.top} to ${row?.y}`);

  await page.locator('.jump').click();
  await page.locator('[data-seq="900"]').waitFor();
  await bob.page.locator('.composer textarea').fill('The newest');
  await bob.page.locator('.composer textarea').press('Enter');
  await page.locator('.message', { hasText: 'The newest' }).waitFor();

  await visit(ann, server.url, '/lobby/321');
  await page.locator('.flash[data-seq="321"]').waitFor();
  const box = await page.locator('[data-seq="321"]').boundingBox();
  assert.ok(box !== null && box.y > 100 && box.y < 700, `it is in view, at ${box?.y}`);

  // With more rooms than the first answer has, the lobby is still there, and the list goes on to its end.
  for (let count = 1; count <= 90; count += 1) {
    const data = { kind: 'group', title: `Room ${count}.`, members: [] };
    const made = await ann.context.request.post(`${server.url}/v1/rooms`, { data, headers: { origin: server.url } });
    assert.equal(made.status(), 201);
  }
  await page.locator('.room-line').nth(1).getByText('Room 90.').waitFor();
  await server.sql`update streams set active_at = '2020-01-01' where id = (select id from rooms where kind = 'lobby')`;
  const elsewhere = await (await openProfile(browser)).newPage();
  await elsewhere.goto(`${server.url}/app/sign-in`);
  await elsewhere.locator('#login').fill('ann');
  await elsewhere.locator('#password').fill(PASSWORD);
  await elsewhere.locator('form button[type=submit]').click();
  await untilLive(elsewhere);
  await elsewhere.locator('.room-line').first().getByText('Lobby').waitFor();
  await elsewhere.locator('.room-line').first().click();
  await elsewhere.locator('.message', { hasText: 'The newest' }).waitFor();
  // A page that cannot be read is offered again.
  const failing = '**/v1/rooms?*';
  await elsewhere.route(failing, (route) => route.abort());
  const end = elsewhere.locator('.end-of-list');
  await elsewhere.mouse.move(150, 600);
  await scrollUntil(elsewhere, 'the failure', () => end.isVisible());
  await elsewhere.unroute(failing);
  await end.getByRole('button').click();
  await end.waitFor({ state: 'detached' });
  const oldestRoom = elsewhere.locator('.room-line', { hasText: 'Room 1.' });
  await scrollUntil(elsewhere, 'the oldest room', () => oldestRoom.isVisible());
  assert.deepEqual(ann.complaints.concat(bob.complaints), []);
});
