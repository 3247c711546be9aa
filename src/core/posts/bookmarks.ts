/** Posts that an account keeps for itself; nobody else sees which. */

import { deleteBookmark, insertBookmark } from '../../store/bookmarks.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import type { PostReader, PostRef } from './post-reader.ts';

export type Bookmarks = {
  /** @throws AppError `not_found` | as `Changes.run` */
  setBookmark(actor: Actor, ref: PostRef, bookmarked: boolean): Promise<void>;
};

export function createBookmarks(changes: Changes, reader: Pick<PostReader, 'get'>): Bookmarks {
  return {
    setBookmark: async (actor, ref, bookmarked): Promise<void> => {
      const { id, uid } = await reader.get(actor, ref, []);
      await changes.run([], async (tx) => {
        const changed = await (bookmarked ? insertBookmark(tx, actor.id, id) : deleteBookmark(tx, actor.id, id));
        const fact = { kind: 'post.bookmarked', data: { id, uid, bookmarked } } as const;
        return { result: undefined, personal: changed ? [{ accountId: actor.id, fact }] : [] };
      });
    },
  };
}
