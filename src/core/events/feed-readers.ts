/** Readers of the events of posts, comments and notifications (hydration.ts). */
import { listNewestComments } from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import { listNotificationsByIds } from '../../store/notifications.ts';
import type { ShowPerson } from '../model.ts';
import { toNotification } from '../notifications/notify.ts';
import { COMMENTS_OF_ONE, toComment } from '../posts/comments.ts';
import type { DataOf } from './events.ts';
import type { Reader, ReferringKind, StoredForms } from './stored-forms.ts';

type Kinds = Extract<ReferringKind, 'post.edited' | 'notification.created'>;

/** Bytes of a notification. */
const NOTIFICATION = 4_096;

export function feedReaders(sql: Sql, show: ShowPerson): { readonly [Kind in Kinds]: Reader<Kind> } {
  /**
   * With the comments that the edit showed, without those deleted since. Later comments have events of their own, which follow: ids
   * of a post's comments are in the order of their commits.
   */
  async function editedPost(stored: StoredForms['post.edited']): Promise<DataOf<'post.edited'>> {
    // Earlier versions stored the comments.
    if ('comments' in stored) return stored as unknown as DataOf<'post.edited'>;
    const { newestComment, ...post } = stored;
    if (newestComment === 0) return { ...post, comments: [] };
    const rows = await listNewestComments(sql, [{ postId: post.id, upTo: newestComment }], COMMENTS_OF_ONE);
    return { ...post, comments: rows.map((row) => toComment(row, null, show)) };
  }

  return {
    'post.edited': { bytes: COMMENTS_OF_ONE.bytes, read: (stored) => Promise.all(stored.map(editedPost)) },
    'notification.created': {
      bytes: NOTIFICATION,
      read: async (stored) => {
        const rows = await listNotificationsByIds(sql, [...new Set(stored.map(({ id }) => id))]);
        const current = new Map(rows.map((row) => [row.id, toNotification(row, show)]));
        return stored.map(({ id }) => current.get(id) ?? null);
      },
    },
  };
}
