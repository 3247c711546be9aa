// The scene of the web suite: Koine, people with rooms, and their browsers.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import WebSocket from 'ws';
import { type Client, createClient } from '../packages/client/src/index.ts';
import { FLAGS, PROGRAM, untilLive } from '../test/support/browser.ts';
import type { Stage } from './suite.ts';

const PASSWORD = 'correct horse battery';
const PATIENCE_MS = 60_000;

/** As the presets of Chromium's developer tools: milliseconds, and bytes a second. */
export const SLOW_4G = { latency: 562.5, downloadThroughput: 184_320, uploadThroughput: 86_400, offline: false };

/** A member, by the API and by a browser. */
export interface Person {
  name: string;
  client: Client;
  context: BrowserContext;
}

export class Scene {
  readonly url: string;
  readonly #browser: Browser;
  readonly #probe: string;
  readonly #clients: Client[] = [];

  private constructor(url: string, browser: Browser, probe: string) {
    this.url = url;
    this.#browser = browser;
    this.#probe = probe;
  }

  /** Gives `work` a scene on a new server, and ends it afterwards. */
  static async with<T>(stage: Stage, work: (scene: Scene) => Promise<T>): Promise<T> {
    if (PROGRAM === null) throw new Error('chromium is not installed');
    const server = await stage.servers.start('koine', await stage.servers.newDataDir());
    const browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS });
    const probe = await readFile(join(import.meta.dirname, 'web-page.js'), 'utf8');
    const scene = new Scene(`http://127.0.0.1:${server.port}`, browser, probe);
    try {
      return await work(scene);
    } finally {
      await Promise.all(scene.#clients.map((client) => client.stop()));
      await browser.close();
      await server.stop();
    }
  }

  /** Signs up, in a new profile of the browser. */
  async person(name: string, url = this.url): Promise<Person> {
    const client = createClient({ url: this.url, WebSocket: WebSocket as never });
    await client.session.signUp({ username: name, password: PASSWORD });
    this.#clients.push(client);
    await client.start();
    const context = await this.#newContext();
    const page = await context.newPage();
    await page.goto(`${url}/app/sign-in`);
    await page.locator('#login').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button[type=submit]').click();
    await untilLive(page);
    await page.close();
    return { name, client, context };
  }

  /** Somebody's session in a profile with nothing else: no file, no state. */
  async evicted({ context }: Person): Promise<BrowserContext> {
    return this.#newContext(await context.storageState());
  }

  /** Of nobody. */
  stranger(): Promise<BrowserContext> {
    return this.#newContext();
  }

  async #newContext(storageState?: Awaited<ReturnType<BrowserContext['storageState']>>): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 800 },
      ...(storageState && { storageState }),
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.addInitScript(this.#probe);
    return context;
  }
}

/** Makes a page as slow as a phone with a poor connection. */
export async function throttle(page: Page): Promise<void> {
  const devTools: CDPSession = await page.context().newCDPSession(page);
  await devTools.send('Network.enable');
  await devTools.send('Network.emulateNetworkConditions', SLOW_4G);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** Groups of the two, the newest last, each with one message of the other. */
export async function furnish(owner: Person, other: Person, count: number): Promise<string[]> {
  const member = other.client.state.me?.id as string;
  const rooms: string[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await owner.client.rooms.create({ kind: 'group', title: `Room ${n}`, members: [member] });
    await other.client.messages.send(id, `What is said in room ${n}`);
    rooms.push(id);
  }
  return rooms;
}
