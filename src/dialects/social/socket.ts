/** social's `/api/chats/ws/…`: a chat, for its members; decided before the upgrade. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { Entrance } from '../../core/rooms/chat-messages.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError, notFound } from '../../errors.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { type Callers, NOT_SELF } from './callers.ts';
import type { Presenter } from './present.ts';
import { CHAT_FRAMES, SocketPath } from './schema.ts';

export function chatSocket(core: Pick<Core, 'chats'>, callers: Callers, present: Presenter): SocketRoute {
  return {
    path: '/api/chats/ws/:chat_id/:client_id',
    methods: ['GET'],
    operationId: 'joinChat',
    summary: 'A chat',
    description: "What is said in a chat from now on. Only the chat's members come in, each as themselves.",
    params: SocketPath,
    errors: ['unauthenticated', NOT_SELF, notFound('room')],
    frames: CHAT_FRAMES,
    accept: async (request) => {
      const { chat_id: uid = '', client_id: clientId = '' } = request.params;
      const actor = await callers.ofSocket(request, clientId);
      const chat = await core.chats.approachChat(actor, { uid });
      return (connection) => serveChat(core.chats, connection, { actor, chat, present });
    },
  };
}

function serveChat(
  chats: Core['chats'],
  connection: Connection,
  { actor, chat, present }: { actor: Actor; chat: Entrance; present: Presenter },
): SocketHandler {
  const joined = chat.enter(connection, present.frames);
  joined.catch((error: unknown) => connection.fail(error));
  const refuse = (error: AppError) => connection.sendText(present.errorFrame(error));
  return {
    entering: true,
    onText: async (text) => {
      await joined;
      await chats.sendMessage(actor, { id: chat.id }, text);
    },
    onRefused: refuse,
    onBinary: () => refuse(new AppError('invalid')),
  };
}
