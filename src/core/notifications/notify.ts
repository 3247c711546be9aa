/** Tells accounts of what others did, in the transaction of that. */
import type { Db } from '../../store/database.ts';
import {
  deleteNotificationsAbout,
  insertNotifications,
  listNotificationsByIds,
  type NewNotificationRow,
  type NotificationRow,
  type Subject,
} from '../../store/notifications.ts';
import { SOME_MEMBER } from '../accounts/accounts.ts';
import type { AccountFact } from '../events/changes.ts';
import type { Notification, ShowPerson } from '../model.ts';
import { authorOf } from '../posts/authors.ts';

/** An action of somebody that concerns an account. Nobody is notified of their own actions. */
export type Notice = Readonly<NewNotificationRow>;

/**
 * Stores the notifications that their accounts want to have (store/notifications.ts).
 * @returns the facts for the accounts' own streams
 */
export type Notify = (tx: Db, notices: readonly Notice[]) => Promise<AccountFact[]>;

export function createNotify(show: ShowPerson): Notify {
  return async (tx, notices) => {
    const others = notices.filter(({ accountId, actorId }) => accountId !== actorId);
    const ids = others.length === 0 ? [] : await insertNotifications(tx, others);
    const rows = ids.length === 0 ? [] : await listNotificationsByIds(tx, ids);
    return rows.map((row) => ({
      accountId: row.account_id,
      fact: { kind: 'notification.created', data: toNotification(row, show) },
    }));
  };
}

/** Counts of unread ones end there: clients show 99+. */
export const COUNTED = 100;

/**
 * Deletes the notifications about something that is to be deleted; `postUid`: of its post.
 * @returns the facts for the accounts' own streams
 */
export async function withdraw(tx: Db, about: Subject & { readonly postUid?: string }): Promise<AccountFact[]> {
  const { roomId, seq = null, postId, commentId = null, postUid } = about;
  const left = await deleteNotificationsAbout(tx, about, COUNTED);
  return left.map(({ accountId, unread, roomUid }) => {
    const [room, post] = [named(roomId ?? null, roomUid), named(postId ?? null, postUid ?? null)];
    return { accountId, fact: { kind: 'notification.removed', data: { room, seq, post, commentId, unread } } };
  });
}

/** As its account sees it. */
export function toNotification(row: NotificationRow, show: ShowPerson): Notification {
  const { id, kind, seq, comment_id: commentId, report_id: reportId, excerpt } = row;
  return {
    id,
    kind,
    actor: row.author_id === null ? null : show(SOME_MEMBER, authorOf(row)),
    room: named(row.room_id, row.room_uid),
    seq,
    post: named(row.post_id, row.post_uid),
    commentId,
    reportId,
    sanction:
      row.sanction_id === null || row.sanction_kind === null ? null : { id: row.sanction_id, kind: row.sanction_kind },
    excerpt,
    createdAt: row.created_at,
    readAt: row.read_at,
  };
}

function named(id: number | null, uid: string | null) {
  return id === null || uid === null ? null : { id, uid };
}
