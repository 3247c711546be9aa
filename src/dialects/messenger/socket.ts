/** messenger's socket of one room: token and access are checked before the upgrade. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { RoomAdmission, RoomEncoder } from '../../core/rooms/room-messages.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError, invalid } from '../../errors.ts';
import type { SocketHandler, SocketRoute, UpgradeRequest } from '../dialect.ts';
import { headerToken, socketToken } from '../shared/credentials.ts';
import { parseFrame } from '../shared/json.ts';
import { roomSocket } from '../shared/sockets.ts';
import { noCredentials } from './errors.ts';
import { errorFrame, type MessagePresenter } from './present.ts';
import { CHAT_FRAMES, MessageFrame, RoomPath } from './schema.ts';

export type SocketCore = Pick<Core, 'sessions' | 'rooms'>;

export function chatSocket(core: SocketCore, { frames }: MessagePresenter): SocketRoute {
  return {
    path: '/messenger/ws/ws/chat/:room_name/',
    methods: ['GET'],
    operationId: 'joinChatroom',
    summary: 'Join a room',
    description:
      'New messages of the room, whatever API they are sent through. Each incoming frame is a message to the room.',
    params: RoomPath,
    errors: ['unauthenticated', noCredentials(), 'not_found'],
    frames: CHAT_FRAMES,
    accept: async (request) => {
      const actor = await core.sessions.authenticate(requiredToken(request), 'read', 'write');
      const room = await core.rooms.approachRoom(actor, { name: request.params.room_name ?? '' });
      return (connection) => serveRoom(core, connection, { actor, room, frames });
    },
  };
}

/** @throws AppError `unauthenticated` */
function requiredToken(request: UpgradeRequest): string {
  const token = headerToken(request.headers.authorization) ?? socketToken(request);
  if (token === null) throw noCredentials();
  return token;
}

function serveRoom(
  { rooms }: SocketCore,
  connection: Connection,
  { actor, room, frames }: { actor: Actor; room: RoomAdmission; frames: RoomEncoder },
): SocketHandler {
  return roomSocket(connection, {
    entered: room.enter(connection, frames),
    send: async (text) => rooms.sendMessage(actor, room, messageIn(text)),
    errorFrame,
    binaryRefusal: new AppError('invalid', { message: 'frames must be JSON text' }),
  });
}

/** @throws AppError `invalid`, with a message that says what is wrong */
function messageIn(frame: string): string {
  const parsed = parseFrame(frame);
  if (MessageFrame.Check(parsed)) return parsed.message;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AppError('invalid', { message: 'the frame must be {"message": "..."}' });
  if (!('message' in parsed)) throw invalid('message', 'required', 'message is required');
  throw invalid('message', 'type', 'message must be a string', { input: parsed.message });
}
