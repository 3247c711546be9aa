/**
 * Readers of the events of posts, comments and notifications (hydration.ts). Earlier versions stored more in an event than is read
 * here.
 */
import { findAccountUids } from '../../store/accounts.ts';
import { listCommentsByIds, listNewestComments } from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import { listNotificationsByIds } from '../../store/notifications.ts';
import { listPostsByIds } from '../../store/posts.ts';
import { type Comment, NEW_POST, type Post, type ShowPerson } from '../model.ts';
import { toNotification } from '../notifications/notify.ts';
import { COMMENTS_OF_ONE, toComment } from '../posts/comment-rows.ts';
import { readParts, showPost } from '../posts/post-parts.ts';
import type { DataOf } from './events.ts';
import type { Reader, ReferringKind, StoredForms } from './stored-forms.ts';

type Kinds = Extract<
  ReferringKind,
  'post.created' | 'post.edited' | 'post.liked' | 'comment.created' | 'comment.edited' | 'notification.created'
>;
type ById = { readonly id: number };

/** Bytes of an event with a post beside its text, with its comments too, with a comment beside its text, with a notification. */
const POST = 8_192;
const EDITED_POST = POST + COMMENTS_OF_ONE.bytes;
const COMMENT = 4_096;
const NOTIFICATION = 4_096;
const LIKE = 128;

export function feedReaders(sql: Sql, show: ShowPerson): { readonly [Kind in Kinds]: Reader<Kind> } {
  /** As anonymous readers see them. */
  async function readPosts(stored: readonly ById[]): Promise<ReadonlyMap<number, Omit<Post, 'comments'>>> {
    const rows = await listPostsByIds(sql, idsOf(stored));
    const posts = await readParts(sql, rows, { viewer: null, parts: ['images'], commentBytes: 0 });
    return new Map(posts.map((post) => [post.row.id, showPost(post, null, ['images'], show)]));
  }

  async function createdPosts(stored: readonly StoredForms['post.created'][]): Promise<(Post | null)[]> {
    const posts = await readPosts(stored);
    return stored.map(({ id }) => {
      const post = posts.get(id);
      const { likesCount, commentsCount, comments } = NEW_POST;
      return post === undefined ? null : { ...post, likesCount, commentsCount, comments };
    });
  }

  /**
   * With the comments that the edit showed, without those deleted since. Later comments have events of their own, which follow: ids
   * of a post's comments are in the order of their commits.
   */
  async function editedPosts(stored: readonly StoredForms['post.edited'][]): Promise<(Post | null)[]> {
    const posts = await readPosts(stored);
    return Promise.all(
      stored.map(async (event) => {
        const { id, likesCount, commentsCount } = event;
        const post = posts.get(id);
        if (post === undefined) return null;
        const upTo = newestComment(event);
        const rows = upTo === 0 ? [] : await listNewestComments(sql, [{ postId: id, upTo }], COMMENTS_OF_ONE);
        return { ...post, likesCount, commentsCount, comments: rows.map((row) => toComment(row, null, show)) };
      }),
    );
  }

  async function comments(stored: readonly ById[]): Promise<(Comment | null)[]> {
    const rows = await listCommentsByIds(sql, idsOf(stored));
    const current = new Map(rows.map((row) => [row.id, toComment(row, null, show)]));
    return stored.map(({ id }) => current.get(id) ?? null);
  }

  /** Earlier versions did not store who. */
  async function likes(stored: readonly StoredForms['post.liked'][]): Promise<DataOf<'post.liked'>[]> {
    const uids = await findAccountUids(sql, [...new Set(stored.flatMap(({ by }) => by ?? []))]);
    return stored.map(({ by, liked = true, ...post }) => {
      const uid = by == null ? undefined : uids.get(by);
      return { ...post, liked, by: by == null || uid === undefined ? null : { id: by, uid } };
    });
  }

  return {
    'post.created': { bytes: POST, read: createdPosts },
    'post.edited': { bytes: EDITED_POST, read: editedPosts },
    'post.liked': { bytes: LIKE, read: likes },
    'comment.created': { bytes: COMMENT, read: comments },
    'comment.edited': { bytes: COMMENT, read: comments },
    'notification.created': {
      bytes: NOTIFICATION,
      read: async (stored) => {
        const rows = await listNotificationsByIds(sql, idsOf(stored));
        const current = new Map(rows.map((row) => [row.id, toNotification(row, show)]));
        return stored.map(({ id }) => current.get(id) ?? null);
      },
    },
  };
}

function idsOf(stored: readonly ById[]): number[] {
  return [...new Set(stored.map(({ id }) => id))];
}

/** Versions before 0.1.0 stored the comments. */
function newestComment(edit: StoredForms['post.edited'] & { readonly comments?: readonly ById[] }): number {
  return edit.newestComment ?? edit.comments?.at(-1)?.id ?? 0;
}
