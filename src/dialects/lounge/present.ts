/** lounge's frames: `{"type", "sent_at", "msg"}`. */
import { lobbyEncoder, NATIVE_ROOM_EVENTS } from '../../core/events/encoders.ts';
import type { AppError } from '../../errors.ts';
import { errorText } from './errors.ts';

/** `at`: Unix milliseconds. */
function frame(type: string, at: number, msg: object): string {
  return JSON.stringify({ type, sent_at: new Date(at).toISOString(), msg });
}

export const lobbyFrames = lobbyEncoder({
  ...NATIVE_ROOM_EVENTS,
  'message.created': ({ createdAt, author, body }) =>
    frame('chat_message', createdAt, { from_user: author.username, text: body }),
  'member.joined': (arrival) => presenceFrame('user_joined', arrival),
  'member.left': (departure) => presenceFrame('user_left', departure),
  'place.taken': null,
});

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
