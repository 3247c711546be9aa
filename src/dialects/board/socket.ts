/** board's `/ws`: public, read-only, everything that happens to messages and comments. */
import type { Core } from '../../core/core.ts';
import type { Connection } from '../../core/sockets.ts';
import type { SocketHandler, SocketRoute } from '../dialect.ts';
import { boardFrames, errorFrame, readyFrame } from './present.ts';
import { BOARD_FRAMES } from './schema.ts';

const READ_ONLY = 'This socket is read-only';

export function boardSocket(core: Pick<Core, 'board'>): SocketRoute {
  return {
    path: '/ws',
    methods: ['GET'],
    operationId: 'watchBoard',
    summary: 'Everything that happens to messages and comments',
    description: 'Public and read-only: each change as it is made, in order, none left out and none told twice.',
    frames: BOARD_FRAMES,
    accept: async () => (connection) => watch(core, connection),
  };
}

function watch({ board }: Pick<Core, 'board'>, connection: Connection): SocketHandler {
  board
    .watch(connection, boardFrames, () => connection.sendText(readyFrame()))
    .catch((error: unknown) => connection.fail(error));
  const refuse = () => connection.sendText(errorFrame(READ_ONLY));
  return {
    entering: false,
    onText: refuse,
    onRefused: ({ message }) => connection.sendText(errorFrame(message)),
    onBinary: refuse,
  };
}
