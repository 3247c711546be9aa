/** lounge's frames: `{"type", "sent_at", "msg"}`. */
import type { LobbyEncoder } from '../../core/lobby.ts';
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
        return frame('chat_message', event.data.at, { from_user: event.data.author.username, text: event.data.body });
      case 'member.joined':
        return frame('user_joined', event.data.at, { username: event.data.username });
      case 'member.left':
        return frame('user_left', event.data.at, { username: event.data.username });
      default:
        return null;
    }
  },
};

export function usersOnlineFrame(usernames: readonly string[]): string {
  return frame('users_online', Date.now(), { list: usernames });
}

export function errorFrame(error: AppError): string {
  return frame('error', Date.now(), { error: errorText(error) });
}
