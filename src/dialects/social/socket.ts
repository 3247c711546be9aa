/** social's `/api/chats/ws/…`: a chat, for its members. Access is checked before the upgrade. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { RoomAdmission } from '../../core/rooms/room-messages.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError, notFound } from '../../errors.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { roomSocket } from '../shared/sockets.ts';
import { NOT_SELF, type SocialCallers } from './callers.ts';
import type { Presenter } from './present.ts';
import { CHAT_FRAMES, SocketPath } from './schema.ts';

export function chatSocket(core: Pick<Core, 'rooms'>, callers: SocialCallers, present: Presenter): SocketRoute {
  return {
    path: '/api/chats/ws/:chat_id/:client_id',
    methods: ['GET'],
    operationId: 'joinChat',
    summary: 'Join a chat',
    description: "New messages of a chat. Only the chat's members may join, each with their own id.",
    params: SocketPath,
    errors: ['unauthenticated', NOT_SELF, notFound('room')],
    frames: CHAT_FRAMES,
    accept: async (request) => {
      const { chat_id: uid = '', client_id: clientId = '' } = request.params;
      const actor = await callers.ofSocket(request, clientId);
      const chat = await core.rooms.approachRoom(actor, { uid });
      return (connection) => serveChat(core.rooms, connection, { actor, chat, present });
    },
  };
}

function serveChat(
  chats: Core['rooms'],
  connection: Connection,
  { actor, chat, present }: { actor: Actor; chat: RoomAdmission; present: Presenter },
): SocketHandler {
  return roomSocket(connection, {
    entered: chat.enter(connection, present.frames),
    send: (text) => chats.sendMessage(actor, { id: chat.id }, text),
    errorFrame: present.errorFrame,
    binaryRefusal: new AppError('invalid'),
  });
}
