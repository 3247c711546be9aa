/**
 * Readers of the events of posts, comments and notifications (hydration.ts). Earlier versions stored more in an event than is read
 * here.
 */
import { type CommentRow, listNewestComments } from '../../store/comments.ts';
import type { Sql } from '../../store/database.ts';
import { listNotificationsByIds } from '../../store/notifications.ts';
import { listPostsByIds } from '../../store/posts.ts';
import { type Comment, NEW_POST, type Post, type ShowPerson } from '../model.ts';
import { toNotification } from '../notifications/notify.ts';
import { COMMENTS_OF_ONE, toComment } from '../posts/comment-rows.ts';
import { readParts, showPost } from '../posts/post-parts.ts';
import type { Reader, ReferringKind, StoredEvent, StoredForms } from './stored-forms.ts';

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
  async function readPosts(events: readonly { stored: ById }[]): Promise<ReadonlyMap<number, Omit<Post, 'comments'>>> {
    const rows = await listPostsByIds(sql, idsOf(events));
    const posts = await readParts(sql, rows, { viewer: null, parts: ['images'], commentBytes: 0 });
    return new Map(posts.map((post) => [post.row.id, showPost(post, null, ['images'], show)]));
  }

  async function createdPosts(events: readonly StoredEvent<'post.created'>[]): Promise<(Post | null)[]> {
    const posts = await readPosts(events);
    return events.map(({ stored: { id } }) => {
      const post = posts.get(id);
      const { likesCount, commentsCount, comments } = NEW_POST;
      return post === undefined ? null : { ...post, likesCount, commentsCount, comments };
    });
  }

  /**
   * With the comments that the edit showed, without those deleted since. Later comments have events of their own, which follow: ids
   * of a post's comments are in the order of their commits.
   */
  async function editedPosts(events: readonly StoredEvent<'post.edited'>[]): Promise<(Post | null)[]> {
    const posts = await readPosts(events);
    return Promise.all(
      events.map(async ({ stored }) => {
        const { id, likesCount, commentsCount } = stored;
        const post = posts.get(id);
        if (post === undefined) return null;
        const upTo = newestComment(stored);
        const rows = upTo === 0 ? [] : await listNewestComments(sql, [{ postId: id, upTo }], COMMENTS_OF_ONE);
        return { ...post, likesCount, commentsCount, comments: rows.map((row) => toComment(row, null, show)) };
      }),
    );
  }

  const comment = {
    bytes: COMMENT,
    row: 'comment',
    refersTo: ({ stored: { id } }: { stored: ById }) => ({ id }),
    show: (row: CommentRow | undefined): Comment | null => (row === undefined ? null : toComment(row, null, show)),
  } as const;

  return {
    'post.created': { bytes: POST, read: createdPosts },
    'post.edited': { bytes: EDITED_POST, read: editedPosts },
    /** Earlier versions did not store who. */
    'post.liked': {
      bytes: LIKE,
      row: 'account',
      refersTo: ({ stored: { by } }) => (by == null ? null : { id: by }),
      show: (account, { by, liked = true, ...post }) => ({
        ...post,
        liked,
        by: account === undefined ? null : { id: account.id, uid: account.uid },
      }),
    },
    'comment.created': comment,
    'comment.edited': comment,
    'notification.created': {
      bytes: NOTIFICATION,
      read: async (events) => {
        const rows = await listNotificationsByIds(sql, idsOf(events));
        const current = new Map(rows.map((row) => [row.id, toNotification(row, show)]));
        return events.map(({ stored: { id } }) => current.get(id) ?? null);
      },
    },
  };
}

function idsOf(events: readonly { stored: ById }[]): number[] {
  return [...new Set(events.map(({ stored: { id } }) => id))];
}

/** Versions before 0.1.0 stored the comments. */
function newestComment(edit: StoredForms['post.edited'] & { readonly comments?: readonly ById[] }): number {
  return edit.newestComment ?? edit.comments?.at(-1)?.id ?? 0;
}
