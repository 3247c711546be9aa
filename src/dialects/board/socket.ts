/** board's `/ws`: all changes to messages and comments, public and read-only. */
import type { Core } from '../../core/core.ts';
import type { Connection } from '../../core/sockets.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { closeOnFailure } from '../shared/sockets.ts';
import { boardFrames, errorFrame, readyFrame } from './present.ts';
import { BOARD_FRAMES } from './schema.ts';

const READ_ONLY = 'This socket is read-only';

export function boardSocket(core: Pick<Core, 'board'>): SocketRoute {
  return {
    path: '/ws',
    methods: ['GET'],
    operationId: 'watchBoard',
    summary: 'Follow all changes to messages and comments',
    description: 'Public and read-only. Each change is delivered once and in order, when it is committed.',
    frames: BOARD_FRAMES,
    accept: async () => (connection) => watch(core, connection),
  };
}

function watch({ board }: Pick<Core, 'board'>, connection: Connection): SocketHandler {
  const greet = () => connection.sendText(readyFrame());
  void closeOnFailure(connection, board.watch(connection, boardFrames, greet));
  const refuse = () => connection.sendText(errorFrame(READ_ONLY));
  return {
    entering: false,
    onText: refuse,
    onRefused: ({ message }) => connection.sendText(errorFrame(message)),
    onBinary: refuse,
  };
}
