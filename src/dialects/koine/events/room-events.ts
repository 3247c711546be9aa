/** The events of rooms. A `seq` in the data is that of the message which the event is about. */
import { Type } from 'typebox';
import type { DataOf, RoomKind } from '../../../core/events/events.ts';
import { Id, Message, Moment, Person, Room, RoomRole, Seq } from '../schema.ts';
import { moment } from '../times.ts';
import { Named, named, type ShownEvent, shown } from './shown-event.ts';

const Reaction = Type.Object({ seq: Seq, emoji: Type.String(), by: Id });
const reaction = ({ seq, emoji, by }: DataOf<'reaction.added'>) => ({ seq, emoji, by: by.uid });
const Pin = Type.Object({ seq: Seq, by: Id });
const pin = ({ seq, by }: DataOf<'pin.added'>) => ({ seq, by: by.uid });

export const ROOM_EVENTS = {
  'message.created': shown({
    says: 'A message was sent.',
    data: Message,
    present: (message, presenter) => presenter.message(message),
  }),
  'message.edited': shown({
    says: 'A message as it is after an edit.',
    data: Message,
    present: (message, presenter) => presenter.message(message),
  }),
  'message.deleted': shown({
    says: 'A message was deleted: what is left is a tombstone.',
    data: Type.Object({ seq: Seq, deletedAt: Moment }),
    present: ({ seq, deletedAt }) => ({ seq, deletedAt: moment(deletedAt) }),
  }),
  'reaction.added': shown({ says: 'Somebody reacted to a message.', data: Reaction, present: reaction }),
  'reaction.removed': shown({ says: 'Somebody took a reaction back.', data: Reaction, present: reaction }),
  'pin.added': shown({ says: 'A message was pinned.', data: Pin, present: pin }),
  'pin.removed': shown({ says: 'A message is not pinned any more.', data: Pin, present: pin }),
  'room.changed': shown({
    says: 'The room has another title or picture, or others may write in it.',
    data: Type.Pick(Room, ['title', 'avatarUrl', 'posting']),
    present: (look, presenter) => presenter.look(look),
  }),
  'membership.added': shown({
    type: 'member.joined',
    says: 'Somebody is a member from now on.',
    data: Type.Object({ person: Person, role: RoomRole }),
    present: ({ person, role }, presenter) => ({ person: presenter.person(person), role }),
  }),
  'membership.removed': shown({
    type: 'member.left',
    says: 'Somebody left or was removed.',
    data: Named,
    present: named,
  }),
  'membership.changed': shown({
    type: 'member.changed',
    says: 'A member has another role.',
    data: Type.Object({ id: Id, role: RoomRole }),
    present: ({ uid, role }) => ({ id: uid, role }),
  }),
  'account.removed': shown({
    says: 'An account was deleted, and all that it wrote here.',
    data: Named,
    present: named,
  }),
} satisfies { readonly [Kind in RoomKind]: ShownEvent<DataOf<Kind>> };
