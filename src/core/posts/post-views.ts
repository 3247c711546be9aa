/**
 * Views of posts: each member other than the author counts once, ever. They gather in memory and are stored together a
 * moment later, so that no answer waits for them.
 */

import type { Sql } from '../../store/database.ts';
import { lockStream } from '../../store/events.ts';
import { findSeenPosts, insertPostViews, type PostView } from '../../store/post-views.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Viewer } from '../model.ts';

export type PostViews = ReturnType<typeof createPostViews>;

type Viewed = { readonly id: number; readonly author_id: number };

/** How long views gather, in ms. */
const DELAY = 1_000;
const MAX_BATCH = 1_000;
/** Views that may wait; those beyond are not counted now, but when the member is served the post again. */
const MAX_WAITING = 100_000;

export function createPostViews(sql: Sql) {
  const waiting = new Map<string, PostView>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  /** Remembers that the viewer was served these posts. Never waits and never fails. */
  function add(viewer: Viewer, posts: readonly Viewed[], seen: readonly number[]): void {
    if (viewer === null) return;
    for (const post of posts) {
      if (post.author_id === viewer.id || seen.includes(post.id)) continue;
      if (waiting.size >= MAX_WAITING) return;
      waiting.set(`${post.id} ${viewer.id}`, { postId: post.id, accountId: viewer.id });
    }
    if (waiting.size > 0) schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => void store().catch(() => {}), DELAY).unref();
  }

  /** One run at a time. What cannot be stored stays, for the next one. */
  function store(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= storeAll().finally(() => {
      running = null;
      if (waiting.size > 0) schedule();
    });
    return running;
  }

  async function storeAll(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting].slice(0, MAX_BATCH);
      await sql.begin(async (tx) => {
        await lockStream(tx, BOARD_STREAM);
        await insertPostViews(
          tx,
          batch.map(([, view]) => view),
        );
      });
      for (const [key] of batch) waiting.delete(key);
    }
  }

  return {
    add,
    waiting: (): number => waiting.size,
    /** Those of the posts that need no counting, as the viewer has seen them before. */
    findSeen: async (viewer: Viewer, posts: readonly Viewed[]): Promise<number[]> => {
      if (viewer === null || posts.length === 0) return [];
      return findSeenPosts(
        sql,
        viewer.id,
        posts.map(({ id }) => id),
      );
    },
    /** Resolves when everything added so far has been stored, or could not be. */
    flush: async (): Promise<void> => {
      try {
        while (waiting.size > 0) await store();
      } catch {
        // The database is away: nobody waits for views.
      }
    },
  };
}
