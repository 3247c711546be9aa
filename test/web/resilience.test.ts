/** The screen of a browser after its server was killed, after a long absence, after a restored backup, and without an account. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { IN_BROWSER, openBrowser, reconnect, signUp } from '../support/browser.ts';
import { atEnd, eventually } from '../support/conditions.ts';
import { privatePlaces } from '../support/harness.ts';
import { member } from '../support/koine-people.ts';
import { PASSWORD } from '../support/people.ts';
import { startProcess } from '../support/server-process.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

type Room = { id: string; kind: string };
type Message = { seq: number; body: string };

const SENT = Array.from({ length: 6 }, (_, index) => `Sent ${index + 1}`);

test('a page outlives its server, a long absence, a restored backup, and an account', IN_BROWSER, async (t) => {
  const places = await privatePlaces(t);
  const settings = { ...places, LOG_LEVEL: 'silent', DELETION_GRACE: '0s' };
  let server = await startProcess(t, settings);
  const sql = openDatabase(places.DATABASE_URL, 1);
  atEnd(t, () => sql.end());
  const port = Number(new URL(server.url).port);
  const proxy = await TcpProxy.open({ host: '127.0.0.1', port });
  atEnd(t, () => proxy.close());
  const url = `http://127.0.0.1:${proxy.port}`;
  const browser = await openBrowser(t);
  const ann = await signUp(browser, url, 'ann', { path: '/lobby' });
  const bob = await member(server, 'bob');
  const { page } = ann;
  const field = page.locator('.composer textarea');
  const message = (text: string) => page.locator('.message:not(.waiting)', { hasText: text });
  const rooms = async () => (await bob.get<{ items: Room[] }>('/rooms')).items;
  const lobby = (await rooms()).find(({ kind }) => kind === 'lobby')?.id as string;
  const inLobby = async () => (await bob.get<{ items: Message[] }>(`/rooms/${lobby}/messages`)).items;
  const say = (body: string) => bob.do<Message>('POST', `/rooms/${lobby}/messages`, { body });

  await t.test('the server is killed in the middle of sending', async () => {
    for (const text of SENT) {
      await field.fill(text);
      await field.press('Enter');
      // The first ones are on their way, the last ones are written when nobody listens.
      if (text === SENT[3]) await server.kill();
    }
    await page.getByText('Not connected').waitFor();
    server = await startProcess(t, { ...settings, PORT: String(port) });
    await reconnect(page);
    for (const text of SENT) await message(text).waitFor();
    await page.locator('.message.waiting').first().waitFor({ state: 'detached' });
    assert.deepEqual(
      (await inLobby()).map(({ body }) => body),
      SENT,
    );
    assert.equal(await page.locator('.message').count(), SENT.length);
  });

  await t.test('after a week offline the room is as it is now, and the draft is there', async () => {
    await say('Before the week');
    await message('Before the week').waitFor();
    await field.fill('A draft of last week');
    await proxy.refuse();
    for (let day = 1; day <= 7; day += 1) await say(`Day ${day}`);
    await bob.do('POST', '/posts', { body: 'News of the week' });
    await sql`update streams set floor = head`;
    await page.getByText('Not connected').waitFor();
    await proxy.restore();
    await reconnect(page);
    for (let day = 1; day <= 7; day += 1) await message(`Day ${day}`).waitFor();
    assert.equal(await message('Before the week').count(), 1);
    assert.equal(await field.inputValue(), 'A draft of last week');
    await page.locator('.nav-link', { hasText: 'Feed' }).click();
    await page.locator('.post', { hasText: 'News of the week' }).waitFor();
    await page.locator('.room-line', { hasText: 'Lobby' }).click();
  });

  await t.test('after a restored backup nothing is shown that it does not have', async () => {
    const { seq } = await say('Lost with the disk');
    await message('Lost with the disk').waitFor();
    await proxy.refuse();
    // As the command that restores does.
    await sql`delete from messages where seq = ${seq} and room_id = (select id from rooms where kind = 'lobby')`;
    await sql`update installation set epoch = gen_random_uuid()`;
    await page.getByText('Not connected').waitFor();
    await proxy.restore();
    await reconnect(page);
    await message('Lost with the disk').waitFor({ state: 'detached' });
    await message('Day 7').waitFor();
    await field.fill('After the disk');
    await field.press('Enter');
    await message('After the disk').waitFor();
    await eventually('the message', async () => (await inLobby()).at(-1)?.body === 'After the disk');
  });

  await t.test('of a deleted account nothing is left but what it was part of', async () => {
    const { id } = await bob.do<Room>('POST', '/rooms', { kind: 'direct', members: [await idOf('ann')] });
    await bob.do('POST', `/rooms/${id}/messages`, { body: 'Farewell' });
    const line = page.locator('.room-line', { hasText: 'bob' });
    await line.getByText('Farewell').waitFor();
    await bob.do('DELETE', '/me', { password: PASSWORD });
    await message('Day 7').waitFor({ state: 'detached' });
    await line.waitFor({ state: 'detached' });
    await message('After the disk').waitFor();
  });

  async function idOf(username: string): Promise<string> {
    return (await bob.get<{ id: string }>(`/people/@${username}`)).id;
  }
});
