/** Wires everything about posts: they share the lane of the board. */
import type { Sql } from '../../store/database.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import { type Commits, createCommits } from '../events/commits.ts';
import { BOARD_STREAM, type KoineHub } from '../events/events.ts';
import type { Media } from '../media/media.ts';
import type { ShowPerson } from '../model.ts';
import type { Notify } from '../notifications/notify.ts';
import { type Board, createBoard } from './board.ts';
import { type Bookmarks, createBookmarks } from './bookmarks.ts';
import { type Comments, createComments } from './comments.ts';
import { createFeed, type Feed } from './feed.ts';
import { createLikes, type Likes } from './likes.ts';
import { createPostChanges, type PostChanges } from './post-changes.ts';
import { createPostReader, type PostReader } from './post-reader.ts';
import { createPostViews } from './post-views.ts';
import { createPosts, type PostLimits, type Posts } from './posts.ts';

/** The parts of core that the board adds. */
export type BoardCommands = {
  readonly board: Board;
  readonly posts: Posts &
    PostChanges &
    Pick<PostReader, 'get' | 'list' | 'listOf'> &
    Pick<Feed, 'positionOfFeed' | 'listFeed'>;
  readonly likes: Likes;
  readonly comments: Comments;
  readonly bookmarks: Bookmarks & Pick<Feed, 'listBookmarks'>;
};

export type BoardParts = {
  readonly core: BoardCommands;
  readonly showPosts: PostReader['showRows'];
  /** Finds posts for other parts of core. */
  readonly reader: PostReader;
  readonly load: Commits['load'];
  waitingViews(): number;
  flush(): Promise<void>;
};

type Options = PostLimits & {
  /** Characters. */
  readonly commentLength: number;
  readonly media: Media;
  readonly contents: Contents;
  readonly changes: Changes;
  readonly notify: Notify;
  readonly show: ShowPerson;
};

export function createBoardParts(sql: Sql, hub: KoineHub, options: Options): BoardParts {
  const commits = createCommits(sql, hub, BOARD_STREAM);
  const views = createPostViews(sql);
  const reader = createPostReader(sql, views, options.show);
  const { positionOfFeed, listFeed, listBookmarks } = createFeed(sql, reader);
  const parts = { ...options, reader };
  return {
    core: {
      board: createBoard(hub),
      posts: {
        ...createPosts(sql, commits, parts),
        ...createPostChanges(commits, parts),
        get: reader.get,
        list: reader.list,
        listOf: reader.listOf,
        positionOfFeed,
        listFeed,
      },
      likes: createLikes(sql, commits, parts),
      comments: createComments(sql, commits, parts),
      bookmarks: { ...createBookmarks(options.changes, reader), listBookmarks },
    },
    showPosts: reader.showRows,
    reader,
    load: commits.load,
    waitingViews: views.waiting,
    flush: async (): Promise<void> => {
      await Promise.all([commits.flush(), views.flush()]);
    },
  };
}
