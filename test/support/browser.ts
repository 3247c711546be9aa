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
/** How long something may take to appear, in ms. */
const PATIENCE = 20_000;

function whySkip(): string | false {
  if (PROGRAM === null) return 'not installed: chromium';
  return existsSync('web/dist/index.html') ? false : 'the web client is not built: Vite is not installed';
}

/** For `test`: the skip reason without a browser, or without a build. */
export const IN_BROWSER = { skip: whySkip() };

export async function openBrowser(t: TestContext): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: PROGRAM as string, args: FLAGS });
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

/** Signs up in a browser profile of its own. */
export async function signUp(
  browser: Browser,
  url: string,
  username: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = listen(page);
  await page.goto(`${url}/app/sign-up`);
  await page.locator('#username').fill(username);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('form button[type=submit]').click();
  await untilLive(page);
  return { username, context, page, complaints };
}

/** Goes to an address of the client, and waits for its connection. */
export async function visit({ page }: Person, url: string, path: string): Promise<void> {
  await page.goto(`${url}/app${path}`);
  await untilLive(page);
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
