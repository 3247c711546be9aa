/** Rows of reports, with what was reported as it was then, and of appeals, which stand in the same queue. */
import { type AccountRow, accountColumns } from './accounts.ts';
import type { Db } from './database.ts';
import type { SanctionKind } from './sanctions.ts';

export type ReportKind = 'account' | 'message' | 'post' | 'comment' | 'appeal';
export type ReportReason = 'spam' | 'harassment' | 'hate' | 'violence' | 'sexual' | 'illegal' | 'other';
export type ReportState = 'open' | 'resolved' | 'dismissed';
export type ReportOutcome = 'removed' | 'sanctioned' | 'lifted' | 'nothing';

/** The subject of a report. `accountId`: whose it is. */
export type ReportSubject = { readonly accountId: number } & (
  | { readonly kind: 'account' }
  | { readonly kind: 'message'; readonly roomId: number; readonly seq: number }
  | { readonly kind: 'post'; readonly postId: number }
  | { readonly kind: 'comment'; readonly postId: number; readonly commentId: number }
  | { readonly kind: 'appeal'; readonly sanctionId: number }
);

/** Times: Unix ms. People are null where their accounts are gone, `roomUid` and `postUid` where those are. */
export type ReportRow = {
  id: number;
  kind: ReportKind;
  reporter: AccountRow | null;
  account: AccountRow | null;
  roomId: number | null;
  roomUid: string | null;
  seq: number | null;
  postId: number | null;
  postUid: string | null;
  commentId: number | null;
  sanctionId: number | null;
  sanctionKind: SanctionKind | null;
  reason: ReportReason | null;
  body: string;
  state: ReportState;
  outcome: ReportOutcome | null;
  note: string;
  assignee: AccountRow | null;
  createdAt: number;
  handledAt: number | null;
};

export type NewReportRow = {
  reporterId: number;
  subject: ReportSubject;
  reason: ReportReason | null;
  body: string;
};

/** `writtenAt`: Unix ms. `files`: how many hang on it. */
export type ReportTextRow = {
  reportId: number;
  author: AccountRow;
  body: string;
  files: number;
  writtenAt: number;
  isSubject: boolean;
};
export type NewReportTextRow = Pick<ReportTextRow, 'body' | 'files' | 'isSubject'> & {
  authorId: number;
  writtenAt: Date;
};

/** @returns its id; null: the reporter has an open one about it, or the sanction was answered */
export async function insertReport(
  db: Db,
  { reporterId, subject, reason, body }: NewReportRow,
): Promise<number | null> {
  const [row] = await db<{ id: number }[]>`
    insert into reports (kind, reporter_id, account_id, room_id, seq, post_id, comment_id, sanction_id, reason, body)
    values (${subject.kind}, ${reporterId}, ${subject.accountId}, ${'roomId' in subject ? subject.roomId : null},
            ${'seq' in subject ? subject.seq : null}, ${'postId' in subject ? subject.postId : null},
            ${'commentId' in subject ? subject.commentId : null}, ${'sanctionId' in subject ? subject.sanctionId : null},
            ${reason}, ${body})
    on conflict do nothing
    returning id`;
  return row?.id ?? null;
}

export async function insertReportTexts(db: Db, reportId: number, texts: readonly NewReportTextRow[]): Promise<void> {
  await db`
    insert into report_texts (report_id, position, author_id, body, files, written_at, is_subject)
    select ${reportId}, i.n - 1, i.author_id, i.body, i.files, i.written_at, i.is_subject <> 0
      from unnest(${texts.map(({ authorId }) => authorId)}::int[], ${texts.map(({ body }) => body)}::text[],
                  ${texts.map(({ files }) => files)}::int[], ${texts.map(({ writtenAt }) => writtenAt.toISOString())}::timestamptz[],
                  ${texts.map(({ isSubject }) => Number(isSubject))}::int[])
           with ordinality as i (author_id, body, files, written_at, is_subject, n)
     where exists (select from accounts where id = i.author_id)`;
}

/** The reporter's open report about it; null: there is none. */
export async function findOpenReport(db: Db, reporterId: number, subject: ReportSubject): Promise<number | null> {
  const [row] = await db<{ id: number }[]>`
    select id from reports
     where reporter_id = ${reporterId} and state = 'open' and kind = ${subject.kind} and account_id = ${subject.accountId}
       and seq is not distinct from ${'seq' in subject ? subject.seq : null}::bigint
       and room_id is not distinct from ${'roomId' in subject ? subject.roomId : null}::int
       and post_id is not distinct from ${'postId' in subject ? subject.postId : null}::int
       and comment_id is not distinct from ${'commentId' in subject ? subject.commentId : null}::int`;
  return row?.id ?? null;
}

