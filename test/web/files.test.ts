/** Files in the web client: a large one is paused, goes on after a reload, and comes whole to whoever saves it; a sound has a length. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { IN_BROWSER, openBrowser, signUp } from '../support/browser.ts';
import { folder } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { wav } from '../support/sounds.ts';

/** Bytes per second, so that there is something to pause. */
const SLOW = 8_000_000;

test('a large file is paused, goes on after a reload, and is saved as it was', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const [ann, bob] = [
    await signUp(browser, server.url, 'ann', { path: '/lobby' }),
    await signUp(browser, server.url, 'bob', { path: '/lobby' }),
  ];
  const bytes = randomBytes(30_000_000);
  const path = join(await folder(t), 'archive.zip');
  await writeFile(path, bytes);
  const { page } = ann;
  const choose = () => page.locator('.composer input[type=file]').setInputFiles(path);
  const network = await ann.context.newCDPSession(page);
  await network.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: SLOW },
  });

  await choose();
  await page.locator('.uploads progress:not([value="0"])').waitFor();
  await page.getByRole('button', { name: 'Pause the upload of archive.zip' }).click();
  await page.getByRole('button', { name: 'Go on with the upload of archive.zip' }).waitFor();
  await page.reload();
  await choose();
  await page.locator('.uploads .done').waitFor();
  const [uploads] = await server.sql<[{ count: number }]>`select count(*)::int as count from objects`;
  assert.equal(uploads.count, 1);
  assert.equal((await server.sql`select from uploads`).length, 0, 'the upload that was paused is the one that came');

  await page.getByRole('button', { name: 'Send' }).click();
  const card = bob.page.locator('.message .file', { hasText: 'archive.zip' });
  await card.getByText('30 MB').waitFor();
  const saving = bob.page.waitForEvent('download');
  await card.getByRole('link', { name: 'Save archive.zip' }).click();
  const saved = await (await saving).path();
  assert.deepEqual(await readFile(saved), bytes);

  const sound = { name: 'song.wav', mimeType: 'audio/wav', buffer: wav(65) };
  await page.locator('.composer input[type=file]').setInputFiles(sound);
  await page.locator('.uploads .done').waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await bob.page.locator('.message .file', { hasText: 'song.wav' }).getByText('1:05 · 520 kB').waitFor();
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});
