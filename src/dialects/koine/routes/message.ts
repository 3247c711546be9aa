/** `/v1/rooms/{id}/messages/{seq}`: one message. */
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { forbidden } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ChangeHeaders, expectedSeq, setETag, TAKES_IF_MATCH } from '../headers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { MessageText, OF_MESSAGE, RoomPath } from './messages.ts';

export const MessagePath = Type.Object({ ...RoomPath.properties, seq: schema.Seq });
const MessageEdit = (maxLength: number) => Type.Object({ body: MessageText(maxLength) }, { title: 'MessageEdit' });

export function serveMessage(app: App, { core: { messages }, callers, present, options }: KoineParts): void {
  app.get(
    '/v1/rooms/:roomId/messages/:seq',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getMessage',
        summary: 'Get a message',
        description: 'The `ETag` is for the `If-Match` of an edit: it does not change with reactions and pins.',
        errors: OF_MESSAGE,
        params: MessagePath,
        response: { 200: schema.Message },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      const message = await messages.get(callerOf(request), { uid: roomId }, seq);
      return tagged(reply, message, present.shownMessage(message));
    },
  );

  app.patch(
    '/v1/rooms/:roomId/messages/:seq',
    {
      ...callers.may('write'),
      config: TAKES_IF_MATCH,
      schema: {
        operationId: 'updateMessage',
        summary: 'Replace the text of a message',
        errors: [...OF_MESSAGE, forbidden('edit', 'message'), 'read_only', 'precondition_failed', 'quota_exceeded'],
        headers: ChangeHeaders,
        params: MessagePath,
        body: MessageEdit(options.messageLength),
        response: { 200: schema.Message },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      const edit = { body: request.body.body, expected: expectedSeq(request) };
      const message = await messages.edit(callerOf(request), { uid: roomId }, seq, edit);
      return tagged(reply, message, present.message(message));
    },
  );

  app.delete(
    '/v1/rooms/:roomId/messages/:seq',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'deleteMessage',
        summary: 'Delete a message',
        description: 'By its author, by an owner or moderator of the room, or by an admin. It leaves a tombstone.',
        errors: [...OF_MESSAGE, forbidden('delete', 'message')],
        params: MessagePath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { roomId, seq } = request.params;
      await messages.remove(callerOf(request), { uid: roomId }, seq);
      return reply.code(204).send(null);
    },
  );
}

/** The entity tag of a message is the seq of its last edit, or its own. */
function tagged<Body>(reply: FastifyReply, { editedSeq, seq }: { editedSeq: number | null; seq: number }, body: Body) {
  setETag(reply, editedSeq ?? seq);
  return body;
}
