/** The events of an account's own stream. */
import { Type } from 'typebox';
import type { DataOf, MeKind } from '../../../core/events/events.ts';
import { subject } from '../present/notifications.ts';
import { marks } from '../present/rooms.ts';
import { Count, Id, Me, Notification, Notify, Person, Room } from '../schema.ts';
import { Named, named, type ShownEvent, shown } from './shown-event.ts';

export const ME_EVENTS = {
  'room.joined': shown({
    says: 'You are in this room now: it is followed.',
    data: Room,
    present: (room, presenter) => presenter.room(room),
  }),
  'room.left': shown({
    says: 'You are not in this room any more: it is not followed.',
    data: Named,
    present: named,
  }),
  'read.moved': shown({
    says: 'How far you have read a room.',
    data: Type.Object({ room: Id, ...Type.Pick(Room, ['readSeq', 'unread', 'mentions', 'seq']).properties }),
    present: (moved) => ({ room: moved.roomUid, ...marks(moved), seq: moved.seq }),
  }),
  'notify.changed': shown({
    says: 'Your notification setting of a room.',
    data: Type.Object({ room: Id, notify: Notify }),
    present: ({ roomUid, notify }) => ({ room: roomUid, notify }),
  }),
  'friend.added': shown({
    says: 'You have a new friend.',
    data: Person,
    present: (friend, presenter) => presenter.person(friend),
  }),
  'friend.removed': shown({ says: 'Somebody is not your friend any more.', data: Named, present: named }),
  'block.added': shown({ says: 'You blocked somebody.', data: Named, present: named }),
  'block.removed': shown({ says: 'You unblocked somebody.', data: Named, present: named }),
  'mute.added': shown({ says: 'You muted somebody.', data: Named, present: named }),
  'mute.removed': shown({ says: 'You hear of somebody again.', data: Named, present: named }),
  'own-session.ended': shown({
    type: 'session.ended',
    says: 'One of your sessions has ended.',
    data: Named,
    present: ({ id }) => ({ id }),
  }),
  'settings.changed': shown({
    says: 'Your account as it is now.',
    data: Me,
    present: (me, presenter) => presenter.me(me),
  }),
  'notification.created': shown({
    says: 'Somebody did something that concerns you.',
    data: Notification,
    present: (notification, presenter) => presenter.notification(notification),
  }),
  'notification.read': shown({
    says: 'You have read your notifications so far. `unread`: how many are left.',
    data: Type.Object({ upTo: Id, unread: Count }),
    present: ({ upTo, unread }) => ({ upTo: String(upTo), unread }),
  }),
  'notification.removed': shown({
    says: 'The subject of notifications is gone, and they with it. `unread`: how many are left.',
    data: Type.Object({
      subject: Type.Pick(Notification.properties.subject, ['room', 'seq', 'postId', 'commentId']),
      unread: Count,
    }),
    present: ({ unread, ...about }) => ({ subject: subject(about), unread }),
  }),
  'post.bookmarked': shown({
    says: 'You keep a post, or do not any more.',
    data: Type.Object({ id: Id, bookmarked: Type.Boolean() }),
    present: ({ uid, bookmarked }) => ({ id: uid, bookmarked }),
  }),
  'post.reacted': shown({
    says: 'You like a post, or do not any more.',
    data: Type.Object({ id: Id, liked: Type.Boolean() }),
    present: ({ uid, liked }) => ({ id: uid, liked }),
  }),
} satisfies { readonly [Kind in MeKind]: ShownEvent<DataOf<Kind>> };