/** The answer to a sanction. */
export async function findAppeal(db: Db, sanctionId: number): Promise<{ id: number; body: string } | null> {
  const [row] = await db<{ id: number; body: string }[]>`
    select id, body from reports where sanction_id = ${sanctionId}`;
  return row ?? null;
}

/** How many open reports the account has made; no more than `cap` are counted. */
export async function countOpenReportsOf(db: Db, reporterId: number, cap: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*)::int as count
      from (select from reports where reporter_id = ${reporterId} and state = 'open' limit ${cap}) as open`;
  return row.count;
}

function reportColumns(db: Db) {
  return db`
    select r.id, r.kind, to_jsonb(reporter) as reporter, to_jsonb(account) as account, r.room_id as "roomId",
           (select uid from rooms where id = r.room_id) as "roomUid", r.seq, r.post_id as "postId",
           (select uid from posts where id = r.post_id) as "postUid", r.comment_id as "commentId", r.sanction_id as "sanctionId",
           (select kind from sanctions where id = r.sanction_id) as "sanctionKind", r.reason, r.body, r.state, r.outcome, r.note,
           to_jsonb(assignee) as assignee, (extract(epoch from r.created_at) * 1000)::bigint as "createdAt",
           (extract(epoch from r.handled_at) * 1000)::bigint as "handledAt"`;
}

function people(db: Db) {
  const person = (column: string, name: string) => db`
    left join lateral (
      select ${accountColumns(db)} from accounts where accounts.id = ${db(`r.${column}`)} offset 0) as ${db(name)} on true`;
  return db`${person('reporter_id', 'reporter')} ${person('account_id', 'account')} ${person('assignee_id', 'assignee')}`;
}

/** Reports of a state: open ones the oldest first, above the id `from`; others the newest first, below it. */
export async function listReports(
  db: Db,
  state: ReportState,
  from: number | null,
  limit: number,
): Promise<ReportRow[]> {
  const page =
    state === 'open'
      ? db`id > ${from ?? 0}::bigint order by id limit ${limit}`
      : db`id < ${from ?? Number.MAX_SAFE_INTEGER}::bigint order by id desc limit ${limit}`;
  return db<ReportRow[]>`
    ${reportColumns(db)} from (select * from reports where state = ${state} and ${page}) as r ${people(db)}
     order by r.id ${state === 'open' ? db`` : db`desc`}`;
}

export async function findReport(db: Db, id: number): Promise<ReportRow | null> {
  const [row] = await db<ReportRow[]>`
    ${reportColumns(db)} from (select * from reports where id = ${id}::bigint) as r ${people(db)}`;
  return row ?? null;
}

/** The reported texts and those around them, by report and time. */
export async function listReportTexts(db: Db, reportIds: readonly number[]): Promise<ReportTextRow[]> {
  return db<ReportTextRow[]>`
    select t.report_id as "reportId", to_jsonb(a) as author, t.body, t.files,
           (extract(epoch from t.written_at) * 1000)::bigint as "writtenAt", t.is_subject as "isSubject"
      from report_texts t
      join lateral (select ${accountColumns(db)} from accounts where accounts.id = t.author_id offset 0) as a on true
     where t.report_id = any(${reportIds as number[]}::int[])
     order by t.report_id, t.position`;
}

/** Holds the report until the transaction ends. @returns its state; null: it is gone */
export async function lockReport(db: Db, id: number): Promise<ReportState | null> {
  const [row] = await db<{ state: ReportState }[]>`select state from reports where id = ${id}::bigint for update`;
  return row?.state ?? null;
}

/** The fields to change; absent ones stay. With a state it is handled. */
export type ReportRowChange = {
  assigneeId?: number | null;
  note?: string;
  handled?: { state: 'resolved'; outcome: ReportOutcome } | { state: 'dismissed' };
};

export async function updateReport(db: Db, id: number, { assigneeId, note, handled }: ReportRowChange): Promise<void> {
  const outcome = handled !== undefined && 'outcome' in handled ? handled.outcome : null;
  await db`
    update reports
       set assignee_id = ${assigneeId === undefined ? db`assignee_id` : assigneeId}, note = coalesce(${note ?? null}, note),
           state = coalesce(${handled?.state ?? null}, state), outcome = coalesce(${outcome}, outcome),
           handled_at = case when ${handled === undefined} then handled_at else date_trunc('milliseconds', clock_timestamp()) end
     where id = ${id}`;
}

/** Deletes reports that were handled longer ago. @returns how many */
export async function deleteReportsBefore(db: Db, days: number, limit: number): Promise<number> {
  const { count } = await db`
    delete from reports
     where id in (select id from reports
                   where handled_at < now() - make_interval(days => ${days}) order by handled_at limit ${limit})`;
  return count;
}

/** How many wait; no more than `cap` are counted. */
export async function countOpenReports(db: Db, cap: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*)::int as count from (select from reports where state = 'open' limit ${cap}) as open`;
  return row.count;
}
