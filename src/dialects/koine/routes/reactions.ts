/** `/v1/rooms/{id}/messages/{seq}/reactions`: what members answer a message with. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { MessagePath } from './message.ts';
import { OF_MESSAGE } from './messages.ts';

const ReactionPath = Type.Object({
  ...MessagePath.properties,
  emoji: Type.String({ maxLength: 64, description: 'One emoji, percent-encoded.', examples: ['%F0%9F%91%8D'] }),
});
const Reactions = Type.Object({ reactions: Type.Array(schema.Reaction) }, { title: 'Reactions' });

export function serveReactions(app: App, { core: { messages }, callers }: KoineParts): void {
  app.put(
    '/v1/rooms/:roomId/messages/:seq/reactions/:emoji',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addReaction',
        summary: 'React to a message',
        errors: OF_MESSAGE,
        params: ReactionPath,
        response: { 200: Reactions },
      },
    },
    async (request) => {
      const { roomId, seq, emoji } = request.params;
      const reacting = messages.react(callerOf(request), { uid: roomId }, seq, emoji);
      return { reactions: await renameErrors(reacting, { invalid: inPath }) };
    },
  );

  app.delete(
    '/v1/rooms/:roomId/messages/:seq/reactions/:emoji',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeReaction',
        summary: 'Take a reaction back',
        errors: OF_MESSAGE,
        params: ReactionPath,
        response: { 200: Reactions },
      },
    },
    async (request) => {
      const { roomId, seq, emoji } = request.params;
      const reacting = messages.unreact(callerOf(request), { uid: roomId }, seq, emoji);
      return { reactions: await renameErrors(reacting, { invalid: inPath }) };
    },
  );
}

/** core does not know that the emoji came in the path. */
function inPath({ issues }: AppError): AppError {
  return new AppError('invalid', { issues: issues.map((issue) => ({ ...issue, in: 'path' })) });
}
