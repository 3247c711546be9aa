/** The feed in two browsers: posts with pictures, likes, comments, edits, bookmarks, and news that nobody is pushed by. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, signUp, visit } from '../support/browser.ts';
import { startTestServer } from '../support/harness.ts';
import { halves } from '../support/pictures.ts';

const post = (page: Page, text: string): Locator => page.locator('.post', { hasText: text });

test('a post with a picture is announced, liked, discussed, edited, kept and deleted', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const ann = await signUp(browser, server.url, 'ann');
  const bob = await signUp(browser, server.url, 'bob', { path: '/feed' });
  await bob.page.locator('.empty').waitFor();

  const form = ann.page.locator('.post-form');
  await form.locator('textarea').fill('The mural is *finished*');
  const buffer = await halves(600, 400).png().toBuffer();
  await form.locator('input[type=file]').setInputFiles({ name: 'mural.png', mimeType: 'image/png', buffer });
  await form.getByRole('button', { name: 'Describe mural.png' }).click();
  await ann.page.getByLabel('The picture in words').fill('A wall, half red');
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await form.locator('.words.given').waitFor();
  await ann.page.reload();
  await form.locator('.words.given').waitFor();
  assert.equal(await form.locator('textarea').inputValue(), 'The mural is *finished*');

  // A picture on its way is taken back.
  await ann.page.route('**/v1/files*', () => {});
  await form.locator('input[type=file]').setInputFiles({ name: 'other.png', mimeType: 'image/png', buffer });
  await form.getByRole('progressbar').waitFor();
  assert.ok(await form.getByRole('button', { name: 'Publish' }).isDisabled());
  await form.getByRole('button', { name: 'Cancel the upload of other.png' }).click();
  await ann.page.unroute('**/v1/files*');
  await form.getByRole('button', { name: 'Publish' }).click();

  await bob.page.getByRole('button', { name: '1 new post' }).click();
  const seen = post(bob.page, 'The mural');
  await seen.locator('img[width="600"][alt="A wall, half red"]').waitFor();
  assert.equal(await seen.locator('em').textContent(), 'finished');
  await seen.getByRole('button', { name: 'Like', exact: true }).click();
  await post(ann.page, 'The mural').getByRole('button', { name: '1 like' }).click();
  await ann.page.getByRole('dialog').getByText('@bob').waitFor();
  await ann.page.keyboard.press('Escape');

  await seen.getByRole('button', { name: 'Bookmark' }).click();
  await seen.getByRole('link', { name: 'comments' }).click();
  await bob.page.getByLabel('Write a comment').fill('Wonderful!');
  await bob.page.getByLabel('Write a comment').press('Control+Enter');
  await bob.page.locator('.comment', { hasText: 'Wonderful!' }).waitFor();
  await post(ann.page, 'The mural').getByRole('link', { name: '1 comment' }).waitFor();

  await post(ann.page, 'The mural').getByRole('button', { name: 'What to do with this post' }).click();
  await ann.page.getByRole('menuitem', { name: 'Edit' }).click();
  await ann.page.getByLabel('Edit the post').fill('The mural is painted');
  await ann.page.getByRole('button', { name: 'Save' }).click();
  await post(bob.page, 'is painted').getByText('edited').waitFor();

  await bob.page.goto(`${server.url}/app/feed/bookmarks`);
  await post(bob.page, 'is painted').locator('img').click();
  await bob.page.locator('.lightbox img').waitFor();
  await bob.page.keyboard.press('Escape');

  await ann.page.goto(`${server.url}/app/notifications`);
  await ann.page.locator('.notification', { hasText: 'commented on your post' }).waitFor();
  await ann.page.locator('.notification', { hasText: 'likes your post' }).waitFor();
  await ann.page.locator('.notification', { hasText: 'commented' }).click();
  await post(ann.page, 'is painted').getByRole('button', { name: 'What to do with this post' }).click();
  await ann.page.getByRole('menuitem', { name: 'Delete' }).click();
  await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await post(bob.page, 'is painted').waitFor({ state: 'detached' });

  // A post that was published too early.
  await visit(ann, server.url, '/feed');
  await form.locator('textarea').fill('The mural is too');
  await form.locator('input[type=file]').setInputFiles({ name: 'mural.png', mimeType: 'image/png', buffer });
  await form.locator('.uploads .done').waitFor();
  await form.locator('textarea').press('Control+Enter');
  await ann.page.getByRole('button', { name: 'Undo' }).click();
  await form.locator('.uploads .done').waitFor();
  assert.equal(await form.locator('textarea').inputValue(), 'The mural is too');
  await post(ann.page, 'is too').waitFor({ state: 'detached' });
  await form.locator('textarea').fill('The mural is too good');
  await form.locator('textarea').press('Control+Enter');
  await ann.page.locator('.post:not(.waiting)', { hasText: 'too good' }).waitFor();
  await visit(bob, server.url, '/feed');
  await post(bob.page, 'too good').locator('img').waitFor();
  assert.equal(await bob.page.locator('.post').count(), 1);

  assert.deepEqual(ann.complaints.concat(bob.complaints), []);
});
