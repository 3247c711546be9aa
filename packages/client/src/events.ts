/** The events of the streams and the other frames of `/v1/live`. */
import type { components } from './frames.ts';
import type { ProblemDetails } from './shapes.ts';

type Schemas = components['schemas'];

/** `me`, `board`, or `room:` and the id of a room. */
export type StreamName = string;

export const ME: StreamName = 'me';
export const BOARD: StreamName = 'board';
const ROOM_PREFIX = 'room:';

export const streamOf = (room: string): StreamName => `${ROOM_PREFIX}${room}`;
/** @returns the id of the room; null for other streams */
export const roomOf = (stream: StreamName): string | null =>
  stream.startsWith(ROOM_PREFIX) ? stream.slice(ROOM_PREFIX.length) : null;

type DataOf<Types extends string> = {
  readonly [Type in Types]: `server.${Type}` extends keyof Schemas
    ? Schemas[`server.${Type}`] extends { readonly data: infer Data }
      ? Data
      : never
    : never;
};

/** The data of each type of event in the streams of rooms. `seq`: of the message that it is about. */
export type RoomEvents = DataOf<
  | 'message.created'
  | 'message.edited'
  | 'message.deleted'
  | 'reaction.added'
  | 'reaction.removed'
  | 'pin.added'
  | 'pin.removed'
  | 'room.changed'
  | 'member.joined'
  | 'member.left'
  | 'member.changed'
  | 'account.removed'
>;

export type BoardEvents = DataOf<
  | 'post.created'
  | 'post.edited'
  | 'post.deleted'
  | 'post.liked'
  | 'comment.created'
  | 'comment.edited'
  | 'comment.deleted'
  | 'account.removed'
>;

/** `seq` of `read.moved`: the room's position at which `unread` was counted. */
export type MeEvents = DataOf<
  | 'room.joined'
  | 'room.left'
  | 'read.moved'
  | 'notify.changed'
  | 'notification.created'
  | 'notification.read'
  | 'notification.removed'
  | 'friend.added'
  | 'friend.removed'
  | 'block.added'
  | 'block.removed'
  | 'mute.added'
  | 'mute.removed'
  | 'session.ended'
  | 'settings.changed'
  | 'post.bookmarked'
  | 'post.reacted'
>;

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

/** Frames of the server besides events. */
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

/** Frames of the server. */
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
