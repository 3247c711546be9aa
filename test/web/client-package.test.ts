/** The SDK in a browser, without the web client: what it stores, and the connection that tabs share. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';
import type { BrowserContext, Page } from 'playwright-core';
import { IN_BROWSER, listen, openBrowser } from '../support/browser.ts';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';

/** The package as `koine`, for pages that do not have it. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['packages/client/src/index.ts'],
    ...{ bundle: true, write: false, format: 'iife', globalName: 'koine' },
    footer: { js: 'globalThis.koine = koine;' },
  });
  return outputFiles[0]?.text ?? '';
}

/** Uses all four functions of a storage; what it leaves is there after a reload. */
const USE = (storage: string) => `(async () => {
  const storage = ${storage};
  await storage.set('a 1', { text: 'привет', list: [1, null] });
  await storage.set('a 2', 'two');
  await storage.set('b', 3);
  await storage.delete('a 2');
  await storage.set('b', 4);
})()`;
const READ = (storage: string) => `(async () => {
  const storage = ${storage};
  const values = [await storage.get('a 1'), await storage.get('a 2'), await storage.get('b')];
  return [values.map((value) => value ?? null), [...await storage.keys('a ')]];
})()`;

test('the SDK in a browser', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const content = await bundle();
  // A page that the test makes up would be of no network, and Chromium keeps those from local ones.
  const open = async (context: BrowserContext): Promise<Page> => {
    await context.addInitScript({ content });
    const page = await context.newPage();
    await page.goto(`${server.url}/docs`);
    return page;
  };

  for (const storage of ["koine.indexedDbStorage('mine')", 'koine.webStorage(localStorage)'])
    await t.test(`what is stored in ${storage} is there after a reload`, async () => {
      const page = await open(await browser.newContext({ bypassCSP: true }));
      const complaints = listen(page);
      await page.evaluate(USE(storage));
      await page.reload();
      assert.deepEqual(await page.evaluate(READ(storage)), [[{ text: 'привет', list: [1, null] }, null, 4], ['a 1']]);
      assert.deepEqual(complaints, []);
    });

  await t.test('tabs share a connection, and another one takes over', async () => {
    const ann = await member(server, 'ann');
    const context = await browser.newContext({ bypassCSP: true });
    const sockets: { isClosed(): boolean }[] = [];
    // The sockets of a closed page are not reported as closed.
    const socketOf = (page: Page, socket: { isClosed(): boolean }) => ({
      isClosed: () => page.isClosed() || socket.isClosed(),
    });
    context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socketOf(page, socket))));
    const start = `(async () => {
      globalThis.client = koine.createClient({ token: ${JSON.stringify(ann.token)}, tabs: true, random: () => 0.01 });
      await client.start();
      globalThis.lobby = Object.values(client.state.rooms).find(({ kind }) => kind === 'lobby').id;
      await client.rooms.open(lobby);
      return lobby;
    })()`;
    const [one, two] = [await open(context), await open(context)];
    const lobby = await one.evaluate<string>(start);
    await two.evaluate(start);
    const say = (text: string) => ann.do('POST', `/rooms/${lobby}/messages`, { body: text });
    const hears = (page: Page, text: string) =>
      eventually(text, () =>
        page.evaluate<boolean>(
          `client.state.timelines[lobby].items.some(({ body }) => body === ${JSON.stringify(text)})`,
        ),
      );
    await say('to both');
    for (const page of [one, two]) await hears(page, 'to both');
    assert.equal(sockets.length, 1);
    await one.close();
    await say('to the one that is left');
    await hears(two, 'to the one that is left');
    await two.evaluate(`client.messages.send(lobby, 'from it').then(() => null)`);
    assert.equal(sockets.filter((socket) => !socket.isClosed()).length, 1);
  });
});
