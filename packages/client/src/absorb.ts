/**
 * How answers of reads come into the state. Of two versions of an entity the one of the later position stays. An answer
 * whose position is not told is at least as new as the state was when it was asked for (`at`).
 */
import { BOARD, ME, type Positions, streamOf } from './events.ts';
import { forget, markStale } from './following.ts';
import {
  commentState,
  messageState,
  notificationState,
  peopleOfMessages,
  peopleOfRoom,
  postState,
  roomState,
  withPeople,
} from './normalise.ts';
import { changeEntry, filterItems, withEntry, withFields } from './records.ts';
import { personOf } from './reduce-me.ts';
import { moveCount } from './room-counts.ts';
import type { Comment, Message, Notification, Page, Person, Post, Reader, Room, SnapshotPage, Sync } from './shapes.ts';
import type { FeedName, MessageState, RoomState, State, Timeline } from './state.ts';

/** The answer of the start, or of reading everything again: rooms and the streams `me` and `board`. */
export function absorbSync(before: State, sync: Sync): State {
  const known = before.epoch === null || before.epoch === sync.epoch ? before : forget(before, [ME, BOARD]);
  // A board that was reset is read again, and goes on from there.
  const isBoardStale = BOARD in known.stale;
  const rooms = new Set(sync.rooms.map(({ id }) => id));
  const state: State = {
    ...withPeople(known, [...Object.values(sync.people), personOf(sync.me)]),
    epoch: sync.epoch,
    me: sync.me,
    online: sync.online,
    // Rooms of further pages, which are known already, are asked about by `heads`.
    rooms: sync.next === null ? only(known.rooms, (id) => rooms.has(id)) : known.rooms,
    timelines: sync.next === null ? only(known.timelines, (id) => rooms.has(id)) : known.timelines,
    roomsNext: sync.next,
    positions: { ...(!isBoardStale && { [BOARD]: sync.streams.board }), ...known.positions, [ME]: sync.streams.me },
    notifications: { ...known.notifications, at: sync.streams.me, unread: sync.notifications.unread },
  };
  return sync.rooms.reduce(absorbRoom, state);
}

function only<Value>(record: Readonly<Record<string, Value>>, keep: (key: string) => boolean) {
  return Object.fromEntries(Object.entries(record).filter(([key]) => keep(key)));
}

export function absorbRoom(before: State, room: Room): State {
  const state = withPeople(before, peopleOfRoom(room));
  const known = state.rooms[room.id];
  if (known && known.at > room.seq) return absorbCounts(state, known, room);
  return { ...state, rooms: withEntry(state.rooms, room.id, refreshed(roomState(room), known)) };
}

/** Events have come since the room was read; the counts and what they add to them are known. */
function absorbCounts(state: State, known: RoomState, room: Room): State {
  const counted = moveCount(known, room);
  if (counted === null) return markStale(state, streamOf(room.id), 'counts');
  const lastMessage = known.lastMessage ?? roomState(room).lastMessage;
  return withFields(state, { rooms: withEntry(state.rooms, room.id, withFields(counted, { lastMessage })) });
}

/** The mark may have moved since the room was read, and the members are not in every list of rooms. */
function refreshed(room: RoomState, known: RoomState | undefined): RoomState {
  if (!known) return room;
  const members = room.members ?? known.members;
  return { ...room, ...(members && { members }), head: Math.max(room.head, known.head) };
}

export function absorbRooms(state: State, page: Page<Room>): State {
  return { ...page.items.reduce(absorbRoom, state), roomsNext: page.next };
}

/** The place of a page of messages: it restarts a window, or continues the one that began or ended with `seq`. */
export type MessagePage =
  | { readonly place: 'newest' | 'around' }
  | { readonly place: 'older' | 'newer'; readonly seq: number };

export function absorbMessages(
  before: State,
  room: string,
  { items, next, seq }: SnapshotPage<Message>,
  where: MessagePage,
): State {
  const state = withPeople(before, peopleOfMessages(items));
  const page = { items: items.map((message) => messageState(message, seq)), next, at: seq };
  const known = state.timelines[room];
  const window = 'seq' in where ? continued(known, page, where) : begun(page, where.place);
  return window ? { ...state, timelines: withEntry(state.timelines, room, keepNewer(window, known)) } : state;
}

type MessagesAt = { readonly items: readonly MessageState[]; readonly next: string | null; readonly at: number };

function begun({ items, next, at }: MessagesAt, place: 'newest' | 'around'): Timeline {
  return {
    ...{ items, at, atStart: next === null, atEnd: place === 'newest' },
    before: Number(next ?? 0),
    after: items.at(-1)?.seq ?? at,
  };
}

