/** Comments on posts. */

import { AppError, forbidden, notFound } from '../../errors.ts';
import {
  deleteComment,
  findKeyedComment,
  insertComments,
  type LockedCommentRow,
  listComments,
  listCommentsByIds,
  lockComment,
  type NewCommentRow,
  updateComment,
} from '../../store/comments.ts';
import type { Db, Sql } from '../../store/database.ts';
import { isModerator } from '../community/ranks.ts';
import type { Contents } from '../contents.ts';
import { appendPersonal } from '../events/changes.ts';
import type { Commits } from '../events/commits.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Outcome } from '../events/lane.ts';
import { idempotencyKey, once } from '../idempotency.ts';
import type { Actor, Comment, ShowPerson, Viewer } from '../model.ts';
import { recordActs, recordRemoval } from '../moderation/audit.ts';
import { type Notify, withdraw } from '../notifications/notify.ts';
import { checkWhole, entryBytes, keysetPage, PAGE_BYTES } from '../pages.ts';
import { atOneMoment, type BoardList } from './board-lists.ts';
import { toComment } from './comment-rows.ts';
import type { PostReader, PostRef } from './post-reader.ts';

export type Comments = NewComments & CommentChanges & CommentLists;

/** Comments in one page, at most. */
const PAGE = 100;

export type NewComment = { readonly body: string; readonly key?: string | null };

/** Fields that the database sets. */
type Placed = Pick<Comment, 'id' | 'createdAt' | 'postUid'>;
type Draft = NewCommentRow & { readonly fields: Omit<Comment, keyof Placed> };

type Parts = {
  readonly contents: Contents;
  readonly reader: Pick<PostReader, 'get' | 'idOf'>;
  readonly notify: Notify;
  readonly show: ShowPerson;
  /** Characters. */
  readonly commentLength: number;
};

export function createComments(sql: Sql, commits: Commits, parts: Parts): Comments {
  return { ...newComments(sql, commits, parts), ...commentChanges(commits, parts), ...commentLists(sql, parts) };
}

type NewComments = {
  /** @throws AppError `invalid` | `not_found`: no such post | `idempotency_key_reused` | as `Commits.commit` */
  add(caller: Actor, ref: PostRef, input: NewComment): Promise<Comment>;
};

function newComments(
  sql: Sql,
  commits: Commits,
  { contents, reader, notify, show, commentLength }: Parts,
): NewComments {
  const insert = commits.storing((drafts: readonly Draft[]) => sql.begin((tx) => store(tx, drafts)));

  async function store(tx: Db, drafts: readonly Draft[]): Promise<Outcome<Placed>[]> {
    const rows = new Map((await insertComments(tx, BOARD_STREAM, drafts)).map((row) => [row.n, row]));
    const notices = [...rows].map(([n, { id: commentId, post_author_id: accountId }]) => {
      const { authorId: actorId, postId } = drafts[n - 1] as Draft;
      return { kind: 'comment' as const, actorId, accountId, postId, commentId };
    });
    const others = await appendPersonal(tx, await notify(tx, notices));
    const [first] = rows.keys();
    return drafts.map(({ fields }, index): Outcome<Placed> => {
      const row = rows.get(index + 1);
      if (row === undefined) return { refusal: notFound('post') };
      const placed = { id: row.id, createdAt: row.at, postUid: row.post_uid };
      const event = { kind: 'comment.created' as const, seq: row.seq, data: { ...fields, ...placed } };
      return { result: placed, event, ...(row.n === first && { others }) };
    });
  }

  return {
    add: async (caller, ref, input): Promise<Comment> => {
      const body = contents.check('body', input.body, commentLength);
      const postId = await reader.idOf(caller, ref);
      const keyed = idempotencyKey(input.key, [postId, body]);
      const fields = { postId, author: show(null, caller), body, editedAt: null };
      return once(
        keyed,
        async (key) => {
          const found = await findKeyedComment(sql, caller.id, key);
          return found && { digest: found.digest, made: await read(sql, found.id, caller, show) };
        },
        async () => {
          const placed = await insert({ postId, authorId: caller.id, body, keyed, fields });
          return { ...fields, ...placed, author: show(caller, caller) };
        },
      );
    },
  };
}

