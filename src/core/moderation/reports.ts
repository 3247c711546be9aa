/**
 * Reports, and the answers of those who were sanctioned: the queue of the moderators. A report keeps what it is about as it was, so that
 * a deletion destroys no evidence. The reported account never learns by whom.
 */
import { AppError, invalid } from '../../errors.ts';
import type { Db, Sql } from '../../store/database.ts';
import {
  countOpenReports,
  countOpenReportsOf,
  deleteReportsBefore,
  findAppeal,
  findOpenReport,
  findReport,
  insertReport,
  insertReportTexts,
  listReports,
  listReportTexts,
  lockReport,
  type ReportOutcome,
  type ReportReason,
  type ReportRow,
  type ReportRowChange,
  type ReportState,
  type ReportSubject,
  type ReportTextRow,
  updateReport,
} from '../../store/reports.ts';
import { findRole } from '../../store/roles.ts';
import { lockSanction } from '../../store/sanctions.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import { requireRole } from '../community/ranks.ts';
import type { AccountFact, Changes } from '../events/changes.ts';
import { ACCOUNTS_STREAM } from '../events/events.ts';
import { groupBy } from '../group-by.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import type { NotifyModerators } from '../notifications/moderation-notices.ts';
import { checkWhole, entryBytes, keysetPage, type Listed } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import type { PostReader } from '../posts/post-reader.ts';
import { type Judge, recordActs } from './audit.ts';
import { createReportSubjects, type ReportTarget } from './report-subjects.ts';
import { checkReason, liftIn, requireOutranks, type SanctionParts, sanctionIn } from './sanctions.ts';

export type Reports = NewReports & ReportLists & ReportChanges;

export type ReportText = Omit<ReportTextRow, 'author' | 'reportId'> & { readonly author: Person };

/** People are null where their accounts are gone. Times: Unix ms. */
export type Report = Omit<ReportRow, 'reporter' | 'account' | 'assignee'> &
  Readonly<Record<'reporter' | 'account' | 'assignee', Person | null>> & { readonly texts: readonly ReportText[] };

export type NewReport = { readonly reason: ReportReason; readonly body?: string | undefined };

/** Omitted fields stay. A report is handled once: with a state, and if it is resolved with an outcome. */
export type ReportChange = {
  readonly assignee?: PersonRef | null | undefined;
  readonly note?: string | undefined;
  readonly state?: Exclude<ReportState, 'open'> | undefined;
  readonly outcome?: ReportOutcome | undefined;
};

export const REPORT_REASONS = [
  'spam',
  'harassment',
  'hate',
  'violence',
  'sexual',
  'illegal',
  'other',
] as const satisfies ReportReason[];
/** Characters. */
export const REPORT_MAX = 1_000;
/** Reports in one page, at most. */
const PAGE = 50;
/** Open reports of one account. */
const OPEN_MAX = 50;
const RETRY_AFTER = 3_600;
/** Counts end there: clients show 99+. */
const COUNTED = 100;
const PRUNED_AT_ONCE = 1_000;

/** Deletes what a report is about. */
export type RemoveSubject = (actor: Actor, report: ReportRow) => Promise<void>;

type Parts = SanctionParts & {
  readonly changes: Changes;
  readonly reader: Pick<PostReader, 'idOf'>;
  readonly notifyModerators: NotifyModerators;
  readonly removeSubject: RemoveSubject;
  readonly show: ShowPerson;
  /** How long handled reports are kept. */
  readonly reportDays: number;
};

export function createReports(sql: Sql, parts: Parts): Reports {
  return { ...newReports(sql, parts), ...reportLists(sql, parts), ...reportChanges(sql, parts) };
}

type NewReports = {
  /**
   * @returns the id of the report, and whether it is new: one reporter has one open report about a thing
   * @throws AppError `not_found` | `invalid` | `rate_limited`: too many of the account's wait
   */
  report(actor: Actor, target: ReportTarget, newReport: NewReport): Promise<{ id: number; isNew: boolean }>;
  /**
   * Answers a sanction, once: the same text again changes nothing.
   * @returns the id of the answer in the queue
   * @throws AppError `not_found`: it is not against the actor, was lifted, or answered with another text | `invalid`
   */
  appeal(actor: Pick<Actor, 'id'>, sanctionId: number, text: string): Promise<number>;
};

