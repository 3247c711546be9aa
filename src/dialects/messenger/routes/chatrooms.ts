/** `/messenger/api/chatrooms`: rooms. */
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { noCredentials, unknownUser } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import { presentChatroom } from '../present.ts';
import * as schema from '../schema.ts';

export function serveChatrooms(app: App, { core: { rooms }, member }: MessengerParts): void {
  app.get(
    '/messenger/api/chatrooms/',
    {
      ...member,
      schema: {
        operationId: 'listChatrooms',
        summary: 'List the rooms that the caller may read, by id: own and public rooms, and for admins all rooms',
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Chatrooms },
      },
    },
    async (request) => (await rooms.listRooms(callerOf(request), request.query.page - 1)).map(presentChatroom),
  );

  app.get(
    '/messenger/api/user/chatrooms/',
    {
      ...member,
      schema: {
        operationId: 'listOwnChatrooms',
        summary: "List the caller's own rooms, by id",
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Chatrooms },
      },
    },
    async (request) => (await rooms.listOwnRooms(callerOf(request), request.query.page - 1)).map(presentChatroom),
  );

  app.post(
    '/messenger/api/chatrooms/',
    {
      ...member,
      schema: {
        operationId: 'openChatroom',
        summary: 'Create the room of the caller and another user (201), or get the existing one (200)',
        errors: ['unauthenticated', noCredentials(), unknownUser('recipient'), 'self_chat', 'forbidden', 'not_welcome'],
        body: schema.ChatroomBody,
        response: { 200: schema.Chatroom, 201: schema.Chatroom },
      },
    },
    async (request, reply) => {
      const opening = rooms.openDirectRoom(callerOf(request), request.body.recipient);
      const { room, created } = await renameErrors(opening, { not_found: () => unknownUser('recipient') });
      return reply.code(created ? 201 : 200).send(presentChatroom(room));
    },
  );
}
