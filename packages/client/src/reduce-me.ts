import { BOARD, ME, type MeEvent, streamOf } from './events.ts';
import { markStale } from './following.ts';
import { notificationState, peopleOfRoom, roomState, withPeople } from './normalise.ts';
import { changeEntry, filterItems, mapEntries, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import { moveMark, type ReadMark } from './room-counts.ts';
import type { Notification, Person, Room } from './shapes.ts';
import { type NotificationState, type RoomState, type State, UNREAD_CAP } from './state.ts';

export function reduceMe(state: State, event: MeEvent): State {
  const { type, data, seq } = event;
  switch (type) {
    // Notifications of rooms that the reader is not in are hidden.
    case 'room.joined':
      return markStale(joinRoom(state, data), ME, 'counts');
    case 'room.left':
      return markStale(leaveRoom(state, data.id), ME, 'counts');
    case 'read.moved':
      return readRoom(state, data.room, data);
    case 'notify.changed':
      return withFields(state, {
        rooms: changeEntry(state.rooms, data.room, (room) => withFields(room, { notify: data.notify })),
      });
    case 'notification.created':
      return changeNotifications(withPeople(state, data.actor ? [data.actor] : []), seq, {
        count: (unread) => Math.min(UNREAD_CAP, unread + 1),
        list: (items) => withNotification(items, data),
      });
    case 'notification.read':
      return changeNotifications(state, seq, {
        count: () => data.unread,
        list: (items) => readUpTo(items, data.upTo),
      });
    case 'notification.removed':
      return changeNotifications(state, seq, {
        count: () => data.unread,
        list: (items) => filterItems(items, ({ subject }) => !isPartOf(subject, data.subject)),
      });
    case 'friend.added': {
      const changed = withPeople(state, [data]);
      return withFields(changed, { friends: changed.friends && withEntry(changed.friends, data.id, true) });
    }
    case 'friend.removed':
      return withFields(state, { friends: state.friends && withoutEntry(state.friends, data.id) });
    case 'block.added':
      return recountRooms(
        withFields(state, { blocks: state.blocks && withEntry(state.blocks, data.id, true) }),
        data.id,
      );
    case 'block.removed':
      return readAgain(
        recountRooms(withFields(state, { blocks: state.blocks && withoutEntry(state.blocks, data.id) }), data.id),
      );
    case 'mute.added':
      return withFields(state, { mutes: state.mutes && withEntry(state.mutes, data.id, true) });
    case 'mute.removed':
      return withFields(state, { mutes: state.mutes && withoutEntry(state.mutes, data.id) });
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

/**
 * Messages of a blocked account are neither counted nor shown as the last one; only the server knows how many of them are
 * after the mark.
 */
function recountRooms(state: State, author: string): State {
  const rooms = Object.values(state.rooms).filter(
    ({ readSeq, at, countedAt, lastMessage }) =>
      readSeq < Math.max(at, countedAt) || lastMessage === null || lastMessage.author === author,
  );
  return rooms.reduce((all, { id }) => markStale(all, streamOf(id), 'counts'), {
    ...markStale(state, ME, 'counts'),
    rooms: mapEntries(state.rooms, (room) => withoutLast(room, author)),
  });
}

/** Lists read meanwhile lack the texts of a blocked account. */
function readAgain(state: State): State {
  const boards = [...Object.keys(state.feeds), ...Object.keys(state.threads)].length > 0 ? [BOARD] : [];
  const streams = [...Object.keys(state.timelines).map(streamOf), ...boards];
  return streams.reduce((all, stream) => markStale(all, stream, 'all'), state);
}

function withoutLast(room: RoomState, author: string): RoomState {
  return room.lastMessage?.author === author ? { ...room, lastMessage: null } : room;
}

function readRoom(state: State, room: string, mark: ReadMark): State {
  const known = state.rooms[room];
  if (!known) return state;
  const moved = moveMark(known, mark);
  if (moved === null) return markStale(state, streamOf(room), 'counts');
  return withFields(state, { rooms: withEntry(state.rooms, room, moved) });
}

/** The part of one's own account that others may see. */
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
    readers: withoutEntry(state.readers, room),
    positions: withoutEntry(state.positions, stream),
    stale: withoutEntry(state.stale, stream),
  });
}

/** The count has a position; the list may have been read later or earlier than that. */
function changeNotifications(
  state: State,
  at: number,
  { count, list }: { count: (unread: number) => number; list: (items: NotificationList) => NotificationList },
): State {
  const known = state.notifications;
  const counted = at > known.at ? { ...known, unread: count(known.unread), at } : known;
  return { ...state, notifications: withFields(counted, { items: known.items && list(known.items) }) };
}

/** Whether it is about that thing, or a part of it. */
function isPartOf(subject: Notification['subject'], whole: Notification['subject']): boolean {
  return Object.entries(whole).every(([name, value]) => subject[name as keyof typeof subject] === value);
}

type NotificationList = readonly NotificationState[];

const withNotification = (items: NotificationList, one: Notification): NotificationList =>
  items.some(({ id }) => id === one.id) ? items : [notificationState(one), ...items];

/** `upTo` and everything before it. */
function readUpTo(items: NotificationList, upTo: string): NotificationList {
  const first = items.findIndex(({ id }) => id === upTo);
  if (first < 0) return items;
  return [...items.slice(0, first), ...mapItems(items.slice(first), (one) => withFields(one, { isRead: true }))];
}

/** Marks of posts that are not here, at most. */
const MAX_BOOKMARKS = 50;

export function bookmark(before: State, id: string, bookmarked: boolean): State {
  const state = id in before.posts ? before : { ...before, bookmarks: latest(before.bookmarks, id, bookmarked) };
  const posts = changeEntry(state.posts, id, (post) => withFields(post, { bookmarked }));
  const feeds = changeEntry(state.feeds, 'bookmarks', (feed) => {
    if (bookmarked) return feed.ids.includes(id) ? feed : { ...feed, ids: [id, ...feed.ids] };
    return withFields(feed, { ids: filterItems(feed.ids, (one) => one !== id) });
  });
  return withFields(state, { posts, feeds });
}

function latest(bookmarks: State['bookmarks'], id: string, bookmarked: boolean): State['bookmarks'] {
  const entries = Object.entries(withoutEntry(bookmarks, id));
  return Object.fromEntries([...entries, [id, bookmarked] as const].slice(-MAX_BOOKMARKS));
}
