/** `/messenger/api/chatrooms/…/messages`: the messages of a room. */
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { noCredentials } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import * as schema from '../schema.ts';

export function serveMessages(app: App, { core: { rooms }, member, options, messages }: MessengerParts): void {
  const errors = ['unauthenticated', noCredentials(), 'not_found'] as const;

  app.get(
    '/messenger/api/chatrooms/:room_name/messages/',
    {
      ...member,
      schema: {
        operationId: 'listMessages',
        summary: 'List the newest messages of a room, or those before a given one; oldest first',
        errors,
        params: schema.RoomPath,
        querystring: schema.BeforeQuery,
        response: { 200: schema.Messages },
      },
    },
    async (request) => {
      const { params, query } = request;
      const page = rooms.listMessages(callerOf(request), { name: params.room_name }, query.before ?? null);
      return (await page).map(messages.present);
    },
  );

  app.post(
    '/messenger/api/chatrooms/:room_name/messages/',
    {
      ...member,
      schema: {
        operationId: 'createMessage',
        summary: 'Send a message to a room',
        errors: [...errors, 'read_only', 'quota_exceeded', 'overloaded'],
        params: schema.RoomPath,
        body: schema.MessageBody(options.messageLength),
        response: { 201: schema.Message },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const message = await rooms.sendMessage(callerOf(request), { name: params.room_name }, body.content);
      return reply.code(201).send(messages.present(message));
    },
  );
}
