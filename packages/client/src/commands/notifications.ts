import { absorbNotifications, absorbUnread, type NotificationPage } from '../absorb.ts';
import type { components } from '../api.ts';
import { type Parts, segment } from '../parts.ts';
import { mapItems, withFields } from '../records.ts';
import type { CatchUp } from '../shapes.ts';
import type { State } from '../state.ts';

/** As `PushSubscription.toJSON()` has it. */
export type PushWish = components['schemas']['PushWish'];

export type NotificationCommands = ReturnType<typeof notificationCommands>;

/** Each @throws Problem. */
export function notificationCommands({ rest, store }: Parts) {
  const ask = async (query: { cursor?: string | undefined; limit?: number }) =>
    (await rest.call<NotificationPage>('GET', '/v1/notifications', { query })).body;

  async function readPage(cursor?: string): Promise<void> {
    await store.read(
      () => ask({ cursor }),
      (state, page) => absorbNotifications(state, page, cursor === undefined),
    );
  }

  return {
    /** Reads the newest ones. */
    open: (): Promise<void> => readPage(),
    /** Reads again what is shown of them: how many are unread, and the list if it is open. */
    refresh: async (): Promise<void> => {
      if (store.confirmed.notifications.items) await readPage();
      else await store.read(() => ask({ limit: 1 }), absorbUnread);
    },
    more: async (): Promise<void> => {
      const cursor = store.confirmed.notifications.next ?? undefined;
      if (cursor !== undefined) await readPage(cursor);
    },

    /** The digest since that time (ISO 8601); nothing of it gets into the state. */
    catchUp: async (since: string): Promise<CatchUp> =>
      (await rest.call<CatchUp>('GET', '/v1/catch-up', { query: { since } })).body,

    /** The key that a browser subscribes to Web Push with; null: the server does not push. */
    pushKey: async (): Promise<string | null> =>
      (await rest.call<{ key: string | null }>('GET', '/v1/push/key')).body.key,

    /** Has this browser told of what is not read, as long as the session lasts. @returns the id of the subscription */
    subscribe: async ({ endpoint, keys }: PushWish): Promise<string> =>
      (await rest.call<{ id: string }>('PUT', '/v1/me/push', { json: { endpoint, keys } })).body.id,

    unsubscribe: async (id: string): Promise<void> => {
      await rest.call('DELETE', `/v1/me/push/${segment(id)}`);
    },

    /** Marks one and all before it as read; without an id, all that are known. */
    markRead: async (upTo = store.confirmed.notifications.items?.[0]?.id): Promise<void> => {
      if (upTo === undefined) return;
      const predict = (state: State) => predictRead(state, upTo);
      const target = '/v1/notifications/read';
      await store.predict(target, predict, () => rest.call('PUT', target, { json: { upTo } }));
    },
  };
}

function predictRead(state: State, upTo: string): State {
  const items = state.notifications.items ?? [];
  const first = items.findIndex(({ id }) => id === upTo);
  if (first < 0 || items.slice(first).every(({ isRead }) => isRead)) return state;
  const read = mapItems(items.slice(first), (one) => withFields(one, { isRead: true }));
  const all = [...items.slice(0, first), ...read];
  // Entries of later pages are unread only if the server says so.
  const unread = all.filter(({ isRead }) => !isRead).length;
  return { ...state, notifications: { ...state.notifications, items: all, unread } };
}
