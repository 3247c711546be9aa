/** Search and catching up, in browsers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IN_BROWSER, openBrowser, signUp, visit } from '../support/browser.ts';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';

test('what was said is found from anywhere, and what was missed is told', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const [ann, bob] = [await signUp(browser, server.url, 'ann'), await signUp(browser, server.url, 'bob')];
  const write = async (path: string, data: object) => {
    const answer = await ann.context.request.post(`${server.url}/v1${path}`, { data, headers: { origin: server.url } });
    return (await answer.json()) as { id: string };
  };
  const bobs = (await (await bob.context.request.get(`${server.url}/v1/me`)).json()) as { id: string };
  const garden = await write('/rooms', { kind: 'group', title: 'Garden', members: [bobs.id] });
  await write(`/rooms/${garden.id}/messages`, { body: 'The strawberries are ripe, @bob' });
  for (let number = 0; number < 60; number += 1)
    await write(`/rooms/${garden.id}/messages`, { body: `something else, ${number}` });
  await write('/posts', { title: 'Recipes', body: 'Strawberry jam' });
  await eventually('the index', async () => {
    const found = await bob.context.request.get(`${server.url}/v1/search?q=jam&in=posts`);
    return ((await found.json()) as { items: object[] }).items.length === 1;
  });

  // From the switcher to the message, which is far up in its room.
  const { page } = bob;
  const tab = (name: string) => page.getByRole('navigation', { name: 'Where to search' }).getByRole('link', { name });
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('strawberr');
  await page.getByRole('option', { name: 'Search for “strawberr”' }).click();
  await page.locator('.notification mark', { hasText: 'strawberries' }).click();
  await page.locator('.message', { hasText: 'The strawberries are ripe' }).waitFor();
  await page.goBack();
  assert.equal(await page.getByRole('searchbox').inputValue(), 'strawberr');
  await tab('Posts').click();
  await page.locator('.notification', { hasText: 'Strawberry jam' }).waitFor();
  await tab('Rooms').click();
  await page.getByRole('searchbox').fill('gard');
  await page.locator('.column .notification', { hasText: 'Garden' }).waitFor();

  // In one room only.
  await page.locator('.column .notification', { hasText: 'Garden' }).click();
  await page.getByRole('button', { name: 'What to do with this room' }).click();
  await page.getByRole('menuitem', { name: 'Search in this room' }).click();
  await page.getByText('Only in Garden').waitFor();
  await page.getByRole('searchbox').fill('else');
  await page.locator('.notification mark', { hasText: 'else' }).first().waitFor();

  // Somebody who was away is told what happened.
  await page.addInitScript(`localStorage.setItem('koine.left', new Date(Date.now() - 7200000).toISOString())`);
  await visit(bob, server.url, '/feed');
  await page.getByRole('link', { name: 'Catch up on what you missed' }).click();
  await page.getByRole('heading', { name: 'Said to you' }).waitFor();
  await page.locator('.notification', { hasText: '61 messages' }).waitFor();
  await page.locator('section .notification', { hasText: 'The strawberries are ripe' }).click();
  await page.locator('.message', { hasText: 'The strawberries are ripe' }).waitFor();
  assert.deepEqual(bob.complaints, []);
});
