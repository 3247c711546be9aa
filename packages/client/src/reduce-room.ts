import { type RoomEvent, streamOf } from './events.ts';
import { markStale } from './following.ts';
import { messageState, peopleOfMessages, withPeople } from './normalise.ts';
import { changeEntry, filterItems, mapItems, withEntry, withFields, withoutEntry } from './records.ts';
import { count, uncount } from './room-counts.ts';
import type { Message } from './shapes.ts';
import type { MessageState, News, Outgoing, RoomState, State, Timeline } from './state.ts';
import { changeItem, findMessage } from './timelines.ts';

/** Messages that a window has while it grows by itself. */
export const MAX_TIMELINE = 2_000;

export function reduceRoom(state: State, room: string, event: RoomEvent): State {
  switch (event.type) {
    case 'message.created':
      return addMessage(state, room, event.data, event.seq);
    case 'message.edited':
      return editMessage(state, room, event.data, event.seq);
    case 'message.deleted':
      return deleteMessage(state, room, event.data, event.seq);
    case 'reaction.added':
    case 'reaction.removed':
      return changeMessage(state, room, { seq: event.data.seq, at: event.seq }, (message) =>
        react(message, event.data.emoji, event.type === 'reaction.added' ? 1 : -1, event.data.by === state.me?.id),
      );
    case 'pin.added':
    case 'pin.removed':
      return changeMessage(state, room, { seq: event.data.seq, at: event.seq }, (message) =>
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
  const isBlocked = added.author in (state.blocks ?? {});
  const news = { seq: message.seq, mentioned: added.mentions.includes(state.me?.id ?? '') };
  const outgoing = isMine ? changeEntry(state.outgoing, room, (all) => withoutEcho(all, added)) : state.outgoing;
  return changeRoom(withFields(state, { timelines, typing, outgoing }), room, at, (known) => ({
    // The log shows messages as they are now: it may be deleted already.
    ...(isMine || isBlocked || message.deletedAt !== undefined ? known : count(known, news)),
    lastMessage: isBlocked ? null : added,
    activeAt: added.createdAt,
  }));
}

/** The message that was written here is in the timeline now. Its event may come before the answer that tells its seq. */
function withoutEcho(all: readonly Outgoing[], { seq, body }: MessageState): readonly Outgoing[] {
  const echo =
    all.find((one) => one.seq === seq) ??
    all.find((one) => one.status === 'sending' && one.body.trim() === body.trim());
  return filterItems(all, (one) => one !== echo);
}

function append(timeline: Timeline, message: MessageState): Timeline {
  if (!timeline.atEnd || message.seq <= timeline.at) return timeline;
  // Somebody may be reading its beginning: it stops growing, so that the beginning stays.
  if (timeline.items.length >= MAX_TIMELINE) return { ...timeline, atEnd: false };
  const { seq } = message;
  return { ...timeline, items: [...timeline.items, message], at: seq, after: seq };
}

type ChangeMessage = (message: MessageState) => MessageState;

/**
 * Changes a message in the window and as the room's last one, unless it was read after the event. `body`: its new text, which
 * changes the answers that quote it too.
 */
function changeMessage(
  state: State,
  room: string,
  { seq, at, body }: { seq: number; at: number; body?: string },
  change: ChangeMessage,
): State {
  const changeOne = (message: MessageState) => {
    if (at <= message.at) return message;
    if (message.seq === seq) return { ...change(message), at };
    return body === undefined ? message : requote(message, seq, body);
  };
  const timelines = changeEntry(state.timelines, room, (timeline) => {
    const items = body === undefined ? changeItem(timeline.items, seq, changeOne) : mapItems(timeline.items, changeOne);
    return withFields(timeline, { items });
  });
  const changed = changeRoom(withFields(state, { timelines }), room, at, (known) => known);
  const rooms = changeEntry(changed.rooms, room, (known) =>
    withFields(known, { lastMessage: known.lastMessage && changeOne(known.lastMessage) }),
  );
  return withFields(changed, { rooms });
}

/** Characters of a message that an answer to it shows. */
const EXCERPT = 160;

function requote(message: MessageState, seq: number, body: string): MessageState {
  if (message.replyTo?.seq !== seq) return message;
  const excerpt = [...body].slice(0, EXCERPT).join('');
  return message.replyTo.excerpt === excerpt ? message : { ...message, replyTo: { ...message.replyTo, excerpt } };
}

export function tombstone({ seq, author, createdAt, at }: MessageState, deletedAt: string): MessageState {
  return { seq, author, createdAt, at, deletedAt, body: '', mentions: [], files: [], reactions: [], pinned: false };
}

function editMessage(before: State, room: string, edited: Message, at: number): State {
  const state = withNewPeople(before, [edited]);
  const { seq, body } = edited;
  return changeMessage(state, room, { seq, at, body }, (message) => messageState(edited, at, message));
}

type Deletion = { readonly seq: number; readonly deletedAt: string };

function deleteMessage(state: State, room: string, { seq, deletedAt }: Deletion, at: number): State {
  const known = state.rooms[room];
  const changed = changeMessage(state, room, { seq, at, body: '' }, (message) => tombstone(message, deletedAt));
  if (!known || at <= known.at) return changed;
  const counted = uncount(changed.rooms[room] as RoomState, seq, at, newsOf(state, room, seq));
  return counted === null
    ? markStale(changed, streamOf(room), 'counts')
    : { ...changed, rooms: withEntry(changed.rooms, room, counted) };
}

function newsOf({ timelines, me, blocks }: State, room: string, seq: number): News | 'uncounted' | undefined {
  const message = findMessage(timelines[room]?.items ?? [], seq);
  if (!message) return undefined;
  if (message.author === me?.id || message.author in (blocks ?? {})) return 'uncounted';
  // A tombstone does not say whom the message mentioned.
  if (message.deletedAt !== undefined) return undefined;
  return { seq, mentioned: message.mentions.includes(me?.id ?? '') };
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
  return isWhole ? changed : markStale(changed, streamOf(room), 'counts');
}

/** Their texts go at once. Counts that they had a part in are read again. */
function removeAccount(state: State, room: string, person: string, at: number): State {
  if (at <= (state.rooms[room]?.at ?? 0)) return state;
  const timelines = changeEntry(state.timelines, room, (timeline) =>
    withFields(timeline, { items: filterItems(timeline.items, ({ author }) => author !== person) }),
  );
  const changed = changeRoom(withFields(state, { timelines }), room, at, (known) => ({
    ...known,
    lastMessage: known.lastMessage?.author === person ? null : known.lastMessage,
  }));
  return markStale(changed, streamOf(room), 'all');
}
