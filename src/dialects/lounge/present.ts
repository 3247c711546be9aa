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
  event: (event) =>
    event.kind === 'message.created'
      ? frame('chat_message', event.data.at, { from_user: event.data.author.username, text: event.data.body })
      : null,
  notice: (notice) =>
    frame(notice.kind === 'member.joined' ? 'user_joined' : 'user_left', notice.at, { username: notice.username }),
};

export function usersOnlineFrame(usernames: readonly string[]): string {
  return frame('users_online', Date.now(), { list: usernames });
}

export function errorFrame(error: AppError): string {
  return frame('error', Date.now(), { error: errorText(error) });
}
