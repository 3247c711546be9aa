/** Notices to moderators of reports, and to accounts of sanctions: without the actor's name. */
import type { Db } from '../../store/database.ts';
import { insertReportNotices, insertSanctionNotice, listNotificationsByIds } from '../../store/notifications.ts';
import type { AccountFact } from '../events/changes.ts';
import type { ShowPerson } from '../model.ts';
import { toNotification } from './notify.ts';

/** `except`: accounts that are not told. @returns the facts for the accounts' own streams */
export type NotifyModerators = (tx: Db, reportId: number, except: readonly number[]) => Promise<AccountFact[]>;
export type NotifyOfSanction = (tx: Db, accountId: number, sanctionId: number) => Promise<AccountFact[]>;

/** Moderators who are notified, and unread notices of reports of each: further reports are in the queue only. */
const MODERATORS = 100;
const UNREAD = 20;

export function createModerationNotices(show: ShowPerson): {
  notifyModerators: NotifyModerators;
  notifyOfSanction: NotifyOfSanction;
} {
  async function factsOf(tx: Db, ids: readonly number[]): Promise<AccountFact[]> {
    const rows = ids.length === 0 ? [] : await listNotificationsByIds(tx, ids);
    return rows.map((row) => ({
      accountId: row.account_id,
      fact: { kind: 'notification.created', data: toNotification(row, show) },
    }));
  }

  return {
    notifyModerators: async (tx, reportId, except) =>
      factsOf(tx, await insertReportNotices(tx, { reportId, except, moderators: MODERATORS, unread: UNREAD })),
    notifyOfSanction: async (tx, accountId, sanctionId) =>
      factsOf(tx, await insertSanctionNotice(tx, accountId, sanctionId)),
  };
}
