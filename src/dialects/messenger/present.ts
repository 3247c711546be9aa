/** How messenger shows accounts, profiles, posts, rooms and messages, and the frames of its socket. */

import type { Profile } from '../../core/accounts/profiles.ts';
import type { Core } from '../../core/core.ts';
import { NATIVE_ROOM_EVENTS, roomEncoder } from '../../core/events/encoders.ts';
import type { Message, Person } from '../../core/model.ts';
import type { PostWith } from '../../core/posts/post-parts.ts';
import type { Room } from '../../core/rooms/rooms.ts';
import type { AppError } from '../../errors.ts';
import { createMessageText, unlessDeleted } from '../shared/message-text.ts';
import { errorText } from './errors.ts';

export function presentUser({ id, username, email }: Person) {
  return { id, username, email };
}

export function presentPost({ id, title, body, createdAt }: PostWith) {
  return { id, title: title ?? '', content: body, created_at: new Date(createdAt).toISOString() };
}

export function presentProfile(profile: Profile, friends: readonly Person[], posts: readonly PostWith[]) {
  const { image, bio } = profile;
  return {
    ...presentUser(profile),
    profile: { image, bio, friends: friends.map(({ id }) => id) },
    posts: posts.map(presentPost),
  };
}

export function presentChatroom({ id, name, members, title }: Room) {
  return { id, name, members: members.map((member) => member.id), display_name: title };
}

export type MessagePresenter = ReturnType<typeof createMessagePresenter>;

/** Messages, and the frames of rooms for all sockets of the dialect. */
export function createMessagePresenter(core: Pick<Core, 'media'>) {
  const textOf = createMessageText(core);

  function present(message: Message) {
    const { id, author, createdAt } = message;
    return { id, user: author.username, content: textOf(message), timestamp: new Date(createdAt).toISOString() };
  }

  const frames = roomEncoder({
    ...NATIVE_ROOM_EVENTS,
    'message.created': unlessDeleted((message) => JSON.stringify(present(message))),
  });
  return { present, frames };
}

/** Clients render every frame as a message: a refusal is a message without an author, with its reason in `error` too. */
export function errorFrame(error: AppError): string {
  const reason = errorText(error);
  return JSON.stringify({ id: 0, user: '', content: reason, timestamp: new Date().toISOString(), error: reason });
}
