import { absorbNotifications } from '../absorb.ts';
import type { Parts } from '../parts.ts';
import { mapItems, withFields } from '../records.ts';
import type { CatchUp, Notification, Page } from '../shapes.ts';
import type { State } from '../state.ts';

export type NotificationCommands = ReturnType<typeof notificationCommands>;

/** Each @throws Problem. */
export function notificationCommands({ rest, store }: Parts) {
  async function readPage(cursor?: string): Promise<void> {
    await store.read(
      async () => (await rest.call<Page<Notification>>('GET', '/v1/notifications', { query: { cursor } })).body,
      (state, page) => absorbNotifications(state, page, cursor === undefined),
    );
  }

  return {
    /** Reads the newest ones. */
    open: (): Promise<void> => readPage(),
    more: async (): Promise<void> => {
      const cursor = store.confirmed.notifications.next ?? undefined;
      if (cursor !== undefined) await readPage(cursor);
    },

    /** What happened since that time (ISO 8601); nothing of it gets into the state. */
    catchUp: async (since: string): Promise<CatchUp> =>
      (await rest.call<CatchUp>('GET', '/v1/catch-up', { query: { since } })).body,

    /** Marks one and all before it as read; without an id, all that are known. */
    markRead: async (upTo = store.confirmed.notifications.items?.[0]?.id): Promise<void> => {
      if (upTo === undefined) return;
      const predict = (state: State) => predictRead(state, upTo);
      await store.predict(predict, () => rest.call('PUT', '/v1/notifications/read', { json: { upTo } }));
    },
  };
}

function predictRead(state: State, upTo: string): State {
  const items = state.notifications.items ?? [];
  const first = items.findIndex(({ id }) => id === upTo);
  if (first < 0 || items.slice(first).every(({ isRead }) => isRead)) return state;
  const read = mapItems(items.slice(first), (one) => withFields(one, { isRead: true }));
  const all = [...items.slice(0, first), ...read];
  // What pages further on have is unread only if the server says so.
  const unread = all.filter(({ isRead }) => !isRead).length;
  return { ...state, notifications: { ...state.notifications, items: all, unread } };
}