/** `version`: the change is refused if the comment has another one (`versionOf`). */
type Expected = { readonly version?: number | null };

type CommentChanges = {
  /**
   * By its author or an admin.
   * @throws AppError `invalid` | `not_found` | `forbidden` | `precondition_failed`: the comment has another version | as
   * `Commits.commit`
   */
  edit(actor: Actor, id: number, text: string, expected?: Expected): Promise<Comment>;
  /**
   * By its author, the post's author or a moderator.
   * @throws AppError `not_found` | `forbidden` | `precondition_failed`: as `edit` | as `Commits.commit`
   */
  remove(actor: Actor, id: number, expected?: Expected): Promise<void>;
};

function commentChanges(commits: Commits, { contents, show, commentLength }: Parts): CommentChanges {
  return {
    edit: async (actor, id, text, { version = null } = {}): Promise<Comment> => {
      const body = contents.check('body', text, commentLength);
      return commits.commit(async (tx) => {
        const comment = await lock(tx, id, version);
        if (comment.author_id !== actor.id && !actor.isAdmin) throw forbidden('edit', 'comment');
        await updateComment(tx, id, body);
        if (comment.author_id !== actor.id)
          await recordActs(tx, actor, { action: 'text.edit', accountId: comment.author_id, subject: `comment ${id}` });
        const data = await read(tx, id, null, show);
        return { result: await read(tx, id, actor, show), fact: { kind: 'comment.edited', data } };
      });
    },

    remove: async (actor, id, { version = null } = {}): Promise<void> => {
      await commits.commit(async (tx) => {
        const comment = await lock(tx, id, version);
        const isOwn = [comment.author_id, comment.post_author_id].includes(actor.id);
        if (!isOwn && !isModerator(actor.role)) throw forbidden('delete', 'comment');
        if (!isOwn) await recordRemoval(tx, actor, comment.author_id, `comment ${id}`);
        const data = { id, postId: comment.post_id, postUid: comment.post_uid };
        const personal = await withdraw(tx, { commentId: id, ...data });
        await deleteComment(tx, id);
        return { result: undefined, fact: { kind: 'comment.deleted', data }, personal };
      });
    },
  };
}

type CommentLists = {
  /**
   * Oldest first, without those of authors that the viewer has blocked. `after`: the id of the last one of the page before.
   * @throws AppError `invalid` | `not_found`
   */
  listComments(
    viewer: Viewer,
    ref: PostRef,
    page?: { after?: number; limit?: number },
  ): Promise<BoardList<Comment, number>>;
};

function commentLists(sql: Sql, { reader, show }: Parts): CommentLists {
  return {
    listComments: async (viewer, ref, { after = 0, limit = PAGE } = {}): Promise<BoardList<Comment, number>> => {
      const from = checkWhole('after', after);
      const size = Math.min(limit, PAGE);
      const { id: postId } = await reader.get(viewer, ref, []);
      return atOneMoment(sql, async (tx) => {
        const page = { after: from, limit: size + 1, bytes: PAGE_BYTES };
        const rows = await listComments(tx, postId, viewer?.id ?? null, page);
        const { items, next } = keysetPage(rows, {
          size,
          found: rows[0]?.found ?? 0,
          bytesOf: ({ body, author_avatar_url }) => entryBytes(body, author_avatar_url),
          positionOf: ({ id }) => id,
        });
        return { items: items.filter(({ blocked }) => !blocked).map((row) => toComment(row, viewer, show)), next };
      });
    },
  };
}

async function lock(tx: Db, id: number, version: number | null): Promise<LockedCommentRow> {
  const comment = await lockComment(tx, id);
  if (comment === null) throw notFound('comment');
  if (version !== null && version !== comment.version) throw new AppError('precondition_failed');
  return comment;
}

async function read(db: Db, id: number, viewer: Viewer, show: ShowPerson): Promise<Comment> {
  const [row] = await listCommentsByIds(db, [id]);
  if (row === undefined) throw notFound('comment');
  return toComment(row, viewer, show);
}
