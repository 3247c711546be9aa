/** How a dialect shows the events of a stream. */
import type { BoardKind, DataOf, Event, EventKind, KoineEncoder, MeKind, PresenceKind, RoomKind } from './events.ts';

/** The function that makes the frame of each kind; null: the dialect does not show it. Omitting a kind does not compile. */
type Frames<Kinds extends EventKind> = {
  readonly [Kind in Kinds]: ((data: DataOf<Kind>) => string | null) | null;
};

/** The events of rooms and of the board that only the native API shows: the published documents have no frames for them. */
export const NATIVE_ROOM_EVENTS = {
  'message.edited': null,
  'message.deleted': null,
  'reaction.added': null,
  'reaction.removed': null,
  'pin.added': null,
  'pin.removed': null,
  'room.changed': null,
  'membership.added': null,
  'membership.removed': null,
  'membership.changed': null,
  'account.removed': null,
} as const satisfies Frames<Exclude<RoomKind, 'message.created'>>;
export const NATIVE_BOARD_EVENTS = { 'comment.edited': null, 'account.removed': null } as const satisfies Partial<
  Frames<BoardKind>
>;

/** Make one for all sockets of a dialect: followers that share an encoder share each encoded frame. */
export const roomEncoder = encoderOf<RoomKind>;
export const lobbyEncoder = encoderOf<RoomKind | PresenceKind>;
export const boardEncoder = encoderOf<BoardKind>;
export const meEncoder = encoderOf<MeKind>;

function encoderOf<Kinds extends EventKind>(frames: Frames<Kinds>): KoineEncoder {
  const frameOf = frames as Partial<Record<EventKind, ((data: Event['data']) => string | null) | null>>;
  return { event: ({ kind, data }) => frameOf[kind]?.(data) ?? null };
}
