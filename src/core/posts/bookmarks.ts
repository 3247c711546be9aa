/** Posts that an account keeps for itself; nobody else sees which. */

import { deleteBookmark, insertBookmark } from '../../store/bookmarks.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor } from '../model.ts';
import type { PostReader, PostRef } from './post-reader.ts';

export type Bookmarks = ReturnType<typeof createBookmarks>;

export function createBookmarks(changes: Changes, reader: Pick<PostReader, 'get'>) {
  return {
    /** @throws AppError `not_found` | as `Changes.run` */
    setBookmark: async (actor: Actor, ref: PostRef, bookmarked: boolean): Promise<void> => {
      const { id, uid } = await reader.get(actor, ref, []);
      await changes.run([], async (tx) => {
        const changed = await (bookmarked ? insertBookmark(tx, actor.id, id) : deleteBookmark(tx, actor.id, id));
        const fact = { kind: 'post.bookmarked', data: { id, uid, bookmarked } } as const;
        return { result: undefined, personal: changed ? [{ accountId: actor.id, fact }] : [] };
      });
    },
  };
}
