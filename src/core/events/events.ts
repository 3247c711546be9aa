/** The streams, and each kind of event, defined once. Types, validation and tests follow from `EVENTS`. */
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Broker, EventBatch } from '../../hub/brokers/broker.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Encoder } from '../../hub/log.ts';
import type { Stream } from '../../hub/stream.ts';
import {
  CommentSchema,
  type FrozenStatic,
  Id,
  MarksSchema,
  MeSchema,
  MessageSchema,
  Name,
  NotificationSchema,
  NotifySchema,
  PersonSchema,
  PostSchema,
  RoleSchema,
  RoomLookSchema,
  RoomViewSchema,
  Time,
  Uid,
} from '../model.ts';
import { type Signal, SignalSchema } from './signals.ts';

/** Arrivals in the lobby and departures from it. */
export const PRESENCE_STREAM = 0;
/** Changes of accounts that every node must act on. */
export const ACCOUNTS_STREAM = 1;
/** The lobby; the first migration gave it this id. */
export const LOBBY_STREAM = 2;
/** Posts, comments and likes. */
export const BOARD_STREAM = 3;

/** `username` null: the account was deleted; only nodes that saw its arrival still know the name (presence.ts). */
const Arrival = Type.Object({ accountId: Id, username: Type.Union([Name, Type.Null()]), at: Time });
const AccountOnly = Type.Object({ accountId: Id });
/** Names a thing by both of its ids. */
const Named = Type.Object({ id: Id, uid: Uid });

const Reaction = Type.Object({ seq: Id, emoji: Name, by: Named });
const Pin = Type.Object({ seq: Id, by: Named });

/** The data of each kind, by the streams that have it. `seq` in the data of an event of a message: the message's. */
const MESSAGE_EVENTS = {
  'message.created': MessageSchema,
  'message.edited': MessageSchema,
  'message.deleted': Type.Object({ seq: Id, deletedAt: Time }),
  'reaction.added': Reaction,
  'reaction.removed': Reaction,
  'pin.added': Pin,
  'pin.removed': Pin,
} as const satisfies Record<string, TSchema>;

const ROOM_EVENTS = {
  ...MESSAGE_EVENTS,
  'room.changed': RoomLookSchema,
  'membership.added': Type.Object({ person: PersonSchema, role: RoleSchema }),
  /** The account left or was removed. On delivery, their connections stop following the room. */
  'membership.removed': Named,
  'membership.changed': Type.Object({ id: Id, uid: Uid, role: RoleSchema }),
  /** A deleted account: all that it wrote in the stream is gone. */
  'account.removed': Named,
} as const satisfies Record<string, TSchema>;

const ACCOUNT_EVENTS = {
  /** `sessionId` null: all sessions of the account. */
  'session.ended': Type.Object({ accountId: Id, sessionId: Type.Union([Type.String(), Type.Null()]) }),
  'account.deleted': AccountOnly,
  /** Nodes read again what they remember of it (core/moderation/standings.ts). */
  'account.changed': AccountOnly,
} as const satisfies Record<string, TSchema>;

/** Posts and comments are as an anonymous reader sees them. */
const BOARD_EVENTS = {
  'post.created': PostSchema,
  'post.edited': PostSchema,
  'post.deleted': Type.Object({ id: Id, uid: Uid }),
  /** `by` null: an account that is gone. */
  'post.liked': Type.Object({
    id: Id,
    uid: Uid,
    likesCount: Type.Integer({ minimum: 0 }),
    by: Type.Union([Named, Type.Null()]),
    liked: Type.Boolean(),
  }),
  'comment.created': CommentSchema,
  'comment.edited': CommentSchema,
  'comment.deleted': Type.Object({ id: Id, postId: Id, postUid: Uid }),
  'account.removed': Named,
} as const satisfies Record<string, TSchema>;

const PRESENCE_EVENTS = {
  /** The first socket of an account has entered the lobby; the last one has left it. */
  'member.joined': Arrival,
  'member.left': Arrival,
  /** An account's exclusive presence entry at the entrance `via` is on `node` now. */
  'place.taken': Type.Object({ accountId: Id, via: Name, node: Uid }),
} as const satisfies Record<string, TSchema>;

