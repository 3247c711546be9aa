/** Subjects of reports, found as the reporter may see them, with the texts around them that the report keeps. */
import { invalid, notFound } from '../../errors.ts';
import { listCommentsByIds } from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import {
  listTextsAroundComment,
  listTextsAroundMessage,
  listTextsOfAccount,
  listTextsOfPost,
} from '../../store/report-subjects.ts';
import type { NewReportTextRow, ReportSubject } from '../../store/reports.ts';
import type { Actor } from '../model.ts';
import { checkPosition } from '../pages.ts';
import { getPerson } from '../people/people.ts';
import type { PostReader } from '../posts/post-reader.ts';
import { enterRoom } from '../rooms/room-access.ts';

/** As the reporter names it. */
export type ReportTarget =
  | { readonly kind: 'account'; readonly uid: string }
  | { readonly kind: 'message'; readonly roomUid: string; readonly seq: number }
  | { readonly kind: 'post'; readonly uid: string }
  | { readonly kind: 'comment'; readonly id: number };

export type FoundSubject = { readonly subject: ReportSubject; readonly texts: readonly NewReportTextRow[] };

/** Texts that are kept before and after. */
const AROUND = 5;

export function createReportSubjects(sql: Sql, reader: Pick<PostReader, 'idOf'>) {
  async function message(actor: Actor, roomUid: string, seq: number): Promise<FoundSubject> {
    checkPosition('seq', seq);
    const { id: roomId } = await enterRoom(sql, actor, { uid: roomUid });
    const texts = await listTextsAroundMessage(sql, roomId, seq, AROUND);
    return { subject: { kind: 'message', accountId: authorIn(texts, 'message'), roomId, seq }, texts };
  }

  async function post(actor: Actor, uid: string): Promise<FoundSubject> {
    const postId = await reader.idOf(actor, { uid });
    const texts = await listTextsOfPost(sql, postId);
    return { subject: { kind: 'post', accountId: authorIn(texts, 'post'), postId }, texts };
  }

  async function comment(commentId: number): Promise<FoundSubject> {
    const [row] = await listCommentsByIds(sql, [commentId]);
    if (row === undefined) throw notFound('comment');
    const texts = await listTextsAroundComment(sql, { postId: row.post_id, commentId }, AROUND);
    return { subject: { kind: 'comment', accountId: row.author_id, postId: row.post_id, commentId }, texts };
  }

  async function account(uid: string): Promise<FoundSubject> {
    const { id: accountId } = await getPerson(sql, { uid });
    return { subject: { kind: 'account', accountId }, texts: await listTextsOfAccount(sql, accountId, AROUND) };
  }

  function find(actor: Actor, target: ReportTarget): Promise<FoundSubject> {
    if (target.kind === 'message') return message(actor, target.roomUid, target.seq);
    if (target.kind === 'post') return post(actor, target.uid);
    return target.kind === 'comment' ? comment(target.id) : account(target.uid);
  }

  /** @throws AppError `not_found` | `invalid`: one's own */
  return async (actor: Actor, target: ReportTarget): Promise<FoundSubject> => {
    const found = await find(actor, target);
    if (found.subject.accountId === actor.id) throw invalid('', 'format', 'nobody reports themselves');
    return found;
  };
}

function authorIn(texts: readonly NewReportTextRow[], subject: 'message' | 'post'): number {
  const own = texts.find(({ isSubject }) => isSubject);
  if (own === undefined) throw notFound(subject);
  return own.authorId;
}
