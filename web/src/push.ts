/** Web Push in this browser: turned on and off by its reader, renewed at each start, and put away when it was read elsewhere. */
import { client, isCode } from './koine.ts';
import { recall, remember } from './preferences.ts';
import { navigate } from './router.ts';

/** `unable`: not in this browser, or not over plain http. `blocked`: its reader has forbidden it. */
export type PushState = 'unable' | 'blocked' | 'off' | 'on';

/** Remembers whose browser it is, and the id of its subscription. */
const MARK = 'push';

const isAble = (): boolean =>
  'PushManager' in globalThis && 'Notification' in globalThis && 'serviceWorker' in navigator;

const marked = (): readonly string[] => recall(MARK)?.split(' ') ?? [];

export function pushState(): PushState {
  if (!isAble()) return 'unable';
  if (Notification.permission === 'denied') return 'blocked';
  const isMine = client.state.me !== null && marked()[0] === client.state.me.id;
  return isMine && Notification.permission === 'granted' ? 'on' : 'off';
}

/** Asks for permission if need be: only after a click. */
export async function turnOnPush(): Promise<void> {
  if ((await Notification.requestPermission()) === 'granted') await subscribe();
}

export async function turnOffPush(): Promise<void> {
  const [, id] = marked();
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
  if (id !== undefined) await client.notifications.unsubscribe(id).catch(ignoreGone);
  forgetPush();
}

/** The next account that signs in is asked again. */
export const forgetPush = (): void => remember(MARK, null);

export function listenToPush(): void {
  if (!isAble()) return;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (typeof data?.open === 'string') navigate(data.open);
  });
  client.on('read.moved', () => void putAway());
  client.on('notification.read', () => void putAway());
}

/** Another session, or another key of the server, needs another subscription. */
export async function renewPush(): Promise<void> {
  if (pushState() !== 'on') return;
  await subscribe();
  await putAway();
}

async function subscribe(): Promise<void> {
  const key = await client.notifications.pushKey();
  if (key === null) return;
  const { pushManager } = await navigator.serviceWorker.ready;
  const wish = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await pushManager.subscribe(wish).catch(async () => {
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(wish);
  });
  const { endpoint, keys } = subscription.toJSON() as { endpoint: string; keys: { p256dh: string; auth: string } };
  remember(MARK, `${client.state.me?.id} ${await client.notifications.subscribe({ endpoint, keys })}`);
}

/** Closes notifications about what has been read. */
async function putAway(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  for (const one of (await registration?.getNotifications()) ?? []) if (isRead(one.tag)) one.close();
}

function isRead(tag: string): boolean {
  const { rooms, notifications } = client.state;
  const [, room] = /^room:(.+)/.exec(tag) ?? [];
  return room === undefined ? notifications.unread === 0 : rooms[room]?.unread === 0;
}

function ignoreGone(error: unknown): void {
  if (!isCode(error, 'not_found')) throw error;
}
