/** What two clients that know the same show, however each came to know it. */
import type { MessageState, State } from '../../packages/client/src/state.ts';

function shown(state: State) {
  return {
    me: state.me,
    rooms: mapped(state.rooms, ({ at, countedAt, uncountedAt, news, head, lastMessage, ...room }) => ({
      ...room,
      ...(room.members && { members: room.members.toSorted() }),
      // Snapshots of rooms tell neither its reactions nor whether it is pinned.
      lastMessage: lastMessage && shownMessage({ ...lastMessage, reactions: [], pinned: false }),
    })),
    timelines: mapped(state.timelines, ({ items }) => items.map(shownMessage)),
    posts: mapped(state.posts, ({ at, viewsCount, ...post }) => post),
    feeds: mapped(state.feeds, ({ ids, fresh }, name) =>
      // In bookmarks the order is that of marking, which answers alone tell.
      name === 'bookmarks' ? ids.toSorted() : [...fresh, ...ids],
    ),
    threads: mapped(state.threads, ({ items }) => items),
    friends: state.friends && Object.keys(state.friends).toSorted(),
    blocks: state.blocks && Object.keys(state.blocks).toSorted(),
    // Texts in them are as they were.
    notifications: {
      unread: state.notifications.unread,
      items: state.notifications.items?.map(({ subject: { excerpt, ...subject }, ...one }) => ({ ...one, subject })),
    },
  };
}

function shownMessage({ at, reactions, ...message }: MessageState) {
  return { ...message, reactions: reactions.toSorted((a, b) => (a.emoji < b.emoji ? -1 : 1)) };
}

function mapped<Value, Shown>(record: Readonly<Record<string, Value>>, show: (value: Value, key: string) => Shown) {
  return Object.fromEntries(
    Object.entries(record)
      .map(([key, value]) => [key, show(value, key)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What the state shows, with windows of the same length as the other's: a page that is read anew begins later than one that has grown. */
export function comparable(state: State, other: State) {
  const timelines = Object.fromEntries(
    Object.entries(state.timelines).map(([room, timeline]) => {
      const from = Math.max(...[state, other].map((one) => one.timelines[room]?.items[0]?.seq ?? 0));
      return [room, { ...timeline, items: timeline.items.filter(({ seq }) => seq >= from) }];
    }),
  );
  return shown({ ...state, timelines });
}
