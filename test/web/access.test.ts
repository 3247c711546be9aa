/** Every screen is free of faults that axe finds, in both themes and languages; all of it is reached by keyboard alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, listen, openBrowser, signUp, untilLive, visit } from '../support/browser.ts';
import { postJson, startTestServer, type TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly any: { message: string }[] }[];
};

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const run = `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] })`;
  const { violations } = (await page.evaluate(run)) as { violations: Violation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
}

/** A person with something on every screen, in place of an afternoon. */
async function furnish(server: TestServer, as: string): Promise<{ room: string; post: string }> {
  const session = (login: string) => postJson(`${server.url}/v1/session`, { login, password: PASSWORD });
  const { token } = (await (await session(as)).json()) as { token: string };
  const made = await postJson(`${server.url}/v1/accounts`, { username: 'grace', password: PASSWORD });
  const grace = (await made.json()) as { token: string; me: { id: string } };
  await server.sql`update accounts set role = 'owner' where username = 'grace'`;
  const appointed = await fetch(`${server.url}/v1/people/@${as}/role`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${grace.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'admin' }),
  });
  assert.equal(appointed.status, 200);
  const call = async <T>(who: string, path: string, body: unknown): Promise<T> => {
    const answer = await postJson(`${server.url}/v1${path}`, body, { authorization: `Bearer ${who}` });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  const { id: room } = await call<{ id: string }>(token, '/rooms', {
    kind: 'group',
    title: 'Garden',
    members: [grace.me.id],
  });
  const { seq } = await call<{ seq: number }>(token, `/rooms/${room}/messages`, { body: 'Row *3*: `potatoes`' });
  await call(grace.token, `/rooms/${room}/messages`, { body: `Seconded, @${as}\n\n> always`, replyTo: seq });
  const { id: post } = await call<{ id: string }>(grace.token, '/posts', { body: 'The mural is **finished**.' });
  await call(token, `/posts/${post}/comments`, { body: 'Wonderful!' });
  return { room, post };
}

test('every screen passes axe, in both themes and languages', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const nora = await signUp(browser, server.url, 'nora');
  const { room, post } = await furnish(server, 'nora');
  const { page } = nora;
  const main = (path: string, shown: string) => async () => {
    await page.goto(`${server.url}/app${path}`);
    await untilLive(page);
    await page.locator(shown).first().waitFor();
  };
  const press = (path: string, keys: string, shown: string) => async () => {
    await main(path, '.bar')();
    await page.locator('#main').focus();
    await page.keyboard.press(keys);
    await page.locator(shown).first().waitFor();
  };
  const click = (path: string, selector: string, shown: string) => async () => {
    await main(path, selector)();
    await page.locator(selector).first().click();
    await page.locator(shown).first().waitFor();
  };
  const screens: Record<string, () => Promise<void>> = {
    feed: main('/feed', '.post'),
    bookmarks: main('/feed/bookmarks', '.empty'),
    post: main(`/posts/${post}`, '.comment'),
    lobby: main('/lobby', '.composer'),
    room: main(`/rooms/${room}`, '.message'),
    people: main('/people', '.person-line'),
    profile: main('/@grace', '.profile'),
    notifications: main('/notifications', '.notification'),
    profileSettings: main('/settings/profile', '#name'),
    security: main('/settings/security', '#new-password'),
    appearance: main('/settings/appearance', 'fieldset'),
    account: main('/settings/account', 'section'),
    community: main('/admin/community', '.swatches'),
    communityInvites: main('/admin/invites', '.new-invite'),
    applications: main('/admin/applications', '.empty'),
    roles: main('/admin/staff', '.sessions > li'),
    switcher: press('/feed', 'Control+k', '.switcher'),
    shortcuts: press('/feed', '?', '.shortcuts'),
    roomDialog: click(`/rooms/${room}`, '.room-head', '.dialog'),
    roomMenu: click(`/rooms/${room}`, '.bar .icon-button[aria-expanded]', '[role=menu]'),
    emoji: click(`/rooms/${room}`, '.composer .icon-button[aria-expanded]', '.emoji-picker h3'),
    unknown: main('/no-such-place', '.empty'),
  };
  const found: string[] = [];
  for (const [theme, language] of [
    ['light', 'en'],
    ['dark', 'ru'],
  ] as const) {
    await page.evaluate(
      `localStorage.setItem('koine.theme', '${theme}'); localStorage.setItem('koine.locale', '${language}')`,
    );
    for (const [name, open] of Object.entries(screens)) {
      await open();
      found.push(...(await violationsOf(page)).map((violation) => `${name}, ${theme}, ${language}: ${violation}`));
    }
  }
  assert.deepEqual(found as string[], []);
  assert.deepEqual(nora.complaints, []);

  const stranger = await browser.newPage({ colorScheme: 'dark' });
  const complaints = listen(stranger);
  for (const path of ['/sign-in', '/sign-up']) {
    await stranger.goto(`${server.url}/app${path}`);
    await stranger.locator('form').waitFor();
    found.push(...(await violationsOf(stranger)).map((violation) => `${path}: ${violation}`));
  }
  assert.deepEqual(found.concat(complaints), []);
});

test('a message is written, answered and deleted by keyboard alone', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const nora = await signUp(browser, server.url, 'nora');
  const { page } = nora;
  await visit(nora, server.url, '/feed');
  await page.keyboard.press('Control+k');
  await page.locator('.switcher input').pressSequentially('lob');
  await page.locator('[role=option]', { hasText: 'Lobby' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.composer textarea:focus').waitFor();
  await page.keyboard.type('By hand');
  await page.keyboard.press('Enter');
  await page.locator('.message:not(.waiting)', { hasText: 'By hand' }).waitFor();
  await page.keyboard.press('ArrowUp');
  await page.locator('.composer', { hasText: 'Editing' }).waitFor();
  await page.keyboard.type(', twice');
  await page.keyboard.press('Enter');
  const message = page.locator('.message', { hasText: 'By hand, twice' });
  await message.waitFor();

  // From the field back to the last message, past the links in it.
  for (let tabs = 0; tabs < 5 && (await page.locator('.message:focus').count()) === 0; tabs += 1)
    await page.keyboard.press('Shift+Tab');
  await page.locator('.message:focus').waitFor();
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').waitFor();
  for (let tabs = 0; tabs < 3; tabs += 1) await page.keyboard.press('Tab');
  await page.locator('.dialog .danger:focus').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.message', { hasText: 'Message deleted' }).waitFor();
});
