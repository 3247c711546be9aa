/** The notifications of an account: what notify.ts stored for it. */
import type { Sql } from '../../store/database.ts';
import {
  countUnreadNotifications,
  deleteNotificationsBefore,
  deleteNotificationsBeyond,
  listNotifications,
  markNotificationsRead,
} from '../../store/notifications.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, Notification, ShowPerson } from '../model.ts';
import { checkWhole, entryBytes, keysetPage, type Listed } from '../pages.ts';
import { COUNTED, toNotification } from './notify.ts';

export type Notifications = {
  /**
   * Newest first. `before`: the id of the last one of the page before.
   * @throws AppError `invalid`
   */
  listNotifications(
    actor: Actor,
    page?: { before?: number | null; limit?: number },
  ): Promise<Listed<Notification, number>>;
  /** `unread`: 100 at most; `seq`: the position in the account's own stream at which they were counted. */
  countUnread(actor: Actor): Promise<{ unread: number; seq: number }>;
  /**
   * Marks the notifications up to that id as read.
   * @returns how many unread ones are left, 100 at most
   * @throws AppError `invalid` | as `Changes.run`
   */
  markRead(actor: Actor, upTo: number): Promise<number>;
  /** Deletes those that are 90 days old, and of each account all but the newest 1,000, in small batches. */
  prune(): Promise<void>;
};

/** Notifications in one page, at most. */
const PAGE = 100;
/** Retention: in days, and for one account. */
const KEPT_DAYS = 90;
const KEPT = 1_000;
const PRUNED_AT_ONCE = 1_000;

export function createNotifications(sql: Sql, changes: Changes, show: ShowPerson): Notifications {
  return {
    listNotifications: async (actor, { before = null, limit = PAGE } = {}): Promise<Listed<Notification, number>> => {
      const size = Math.min(limit, PAGE);
      const from = before === null ? null : checkWhole('before', before);
      const rows = await listNotifications(sql, actor.id, from, size + 1);
      return keysetPage(
        rows.map((row) => toNotification(row, show)),
        {
          size,
          bytesOf: ({ actor, excerpt }) => entryBytes(actor?.avatarUrl ?? null, excerpt),
          positionOf: ({ id }) => id,
        },
      );
    },

    countUnread: async (actor): Promise<{ unread: number; seq: number }> =>
      countUnreadNotifications(sql, actor.id, COUNTED),

    markRead: async (actor, upTo): Promise<number> => {
      const asked = checkWhole('upTo', upTo);
      return changes.run([], async (tx) => {
        const newest = await markNotificationsRead(tx, actor.id, asked);
        const { unread } = await countUnreadNotifications(tx, actor.id, COUNTED);
        if (newest === null) return { result: unread };
        const fact = { kind: 'notification.read', data: { upTo: newest, unread } } as const;
        return { result: unread, personal: [{ accountId: actor.id, fact }] };
      });
    },

    prune: async (): Promise<void> => {
      while ((await deleteNotificationsBefore(sql, KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
      for (let afterId: number | null = 0; afterId !== null; ) {
        const batch = { afterId, accounts: PRUNED_AT_ONCE, kept: KEPT, limit: PRUNED_AT_ONCE };
        const { lastId, count } = await deleteNotificationsBeyond(sql, batch);
        if (count < PRUNED_AT_ONCE) afterId = lastId;
      }
    },
  };
}
