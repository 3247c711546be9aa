/** relay's frames. */
import type { Core } from '../../core/core.ts';
import { lobbyEncoder, NATIVE_ROOM_EVENTS } from '../../core/events/encoders.ts';
import type { LobbyEncoder } from '../../core/rooms/lobby.ts';
import type { AppError } from '../../errors.ts';
import { createMessageText, unlessDeleted } from '../shared/message-text.ts';

/** For all sockets of the dialect. */
export function createLobbyFrames(core: Pick<Core, 'media'>): LobbyEncoder {
  const textOf = createMessageText(core);
  return lobbyEncoder({
    ...NATIVE_ROOM_EVENTS,
    'message.created': unlessDeleted((message) =>
      JSON.stringify({ from: message.author.username, body: textOf(message), timestamp: message.createdAt }),
    ),
    'member.joined': null,
    'member.left': null,
    'place.taken': null,
  });
}

/** A refusal in the shape of a message: published clients parse every text frame as one. */
export function refusalFrame({ message }: AppError): string {
  return JSON.stringify({ from: '', body: message, timestamp: Date.now(), error: message });
}
