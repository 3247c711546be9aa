/** Tells accounts of what others did, in the transaction of that. */
import type { Db } from '../../store/database.ts';
import {
  insertNotifications,
  listNotificationsByIds,
  type NotificationKind,
  type NotificationRow,
} from '../../store/notifications.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact } from '../events/changes.ts';
import type { Notification, ShowPerson } from '../model.ts';
import { authorOf } from '../posts/authors.ts';

/** What somebody did, and the accounts that it concerns; the actor may be among them, and is not told. */
export type Notice = {
  readonly kind: NotificationKind;
  readonly actorId: number;
  readonly accountIds: readonly number[];
  readonly roomId?: number;
  /** Of a message of the room. */
  readonly seq?: number;
  readonly postId?: number;
  readonly commentId?: number;
};

/**
 * Stores the notifications that their accounts want to have, by store/notifications.ts: nobody is told of themselves, of those whom they
 * blocked, nor of rooms that they silenced or may not read. Of one message an account is told once: by the first notice of it.
 * @returns the facts for the accounts' own streams
 */
export type Notify = (tx: Db, notices: readonly Notice[]) => Promise<AccountFact[]>;

export function createNotify(show: ShowPerson): Notify {
  return async (tx, notices) => {
    const rows = withoutRepeats(notices);
    if (rows.length === 0) return [];
    const ids = await insertNotifications(tx, rows);
    const added = ids.length === 0 ? [] : await listNotificationsByIds(tx, ids);
    return added.map((row) => ({
      accountId: row.account_id,
      fact: { kind: 'notification.created', data: toNotification(row, show) },
    }));
  };
}

/** As its account sees it. */
export function toNotification(row: NotificationRow, show: ShowPerson): Notification {
  const { id, kind, seq, comment_id: commentId, excerpt } = row;
  return {
    id,
    kind,
    actor: show(SOME_MEMBER, authorOf(row)),
    room: named(row.room_id, row.room_uid),
    seq,
    post: named(row.post_id, row.post_uid),
    commentId,
    excerpt,
    createdAt: row.created_at,
    readAt: row.read_at,
  };
}

function named(id: number | null, uid: string | null) {
  return id === null || uid === null ? null : { id, uid };
}

function withoutRepeats(notices: readonly Notice[]) {
  const told = new Set<string>();
  return notices.flatMap(({ kind, actorId, accountIds, roomId, seq, postId, commentId }) =>
    accountIds.flatMap((accountId) => {
      const once = seq === undefined || kind === 'reaction' ? null : `${accountId} ${roomId} ${seq}`;
      if (accountId === actorId || (once !== null && told.has(once))) return [];
      if (once !== null) told.add(once);
      return {
        ...{ accountId, kind, actorId },
        roomId: roomId ?? null,
        seq: seq ?? null,
        postId: postId ?? null,
        commentId: commentId ?? null,
      };
    }),
  );
}
