/** lounge's frames: `{"type", "sent_at", "msg"}`. */
import type { LobbyEncoder } from '../../core/rooms/lobby.ts';
import type { AppError } from '../../errors.ts';
import { errorText } from './errors.ts';

/** `at`: Unix milliseconds. */
function frame(type: string, at: number, msg: object): string {
  return JSON.stringify({ type, sent_at: new Date(at).toISOString(), msg });
}

/** One for all of lounge's sockets, so that everything is encoded once. */
export const lobbyFrames: LobbyEncoder = {
  event: (event) => {
    switch (event.kind) {
      case 'message.created':
        return frame('chat_message', event.data.createdAt, {
          from_user: event.data.author.username,
          text: event.data.body,
        });
      case 'member.joined':
        return presenceFrame('user_joined', event.data);
      case 'member.left':
        return presenceFrame('user_left', event.data);
      default:
        return null;
    }
  },
};

/** None of an account that was deleted before its coming was told here. */
function presenceFrame(type: string, { at, username }: { at: number; username: string | null }): string | null {
  return username === null ? null : frame(type, at, { username });
}

export function usersOnlineFrame(usernames: readonly string[]): string {
  return frame('users_online', Date.now(), { list: usernames });
}

export function errorFrame(error: AppError): string {
  return frame('error', Date.now(), { error: errorText(error) });
}
