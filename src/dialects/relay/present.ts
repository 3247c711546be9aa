/** relay's frames. */
import { lobbyEncoder, NATIVE_ROOM_EVENTS } from '../../core/events/encoders.ts';
import type { AppError } from '../../errors.ts';

export const lobbyFrames = lobbyEncoder({
  ...NATIVE_ROOM_EVENTS,
  'message.created': ({ author, body, createdAt }) =>
    JSON.stringify({ from: author.username, body, timestamp: createdAt }),
  'member.joined': null,
  'member.left': null,
  'place.taken': null,
});

/** A refusal in the shape of a message: published clients parse every text frame as one. */
export function refusalFrame({ message }: AppError): string {
  return JSON.stringify({ from: '', body: message, timestamp: Date.now(), error: message });
}
