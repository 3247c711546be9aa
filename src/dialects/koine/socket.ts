/** koine's `/v1/live`: everything that the caller may see, as it happens. */
import { Type } from 'typebox';
import type { Core } from '../../core/core.ts';
import { AppError } from '../../errors.ts';
import type { SocketRoute } from '../dialect.ts';
import { type KoineCallers, NOT_FROM_HERE } from './callers.ts';
import { problemOf } from './errors.ts';
import { Problem } from './schema.ts';

const FRAMES = {
  in: {},
  out: {
    problem: Type.Object(
      { type: Type.Literal('problem'), problem: Problem },
      { description: 'Why a frame of the client was refused.' },
    ),
  },
};

export function liveSocket({ sessions }: Pick<Core, 'sessions'>, callers: KoineCallers): SocketRoute {
  return {
    path: '/v1/live',
    methods: ['GET'],
    operationId: 'openLive',
    summary: 'Receive events',
    description: 'The token comes in the Authorization header, the subprotocol `bearer, <token>`, or the cookie.',
    errors: ['unauthenticated', NOT_FROM_HERE],
    frames: FRAMES,
    accept: async (request) => {
      const actor = await callers.ofSocket(request);
      return (connection) => {
        sessions.bind(connection, actor);
        const refuse = (error: AppError) =>
          connection.sendText(JSON.stringify({ type: 'problem', problem: problemOf(error) }));
        return {
          entering: true,
          onText: () => refuse(new AppError('invalid')),
          onRefused: refuse,
          onBinary: () => refuse(new AppError('invalid')),
        };
      };
    },
  };
}
