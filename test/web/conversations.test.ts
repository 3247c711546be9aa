/** Two people in two browsers: what one does, the other sees. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IN_BROWSER, openBrowser, type Person, reconnect, signUp, untilKept } from '../support/browser.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

test('two people talk in the lobby: answers, reactions, edits, deletions, drafts', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const browser = await openBrowser(t);
  const [ann, bob] = [
    await signUp(browser, server.url, 'ann', { path: '/lobby' }),
    await signUp(browser, server.url, 'bob', { path: '/lobby' }),
  ];
  const field = (page: typeof ann.page) => page.locator('.composer textarea');
  const message = (page: typeof ann.page, text: string) => page.locator('.message', { hasText: text });

  await field(ann.page).fill('Good **morning**');
  await field(ann.page).press('Enter');
  await message(bob.page, 'Good morning').waitFor();
  assert.equal(await message(bob.page, 'Good morning').locator('strong').textContent(), 'morning');

  for (const hostile of ['>'.repeat(4_000), '1. '.repeat(1_300)]) {
    await field(ann.page).fill(hostile);
    await field(ann.page).press('Enter');
    await message(bob.page, hostile.slice(0, 900)).waitFor();
  }

  await field(bob.page).pressSequentially('And');
  await ann.page.getByText('bob is typing…').waitFor();
  await bob.page.reload();
  assert.equal(await field(bob.page).inputValue(), 'And', 'the draft is kept');
  await field(bob.page).fill('');

  await message(bob.page, 'Good morning').hover();
  await message(bob.page, 'Good morning').getByRole('button', { name: 'Reply' }).click();
  await field(bob.page).fill('To you too, @ann');
  await field(bob.page).press('Enter');
  const answer = message(ann.page, 'To you too');
  await answer.locator('.quote', { hasText: 'Good morning' }).waitFor();
  assert.equal(await answer.locator('.mention.me').textContent(), '@ann');

  await answer.hover();
  await answer.getByRole('button', { name: 'Add a reaction' }).click();
  await ann.page.getByRole('button', { name: '🎉' }).first().click();
  await message(bob.page, 'To you too').locator('.reactions', { hasText: '🎉' }).waitFor();

  await field(ann.page).press('ArrowUp');
  await field(ann.page).fill('Good evening');
  await field(ann.page).press('Enter');
  await message(bob.page, 'Good evening').getByText('edited').waitFor();

  await message(bob.page, 'To you too').hover();
  await message(bob.page, 'To you too').getByRole('button', { name: 'More' }).click();
  await bob.page.getByRole('menuitem', { name: 'Delete' }).click();
  await bob.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await ann.page.locator('.message', { hasText: 'Message deleted' }).waitFor();

  // Much is said while one is elsewhere: one comes back to where one left, and the rest stays unread.
  await bob.page.locator('.nav-link', { hasText: 'Feed' }).click();
  const lobby = await ann.page.evaluate<string>(`localStorage.getItem('koine.lobby')`);
  for (let count = 1; count <= 40; count += 1) {
    const data = { body: `Much, part ${count}` };
    await ann.context.request.post(`${server.url}/v1/rooms/${lobby}/messages`, {
      data,
      headers: { origin: server.url },
    });
  }
  const line = bob.page.locator('.room-line', { hasText: 'Lobby' });
  await line.getByText('40 unread').waitFor();
  await line.click();
  await bob.page.getByRole('button', { name: '40 new messages' }).waitFor();
  const top = (await bob.page.locator('.unread-line').boundingBox())?.y ?? Number.NaN;
  assert.ok(top > 0 && top < 400, `the line of what is new is at ${top}`);
  await bob.page.getByRole('button', { name: '40 new messages' }).click();
  await line.getByText('40 unread').waitFor({ state: 'detached' });

  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});

test('what is written offline waits, and goes exactly once, also after a reload', IN_BROWSER, async (t) => {
  const server = await startTestServer(t);
  const proxy = await TcpProxy.open({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  atEnd(t, () => proxy.close());
  const browser = await openBrowser(t);
  const through = `http://127.0.0.1:${proxy.port}`;
  const ann = await signUp(browser, through, 'ann', { path: '/lobby', worker: true });
  const bob = await signUp(browser, server.url, 'bob', { path: '/lobby' });
  const message = ({ page }: Person) => page.locator('.message', { hasText: 'From the tunnel' });
  const waiting = ann.page.locator('.message.waiting', { hasText: 'From the tunnel' });
  await untilKept(ann.page);

  await proxy.refuse();
  await ann.page.locator('.composer textarea').fill('From the tunnel');
  await ann.page.locator('.composer textarea').press('Enter');
  await waiting.waitFor();
  await ann.page.reload();
  await waiting.waitFor();
  await ann.page.getByText('Not connected').waitFor();
  await ann.page.locator('.nav-link', { hasText: 'Feed' }).click();
  await ann.page.locator('.post-form textarea').fill('Out of the tunnel');
  await ann.page.locator('.post-form textarea').press('Control+Enter');
  const waitingPost = ann.page.locator('.post.waiting', { hasText: 'Out of the tunnel' });
  await waitingPost.getByText('Will be sent').waitFor();
  await ann.page.reload();
  await waitingPost.waitFor();
  assert.equal(await message(bob).count(), 0);

  await proxy.restore();
  await reconnect(ann.page);
  await message(bob).waitFor();
  const post = ({ page }: Person) => page.locator('.post', { hasText: 'Out of the tunnel' });
  await ann.page.locator('.post:not(.waiting)', { hasText: 'Out of the tunnel' }).waitFor();
  await bob.page.goto(`${server.url}/app/feed`);
  await post(bob).waitFor();
  assert.deepEqual([await post(ann).count(), await post(bob).count()], [1, 1]);
  for (const one of [ann, bob]) {
    await one.page.locator('.room-line', { hasText: 'Lobby' }).click();
    await one.page.locator('.message:not(.waiting)', { hasText: 'From the tunnel' }).waitFor();
    assert.equal(await message(one).count(), 1);
  }
});
