/** How social shows people, posts, chats and messages, and the frames of its socket. */

import type { Core } from '../../core/core.ts';
import { NATIVE_ROOM_EVENTS, roomEncoder } from '../../core/events/encoders.ts';
import type { File, Message, Person } from '../../core/model.ts';
import type { PostPart, PostWith } from '../../core/posts/post-parts.ts';
import { postText } from '../../core/posts/posts.ts';
import type { Room } from '../../core/rooms/rooms.ts';
import type { AppError } from '../../errors.ts';
import { createMessageText, unlessDeleted } from '../shared/message-text.ts';
import { errorText } from './errors.ts';

/** The parts of a post that social shows. */
export const POST_PARTS = ['images', 'likers', 'views'] as const satisfies PostPart[];

/** A file that is no picture is a link after the text. */
const isOther = ({ previewKey }: Pick<File, 'previewKey'>): boolean => previewKey === null;

/** The author's id in messages of the server itself. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export type Presenter = ReturnType<typeof createPresenter>;

export function createPresenter({ media }: Pick<Core, 'media'>) {
  /** Never null: front ends put it into an image as it is. */
  function avatarOf(person: Person): string {
    return media.pictureUrl(person) ?? media.avatarUrl(null);
  }

  function user(person: Person) {
    const { uid, username, email } = person;
    return { id: uid, username, email, avatar: avatarOf(person) };
  }

  function post({ uid, author, images, likers, createdAt, views, ...texts }: PostWith<(typeof POST_PARTS)[number]>) {
    return {
      id: uid,
      author: { id: author.uid, username: author.username, avatar: avatarOf(author) },
      description: [postText(texts), ...images.filter(isOther).map(media.fileUrl)].filter(Boolean).join('\n'),
      images: images.filter((file) => !isOther(file)).map(media.fileUrl),
      likes: likers.map(user),
      created_at: new Date(createdAt).toISOString(),
      views,
    };
  }

  /** A direct chat has the picture of its other member. */
  function chat(room: Room, viewer: { id: number }) {
    const { uid, kind, title, members } = room;
    const other = kind === 'direct' ? members.find(({ id }) => id !== viewer.id) : undefined;
    return {
      id: uid,
      title,
      avatar: media.pictureUrl(room) ?? (other ? avatarOf(other) : media.avatarUrl(null)),
      users: members.map(user),
    };
  }

  const textOf = createMessageText({ media });

  function message(one: Message) {
    const { id, createdAt, author } = one;
    return { id, message: textOf(one), created_at: new Date(createdAt).toISOString(), user: user(author) };
  }

  const frames = roomEncoder({
    ...NATIVE_ROOM_EVENTS,
    'message.created': unlessDeleted((created) => JSON.stringify(message(created))),
  });

  /** Front ends render every frame as a message: a refusal is a message without an author, with its reason in `detail` too. */
  function errorFrame(error: AppError): string {
    const detail = errorText(error);
    const nobody = { id: NOBODY, username: '', email: '', avatar: media.avatarUrl(null) };
    return JSON.stringify({ id: 0, message: detail, created_at: new Date().toISOString(), user: nobody, detail });
  }

  return { user, post, chat, message, frames, errorFrame };
}