function newReports(sql: Sql, { changes, check, reader, notifyModerators }: Parts): NewReports {
  const findSubject = createReportSubjects(sql, reader);

  /** @throws AppError `rate_limited` */
  async function requireFew(reporter: Actor): Promise<void> {
    if ((await countOpenReportsOf(sql, reporter.id, OPEN_MAX)) >= OPEN_MAX)
      throw new AppError('rate_limited', { retryAfter: RETRY_AFTER });
  }

  /** The one that another request of the reporter made meanwhile. @throws AppError `unavailable`: it was handled meanwhile, too */
  async function requireOpenReport(tx: Db, reporterId: number, subject: ReportSubject): Promise<number> {
    const id = await findOpenReport(tx, reporterId, subject);
    if (id === null) throw new AppError('unavailable');
    return id;
  }

  return {
    report: async (actor, target, { reason, body = '' }) => {
      checkReason(check, body, 'body');
      const { subject, texts } = await findSubject(actor, target);
      const known = await findOpenReport(sql, actor.id, subject);
      if (known !== null) return { id: known, isNew: false };
      await requireFew(actor);
      return changes.run<{ id: number; isNew: boolean }>([], async (tx) => {
        const id = await insertReport(tx, { reporterId: actor.id, subject, reason, body });
        if (id === null) return { result: { id: await requireOpenReport(tx, actor.id, subject), isNew: false } };
        await insertReportTexts(tx, id, texts);
        return { result: { id, isNew: true }, personal: await notifyModerators(tx, id, [actor.id, subject.accountId]) };
      });
    },

    appeal: async (actor, sanctionId, text): Promise<number> => {
      const body = check('body', text, REPORT_MAX);
      return changes.run([], async (tx) => {
        const held = await lockSanction(tx, sanctionId);
        if (held === null || held.accountId !== actor.id || held.liftedAt !== null) throw new AppError('not_found');
        const subject = { kind: 'appeal', accountId: actor.id, sanctionId } as const;
        const id = await insertReport(tx, { reporterId: actor.id, subject, reason: null, body });
        if (id === null) {
          const earlier = await findAppeal(tx, sanctionId);
          if (earlier?.body !== body) throw new AppError('not_found');
          return { result: earlier.id };
        }
        const notices = await notifyModerators(tx, id, [actor.id]);
        return { result: id, personal: [...notices, ...(await ownAccountFacts(tx, actor.id))] };
      });
    },
  };
}

type ReportLists = {
  /**
   * A page of those of a state: open ones the oldest first, others the newest. `from`: the id of the last one of the page before.
   * @throws AppError `forbidden` | `invalid`
   */
  listReports(
    actor: Actor,
    page?: { state?: ReportState; from?: number | null; limit?: number },
  ): Promise<Listed<Report, number>>;
  /** @throws AppError `forbidden` | `not_found` */
  getReport(actor: Actor, id: number): Promise<Report>;
  /** How many wait, 100 at most. @throws AppError `forbidden` */
  countReports(actor: Actor): Promise<number>;
  /** Deletes those that were handled long ago, in small batches. */
  pruneReports(): Promise<void>;
};

