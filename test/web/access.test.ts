/** Every screen is free of faults that axe finds, whatever it looks like; all of it is reached by keyboard alone. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { IN_BROWSER, listen, openBrowser, openProfile, show, signUp, untilLive, visit } from '../support/browser.ts';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { PASSWORD } from '../support/people.ts';
import { type Furnished, furnish } from './furnished.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const RUNS = {
  all: { runOnly: RULES },
  colours: { runOnly: { type: 'rule', values: ['color-contrast'] } },
  'all but colours': { runOnly: RULES, rules: { 'color-contrast': { enabled: false } } },
};

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>;
type Look = {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly media: Media;
  readonly run: keyof typeof RUNS;
};

const PLAIN: Look = { name: 'light', theme: 'light', media: { contrast: null, forcedColors: null }, run: 'all' };
/** Only colours are looked at again: the rest is the same in each. */
const COLOURS: readonly Look[] = [
  { name: 'dark', theme: 'dark', media: { contrast: null }, run: 'colours' },
  { name: 'light, high contrast', theme: 'light', media: { contrast: 'more' }, run: 'colours' },
  { name: 'dark, high contrast', theme: 'dark', media: { contrast: 'more' }, run: 'colours' },
  { name: 'forced colours', theme: 'light', media: { contrast: null, forcedColors: 'active' }, run: 'colours' },
];
/** Colours are the same in each language. */
const LANGUAGES = { en: [PLAIN, ...COLOURS], ru: [{ ...PLAIN, run: 'all but colours' }] } as const;

/** A screen: its address, what shows that it is there, and what is clicked first, or pressed on an element. */
type Screen = {
  readonly at: string;
  readonly shows: string;
  readonly click?: string | readonly string[];
  readonly press?: readonly [key: string, on: string];
};

const icon = (name: string) => `.icon-button:has(use[href="#icon-${name}"])`;

const screensOf = ({ room, post, invite }: Furnished): Readonly<Record<string, Screen>> => ({
  feed: { at: '/feed', shows: '.post' },
  'feed of friends': { at: '/feed/friends', shows: '.empty' },
  bookmarks: { at: '/feed/bookmarks', shows: '.empty' },
  'likes of a post': { at: '/feed', click: '.post button.count', shows: 'dialog .person-line' },
  'menu of a post': { at: '/feed', click: `.post ${icon('ellipsis')}`, shows: '[role=menu]' },
  post: { at: `/posts/${post}`, shows: '.comment' },
  lobby: { at: '/lobby', shows: '.composer' },
  room: { at: `/rooms/${room}`, shows: '.message' },
  'no room': { at: '/rooms', shows: '.empty' },
  'an unknown room': { at: '/rooms/00000000-0000-4000-8000-000000000000', shows: '.empty' },
  'menu of a room': { at: `/rooms/${room}`, click: '.bar .icon-button[aria-expanded]', shows: '[role=menu]' },
  'hooks of a room': {
    at: `/rooms/${room}`,
    click: [
      '.bar .icon-button[aria-expanded]',
      '[role=menuitem]:has(use[href="#icon-terminal"])',
      `.hooks ${icon('clock')}`,
    ],
    shows: '.deliveries li',
  },
  'about a room': { at: `/rooms/${room}`, click: '.room-head', shows: '.dialog' },
  pins: { at: `/rooms/${room}`, click: `.bar ${icon('pin')}`, shows: 'dialog .pin' },
  'a date': { at: `/rooms/${room}`, click: '.day h2 button', shows: 'dialog input' },
  readers: { at: `/rooms/${room}`, click: '.message .readers', shows: 'dialog .person-line' },
  'an answer': { at: `/rooms/${room}`, press: ['r', '.message'], shows: '.composer .about' },
  emoji: { at: `/rooms/${room}`, click: '.composer .icon-button[aria-expanded]', shows: '.emoji-picker h3' },
  'new room': { at: '/feed', click: `.sidebar ${icon('plus')}`, shows: '.dialog .person-picker' },
  people: { at: '/people', shows: '.person-line' },
  friends: { at: '/people/friends', shows: '.empty' },
  profile: { at: '/@grace', shows: '.profile' },
  'an unknown profile': { at: '/@nobody-at-all', shows: '.empty' },
  notifications: { at: '/notifications', shows: '.notification' },
  'own profile': { at: '/settings/profile', shows: '#name' },
  security: { at: '/settings/security', shows: '#new-password' },
  appearance: { at: '/settings/appearance', shows: 'fieldset' },
  bots: { at: '/settings/bots', shows: '.bots .sessions > li' },
  account: { at: '/settings/account', shows: 'section' },
  community: { at: '/admin/community', shows: '.swatches' },
  'invitations of the community': { at: '/admin/invites', shows: '.new-invite' },
  applications: { at: '/admin/applications', shows: '.empty' },
  roles: { at: '/admin/staff', shows: '.sessions > li' },
  switcher: { at: '/feed', press: ['Control+k', '#main'], shows: '.switcher' },
  shortcuts: { at: '/feed', press: ['?', '#main'], shows: '.shortcuts' },
  invitation: { at: `/invite/${invite}`, shows: 'main button' },
  'nothing there': { at: '/no-such-place', shows: '.empty' },
});

