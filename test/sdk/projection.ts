/** The common view of two clients that know the same, however each came to know it. */
import type { MessageState, State } from '../../packages/client/src/state.ts';

function shown(state: State) {
  const isHidden = ({ author }: { author: string }) => author in (state.blocks ?? {});
  const isShown = (one: { author: string }) => !isHidden(one);
  const shownMessage = ({ at, reactions, replyTo, ...message }: MessageState) => ({
    ...message,
    // Clients hide what a blocked account wrote; answers to reads lack it.
    ...(replyTo && !isHidden(replyTo) && { replyTo }),
    reactions: reactions.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1)),
  });
  const posts = Object.fromEntries(Object.entries(state.posts).filter(([, post]) => isShown(post)));
  return {
    me: state.me,
    rooms: mapped(state.rooms, ({ at, countedAt, uncountedAt, news, head, lastMessage, activeAt, ...room }) => ({
      ...room,
      ...(room.members && { members: room.members.toSorted() }),
      // Snapshots of rooms tell neither its reactions nor whether it is pinned.
      lastMessage: lastMessage && shownMessage({ ...lastMessage, reactions: [], pinned: false }),
    })),
    timelines: mapped(state.timelines, ({ items }) => items.filter(isShown).map(shownMessage)),
    posts: mapped(posts, ({ at, viewsCount, ...post }) => post),
    feeds: mapped(state.feeds, ({ ids }, name) =>
      // In bookmarks the order is that of marking, which answers alone tell.
      (name === 'bookmarks' ? ids.toSorted() : ids).filter((id) => id in posts),
    ),
    threads: mapped(state.threads, ({ items }) => items.filter(isShown)),
    friends: state.friends && Object.keys(state.friends).toSorted(),
    blocks: state.blocks && Object.keys(state.blocks).toSorted(),
    // Texts in them are as they were.
    notifications: {
      unread: state.notifications.unread,
      items: state.notifications.items?.map(({ subject: { excerpt, ...subject }, ...one }) => ({ ...one, subject })),
    },
  };
}

function mapped<Value, Shown>(record: Readonly<Record<string, Value>>, show: (value: Value, key: string) => Shown) {
  return Object.fromEntries(
    Object.entries(record)
      .map(([key, value]) => [key, show(value, key)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The contents of the state, with lists of the same length as the other's: a page that is read anew is shorter than a list that has grown. */
export function comparable(state: State, other: State) {
  const timelines = Object.fromEntries(
    Object.entries(state.timelines).map(([room, timeline]) => {
      const from = Math.max(...[state, other].map((one) => one.timelines[room]?.items[0]?.seq ?? 0));
      return [room, { ...timeline, items: timeline.items.filter(({ seq }) => seq >= from) }];
    }),
  );
  const feeds = mapped(state.feeds, ({ ids, fresh, ...feed }, name) => {
    const length = Math.min(...[state, other].map((one) => idsOf(one, name).length));
    return { ...feed, fresh: [], ids: idsOf(state, name).slice(0, length) };
  });
  const listed = new Set(Object.values(feeds).flatMap(({ ids }) => ids));
  const posts = Object.fromEntries(Object.entries(state.posts).filter(([id]) => listed.has(id)));
  return shown({ ...state, timelines, feeds, posts });
}

function idsOf({ feeds, posts, blocks }: State, name: string): readonly string[] {
  const feed = feeds[name];
  return feed ? [...feed.fresh, ...feed.ids].filter((id) => !((posts[id]?.author ?? '') in (blocks ?? {}))) : [];
}