/** @returns undefined if the window has become another one since it was asked for */
function continued(
  known: Timeline | undefined,
  { items, next, at }: MessagesAt,
  { place, seq }: { place: 'older' | 'newer'; seq: number },
): Timeline | undefined {
  if (!known || (place === 'older' ? known.before : known.after) !== seq) return undefined;
  const isWhole = next === null;
  return place === 'older'
    ? { ...known, items: [...items, ...known.items], atStart: isWhole, before: Number(next ?? 0) }
    : {
        ...{ ...known, items: [...known.items, ...items], atEnd: isWhole, at: isWhole ? at : known.at },
        after: Number(next ?? items.at(-1)?.seq ?? seq),
      };
}

/** Messages that an event changed after the page was read. */
function keepNewer(window: Timeline, known: Timeline | undefined): Timeline {
  if (!known) return window;
  const newer = new Map(known.items.map((message) => [message.seq, message]));
  const items = window.items.map((message) => {
    const before = newer.get(message.seq);
    return before && before.at > message.at ? before : message;
  });
  return { ...window, items };
}

export function absorbMessage(state: State, room: string, message: Message, at: number): State {
  const timelines = changeEntry(state.timelines, room, (timeline) =>
    withFields(timeline, {
      items: timeline.items.map((one) =>
        one.seq === message.seq && one.at <= at ? messageState(message, at, one) : one,
      ),
    }),
  );
  return withFields(withPeople(state, peopleOfMessages([message])), { timelines });
}

export function absorbReaders(state: State, room: string, { items }: Page<Reader>): State {
  const people = withPeople(
    state,
    items.map(({ person }) => person),
  );
  const known = state.readers[room] ?? {};
  const marks = items.map(({ person, readSeq }) => [person.id, Math.max(readSeq, known[person.id] ?? 0)]);
  return { ...people, readers: withEntry(state.readers, room, Object.fromEntries(marks)) };
}

export function absorbPosts(
  before: State,
  name: FeedName,
  { items, next, seq }: SnapshotPage<Post>,
  isFirst: boolean,
): State {
  const state = items.reduce((all, post) => absorbPost(all, post, seq), before);
  const known = state.feeds[name];
  const ids = items.map(({ id }) => id);
  if (!known || isFirst) return { ...state, feeds: withEntry(state.feeds, name, { ids, fresh: [], next, at: seq }) };
  const added = filterItems(ids, (id) => !known.ids.includes(id) && !known.fresh.includes(id));
  return { ...state, feeds: withEntry(state.feeds, name, { ...known, ids: [...known.ids, ...added], next }) };
}

export function absorbPost(before: State, post: Post, at: number): State {
  const outgoingPosts = filterItems(before.outgoingPosts, ({ id }) => id !== post.id);
  const state = withPeople(withFields(before, { outgoingPosts }), [post.author]);
  const known = state.posts[post.id];
  if (known && known.at > at) return state;
  return { ...state, posts: withEntry(state.posts, post.id, postState(post, at, known)) };
}

export function absorbComments(
  before: State,
  post: string,
  { items, next, seq }: SnapshotPage<Comment>,
  isFirst: boolean,
): State {
  const state = withPeople(
    before,
    items.map(({ author }) => author),
  );
  const page = items.map(commentState);
  const known = state.threads[post];
  const thread =
    !known || isFirst ? { items: page, next, at: seq } : { ...known, items: [...known.items, ...page], next };
  return { ...state, threads: withEntry(state.threads, post, thread) };
}

/** `seq`: the position at which `unread` was counted. */
export type NotificationPage = SnapshotPage<Notification> & { readonly unread: number };

export function absorbNotifications(before: State, page: NotificationPage, isFirst: boolean): State {
  const state = withPeople(
    absorbUnread(before, page),
    page.items.flatMap(({ actor }) => actor ?? []),
  );
  const items = page.items.map(notificationState);
  const known = isFirst ? [] : (state.notifications.items ?? []);
  return { ...state, notifications: { ...state.notifications, items: [...known, ...items], next: page.next } };
}

export function absorbUnread(state: State, { unread, seq }: NotificationPage): State {
  if (seq < state.notifications.at) return state;
  return { ...state, notifications: { ...state.notifications, unread, at: seq } };
}

export function absorbPeople(state: State, people: readonly Person[]): State {
  return withPeople(state, people);
}

export const positionOf = (at: Positions, stream: string): number => at[stream] ?? 0;
