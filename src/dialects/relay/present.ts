/** relay's frames. */
import type { LobbyEncoder } from '../../core/rooms/lobby.ts';
import type { AppError } from '../../errors.ts';

/** One for all of relay's sockets, so that a message is encoded once. */
export const lobbyFrames: LobbyEncoder = {
  event: (event) =>
    event.kind === 'message.created'
      ? JSON.stringify({ from: event.data.author.username, body: event.data.body, timestamp: event.data.createdAt })
      : null,
};

/** In the shape of a message: published clients parse every text frame as one. */
export function refusalFrame({ message }: AppError): string {
  return JSON.stringify({ from: '', body: message, timestamp: Date.now(), error: message });
}
