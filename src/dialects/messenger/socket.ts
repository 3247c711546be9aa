/** messenger's socket of one room: the token and the right to be there before the upgrade; then the room. */

import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import type { Entrance } from '../../core/rooms/chat-messages.ts';
import type { Connection } from '../../core/sockets.ts';
import { AppError, invalid } from '../../errors.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { parseFrame } from '../shared/json.ts';
import { upgradeToken } from './callers.ts';
import { noCredentials } from './errors.ts';
import { chatFrames, errorFrame } from './present.ts';
import { CHAT_FRAMES, MessageFrame, RoomPath } from './schema.ts';

export type SocketCore = Pick<Core, 'sessions' | 'chats'>;

export function chatSocket(core: SocketCore): SocketRoute {
  return {
    path: '/messenger/ws/ws/chat/:room_name/',
    methods: ['GET'],
    operationId: 'joinChatroom',
    summary: 'A room, live',
    description: 'What is said in the room from now on, whatever API it is said through. Frames in are messages to it.',
    params: RoomPath,
    errors: ['unauthenticated', noCredentials(), 'not_found'],
    frames: CHAT_FRAMES,
    accept: async (request) => {
      const actor = await core.sessions.authenticate(upgradeToken(request));
      const room = await core.chats.approachChat(actor, { name: request.params.room_name ?? '' });
      return (connection) => serveRoom(core, connection, actor, room);
    },
  };
}

function serveRoom({ chats }: SocketCore, connection: Connection, actor: Actor, room: Entrance): SocketHandler {
  const entered = room.enter(connection, chatFrames);
  entered.catch((error: unknown) => connection.fail(error));
  return {
    entering: true,
    onText: async (text) => {
      await entered;
      await chats.sendMessage(actor, room, messageIn(text));
    },
    onRefused: (error) => connection.sendText(errorFrame(error)),
    onBinary: () => connection.sendText(errorFrame(new AppError('invalid', { message: 'frames must be JSON text' }))),
  };
}

/** @throws AppError `invalid` with what is wrong with the frame */
function messageIn(frame: string): string {
  const parsed = parse(frame);
  if (MessageFrame.Check(parsed)) return parsed.message;
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AppError('invalid', { message: 'the frame must be {"message": "..."}' });
  if (!('message' in parsed)) throw invalid('message', 'required', 'message is required');
  throw invalid('message', 'type', 'message must be a string', { input: parsed.message });
}

function parse(frame: string): unknown {
  try {
    return parseFrame(frame);
  } catch {
    throw new AppError('invalid', { message: 'the frame is not valid JSON' });
  }
}
