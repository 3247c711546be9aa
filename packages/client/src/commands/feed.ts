import { absorbComments, absorbPost, absorbPosts, positionOf } from '../absorb.ts';
import { BOARD } from '../events.ts';
import { newKey, type Parts, segment } from '../parts.ts';
import { changeEntry, withFields } from '../records.ts';
import { bookmark } from '../reduce-me.ts';
import type { Comment, Page, Person, Post, SnapshotPage } from '../shapes.ts';
import type { FeedName, PostState, State } from '../state.ts';

export type NewPost = { readonly body: string; readonly title?: string; readonly images?: readonly string[] };

export type FeedCommands = ReturnType<typeof feedCommands>;

/** Posts, comments, likes and bookmarks. Each @throws Problem. */
export function feedCommands({ rest, store }: Parts) {
  const path = (post: string, ...rest: string[]) => ['/v1/posts', segment(post), ...rest].join('/');

  async function readFeed(name: FeedName, cursor?: string): Promise<void> {
    await store.read(
      async () => {
        const [list, query] = name === 'bookmarks' ? ['/v1/bookmarks', {}] : ['/v1/posts', { from: name }];
        return (await rest.call<SnapshotPage<Post>>('GET', list, { query: { ...query, cursor } })).body;
      },
      (state, page, at) => {
        const seq = page.seq ?? positionOf(at, BOARD);
        return absorbPosts(state, name, { ...page, seq }, cursor === undefined);
      },
    );
  }

  async function readComments(post: string, cursor?: string): Promise<void> {
    await store.read(
      async () => (await rest.call<SnapshotPage<Comment>>('GET', path(post, 'comments'), { query: { cursor } })).body,
      (state, page, at) => {
        const seq = page.seq ?? positionOf(at, BOARD);
        return absorbComments(state, post, { ...page, seq }, cursor === undefined);
      },
    );
  }

  async function askForPost(method: 'GET' | 'PATCH', post: string, json?: Partial<NewPost>): Promise<Post> {
    return store.read(
      async () => (await rest.call<Post>(method, path(post), { json })).body,
      (state, answer, at) => absorbPost(state, answer, positionOf(at, BOARD)),
    );
  }

  return {
    /** Reads the list from its beginning. */
    open: async (name: FeedName): Promise<void> => {
      await readFeed(name);
      // The answer may be older than what is known of the board: see `rooms.open`.
      const { feeds, positions } = store.confirmed;
      if ((feeds[name]?.at ?? 0) < positionOf(positions, BOARD)) await readFeed(name);
    },

    /** Reads the following page. */
    more: async (name: FeedName): Promise<void> => {
      const cursor = store.confirmed.feeds[name]?.next ?? undefined;
      if (cursor !== undefined) await readFeed(name, cursor);
    },

    /** Puts the posts that came meanwhile into the list. */
    showFresh: (name: FeedName): void =>
      store.update((state) =>
        withFields(state, {
          feeds: changeEntry(state.feeds, name, (feed) =>
            feed.fresh.length === 0 ? feed : { ...feed, ids: [...feed.fresh, ...feed.ids], fresh: [] },
          ),
        }),
      ),

    read: (post: string): Promise<Post> => askForPost('GET', post),

    /** The post comes into the lists by its event. */
    create: async (post: NewPost, key = newKey()): Promise<Post> =>
      (await rest.call<Post>('POST', '/v1/posts', { json: post, key })).body,

    edit: (post: string, changes: Partial<NewPost>): Promise<Post> => askForPost('PATCH', post, changes),

    remove: async (post: string): Promise<void> => {
      await rest.call('DELETE', path(post));
    },

    like: (post: string): Promise<void> => setLike(post, true),
    unlike: (post: string): Promise<void> => setLike(post, false),
    likes: async (post: string, cursor?: string): Promise<Page<Person>> =>
      (await rest.call<Page<Person>>('GET', path(post, 'likes'), { query: { cursor } })).body,

    bookmark: (post: string): Promise<void> => setBookmark(post, true),
    unbookmark: (post: string): Promise<void> => setBookmark(post, false),

    /** Reads the comments from the beginning, or the following page. */
    openComments: (post: string): Promise<void> => readComments(post),
    moreComments: async (post: string): Promise<void> => {
      const cursor = store.confirmed.threads[post]?.next ?? undefined;
      if (cursor !== undefined) await readComments(post, cursor);
    },

    comment: async (post: string, body: string, key = newKey()): Promise<Comment> =>
      (await rest.call<Comment>('POST', path(post, 'comments'), { json: { body }, key })).body,
    editComment: async (comment: string, body: string): Promise<Comment> =>
      (await rest.call<Comment>('PATCH', `/v1/comments/${segment(comment)}`, { json: { body } })).body,
    removeComment: async (comment: string): Promise<void> => {
      await rest.call('DELETE', `/v1/comments/${segment(comment)}`);
    },
  };

  async function setLike(post: string, liked: boolean): Promise<void> {
    const predict = (state: State) =>
      changePost(state, post, (known) =>
        known.liked === liked ? known : { ...known, liked, likesCount: known.likesCount + (liked ? 1 : -1) },
      );
    const target = path(post, 'like');
    await store.predict(target, predict, () => rest.call(liked ? 'PUT' : 'DELETE', target));
  }

  async function setBookmark(post: string, bookmarked: boolean): Promise<void> {
    const predict = (state: State) => bookmark(state, post, bookmarked);
    const target = path(post, 'bookmark');
    await store.predict(target, predict, () => rest.call(bookmarked ? 'PUT' : 'DELETE', target));
  }
}

function changePost(state: State, post: string, change: (post: PostState) => PostState): State {
  return withFields(state, { posts: changeEntry(state.posts, post, change) });
}
