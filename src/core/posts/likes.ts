/** The likes of posts. */

import { notFound } from '../../errors.ts';
import type { Sql } from '../../store/database.ts';
import { deleteLike, insertLike, type LikeMark, listLikers, lockLikedPost } from '../../store/likes.ts';
import type { Commits } from '../events/commits.ts';
import type { Actor, Person, ShowPerson, Viewer } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { entryBytes, keysetPage, type Listed } from '../pages.ts';
import type { PostReader, PostRef } from './post-reader.ts';

export type Likes = {
  /**
   * Likes the post, or does not any more. `wanted`: decides by whether the actor likes it now.
   * @throws AppError `not_found` | `unauthenticated`: the actor was deleted meanwhile | as `Commits.commit`
   */
  setLike(actor: Actor, ref: PostRef, wanted: boolean | ((now: boolean) => boolean)): Promise<Liking>;
  /**
   * The newest first, without those whom the viewer has blocked. `before`: the position of the last one of the page before.
   * @throws AppError `not_found`
   */
  listLikers(
    viewer: Viewer,
    ref: PostRef,
    page?: { before?: LikeMark | null; limit?: number },
  ): Promise<Listed<Person, LikeMark>>;
};

/** How many like the post, and whether the actor does. */
export type Liking = { readonly likesCount: number; readonly liked: boolean };

/** People in one page, at most. */
const PAGE = 100;

export type LikesParts = {
  readonly reader: Pick<PostReader, 'idOf'>;
  readonly notify: Notify;
  readonly show: ShowPerson;
};

export function createLikes(sql: Sql, commits: Commits, { reader, notify, show }: LikesParts): Likes {
  return {
    setLike: async (actor, ref, wanted): Promise<Liking> => {
      const id = await reader.idOf(actor, ref);
      return commits.commit(async (tx) => {
        const post = await lockLikedPost(tx, id, actor.id);
        if (post === null) throw notFound('post');
        const { uid, author_id: accountId, likes_count: before } = post;
        const liked = typeof wanted === 'function' ? wanted(post.liked) : wanted;
        if (liked === post.liked) return { result: { likesCount: before, liked } };
        await (liked ? insertLike(tx, id, actor.id) : deleteLike(tx, id, actor.id));
        const likesCount = before + (liked ? 1 : -1);
        const by = { id: actor.id, uid: actor.uid };
        const notices = liked ? await notify(tx, [{ kind: 'like', actorId: actor.id, accountId, postId: id }]) : [];
        return {
          result: { likesCount, liked },
          fact: { kind: 'post.liked', data: { id, uid, likesCount, by, liked } },
          personal: [{ accountId: actor.id, fact: { kind: 'post.reacted', data: { id, uid, liked } } }, ...notices],
        };
      });
    },

    listLikers: async (viewer, ref, { before = null, limit = PAGE } = {}): Promise<Listed<Person, LikeMark>> => {
      const id = await reader.idOf(viewer, ref);
      const size = Math.min(limit, PAGE);
      const rows = await listLikers(sql, id, viewer?.id ?? null, { before, limit: size + 1 });
      const { items, next } = keysetPage(rows, {
        size,
        bytesOf: ({ username, name, avatarUrl }) => entryBytes(username, name, avatarUrl),
        positionOf: ({ at, id }) => ({ at, id }),
      });
      return { items: items.flatMap(({ blocked, at, ...row }) => (blocked ? [] : [show(viewer, row)])), next };
    },
  };
}