/** Facts that concern one account alone: the events of its own stream. */
const ME_EVENTS = {
  'room.joined': RoomViewSchema,
  'room.left': Named,
  'read.moved': MarksSchema,
  'notify.changed': Type.Object({ roomId: Id, roomUid: Uid, notify: NotifySchema }),
  'friend.added': PersonSchema,
  'friend.removed': Named,
  'block.added': Named,
  'block.removed': Named,
  'mute.added': Named,
  'mute.removed': Named,
  /** `id`: of a session of the account. */
  'own-session.ended': Type.Object({ id: Uid }),
  'settings.changed': MeSchema,
  'notification.created': NotificationSchema,
  'notification.read': Type.Object({ upTo: Id, unread: Type.Integer({ minimum: 0 }) }),
  /** Notifications about a thing that is gone: a message of a room, a post, a comment. */
  'notification.removed': Type.Object({
    ...Type.Pick(NotificationSchema, ['room', 'seq', 'post', 'commentId']).properties,
    unread: Type.Integer({ minimum: 0 }),
  }),
  'post.bookmarked': Type.Object({ id: Id, uid: Uid, bookmarked: Type.Boolean() }),
  /** The account likes the post, or does not any more. */
  'post.reacted': Type.Object({ id: Id, uid: Uid, liked: Type.Boolean() }),
} as const satisfies Record<string, TSchema>;

export const EVENTS = { ...ROOM_EVENTS, ...ACCOUNT_EVENTS, ...BOARD_EVENTS, ...PRESENCE_EVENTS, ...ME_EVENTS };

export type RoomKind = keyof typeof ROOM_EVENTS;
export type BoardKind = keyof typeof BOARD_EVENTS;
export type PresenceKind = keyof typeof PRESENCE_EVENTS;
export type MeKind = keyof typeof ME_EVENTS;
export type EventKind = keyof typeof EVENTS;

export const ROOM_KINDS = Object.keys(ROOM_EVENTS) as readonly RoomKind[];
export const BOARD_KINDS = Object.keys(BOARD_EVENTS) as readonly BoardKind[];

export type DataOf<Kind extends EventKind> = FrozenStatic<(typeof EVENTS)[Kind]>;

/** An event before it has a seq. */
export type Fact = { [Kind in EventKind]: { readonly kind: Kind; readonly data: DataOf<Kind> } }[EventKind];

/** A committed event. `seq` orders the events of a stream. */
export type Event = Fact & { readonly seq: number };

export type KoineHub = Hub<Event, Signal>;
export type KoineBroker = Broker<Event, Signal>;
export type KoineStream = Stream<Event, Signal>;
export type KoineEncoder = Encoder<Event, Signal>;

export function isRoomEvent({ kind }: Event): boolean {
  return Object.hasOwn(ROOM_EVENTS, kind);
}

/** The account that may not follow the stream after this event. */
export function removedBy({ kind, data }: Event): number | null {
  return kind === 'membership.removed' ? data.id : null;
}

/** The actor of an event: accounts that have blocked the actor are not sent it. Null: nobody. */
export function authorOf({ data }: Event): number | null {
  if ('author' in data) return data.author.id;
  if ('by' in data) return data.by?.id ?? null;
  return 'accountId' in data ? data.accountId : null;
}

/** Streams whose past is sent to newcomers: how many of their events the hub keeps in memory. */
export const KEPT_EVENTS: ReadonlyMap<number, number> = new Map([[LOBBY_STREAM, 1_024]]);

/** @returns a check of batches from other nodes, null for a malformed one; costly, so made only where there are such nodes */
export function createBatchReader(): (value: unknown) => EventBatch<Event, Signal> | null {
  const events = Object.entries(EVENTS).map(([kind, data]) => Type.Object({ seq: Id, kind: Type.Literal(kind), data }));
  const batch = Compile(
    Type.Object({ events: Type.Array(Type.Union(events)), signals: Type.Optional(Type.Array(SignalSchema)) }),
  );
  return (value) => (batch.Check(value) ? (value as EventBatch<Event, Signal>) : null);
}
