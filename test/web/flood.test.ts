/** A room into which messages pour stays light, scrolls where its reader wants, and takes what is typed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, signUp, visit } from '../support/browser.ts';
import { atEnd } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { live } from '../support/koine-live.ts';
import { member } from '../support/koine-people.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const BURST = 1_000;
/** Rows in the page: those at the end, and what is kept of the past while one reads it. */
const FEW_ROWS = 200;
const MOST_ROWS = 450;

/** Counts how often the messages in the page change, and when the last one is there. */
const COUNT_CHANGES = `
  globalThis.changes = 0;
  new MutationObserver(() => { changes += 1; })
    .observe(document.querySelector('.timeline'), { childList: true, subtree: true });`;

const rowsIn = (page: Page) => page.locator('.timeline [data-seq]').count();

test(
  'a burst of messages is shown in few steps, bounded, and takes neither text nor place from its reader',
  IN_BROWSER,
  async (t) => {
    const server = await startTestServer(t, { SOCKET_RATE: '1000000' });
    const proxy = await TcpProxy.open({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
    atEnd(t, () => proxy.close());
    const through = `http://127.0.0.1:${proxy.port}`;
    const browser = await openBrowser(t);
    const ann = await signUp(browser, through, 'ann');
    const { page } = ann;
    const bob = await member(server, 'bob');
    const rooms = await bob.all<{ id: string; kind: string }>('/rooms');
    const lobby = rooms.find(({ kind }) => kind === 'lobby')?.id;
    const socket = await live(t, server, bob);
    let sent = 0;
    const pour = async (count: number) => {
      for (const last = sent + count; sent < last; sent += 1)
        socket.send({ type: 'send', ref: sent, room: lobby, body: `Message ${sent + 1}` });
      await socket.until('the answers', () => socket.json.filter(({ type }) => type === 'result').length === sent);
    };
    let marks = 0;
    page.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().endsWith('/read')) marks += 1;
    });

    await pour(30);
    await visit(ann, through, '/lobby');
    await page.locator('[data-seq="30"]').waitFor();
    // The room opens at what is unread: the reader goes to its end.
    await page.evaluate(`document.querySelector('.timeline').scrollTop = 1e6`);
    await page.locator('.jump').waitFor({ state: 'detached' });
    await page.evaluate(COUNT_CHANGES);
    proxy.hold();
    await pour(BURST);
    await page.locator('.composer textarea').pressSequentially('While it');
    proxy.release();
    await page.locator('.composer textarea').pressSequentially(' pours');
    await page.locator(`[data-seq="${BURST + 30}"]`).waitFor();
    assert.equal(await page.locator('.composer textarea').inputValue(), 'While it pours');
    assert.ok((await rowsIn(page)) <= FEW_ROWS, `${await rowsIn(page)} rows`);
    const changes = await page.evaluate<number>('changes');
    assert.ok(changes <= BURST / 5, `${changes} changes`);
    assert.ok(marks <= BURST / 20, `${marks} calls`);
    await page.locator('.jump').waitFor({ state: 'detached' });

    // A reader of earlier messages goes on reading them.
    await page.mouse.move(640, 400);
    await page.mouse.wheel(0, -900);
    await page.locator('.jump').waitFor();
    const seq = await page.evaluate<number>(`Number([...document.querySelectorAll('[data-seq]')]
    .find((row) => row.getBoundingClientRect().top > 200).dataset.seq)`);
    const place = async () => (await page.locator(`[data-seq="${seq}"]`).boundingBox())?.y ?? Number.NaN;
    const before = await place();
    proxy.hold();
    await pour(BURST);
    proxy.release();
    await page.locator('.jump', { hasText: '99+' }).waitFor();
    assert.ok(Math.abs((await place()) - before) < 2, `from ${before} to ${await place()}`);
    assert.ok((await rowsIn(page)) <= MOST_ROWS, `${await rowsIn(page)} rows`);
    await page.locator('.jump').click();
    await page.locator(`[data-seq="${2 * BURST + 30}"]`).waitFor();
    assert.deepEqual(ann.complaints, []);
  },
);
