/** The events of koine: how each kind is called, and what its data looks like. */
import { type Static, type TSchema, Type } from 'typebox';
import type { BoardKind, MeKind, RoomKind } from '../../core/events/events.ts';
import * as shape from './schema.ts';

export type ShownKind = RoomKind | BoardKind | MeKind;

type EventShape = { readonly type: string; readonly says: string; readonly data: TSchema };

const { Id, Seq, Moment, Count } = shape;
const Named = Type.Object({ id: Id });
const NullableId = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const MessageReaction = Type.Object({ seq: Seq, emoji: Type.String(), by: Id });
const MessagePin = Type.Object({ seq: Seq, by: Id });
const PostShown = Type.Omit(shape.Post, ['liked', 'bookmarked']);

/** A `seq` in the data is that of the message which the event is about. */
export const EVENT_SHAPES = {
  'message.created': { type: 'message.created', says: 'A message was sent.', data: shape.Message },
  'message.edited': { type: 'message.edited', says: 'A message as it is after an edit.', data: shape.Message },
  'message.deleted': {
    type: 'message.deleted',
    says: 'A message was deleted: what is left is a tombstone.',
    data: Type.Object({ seq: Seq, deletedAt: Moment }),
  },
  'reaction.added': { type: 'reaction.added', says: 'Somebody reacted to a message.', data: MessageReaction },
  'reaction.removed': { type: 'reaction.removed', says: 'Somebody took a reaction back.', data: MessageReaction },
  'pin.added': { type: 'pin.added', says: 'A message was pinned.', data: MessagePin },
  'pin.removed': { type: 'pin.removed', says: 'A message is not pinned any more.', data: MessagePin },
  'room.changed': {
    type: 'room.changed',
    says: 'The room has another title or picture, or others may write in it.',
    data: Type.Pick(shape.Room, ['title', 'avatarUrl', 'posting']),
  },
  'membership.added': {
    type: 'member.joined',
    says: 'Somebody is a member from now on.',
    data: Type.Object({ person: shape.Person, role: shape.RoomRole }),
  },
  'membership.removed': { type: 'member.left', says: 'Somebody left or was removed.', data: Named },
  'membership.changed': {
    type: 'member.changed',
    says: 'A member has another role.',
    data: Type.Object({ id: Id, role: shape.RoomRole }),
  },
  'account.removed': {
    type: 'account.removed',
    says: 'An account was deleted, and all that it wrote here.',
    data: Named,
  },
  'post.created': { type: 'post.created', says: 'A post was published.', data: PostShown },
  'post.edited': { type: 'post.edited', says: 'A post as it is after an edit.', data: PostShown },
  'post.deleted': { type: 'post.deleted', says: 'A post was deleted.', data: Named },
  'post.liked': {
    type: 'post.liked',
    says: 'Somebody likes a post, or does not any more. `by` null: an account that is gone.',
    data: Type.Object({ id: Id, by: NullableId, liked: Type.Boolean(), likesCount: Count }),
  },
  'comment.created': { type: 'comment.created', says: 'Somebody commented on a post.', data: shape.Comment },
  'comment.edited': { type: 'comment.edited', says: 'A comment as it is after an edit.', data: shape.Comment },
  'comment.deleted': {
    type: 'comment.deleted',
    says: 'A comment was deleted.',
    data: Type.Object({ id: Id, postId: Id }),
  },
  'room.joined': { type: 'room.joined', says: 'You are in this room now: it is followed.', data: shape.Room },
  'room.left': { type: 'room.left', says: 'You are not in this room any more: it is not followed.', data: Named },
  'read.moved': {
    type: 'read.moved',
    says: 'How far you have read a room.',
    data: Type.Object({ room: Id, ...Type.Pick(shape.Room, ['readSeq', 'unread', 'mentions', 'seq']).properties }),
  },
  'notify.changed': {
    type: 'notify.changed',
    says: 'Your notification setting of a room.',
    data: Type.Object({ room: Id, notify: shape.Notify }),
  },
  'friend.added': { type: 'friend.added', says: 'You have a new friend.', data: shape.Person },
  'friend.removed': { type: 'friend.removed', says: 'Somebody is not your friend any more.', data: Named },
  'block.added': { type: 'block.added', says: 'You blocked somebody.', data: Named },
  'block.removed': { type: 'block.removed', says: 'You unblocked somebody.', data: Named },
  'mute.added': { type: 'mute.added', says: 'You muted somebody.', data: Named },
  'mute.removed': { type: 'mute.removed', says: 'You hear of somebody again.', data: Named },
  'own-session.ended': { type: 'session.ended', says: 'One of your sessions has ended.', data: Named },
  'settings.changed': { type: 'settings.changed', says: 'Your account as it is now.', data: shape.Me },
  'notification.created': {
    type: 'notification.created',
    says: 'Somebody did something that concerns you.',
    data: shape.Notification,
  },
  'notification.read': {
    type: 'notification.read',
    says: 'You have read your notifications so far. `unread`: how many are left.',
    data: Type.Object({ upTo: Id, unread: Count }),
  },
  'notification.removed': {
    type: 'notification.removed',
    says: 'The subject of notifications is gone, and they with it. `unread`: how many are left.',
    data: Type.Object({
      subject: Type.Pick(shape.Notification.properties.subject, ['room', 'seq', 'postId', 'commentId']),
      unread: Count,
    }),
  },
  'post.bookmarked': {
    type: 'post.bookmarked',
    says: 'You keep a post, or do not any more.',
    data: Type.Object({ id: Id, bookmarked: Type.Boolean() }),
  },
  'post.reacted': {
    type: 'post.reacted',
    says: 'You like a post, or do not any more.',
    data: Type.Object({ id: Id, liked: Type.Boolean() }),
  },
} as const satisfies { readonly [Kind in ShownKind]: EventShape };

export type EventData<Kind extends ShownKind> = Static<(typeof EVENT_SHAPES)[Kind]['data']>;

/** The frames of events, by type. */
export function eventFrames(): Record<string, TSchema> {
  const shapes: readonly EventShape[] = Object.values(EVENT_SHAPES);
  return Object.fromEntries(
    shapes.map(({ type, says, data }) => [
      type,
      Type.Object(
        { type: Type.Literal(type), stream: shape.Event.properties.stream, seq: Seq, data },
        { description: says },
      ),
    ]),
  );
}
