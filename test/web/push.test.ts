/** Web Push in the web client: what a push service delivers is shown, opened by a click, and put away when it was read elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { IN_BROWSER, openBrowser, show, signUp, untilKept, visit } from '../support/browser.ts';
import { eventually } from '../support/conditions.ts';
import { startTestServer } from '../support/harness.ts';
import { member, signIn } from '../support/koine-people.ts';
import { startPushService } from '../support/push-service.ts';

/** Between a message and the question whether it is shown, in ms. */
const BETWEEN = 200;

/** Chromium's own push service is not to be had here; a subscription at another one. */
const subscribing = (wish: object) => `
  let subscription = null;
  PushManager.prototype.getSubscription = async () => subscription;
  PushManager.prototype.subscribe = async () =>
    (subscription = { toJSON: () => (${JSON.stringify(wish)}), unsubscribe: async () => { subscription = null; } });`;

const SHOWN = `navigator.serviceWorker.ready
  .then((registration) => registration.getNotifications())
  .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`;
const shown = (page: Page) => page.evaluate<{ title: string; body: string; tag: string }[]>(SHOWN);

/** @returns what hands a message to the service worker, as Chromium's push service would */
async function pushing(page: Page, origin: string): Promise<(message: object) => Promise<unknown>> {
  const devTools = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    devTools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: [first] }) => {
      if (first) resolve(first.registrationId);
    }),
  );
  await devTools.send('ServiceWorker.enable');
  const registrationId = await registered;
  return (message) =>
    devTools.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(message) });
}

test('a browser shows what is pushed', IN_BROWSER, async (t) => {
  const service = await startPushService(t);
  const server = await startTestServer(t, { OUTGOING_NETWORKS: '127.0.0.1' }, (config) => ({
    ...config,
    push: { delay: 0, pause: 0, interval: 20, patience: 5_000 },
  }));
  const browser = await openBrowser(t);
  const ann = await signUp(browser, server.url, 'ann', { permissions: ['notifications'], worker: true });
  const { page } = ann;
  await ann.context.addInitScript(subscribing(service.browser('desk')));
  await visit(ann, server.url, '/settings/notifications');
  await untilKept(page);
  const deliver = await pushing(page, server.url);
  const [phone, bob] = await Promise.all([signIn(server, 'ann'), member(server, 'bob')]);
  const room = await bob.do<{ id: string }>('POST', '/rooms', { kind: 'direct', members: [phone.id] });
  const say = (body: string) => bob.do<{ seq: number }>('POST', `/rooms/${room.id}/messages`, { body });
  const browsers = () => server.sql`select from push_subscriptions`;
  const isShown = async (wanted: object[]) => JSON.stringify(await shown(page)) === JSON.stringify(wanted);
  const putAway = (what: string) => eventually(what, () => isShown([]));
  /** Chromium forgets a notification of which it is asked before it has shown it: a message is delivered again then. */
  const shows = (message: object, wanted: object) =>
    eventually(
      JSON.stringify(wanted),
      async () => {
        if (await isShown([wanted])) return true;
        await deliver(message);
        return false;
      },
      BETWEEN,
    );

  await t.test('it is turned on by a click, and the account says what and when', async () => {
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.getByText('This browser tells you').waitFor();
    assert.equal((await browsers()).length, 1);
    await page.getByLabel('Quiet hours').check();
    await page.getByLabel('Until').fill('06:30');
    const settings = async () =>
      JSON.stringify((await phone.get<{ push: { quietHours: { to: string } | null } }>('/me')).push.quietHours?.to);
    await eventually('quiet hours', async () => (await settings()) === '"06:30"');
    await page.getByLabel('Quiet hours').uncheck();
    await eventually('no quiet hours', async () => (await settings()) === undefined);
  });

  await t.test('a message is shown, a click opens it, and reading elsewhere puts it away', async () => {
    const { seq } = await say('hello');
    const { message } = await service.deliveryTo('desk');
    await shows(message, { title: 'bob', body: 'hello', tag: `room:${room.id}` });
    const [worker] = ann.context.serviceWorkers();
    await worker?.evaluate(`self.registration.getNotifications().then(([notification]) =>
      self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
    await page.waitForURL(`**/app/rooms/${room.id}/${seq}`);
    await putAway('nothing');
    await show(page, '/feed');
    const { seq: next } = await say('and again');
    const { message: another } = await service.deliveryTo('desk', 1);
    await shows(another, { title: 'bob', body: 'and again', tag: `room:${room.id}` });
    await phone.do('PUT', `/rooms/${room.id}/read`, { seq: next });
    await putAway('nothing any more');
  });

  await t.test('each kind has its words, in the language of the account', async () => {
    const about = { tag: 'room:x', path: 'rooms/x/1', actor: { id: 'x', name: 'Боб' }, at: Date.now(), language: 'ru' };
    const group = { id: 'x', kind: 'group', title: 'Garden' };
    const words: [message: object, title: string, body: string][] = [
      [{ kind: 'message', room: group, text: 'привет' }, 'Garden', 'Боб: привет'],
      [{ kind: 'message', room: group, text: '' }, 'Garden', 'Боб: файл'],
      [{ kind: 'message', room: { ...group, kind: 'direct', title: null } }, 'Боб', 'Новое сообщение'],
      [{ kind: 'mention', room: group }, 'Вас упоминает Боб', 'Garden'],
      [{ kind: 'reply', room: group, text: 'да' }, 'Вам отвечает Боб', 'да'],
    ];
    for (const [message, title, body] of words) {
      await shows({ ...about, ...message }, { title, body, tag: 'room:x' });
    }
  });

  await t.test('it is turned off', async () => {
    await show(page, '/settings/notifications');
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('This browser can tell you').waitFor();
    assert.equal((await browsers()).length, 0);
  });
  assert.deepEqual(ann.complaints, []);
});
