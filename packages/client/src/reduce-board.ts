import type { BoardEvent } from './events.ts';
import { BOARD, ME } from './events.ts';
import { markStale } from './following.ts';
import { commentState, postState, withPeople } from './normalise.ts';
import { withoutPosted } from './outgoing-posts.ts';
import {
  changeEntry,
  type Entries,
  filterItems,
  mapEntries,
  mapItems,
  withEntry,
  withFields,
  withoutEntry,
} from './records.ts';
import type { Comment, Post } from './shapes.ts';
import type { Feed, NotificationState, PostState, State, Thread } from './state.ts';

export function reduceBoard(state: State, event: BoardEvent): State {
  const { seq } = event;
  switch (event.type) {
    case 'post.created':
      return addPost(state, event.data, seq);
    case 'post.edited':
      return changePost(withPeople(state, [event.data.author]), event.data.id, seq, (post) =>
        postState(event.data, seq, post),
      );
    case 'post.deleted':
      return recountIf(removePosts(state, [event.data.id]), ({ subject }) => subject.postId === event.data.id);
    case 'post.liked':
      return changePost(state, event.data.id, seq, (post) => ({
        ...post,
        likesCount: event.data.likesCount,
        liked: event.data.by === state.me?.id ? event.data.liked : post.liked,
      }));
    case 'comment.created':
      return addComment(state, event.data, seq);
    case 'comment.edited':
      return changeThread(state, event.data.postId, seq, (thread) =>
        withFields(thread, {
          items: mapItems(thread.items, (one) => (one.id === event.data.id ? commentState(event.data) : one)),
        }),
      );
    case 'comment.deleted':
      return recountIf(removeComment(state, event.data, seq), ({ subject }) => subject.commentId === event.data.id);
    case 'account.removed':
      return removeAccount(state, event.data.id);
    default:
      return state;
  }
}

function changePost(state: State, id: string, at: number, change: (post: PostState) => PostState): State {
  const posts = changeEntry(state.posts, id, (post) => (at <= post.at ? post : { ...change(post), at }));
  return withFields(state, { posts });
}

function changeThread(state: State, post: string, at: number, change: (thread: Thread) => Thread): State {
  const threads = changeEntry(state.threads, post, (thread) => (at <= thread.at ? thread : { ...change(thread), at }));
  return withFields(state, { threads });
}

/** Kept only if a list shows it. */
function addPost(before: State, post: Post, at: number): State {
  const isMine = post.author.id === before.me?.id;
  const state = withPeople(isMine ? withoutPosted(before, post) : before, [post.author]);
  const feeds = mapEntries(state.feeds, (feed, name) =>
    belongsTo(state, name, post) ? prepend(feed, post.id, at, isMine) : feed,
  );
  const known = state.posts[post.id];
  const isWanted = known ? at > known.at : feeds !== state.feeds;
  const posts = isWanted ? withEntry(state.posts, post.id, arrived(state, post, at)) : state.posts;
  return { ...state, posts, feeds };
}

function arrived({ posts, bookmarks }: State, post: Post, at: number): PostState {
  const known = posts[post.id];
  return { ...postState(post, at, known), bookmarked: known?.bookmarked ?? bookmarks[post.id] ?? false };
}

/** Bookmarks come by events of their own. */
function belongsTo(state: State, feed: string, { author }: Post): boolean {
  if (feed === 'friends') return author.id in (state.friends ?? {});
  return feed === 'all' || feed === `@${author.username}`;
}

/** A text of the reader is shown at once, whatever else is new. */
function prepend(feed: Feed, id: string, at: number, isMine: boolean): Feed {
  if (at <= feed.at) return feed;
  if (isMine) return { ...feed, ids: [id, ...feed.fresh, ...feed.ids], fresh: [], at };
  return { ...feed, fresh: [id, ...feed.fresh], at };
}

export function removePosts(state: State, ids: readonly string[]): State {
  const without = <Value>(record: Entries<Value>) => ids.reduce<Entries<Value>>(withoutEntry, record);
  const stays = (id: string) => !ids.includes(id);
  const feeds = mapEntries(state.feeds, (feed) =>
    withFields(feed, { ids: filterItems(feed.ids, stays), fresh: filterItems(feed.fresh, stays) }),
  );
  return withFields(state, { posts: without(state.posts), threads: without(state.threads), feeds });
}

function addComment(before: State, comment: Comment, at: number): State {
  const state = withPeople(before, [comment.author]);
  const changed = changePost(state, comment.postId, at, (post) => ({ ...post, commentsCount: post.commentsCount + 1 }));
  return changeThread(changed, comment.postId, at, (thread) =>
    // Otherwise a further page has it.
    thread.next === null ? { ...thread, items: [...thread.items, commentState(comment)] } : thread,
  );
}

function removeComment(state: State, { id, postId }: { id: string; postId: string }, at: number): State {
  const changed = changePost(state, postId, at, (post) => ({ ...post, commentsCount: post.commentsCount - 1 }));
  return changeThread(changed, postId, at, (thread) =>
    withFields(thread, { items: filterItems(thread.items, (one) => one.id !== id) }),
  );
}

/** Their texts go at once. Counts that they had a part in are read again. */
function removeAccount(state: State, person: string): State {
  const own = Object.values(state.posts).filter(({ author }) => author === person);
  const changed = removePosts(
    state,
    own.map(({ id }) => id),
  );
  const threads = mapEntries(changed.threads, (thread) =>
    withFields(thread, { items: filterItems(thread.items, ({ author }) => author !== person) }),
  );
  return markStale(markStale(withFields(changed, { threads }), BOARD, 'all'), ME, 'counts');
}

/** Notifications go with what they are about; where many posts go at once, the account's stream does not tell. */
function recountIf(state: State, isGone: (one: NotificationState) => boolean): State {
  return state.notifications.items?.some(isGone) ? markStale(state, ME, 'counts') : state;
}
