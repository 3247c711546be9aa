import { type RoomEvent, streamOf } from './events.ts';
import { messageState, peopleOfMessages, withPeople } from './normalise.ts';
import { changeEntry, filterItems, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import { count, forgetNews } from './room-counts.ts';
import type { Message } from './shapes.ts';
import type { MessageState, RoomState, State, Timeline } from './state.ts';

/** The newest messages that a window keeps while it grows by itself. */
export const MAX_TIMELINE = 2_000;

export function reduceRoom(state: State, room: string, event: RoomEvent): State {
  switch (event.type) {
    case 'message.created':
      return addMessage(state, room, event.data, event.seq);
    case 'message.edited':
      return changeMessage(withNewPeople(state, [event.data]), room, event.data.seq, event.seq, (message) =>
        messageState(event.data, message.at, message),
      );
    case 'message.deleted':
      return deleteMessage(state, room, event.data, event.seq);
    case 'reaction.added':
    case 'reaction.removed':
      return changeMessage(state, room, event.data.seq, event.seq, (message) =>
        react(message, event.data.emoji, event.type === 'reaction.added' ? 1 : -1, event.data.by === state.me?.id),
      );
    case 'pin.added':
    case 'pin.removed':
      return changeMessage(state, room, event.data.seq, event.seq, (message) =>
        withFields(message, { pinned: event.type === 'pin.added' }),
      );
    case 'room.changed':
      return changeRoom(state, room, event.seq, (known) => ({ ...known, ...event.data }));
    case 'member.joined':
      return changeRoom(withPeople(state, [event.data.person]), room, event.seq, (known) =>
        addMember(known, event.data.person.id),
      );
    case 'member.left':
      return removeMember(state, room, event.data.id, event.seq);
    case 'member.changed':
      return changeRoom(state, room, event.seq, (known) =>
        event.data.id === state.me?.id ? { ...known, myRole: event.data.role } : known,
      );
    case 'account.removed':
      return removeAccount(state, room, event.data.id, event.seq);
    default:
      return state;
  }
}

const withNewPeople = (state: State, messages: readonly Message[]) => withPeople(state, peopleOfMessages(messages));

/** Changes the room itself, unless it was read after the event. */
function changeRoom(state: State, room: string, at: number, change: (room: RoomState) => RoomState): State {
  const rooms = changeEntry(state.rooms, room, (known) =>
    at <= known.at ? known : { ...change(known), at, head: Math.max(known.head, at) },
  );
  return withFields(state, { rooms });
}

function addMessage(before: State, room: string, message: Message, at: number): State {
  const state = withNewPeople(before, [message]);
  const added = messageState(message, at);
  const timelines = changeEntry(state.timelines, room, (timeline) => append(timeline, added));
  const typing = changeEntry(state.typing, room, (people) => withoutEntry(people, added.author));
  const isMine = added.author === state.me?.id;
  const news = { seq: message.seq, mentioned: added.mentions.includes(state.me?.id ?? '') };
  return changeRoom(withFields(state, { timelines, typing }), room, at, (known) => ({
    ...(isMine ? known : count(known, news)),
    lastMessage: added,
  }));
}

function append(timeline: Timeline, message: MessageState): Timeline {
  if (!timeline.atEnd || message.seq <= timeline.at) return timeline;
  const items = [...timeline.items, message];
  const isFull = items.length > MAX_TIMELINE;
  if (isFull) items.splice(0, items.length - MAX_TIMELINE);
  return { ...timeline, items, at: message.seq, atStart: timeline.atStart && !isFull };
}

/** Changes a message wherever it is: in the window, as the room's last one, and quoted. */
export function changeMessage(
  state: State,
  room: string,
  seq: number,
  at: number,
  change: (message: MessageState) => MessageState,
): State {
  const changeOne = (message: MessageState) =>
    message.seq === seq && at > message.at ? withFields(change(message), { at }) : message;
  const timelines = changeEntry(state.timelines, room, (timeline) =>
    withFields(timeline, { items: requote(mapItems(timeline.items, changeOne), seq) }),
  );
  const rooms = changeEntry(state.rooms, room, (known) =>
    withFields(known, {
      lastMessage: known.lastMessage && changeOne(known.lastMessage),
      at: Math.max(known.at, at),
      head: Math.max(known.head, at),
    }),
  );
  return withFields(state, { timelines, rooms });
}

/** Characters of a message that a reply to it shows. */
const EXCERPT = 160;

const excerptOf = ({ body }: MessageState) => [...body].slice(0, EXCERPT).join('');

function requote(items: readonly MessageState[], seq: number): readonly MessageState[] {
  const quoted = items.find((message) => message.seq === seq);
  if (!quoted) return items;
  const excerpt = excerptOf(quoted);
  return mapItems(items, (message) =>
    message.replyTo?.seq === seq && message.replyTo.excerpt !== excerpt
      ? { ...message, replyTo: { ...message.replyTo, excerpt } }
      : message,
  );
}

export function tombstone({ seq, author, createdAt, at }: MessageState, deletedAt: string): MessageState {
  return { seq, author, createdAt, at, deletedAt, body: '', mentions: [], files: [], reactions: [], pinned: false };
}

function deleteMessage(state: State, room: string, { seq, deletedAt }: { seq: number; deletedAt: string }, at: number) {
  const known = state.rooms[room];
  const isNew = known !== undefined && at > known.at;
  const changed = changeMessage(state, room, seq, at, (message) => tombstone(message, deletedAt));
  if (!isNew || seq <= known.readSeq) return changed;
  const counted = forgetNews(changed.rooms[room] as RoomState, seq);
  // It was counted before this state was read, if its author is somebody else: only the server knows.
  return counted === null ? markStale(changed, room) : { ...changed, rooms: withEntry(changed.rooms, room, counted) };
}

export function react(message: MessageState, emoji: string, by: 1 | -1, isMine: boolean): MessageState {
  const known = message.reactions.find((one) => one.emoji === emoji);
  const next = {
    emoji,
    count: (known?.count ?? 0) + by,
    mine: isMine ? by === 1 : (known?.mine ?? false),
  };
  const others = known
    ? mapItems(message.reactions, (one) => (one === known ? next : one))
    : [...message.reactions, next];
  return { ...message, reactions: others.filter(({ count }) => count > 0) };
}

/** How many members are listed with a room. */
const LISTED = 10;

function addMember(room: RoomState, person: string): RoomState {
  const { members = [], membersCount } = room;
  const listed = members.length < LISTED && !members.includes(person) ? [...members, person] : members;
  return { ...room, members: listed, membersCount: membersCount + 1 };
}

/** If others are not listed, one of them takes the place: the room is read again. */
function removeMember(state: State, room: string, person: string, at: number): State {
  const changed = changeRoom(state, room, at, (known) => ({
    ...known,
    ...(known.members && { members: filterItems(known.members, (id) => id !== person) }),
    membersCount: known.membersCount - 1,
  }));
  const known = changed.rooms[room];
  const isWhole = known === undefined || (known.members?.length ?? 0) >= Math.min(LISTED, known.membersCount);
  return isWhole ? changed : markStale(changed, room);
}

const markStale = (state: State, room: string): State =>
  withFields(state, { stale: withEntry(state.stale, streamOf(room), true) });

/** What they wrote goes at once. Counts that they had a part in are read again. */
function removeAccount(state: State, room: string, person: string, at: number): State {
  if (at <= (state.rooms[room]?.at ?? 0)) return state;
  const timelines = changeEntry(state.timelines, room, (timeline) =>
    withFields(timeline, { items: filterItems(timeline.items, ({ author }) => author !== person) }),
  );
  const changed = changeRoom(withFields(state, { timelines }), room, at, (known) => ({
    ...known,
    lastMessage: known.lastMessage?.author === person ? null : known.lastMessage,
  }));
  return markStale(changed, room);
}
