/** How koine shows rooms and their messages. */
import type { Static } from 'typebox';
import type { Media } from '../../../core/media/media.ts';
import type * as core from '../../../core/model.ts';
import type { ShownMessage } from '../../../core/rooms/message-reads.ts';
import type * as schema from '../schema.ts';
import { moment } from '../times.ts';
import type { FilePresenter } from './files.ts';
import type { PersonPresenter } from './people.ts';

type Parts = {
  readonly media: Pick<Media, 'pictureUrl'>;
  readonly person: PersonPresenter;
  readonly file: FilePresenter;
};

export function createRoomPresenter({ media, person, file }: Parts) {
  function message(message: core.Message): Static<typeof schema.Message> {
    const { seq, author, body, createdAt, editedAt, deletedAt, replyTo, mentions, files } = message;
    return {
      seq,
      author: person(author),
      body,
      createdAt: moment(createdAt),
      ...(editedAt !== null && { editedAt: moment(editedAt) }),
      ...(deletedAt !== null && { deletedAt: moment(deletedAt) }),
      ...(replyTo !== null && { replyTo: { ...replyTo, author: person(replyTo.author) } }),
      mentions: [...mentions],
      files: files.map(file),
    };
  }

  /** As answers show it, to one reader. */
  function shownMessage({ reactions, pinned, ...one }: ShownMessage): Static<typeof schema.Message> {
    return { ...message(one), reactions: [...reactions], pinned };
  }

  function look(of: core.RoomLook) {
    const { title, posting } = of;
    return { title, avatarUrl: media.pictureUrl(of), posting };
  }

  function room(view: core.RoomView): Static<typeof schema.Room> {
    const { uid, kind, members, membersCount, myRole, notify, lastMessage } = view;
    return {
      id: uid,
      kind,
      ...look(view),
      ...(kind !== 'lobby' && { members: members.map(person) }),
      ...(membersCount !== null && { membersCount }),
      myRole,
      seq: view.seq,
      ...marks(view),
      notify,
      lastMessage: lastMessage && message(lastMessage),
      activeAt: moment(view.activeAt),
    };
  }

  return { message, shownMessage, look, room };
}

/** How far the caller has read a room. */
export function marks({ readSeq, unread, mentions }: Pick<core.Marks, 'readSeq' | 'unread' | 'mentions'>) {
  return { readSeq, unread, mentions };
}