const STRANGERS: Readonly<Record<string, Screen>> = {
  'signing in': { at: '/sign-in', shows: 'form' },
  'signing up': { at: '/sign-up', shows: 'form' },
  'an invitation that is no more': { at: '/join/nothing', shows: 'main h1' },
};

async function open(page: Page, { at, shows, click, press }: Screen): Promise<void> {
  await show(page, at);
  for (const one of [click ?? []].flat()) await page.locator(one).first().click();
  if (press) {
    await page.locator(press[1]).first().focus();
    await page.keyboard.press(press[0]);
  }
  await page.locator(shows).first().waitFor();
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly any: { message: string }[] }[];
};

/** Colours change by transitions, which would be seen half way. The policy of the page allows a style sheet made in it. */
const NO_MOTION = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*, ::before, ::after { transition: none !important; animation: none !important; }');
  document.adoptedStyleSheets.push(sheet);
})()`;

/** By rules in the whole page, or by its colours in what is in front. */
async function violationsOf(page: Page, { theme, media, run }: Look): Promise<string[]> {
  await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
  await page.evaluate(`document.documentElement.dataset.theme = '${theme}'`);
  const front = `document.querySelector('dialog[open], [role=menu], .emoji-picker') ?? 'main'`;
  const options = JSON.stringify({ ...RUNS[run], resultTypes: ['violations'] });
  const { violations } = (await page.evaluate(
    `axe.run(${run === 'colours' ? front : 'document'}, ${options}).then(({ violations }) => ({ violations }))`,
  )) as { violations: Violation[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
  );
}

/** Findings of axe on the screens, each in all looks. */
async function look(page: Page, screens: Readonly<Record<string, Screen>>, looks: readonly Look[]): Promise<string[]> {
  await page.evaluate(AXE);
  await page.evaluate(NO_MOTION);
  const found: string[] = [];
  for (const [name, screen] of Object.entries(screens)) {
    await open(page, screen);
    for (const one of looks) {
      const violations = await violationsOf(page, one);
      found.push(...violations.map((violation) => `${name}, ${one.name}: ${violation}`));
    }
    if (screen.click || screen.press) await page.keyboard.press('Escape');
    await page.locator('dialog[open], [role=menu], .emoji-picker').waitFor({ state: 'detached' });
  }
  return found;
}

/** The browser itself tells of what was not found, which some screens are about. */
const isFault = (complaint: string): boolean => !/^Failed to load resource: .* 404 /.test(complaint);

async function lookAtStrangers(browser: Browser, server: TestServer, locale: string, looks: readonly Look[]) {
  const page = await browser.newPage({ locale });
  const complaints = listen(page);
  await page.goto(`${server.url}/app/sign-in`);
  await page.locator('form').waitFor();
  const found = await look(page, STRANGERS, looks);
  await page.close();
  return [...found, ...complaints.filter(isFault)];
}

test(
  'every screen passes axe in both languages and themes, high contrast and forced colours',
  IN_BROWSER,
  async (t) => {
    const server = await startTestServer(t);
    const browser = await openBrowser(t);
    const nora = await signUp(browser, server.url, 'nora');
    const screens = screensOf(await furnish(server, 'nora'));
    const found: string[] = [];
    for (const [language, looks] of Object.entries(LANGUAGES)) {
      await nora.page.evaluate(`localStorage.setItem('koine.locale', '${language}')`);
      await visit(nora, server.url, '/feed');
      const faults = await look(nora.page, screens, looks);
      faults.push(...(await lookAtStrangers(browser, server, language, looks)));
      found.push(...faults.map((fault) => `${language}: ${fault}`));
    }
    assert.deepEqual(found, []);
    assert.deepEqual(nora.complaints.filter(isFault), []);
  },
);

test('somebody signs up, and writes, changes and deletes a message, by keyboard alone', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const page = await (await openProfile(browser)).newPage();
  await page.goto(`${server.url}/app/sign-up`);
  for (const [field, text] of [
    ['#username', 'nora'],
    ['#password', PASSWORD],
  ] as const) {
    for (let tabs = 0; tabs < 9 && (await page.locator(`${field}:focus`).count()) === 0; tabs += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await untilLive(page);
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
