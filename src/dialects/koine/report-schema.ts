/** Schemas of reports, and of new ones. */
import { type Static, Type } from 'typebox';
import type { ReportTarget } from '../../core/moderation/report-subjects.ts';
import { REPORT_MAX, REPORT_REASONS, type Report } from '../../core/moderation/reports.ts';
import { notFound } from '../../errors.ts';
import { wholeId } from './lists.ts';
import type { Presenter } from './present.ts';
import * as schema from './schema.ts';
import { moment } from './times.ts';

export const State = schema.OneOf('open', 'resolved', 'dismissed');
export const Outcome = schema.OneOf('removed', 'sanctioned', 'lifted', 'nothing');
/** The subject of a report: an account, a post or a comment by `id`, a message by `room` and `seq`. */
const Subject = Type.Object({
  kind: schema.OneOf('account', 'message', 'post', 'comment'),
  id: Type.Optional(schema.Id),
  room: Type.Optional(schema.Id),
  seq: Type.Optional(schema.Seq),
});
export const ReportBody = Type.Object(
  {
    subject: Subject,
    reason: schema.OneOf(...REPORT_REASONS),
    body: Type.Optional(Type.String({ maxLength: REPORT_MAX })),
  },
  { title: 'NewReport' },
);
export const Made = Type.Object({ id: schema.Id }, { title: 'ReportMade' });
const Text = Type.Object({
  author: schema.Person,
  body: Type.String(),
  files: schema.Count,
  createdAt: schema.Moment,
  isSubject: Type.Boolean({ description: 'True for the reported text; the others are its context.' }),
});
export const ReportShape = Type.Object(
  {
    id: schema.Id,
    kind: schema.OneOf('account', 'message', 'post', 'comment', 'appeal'),
    reporter: Type.Optional(schema.Person),
    account: Type.Optional(schema.Person),
    subject: Type.Object({
      room: Type.Optional(schema.Id),
      seq: Type.Optional(schema.Seq),
      postId: Type.Optional(schema.Id),
      commentId: Type.Optional(schema.Id),
      sanction: Type.Optional(schema.Id),
      act: Type.Optional(schema.SanctionKind),
    }),
    reason: Type.Optional(schema.OneOf(...REPORT_REASONS)),
    body: Type.String(),
    texts: Type.Array(Text, { description: 'As they were when it was reported, oldest first.' }),
    state: State,
    outcome: Type.Optional(Outcome),
    note: Type.String(),
    assignee: Type.Optional(schema.Person),
    createdAt: schema.Moment,
    handledAt: Type.Optional(schema.Moment),
  },
  {
    title: 'Report',
    description:
      'Or, of kind `appeal`, the answer of somebody who was sanctioned. Accounts that are gone are left out.',
  },
);
export function showReport(present: Presenter, report: Report): Static<typeof ReportShape> {
  const { id, kind, roomUid, seq, postUid, commentId, sanctionId, sanctionKind, reason, body, state, outcome } = report;
  const people = { reporter: report.reporter, account: report.account, assignee: report.assignee };
  const persons = Object.entries(people).flatMap(([name, one]) => (one === null ? [] : [[name, present.person(one)]]));
  return {
    id: String(id),
    kind,
    ...(Object.fromEntries(persons) as Pick<Static<typeof ReportShape>, 'reporter' | 'account' | 'assignee'>),
    subject: {
      ...(roomUid !== null && seq !== null && { room: roomUid, seq }),
      ...(postUid !== null && { postId: postUid }),
      ...(commentId !== null && { commentId: String(commentId) }),
      ...(sanctionId !== null && sanctionKind !== null && { sanction: String(sanctionId), act: sanctionKind }),
    },
    ...(reason !== null && { reason }),
    body,
    texts: report.texts.map(({ author, writtenAt, ...text }) => ({
      ...text,
      author: present.person(author),
      createdAt: moment(writtenAt),
    })),
    state,
    ...(outcome !== null && { outcome }),
    note: report.note,
    createdAt: moment(report.createdAt),
    ...(report.handledAt !== null && { handledAt: moment(report.handledAt) }),
  };
}

/** @throws AppError `invalid` | `not_found` */
export function targetOf({ kind, id = '', room = '', seq = 0 }: Static<typeof Subject>): ReportTarget {
  if (kind === 'message') return { kind, roomUid: room, seq };
  if (kind !== 'comment') return { kind, uid: id };
  const commentId = wholeId(id);
  if (commentId === null) throw notFound('comment');
  return { kind, id: commentId };
}
