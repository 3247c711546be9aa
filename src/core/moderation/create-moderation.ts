/** Wires what moderators do: reports, sanctions, cleanups, and the log of it. */
import { AppError } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import type { ReportRow } from '../../store/reports.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, ShowPerson } from '../model.ts';
import { createModerationNotices } from '../notifications/moderation-notices.ts';
import type { PostReader } from '../posts/post-reader.ts';
import { type Appeals, createAppeals } from './appeals.ts';
import { type Audit, createAudit } from './audit.ts';
import { type Cleanups, createCleanups } from './cleanups.ts';
import { createReports, type Reports } from './reports.ts';
import { createSanctions, type Sanctions } from './sanctions.ts';
import { createSignUpBans, type SignUpBans } from './sign-up-bans.ts';

export type Moderation = Reports &
  Appeals &
  Sanctions &
  SignUpBans &
  Cleanups &
  Audit & {
    /** Retention of reports and of the audit log. */
    pruneModeration(): Promise<void>;
  };

/** How long these are kept, in days. */
export type ModerationOptions = { readonly reportDays: number; readonly auditDays: number };

type Removers = {
  readonly messages: { remove(actor: Actor, room: { id: number }, seq: number): Promise<void> };
  readonly posts: { remove(actor: Actor, post: { id: number }): Promise<void> };
  readonly comments: { remove(actor: Actor, id: number): Promise<void> };
};

type Parts = ModerationOptions &
  Removers & {
    readonly changes: Changes;
    readonly contents: Pick<Contents, 'check'>;
    readonly reader: Pick<PostReader, 'idOf'>;
    readonly identify: Accounts['identify'];
    readonly show: ShowPerson;
  };

export function createModeration(sql: Sql, { contents, ...options }: Parts): Moderation {
  const { notifyModerators, notifyOfSanction } = createModerationNotices(options.show);
  const parts = { ...options, check: contents.check, notifyModerators, notifyOfSanction };
  const reports = createReports(sql, { ...parts, removeSubject: removerOf(options) });
  const audit = createAudit(sql, parts);
  return {
    ...reports,
    ...createAppeals(sql, { ...options, ...reports }),
    ...createSanctions(sql, parts),
    ...createSignUpBans(sql, parts),
    ...createCleanups(sql, parts),
    ...audit,
    pruneModeration: async (): Promise<void> => {
      await reports.pruneReports();
      await audit.pruneAudit();
    },
  };
}

/** Subjects gone already count as removed. */
function removerOf({ messages, posts, comments }: Removers) {
  return async (actor: Actor, { kind, roomId, seq, postId, commentId }: ReportRow): Promise<void> => {
    if (roomId !== null && seq !== null) await unlessGone(messages.remove(actor, { id: roomId }, seq));
    if (kind === 'post' && postId !== null) await unlessGone(posts.remove(actor, { id: postId }));
    if (commentId !== null) await unlessGone(comments.remove(actor, commentId));
  };
}

async function unlessGone(removing: Promise<void>): Promise<void> {
  await removing.catch((error: unknown) => {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
  });
}
