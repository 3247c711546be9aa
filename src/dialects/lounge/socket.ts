/** lounge's `/join`: the token before the upgrade, then the list of who is online, then the lobby live. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { LobbyAdmission, LobbyEncoder } from '../../core/rooms/lobby.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError } from '../../errors.ts';
import type { SocketHandler, SocketRoute, UpgradeRequest } from '../dialect.ts';
import { bearerToken, socketToken } from '../shared/credentials.ts';
import { parseFrame } from '../shared/json.ts';
import { roomSocket } from '../shared/sockets.ts';
import { createLobbyFrames, errorFrame, usersOnlineFrame } from './present.ts';
import { ChatMessageFrame, JOIN_FRAMES } from './schema.ts';

export function joinSocket(core: Pick<Core, 'sessions' | 'lobby' | 'media'>): SocketRoute {
  const frames = createLobbyFrames(core);
  return {
    path: '/join',
    methods: ['GET', 'POST'],
    operationId: 'joinLobby',
    summary: 'Join the lobby',
    description: 'Who is online, arrivals and departures, and all messages. Closing the socket leaves the lobby.',
    errors: ['unauthenticated'],
    frames: JOIN_FRAMES,
    accept: async (request) => {
      const actor = await core.sessions.authenticate(requiredToken(request), 'read', 'write');
      const admission = core.lobby.approach(actor);
      return (connection) => loungeSocket(core.lobby, connection, { actor, admission, frames });
    },
  };
}

function requiredToken(request: UpgradeRequest): string {
  const { authorization } = request.headers;
  const token = authorization === undefined ? socketToken(request) : bearerToken(authorization);
  if (token !== null) return token;
  const message =
    authorization === undefined ? 'Authorization header is missing' : 'Invalid Authorization header format';
  throw new AppError('unauthenticated', { message });
}

function loungeSocket(
  lobby: Core['lobby'],
  connection: Connection,
  { actor, admission, frames }: { actor: Actor; admission: LobbyAdmission; frames: LobbyEncoder },
): SocketHandler {
  const greet = (present: readonly string[]) => connection.sendText(usersOnlineFrame(present));
  return roomSocket(connection, {
    entered: admission.join(connection, frames, greet),
    send: async (text) => lobby.send(actor, chatText(text)),
    errorFrame,
    binaryRefusal: new AppError('invalid', { message: 'frames must be JSON text' }),
  });
}

/** @throws AppError `invalid`, with a message that says what is wrong */
function chatText(frame: string): string {
  const parsed = parseFrame(frame);
  if (ChatMessageFrame.Check(parsed)) return parsed.msg.text;
  const { type, msg } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (type !== 'chat_message') throw new AppError('invalid', { message: 'type must be "chat_message"' });
  const what =
    typeof msg === 'object' && msg !== null && 'text' in msg ? 'msg.text must be a string' : 'msg.text is required';
  throw new AppError('invalid', { message: what });
}
