/** Comments on messages. */
import { AppError, forbidden, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { requireOwner } from '../callers.ts';
import type { BoardParts } from '../parts.ts';
import { presentComment } from '../present.ts';
import * as schema from '../schema.ts';

const NOT_OWNER = new AppError('forbidden', { message: 'Not authorized to comment for this user' });

export function serveComments(app: App, { core: { comments }, callers, options }: BoardParts): void {
  app.post(
    '/messages/:message_id/comments/',
    {
      ...callers.owner,
      schema: {
        operationId: 'createComment',
        summary: 'Comment on a message',
        errors: ['unauthenticated', NOT_OWNER, notFound('post'), 'quota_exceeded'],
        params: schema.MessagePath,
        querystring: schema.OwnerQuery,
        body: schema.TextBody(options.commentLength),
        response: { 201: schema.Comment },
      },
    },
    async (request, reply) => {
      const { params, query, body } = request;
      const caller = callerOf(request);
      requireOwner(caller, [query, body], NOT_OWNER);
      const comment = await comments.add(caller, { id: params.message_id }, { body: body.text });
      return reply.code(201).send(presentComment(comment));
    },
  );

  app.delete(
    '/comments/:comment_id',
    {
      ...callers.member,
      schema: {
        operationId: 'deleteComment',
        summary: 'Delete a comment',
        errors: ['unauthenticated', forbidden('delete', 'comment'), notFound('comment')],
        params: schema.CommentPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await comments.remove(callerOf(request), request.params.comment_id);
      return reply.code(204).send(null);
    },
  );
}
