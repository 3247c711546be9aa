/** Lists of posts by position, without those of authors that the reader has blocked. */

import { type BookmarkMark, listBookmarked } from '../../store/bookmarks.ts';
import type { Db, Sql } from '../../store/database.ts';
import { findPositions } from '../../store/positions.ts';
import { type FeedRow, listFeed, listFeedOf, listFeedOfFriends } from '../../store/posts.ts';
import { BOARD_STREAM } from '../events/events.ts';
import type { Actor } from '../model.ts';
import { checkWhole, keysetPage } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { atOneMoment, type BoardList } from './board-lists.ts';
import { type PostPart, type PostWith, postBytes } from './post-parts.ts';
import { POSTS_BYTES, type PostReader } from './post-reader.ts';

export type Feed = {
  /** Changes with all that lists of posts show to the actor, but views: the positions of the board and of the actor's own stream. */
  positionOfFeed(actor: Actor): Promise<string>;
  /**
   * Newest first. `before`: the id of the last post of the page before.
   * @throws AppError `invalid` | `not_found`: nobody has that name
   */
  listFeed<Part extends PostPart>(
    actor: Actor,
    from: FeedSource,
    page: { before?: number | null; limit?: number },
    parts: readonly Part[],
  ): Promise<BoardList<PostWith<Part>, number>>;
  /** The posts that the actor has bookmarked, the newest bookmark first. `before`: the position of the last one of the page before. */
  listBookmarks<Part extends PostPart>(
    actor: Actor,
    page: { before?: BookmarkMark | null; limit?: number },
    parts: readonly Part[],
  ): Promise<BoardList<PostWith<Part>, BookmarkMark>>;
};

/** The authors of the posts. */
export type FeedSource = 'all' | 'friends' | PersonRef;

/** Posts in one page, at most. */
const PAGE = 100;

type Rows = (tx: Db, page: { limit: number; bytes: number }) => Promise<FeedRow[]>;

export function createFeed(sql: Sql, reader: Pick<PostReader, 'showRows'>): Feed {
  /** One row more than `limit` tells whether there is another page. */
  async function listPage<Part extends PostPart, Position>(
    actor: Actor,
    { limit, parts }: { limit: number; parts: readonly Part[] },
    read: Rows,
    positionOf: (row: FeedRow) => Position,
  ): Promise<BoardList<PostWith<Part>, Position>> {
    const size = Math.min(limit, PAGE);
    return atOneMoment(sql, async (tx) => {
      const rows = await read(tx, { limit: size + 1, bytes: POSTS_BYTES });
      const found = rows[0]?.found ?? 0;
      const page = keysetPage(rows, { size, found, bytesOf: postBytes, positionOf });
      const visible = page.items.filter(({ blocked }) => !blocked);
      return { items: await reader.showRows(tx, actor, visible, parts), next: page.next };
    });
  }

  return {
    positionOfFeed: async (actor): Promise<string> => {
      const [[own, board] = []] = await findPositions(sql, BOARD_STREAM, [{ accountId: actor.id }]);
      return `${board?.head ?? 0}-${own?.head ?? 0}`;
    },

    listFeed: async <Part extends PostPart>(
      actor: Actor,
      from: FeedSource,
      { before = null, limit = PAGE }: { before?: number | null; limit?: number },
      parts: readonly Part[],
    ): Promise<BoardList<PostWith<Part>, number>> => {
      if (before !== null) checkWhole('before', before);
      const author = typeof from === 'object' ? await getPerson(sql, from) : null;
      const read: Rows = (tx, page) => {
        if (author !== null) return listFeedOf(tx, author.id, actor.id, { ...page, before });
        if (from === 'friends') return listFeedOfFriends(tx, actor.id, { ...page, before });
        return listFeed(tx, actor.id, { ...page, before });
      };
      return listPage(actor, { limit, parts }, read, ({ id }) => id);
    },

    listBookmarks: async <Part extends PostPart>(
      actor: Actor,
      { before = null, limit = PAGE }: { before?: BookmarkMark | null; limit?: number },
      parts: readonly Part[],
    ): Promise<BoardList<PostWith<Part>, BookmarkMark>> =>
      listPage(
        actor,
        { limit, parts },
        (tx, page) => listBookmarked(tx, actor.id, { ...page, before }),
        ({ id, at }) => ({ id, at: at ?? 0 }),
      ),
  };
}
