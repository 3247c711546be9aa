/** The events of the streams and the other frames of `/v1/live`. */
import type {
  Comment,
  Me,
  Message,
  Notification,
  NotifyLevel,
  Person,
  Post,
  ProblemDetails,
  Room,
  RoomRole,
} from './shapes.ts';

/** `me`, `board`, or `room:` and the id of a room. */
export type StreamName = string;

export const ME: StreamName = 'me';
export const BOARD: StreamName = 'board';
const ROOM_PREFIX = 'room:';

export const streamOf = (room: string): StreamName => `${ROOM_PREFIX}${room}`;
/** @returns the id of the room; null for other streams */
export const roomOf = (stream: StreamName): string | null =>
  stream.startsWith(ROOM_PREFIX) ? stream.slice(ROOM_PREFIX.length) : null;

/** The data of each type of event in the streams of rooms. `seq`: of the message that it is about. */
export type RoomEvents = {
  'message.created': Message;
  'message.edited': Message;
  'message.deleted': { readonly seq: number; readonly deletedAt: string };
  'reaction.added': { readonly seq: number; readonly emoji: string; readonly by: string };
  'reaction.removed': { readonly seq: number; readonly emoji: string; readonly by: string };
  'pin.added': { readonly seq: number; readonly by: string };
  'pin.removed': { readonly seq: number; readonly by: string };
  'room.changed': Pick<Room, 'title' | 'avatarUrl' | 'posting'>;
  'member.joined': { readonly person: Person; readonly role: RoomRole };
  'member.left': { readonly id: string };
  'member.changed': { readonly id: string; readonly role: RoomRole };
  'account.removed': { readonly id: string };
};

export type BoardEvents = {
  'post.created': Post;
  'post.edited': Post;
  'post.deleted': { readonly id: string };
  'post.liked': {
    readonly id: string;
    readonly by: string | null;
    readonly liked: boolean;
    readonly likesCount: number;
  };
  'comment.created': Comment;
  'comment.edited': Comment;
  'comment.deleted': { readonly id: string; readonly postId: string };
  'account.removed': { readonly id: string };
};

export type MeEvents = {
  'room.joined': Room;
  'room.left': { readonly id: string };
  'read.moved': {
    readonly room: string;
    readonly readSeq: number;
    readonly unread: number;
    readonly mentions: number;
    /** The room's position at which `unread` was counted. */
    readonly seq?: number;
  };
  'notify.changed': { readonly room: string; readonly notify: NotifyLevel };
  'notification.created': Notification;
  'notification.read': { readonly upTo: string; readonly unread: number };
  'notification.removed': {
    readonly subject: Omit<Notification['subject'], 'excerpt'>;
    readonly unread: number;
  };
  'friend.added': Person;
  'friend.removed': { readonly id: string };
  'block.added': { readonly id: string };
  'block.removed': { readonly id: string };
  'mute.added': { readonly id: string };
  'mute.removed': { readonly id: string };
  'session.ended': { readonly id: string };
  'settings.changed': Me;
  'post.bookmarked': { readonly id: string; readonly bookmarked: boolean };
  'post.reacted': { readonly id: string; readonly liked: boolean };
};

type EventsOf<Types> = {
  readonly [Type in keyof Types]: {
    readonly type: Type;
    readonly stream: StreamName;
    readonly seq: number;
    readonly data: Types[Type];
  };
}[keyof Types];

export type RoomEvent = EventsOf<RoomEvents>;
export type BoardEvent = EventsOf<BoardEvents>;
export type MeEvent = EventsOf<MeEvents>;
/** An event of a type that this version knows. Others move the position of their stream and change nothing else. */
export type LiveEvent = RoomEvent | BoardEvent | MeEvent;

/** Stream → the last seq that has been applied. */
export type Positions = Readonly<Record<StreamName, number>>;

export type PresenceOfPerson = {
  readonly online: boolean;
  readonly name?: string;
  readonly avatarUrl?: string | null;
  readonly removed?: boolean;
};

/** What the server sends besides events. */
export type ServerFrame =
  | { readonly type: 'reset'; readonly stream: StreamName; readonly seq: number }
  | { readonly type: 'live' }
  | {
      readonly type: 'heads';
      readonly data: Readonly<Record<StreamName, { readonly seq: number; readonly mentioned: boolean }>>;
    }
  | { readonly type: 'typing'; readonly stream: StreamName; readonly data: { readonly by: string } }
  | { readonly type: 'read'; readonly stream: StreamName; readonly data: { readonly by: string; readonly seq: number } }
  | {
      readonly type: 'people';
      readonly data: { readonly online: number; readonly people: Readonly<Record<string, PresenceOfPerson>> };
    }
  | { readonly type: 'result'; readonly ref: number; readonly data: unknown }
  | { readonly type: 'problem'; readonly ref?: number; readonly problem: ProblemDetails }
  | { readonly type: 'beat' }
  | { readonly type: 'bye'; readonly code: number; readonly retryAfter: readonly [number, number] | null };

export type ClientFrame =
  | { readonly type: 'hello'; readonly epoch: string; readonly have: Positions; readonly heads: boolean }
  | { readonly type: 'follow'; readonly have: Positions }
  | { readonly type: 'unfollow'; readonly streams: readonly StreamName[] }
  | {
      readonly type: 'send';
      readonly ref: number;
      readonly room: string;
      readonly body: string;
      readonly key: string;
      readonly replyTo?: number;
      readonly files?: readonly string[];
    }
  | { readonly type: 'typing'; readonly room: string }
  | { readonly type: 'read'; readonly ref?: number; readonly room: string; readonly seq: number }
  | { readonly type: 'watch'; readonly people: readonly string[] }
  | { readonly type: 'beat' };

/** What the server sends. */
export type Frame = ServerFrame | LiveEvent;

const OTHERS: ReadonlySet<string> = new Set<ServerFrame['type']>([
  'reset',
  'live',
  'heads',
  'typing',
  'read',
  'people',
  'result',
  'problem',
  'beat',
  'bye',
]);

/** Events have a position in a stream, also those of types that this version does not know. */
export function isEvent(frame: Frame): frame is LiveEvent {
  return !OTHERS.has(frame.type) && 'stream' in frame && 'seq' in frame;
}
