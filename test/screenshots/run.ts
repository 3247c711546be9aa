/** `npm run screenshots`: the pictures of the README, of a server of its own, into docs/images. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { FLAGS, PROGRAM, untilLive } from '../support/browser.ts';
import { Community, PASSWORD } from './scene.ts';

const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const FOLDER = 'docs/images';

if (PROGRAM === null) throw new Error('npm run screenshots needs chromium');
const data = await mkdtemp(join(tmpdir(), 'koine-screenshots-'));
const env = { PATH: process.env.PATH, PORT: '0', DATA_DIR: data, LOG_LEVEL: 'error' };
const server = spawn(process.execPath, ['bin/server.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const url = await startedAt();
  const { room } = await new Community(url).furnish();
  const browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS });
  try {
    for (const theme of ['light', 'dark'] as const) {
      await picture(
        browser,
        `room-desktop-${theme}`,
        { ...DESKTOP, colorScheme: theme },
        show(url, `/rooms/${room}`, '.message img'),
      );
      await picture(browser, `feed-phone-${theme}`, { ...PHONE, colorScheme: theme }, show(url, '/feed', '.post img'));
    }
  } finally {
    await browser.close();
  }
} finally {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
  await rm(data, { recursive: true, force: true });
}

async function startedAt(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const url = /listens on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the server did not start');
}

function show(url: string, path: string, shown: string): (page: Page) => Promise<void> {
  return async (page) => {
    await page.goto(`${url}/app/sign-in`);
    await page.locator('input[autocomplete=username]').fill('nora');
    await page.locator('input[type=password]').fill(PASSWORD);
    await page.locator('form button[type=submit]').click();
    await untilLive(page);
    await page.goto(`${url}/app${path}`);
    await untilLive(page);
    await page.locator(shown).first().waitFor();
    await page.waitForFunction('[...document.images].every((image) => image.complete)');
  };
}

async function picture(
  browser: Browser,
  name: string,
  options: BrowserContextOptions,
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', deviceScaleFactor: 2, ...options });
  const page = await context.newPage();
  await prepare(page);
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  await sharp(png)
    .webp({ quality: 80 })
    .toFile(join(FOLDER, `${name}.webp`));
  await context.close();
}
