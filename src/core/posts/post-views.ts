/**
 * Views of posts: each account other than the author's counts once per post. They are gathered in memory and stored in
 * batches, so that no answer waits for them.
 */

import type { Db, Sql } from '../../store/database.ts';
import { lockStream } from '../../store/events.ts';
import { findSeenPosts, insertPostViews, type PostView } from '../../store/post-views.ts';
import { createDelayedWrites } from '../delayed-writes.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Viewer } from '../model.ts';

export type PostViews = {
  /** Adds views to the next batch. `seen`: posts whose view is stored already. */
  add(viewer: Viewer, posts: readonly Viewed[], seen: readonly number[]): void;
  waiting(): number;
  /** The posts whose view by this viewer is stored already. */
  findSeen(db: Db, viewer: Viewer, posts: readonly Viewed[]): Promise<number[]>;
  flush(): Promise<void>;
};

type Viewed = { readonly id: number; readonly author_id: number };

/** How long views are gathered, in ms. */
const DELAY = 1_000;
const MAX_BATCH = 1_000;
/** Views that may wait. Further views are dropped, and counted when the account is served the post again. */
const MAX_WAITING = 100_000;

export function createPostViews(sql: Sql): PostViews {
  const waiting = new Map<string, PostView>();
  const writes = createDelayedWrites({ delay: DELAY, isEmpty: () => waiting.size === 0, write });

  function add(viewer: Viewer, posts: readonly Viewed[], seen: readonly number[]): void {
    if (viewer === null) return;
    for (const post of posts) {
      if (post.author_id === viewer.id || seen.includes(post.id)) continue;
      if (waiting.size >= MAX_WAITING) return;
      waiting.set(`${post.id} ${viewer.id}`, { postId: post.id, accountId: viewer.id });
    }
    if (waiting.size > 0) writes.schedule();
  }

  /** Views that cannot be stored stay for the next run. */
  async function write(): Promise<void> {
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
    findSeen: async (db, viewer, posts): Promise<number[]> => {
      if (viewer === null || posts.length === 0) return [];
      return findSeenPosts(
        db,
        viewer.id,
        posts.map(({ id }) => id),
      );
    },
    flush: writes.flush,
  };
}
