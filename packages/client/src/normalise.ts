/** Shapes of the wire as the state keeps them: people once, the rest by id. */
import type { Comment, Message, Notification, Person, Post, Room } from './shapes.ts';
import type { CommentState, MessageState, NotificationState, PostState, RoomState, State } from './state.ts';

export function messageState(message: Message, at: number, before?: MessageState): MessageState {
  const { author, replyTo, ...rest } = message;
  return {
    ...rest,
    author: author.id,
    ...(replyTo && { replyTo: { seq: replyTo.seq, author: replyTo.author.id, excerpt: replyTo.excerpt } }),
    // Events have neither, as they differ between readers.
    reactions: message.reactions ?? before?.reactions ?? [],
    pinned: message.pinned ?? before?.pinned ?? false,
    at,
  };
}

export function postState(post: Post, at: number, before?: PostState): PostState {
  return {
    ...post,
    author: post.author.id,
    liked: post.liked ?? before?.liked ?? false,
    bookmarked: post.bookmarked ?? before?.bookmarked ?? false,
    at,
  };
}

export const commentState = (comment: Comment): CommentState => ({ ...comment, author: comment.author.id });

export function notificationState({ readAt, actor, ...rest }: Notification): NotificationState {
  return { ...rest, actor: actor?.id ?? null, isRead: readAt != null };
}

export function roomState(room: Room): RoomState {
  const { members, lastMessage, seq, ...rest } = room;
  return {
    ...rest,
    membersCount: room.membersCount ?? 0,
    ...(members && { members: members.map(({ id }) => id) }),
    lastMessage: lastMessage && messageState(lastMessage, seq),
    at: seq,
    countedAt: seq,
    uncountedAt: seq,
    news: [],
    head: seq,
  };
}

const authorsOfMessage = (message: Message | null): Person[] =>
  message === null ? [] : [message.author, ...(message.replyTo ? [message.replyTo.author] : [])];

/** Everybody whom the messages name. */
export const peopleOfMessages = (messages: readonly Message[]): Person[] => messages.flatMap(authorsOfMessage);

export const peopleOfRoom = ({ members = [], lastMessage }: Room): Person[] => [
  ...members,
  ...authorsOfMessage(lastMessage),
];

/** With the people added; those that are known already keep what the new ones do not tell. */
export function withPeople(state: State, people: readonly Person[]): State {
  const changed = people.filter((person) => !tellsNothingNew(state.people[person.id], person));
  if (changed.length === 0) return state;
  const known = { ...state.people };
  for (const person of changed) known[person.id] = { ...known[person.id], ...person };
  return { ...state, people: known };
}

function tellsNothingNew(known: Person | undefined, person: Person): boolean {
  if (!known) return false;
  return Object.entries(person).every(([name, value]) => known[name as keyof Person] === value);
}
