/** lounge's `/join`: the token before the upgrade; then who is here; then the lobby. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { LobbyDoor } from '../../core/rooms/lobby.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError } from '../../errors.ts';
import type { SocketHandler, SocketRoute, UpgradeRequest } from '../dialect.ts';
import { bearerToken, socketToken } from '../shared/credentials.ts';
import { parseFrame } from '../shared/json.ts';
import { errorFrame, lobbyFrames, usersOnlineFrame } from './present.ts';
import { ChatMessageFrame, JOIN_FRAMES } from './schema.ts';

export function joinSocket(core: Pick<Core, 'sessions' | 'lobby'>): SocketRoute {
  return {
    path: '/join',
    methods: ['GET', 'POST'],
    operationId: 'joinLobby',
    summary: 'The lobby',
    description: 'Who is here, who comes and goes, and what is said. Closing the socket leaves the lobby.',
    errors: ['unauthenticated'],
    frames: JOIN_FRAMES,
    accept: async (request) => {
      const actor = await core.sessions.authenticate(requiredToken(request));
      const door = core.lobby.approach(actor);
      return (connection) => loungeSocket(core.lobby, connection, { actor, door });
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
  { actor, door }: { actor: Actor; door: LobbyDoor },
): SocketHandler {
  const joined = door.join(connection, lobbyFrames, (present) => connection.sendText(usersOnlineFrame(present)));
  joined.catch((error: unknown) => connection.fail(error));
  return {
    entering: true,
    onText: async (text) => {
      await joined;
      await lobby.send(actor, chatText(text));
    },
    onRefused: (error) => connection.sendText(errorFrame(error)),
    onBinary: () => connection.sendText(errorFrame(new AppError('invalid', { message: 'frames must be JSON text' }))),
  };
}

/** @throws AppError `invalid` with what is wrong with the frame */
function chatText(frame: string): string {
  const parsed = parse(frame);
  if (ChatMessageFrame.Check(parsed)) return parsed.msg.text;
  const { type, msg } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (type !== 'chat_message') throw new AppError('invalid', { message: 'type must be "chat_message"' });
  const what =
    typeof msg === 'object' && msg !== null && 'text' in msg ? 'msg.text must be a string' : 'msg.text is required';
  throw new AppError('invalid', { message: what });
}

function parse(frame: string): unknown {
  try {
    return parseFrame(frame);
  } catch {
    throw new AppError('invalid', { message: 'the frame is not valid JSON' });
  }
}
