/** lounge's frames: `{"type", "sent_at", "msg"}`. */
import type { Core } from '../../core/core.ts';
import { lobbyEncoder, NATIVE_ROOM_EVENTS } from '../../core/events/encoders.ts';
import type { LobbyEncoder } from '../../core/rooms/lobby.ts';
import type { AppError } from '../../errors.ts';
import { createMessageText, unlessDeleted } from '../shared/message-text.ts';
import { errorText } from './errors.ts';

/** `at`: Unix milliseconds. */
function frame(type: string, at: number, msg: object): string {
  return JSON.stringify({ type, sent_at: new Date(at).toISOString(), msg });
}

/** For all sockets of the dialect. */
export function createLobbyFrames(core: Pick<Core, 'media'>): LobbyEncoder {
  const textOf = createMessageText(core);
  return lobbyEncoder({
    ...NATIVE_ROOM_EVENTS,
    'message.created': unlessDeleted((message) =>
      frame('chat_message', message.createdAt, { from_user: message.author.username, text: textOf(message) }),
    ),
    'member.joined': (arrival) => presenceFrame('user_joined', arrival),
    'member.left': (departure) => presenceFrame('user_left', departure),
    'place.taken': null,
  });
}

/** Null for an account that was deleted before its arrival was delivered here: its name is unknown. */
function presenceFrame(type: string, { at, username }: { at: number; username: string | null }): string | null {
  return username === null ? null : frame(type, at, { username });
}

export function usersOnlineFrame(usernames: readonly string[]): string {
  return frame('users_online', Date.now(), { list: usernames });
}

export function errorFrame(error: AppError): string {
  return frame('error', Date.now(), { error: errorText(error) });
}