function reportLists(sql: Sql, { show, reportDays }: Parts): ReportLists {
  return {
    listReports: async (actor, { state = 'open', from = null, limit = PAGE } = {}): Promise<Listed<Report, number>> => {
      requireRole(actor, 'moderator');
      const size = Math.min(limit, PAGE);
      const rows = await listReports(sql, state, from === null ? null : checkWhole('from', from), size + 1);
      return keysetPage(await withTexts(sql, actor, rows, show), {
        size,
        bytesOf: ({ body, texts }) => entryBytes(body, ...texts.map((one) => one.body)),
        positionOf: ({ id }) => id,
      });
    },

    getReport: (actor, id): Promise<Report> => {
      requireRole(actor, 'moderator');
      return read(sql, actor, id, show);
    },

    countReports: async (actor): Promise<number> => {
      requireRole(actor, 'moderator');
      return countOpenReports(sql, COUNTED);
    },

    pruneReports: async (): Promise<void> => {
      while ((await deleteReportsBefore(sql, reportDays, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE);
    },
  };
}

type ReportChanges = {
  /**
   * Assigns or handles a report. `removed` deletes what was reported, of which its author is told; `lifted` ends the sanction that was
   * appealed.
   * @throws AppError `forbidden` | `not_found`: there is none, or it is handled already | `invalid`
   */
  changeReport(actor: Actor, id: number, wanted: ReportChange): Promise<Report>;
};

function reportChanges(sql: Sql, parts: Parts): ReportChanges {
  const handling = createReportHandling(sql, parts);
  return {
    changeReport: async (actor, id, wanted): Promise<Report> => {
      const report = await handling.handle(actor, id, wanted);
      if (wanted.outcome === 'removed') await parts.removeSubject(actor, report);
      return read(sql, actor, id, parts.show);
    },
  };
}

export type ReportHandling = {
  /**
   * All but the deletion of what was reported.
   * @returns the report as it was
   * @throws AppError `forbidden` | `not_found` | `invalid`
   */
  handle(judge: Judge, id: number, wanted: ReportChange): Promise<ReportRow>;
};

/** For moderators, and for operators, who have no actor. */
export function createReportHandling(sql: Sql, parts: SanctionParts): ReportHandling {
  const { changes, check } = parts;

  /** @throws AppError `invalid` | `not_found` */
  async function rowChange(
    report: ReportRow,
    { assignee, note, state, outcome }: ReportChange,
  ): Promise<ReportRowChange> {
    if ((state === 'resolved') !== (outcome !== undefined))
      throw invalid('outcome', 'required', 'outcome goes with the state "resolved", and only with that');
    const isAppeal = report.kind === 'appeal';
    if ((outcome === 'lifted' && !isAppeal) || (outcome === 'removed' && (isAppeal || report.kind === 'account')))
      throw invalid('outcome', 'format', 'this outcome does not fit what was reported');
    return {
      ...(assignee !== undefined && { assigneeId: assignee && (await requireStaff(sql, assignee)) }),
      ...(note !== undefined && { note: checkReason(check, note, 'note') }),
      ...(state !== undefined && {
        handled: outcome === undefined ? { state: 'dismissed' as const } : { state: 'resolved' as const, outcome },
      }),
    };
  }

  async function consequences(tx: Db, judge: Judge, report: ReportRow, { outcome, note = '' }: ReportChange) {
    if (outcome === 'lifted' && report.sanctionId !== null) return liftIn(tx, judge, report.sanctionId, note);
    if (outcome !== 'removed' || report.account === null) return { personal: [] as readonly AccountFact[] };
    await requireOutranks(tx, judge, report.account.id);
    const wanted = { ...parts, kind: 'removal', reason: note } as const;
    const { facts, personal } = await sanctionIn(tx, judge, report.account.id, wanted);
    return { facts, personal };
  }

  return {
    handle: async (judge, id, wanted): Promise<ReportRow> => {
      if (judge !== null) requireRole(judge, 'moderator');
      const report = await findReport(sql, checkWhole('id', id));
      if (report === null) throw new AppError('not_found');
      const change = await rowChange(report, wanted);
      await changes.run([ACCOUNTS_STREAM], async (tx) => {
        if ((await lockReport(tx, id)) !== 'open') throw new AppError('not_found');
        await updateReport(tx, id, change);
        await recordActs(tx, judge, actOf(report, wanted));
        return { result: undefined, ...(await consequences(tx, judge, report, wanted)) };
      });
      return report;
    },
  };
}

/** The id of somebody who may handle reports. @throws AppError `invalid` | `not_found` */
async function requireStaff(sql: Sql, ref: PersonRef): Promise<number> {
  const { id } = await getPerson(sql, ref);
  if ((await findRole(sql, id)) === 'member') throw invalid('assignee', 'format', 'assignee must be a moderator');
  return id;
}

function actOf({ id, account }: ReportRow, { state, outcome, note = '' }: ReportChange) {
  const action = state === undefined ? 'report.assign' : state === 'resolved' ? 'report.resolve' : 'report.dismiss';
  return {
    action,
    accountId: account?.id ?? null,
    subject: `report ${id}`,
    reason: note,
    ...(outcome !== undefined && { after: { outcome } }),
  };
}

/** @throws AppError `not_found` */
async function read(sql: Sql, actor: Actor, id: number, show: ShowPerson): Promise<Report> {
  const row = await findReport(sql, checkWhole('id', id));
  const [report] = row === null ? [] : await withTexts(sql, actor, [row], show);
  if (report === undefined) throw new AppError('not_found');
  return report;
}

async function withTexts(sql: Sql, actor: Actor, rows: readonly ReportRow[], show: ShowPerson): Promise<Report[]> {
  const ids = rows.map(({ id }) => id);
  const texts = groupBy(ids.length === 0 ? [] : await listReportTexts(sql, ids), ({ reportId }) => reportId);
  const personOf = (account: ReportRow['account']) => account && show(actor, account);
  return rows.map((row) => ({
    ...row,
    reporter: personOf(row.reporter),
    account: personOf(row.account),
    assignee: personOf(row.assignee),
    texts: (texts.get(row.id) ?? []).map(({ reportId, author, ...text }) => ({ ...text, author: show(actor, author) })),
  }));
}
