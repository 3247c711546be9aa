/** People in browsers of their own, over Debian's Chromium. */

import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { atEnd, eventually } from './conditions.ts';
import { PASSWORD } from './people.ts';
import { findProgram } from './programs.ts';

export const PROGRAM = findProgram('chromium', 'chromium-browser', 'google-chrome');
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** One process for all pages of a context, and none in reserve: a test waits for one page at a time. */
const SPARING = ['--renderer-process-limit=1'];
/** How long something may take to appear, in ms. */
const PATIENCE = 20_000;

function whySkip(): string | false {
  if (PROGRAM === null) return 'not installed: chromium';
  return existsSync('web/dist/index.html') ? false : 'the web client is not built: Vite is not installed';
}

/** For `test`: the skip reason without a browser, or without a build. */
export const IN_BROWSER = { skip: whySkip() };

export async function openBrowser(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: PROGRAM as string, args: [...FLAGS, ...SPARING] });
  atEnd(t, () => browser.close());
  return browser;
}

export type Person = {
  readonly username: string;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Complaints of the console and the page. */
  readonly complaints: string[];
};

/** The client expects a session, as after a visit to a provider, when it starts for the first time. */
const EXPECT_SESSION = `if (localStorage.getItem('begun') === null) {
  localStorage.setItem('begun', '1');
  localStorage.setItem('koine.session', '1');
}`;
/** It fetches all files of the client, which matters only to pages that start without a network. */
const NO_WORKER = 'navigator.serviceWorker.register = () => new Promise(() => {});';

/** `worker`: with the client's service worker. */
type Options = BrowserContextOptions & { readonly worker?: boolean };

export async function openProfile(browser: Browser, { worker, ...options }: Options = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  if (!worker) await context.addInitScript(NO_WORKER);
  return context;
}

/** A new account, signed in to a browser profile of its own, with the client open at `path`. */
export async function signUp(
  browser: Browser,
  url: string,
  username: string,
  { path = '/', ...options }: Options & { readonly path?: string } = {},
): Promise<Person> {
  const context = await openProfile(browser, options);
  const data = { username, password: PASSWORD };
  const made = await context.request.post(`${url}/v1/accounts`, { data, headers: { origin: url } });
  if (!made.ok()) throw new Error(`${username}: ${made.status()} ${await made.text()}`);
  await context.addInitScript(EXPECT_SESSION);
  const page = await context.newPage();
  const person = { username, context, page, complaints: listen(page) };
  await visit(person, url, path);
  return person;
}

/** Goes to an address of the client, and waits for its connection. */
export async function visit({ page }: Person, url: string, path: string): Promise<void> {
  await page.goto(`${url}/app${path}`);
  await untilLive(page);
}

/** Goes there as a link of the client does, without loading the page again. */
export async function show(page: Page, path: string): Promise<void> {
  await page.evaluate(`(() => {
    history.pushState(null, '', ${JSON.stringify(`/app${path}`)});
    dispatchEvent(new PopStateEvent('popstate'));
  })()`);
}

export const untilLive = (page: Page): Promise<void> => page.locator('.shell[data-connection=live]').waitFor();

/** Ends the pause between attempts to connect, if the page has not connected by itself meanwhile. */
export async function reconnect(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: 'Try again' });
  await again.or(page.locator('.shell[data-connection=live]')).first().waitFor();
  await again.click({ timeout: 1_000 }).catch(() => {});
  await untilLive(page);
}

const HAS_STATE = `new Promise((resolve, reject) => {
  const opening = indexedDB.open('koine');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const database = opening.result;
    const counting = database.transaction('values').objectStore('values').count('state');
    counting.onsuccess = () => {
      database.close();
      resolve(counting.result > 0);
    };
  };
})`;

/** Waits until the browser has what a start without a network needs. */
export async function untilKept(page: Page): Promise<void> {
  await page.evaluate('navigator.serviceWorker.ready.then(() => null)');
  await eventually('the state is kept', () => page.evaluate<boolean>(HAS_STATE));
}

export function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} ${message.location().url}`);
  });
  return complaints;
}
