import { type MeEvent, streamOf } from './events.ts';
import { notificationState, peopleOfRoom, roomState, withPeople } from './normalise.ts';
import { changeEntry, filterItems, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import { moveMark } from './room-counts.ts';
import type { Notification, Person, Room } from './shapes.ts';
import type { Notifications, State } from './state.ts';

export function reduceMe(state: State, event: MeEvent): State {
  const { type, data, seq } = event;
  switch (type) {
    case 'room.joined':
      return joinRoom(state, data);
    case 'room.left':
      return leaveRoom(state, data.id);
    case 'read.moved':
      return withFields(state, { rooms: changeEntry(state.rooms, data.room, (room) => moveMark(room, data)) });
    case 'notify.changed':
      return withFields(state, {
        rooms: changeEntry(state.rooms, data.room, (room) => withFields(room, { notify: data.notify })),
      });
    case 'notification.created':
      return changeNotifications(withPeople(state, [data.actor]), seq, (known) => notify(known, data));
    case 'notification.read':
      return changeNotifications(state, seq, (known) => readUpTo(known, data.upTo, data.unread));
    case 'friend.added': {
      const changed = withPeople(state, [data]);
      return withFields(changed, { friends: changed.friends && withEntry(changed.friends, data.id, true) });
    }
    case 'friend.removed':
      return withFields(state, { friends: state.friends && withoutEntry(state.friends, data.id) });
    case 'block.added':
      return withFields(state, { blocks: state.blocks && withEntry(state.blocks, data.id, true) });
    case 'block.removed':
      return withFields(state, { blocks: state.blocks && withoutEntry(state.blocks, data.id) });
    case 'settings.changed':
      return { ...withPeople(state, [personOf(data)]), me: data };
    case 'post.bookmarked':
      return bookmark(state, data.id, data.bookmarked);
    case 'post.reacted':
      return withFields(state, {
        posts: changeEntry(state.posts, data.id, (post) => withFields(post, { liked: data.liked })),
      });
    default:
      return state;
  }
}

/** What others may see of one's own account. */
export function personOf(me: Person): Person {
  const { id, username, avatarUrl, name, bio } = me;
  return { id, username, avatarUrl, ...(name !== undefined && { name }), ...(bio !== undefined && { bio }) };
}

export function joinRoom(before: State, room: Room): State {
  const state = withPeople(before, peopleOfRoom(room));
  const known = state.rooms[room.id];
  const stream = streamOf(room.id);
  // The server follows it for this connection from here.
  const positions = withEntry(state.positions, stream, state.positions[stream] ?? room.seq);
  if (known && known.at >= room.seq) return withFields(state, { positions });
  return { ...state, positions, rooms: withEntry(state.rooms, room.id, roomState(room)) };
}

export function leaveRoom(state: State, room: string): State {
  const stream = streamOf(room);
  return withFields(state, {
    rooms: withoutEntry(state.rooms, room),
    timelines: withoutEntry(state.timelines, room),
    typing: withoutEntry(state.typing, room),
    positions: withoutEntry(state.positions, stream),
    stale: withoutEntry(state.stale, stream),
  });
}

function changeNotifications(state: State, at: number, change: (known: Notifications) => Notifications): State {
  if (at <= state.notifications.at) return state;
  return { ...state, notifications: { ...change(state.notifications), at } };
}

function notify(known: Notifications, one: Notification): Notifications {
  return {
    ...known,
    unread: known.unread + 1,
    items: known.items && [notificationState(one), ...known.items],
  };
}

/** `upTo` and everything before it. */
function readUpTo(known: Notifications, upTo: string, unread: number): Notifications {
  const first = known.items?.findIndex(({ id }) => id === upTo) ?? -1;
  if (!known.items || first < 0) return { ...known, unread };
  const items = [
    ...known.items.slice(0, first),
    ...mapItems(known.items.slice(first), (one) => withFields(one, { isRead: true })),
  ];
  return { ...known, unread, items };
}

export function bookmark(state: State, id: string, bookmarked: boolean): State {
  const posts = changeEntry(state.posts, id, (post) => withFields(post, { bookmarked }));
  const feeds = changeEntry(state.feeds, 'bookmarks', (feed) => {
    if (bookmarked) return feed.ids.includes(id) ? feed : { ...feed, ids: [id, ...feed.ids] };
    return withFields(feed, { ids: filterItems(feed.ids, (one) => one !== id) });
  });
  return withFields(state, { posts, feeds });
}
