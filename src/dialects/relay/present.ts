/** relay's frames. */
import type { LobbyEncoder } from '../../core/lobby.ts';
import type { AppError } from '../../errors.ts';

/** One for all of relay's sockets, so that a message is encoded once. */
export const lobbyFrames: LobbyEncoder = {
  event: (event) =>
    event.kind === 'message.created'
      ? JSON.stringify({ from: event.data.author.username, body: event.data.body, timestamp: event.data.at })
      : null,
};

export function errorFrame(error: AppError): string {
  return JSON.stringify({ error: error.message });
}
