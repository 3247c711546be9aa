/** Chats: creating, listing and reading them. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { NOT_FROM_HERE, NOT_SELF } from '../callers.ts';
import type { SocialParts } from '../parts.ts';
import * as schema from '../schema.ts';

const MESSAGES_A_PAGE = 20;

export function serveChats(app: App, { core, callers, present }: SocialParts): void {
  const { rooms } = core;

  app.post(
    '/api/chats/create',
    {
      ...callers.member,
      schema: {
        operationId: 'createRoom',
        summary: 'Create a chat, or get the direct chat with a user',
        errors: ['unauthenticated', NOT_FROM_HERE, notFound('account'), 'self_chat', 'forbidden', 'not_welcome'],
        body: schema.ChatBody,
        response: { 201: schema.Chat },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { title, avatar, users } = request.body;
      const wanted = {
        ...(typeof title === 'string' && { title }),
        ...(typeof avatar === 'string' && { avatar }),
        memberUids: users ?? [],
      };
      const { room: chat } = await rooms.createRoom(caller, wanted);
      return reply.code(201).send(present.chat(chat, caller));
    },
  );

  app.get(
    '/api/chats/:chat_id/messages/:offset',
    {
      ...callers.reader,
      schema: {
        operationId: 'listChatMessages',
        summary: 'List the messages of a chat, 20 a page, oldest first within a page',
        errors: ['unauthenticated', notFound('room')],
        params: schema.MessagesPath,
        response: { 200: schema.Messages },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const { chat_id: uid, offset } = request.params;
      const messages =
        viewer === null
          ? await rooms.listTrustedMessagePage({ uid }, offset, MESSAGES_A_PAGE)
          : await rooms.listMessagePage(viewer, { uid }, offset, MESSAGES_A_PAGE);
      return messages.map(present.message);
    },
  );

  app.get(
    '/api/users/:user_id/chats',
    {
      ...callers.self,
      schema: {
        operationId: 'listOwnChats',
        summary: "List the caller's chats, latest message first, 100 a page",
        description: 'A page has fewer chats where they have many members. The list ends with an empty page.',
        errors: ['unauthenticated', NOT_SELF, notFound('room')],
        params: schema.UserPath,
        querystring: schema.ChatsQuery,
        response: { 200: schema.Chats },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { before: uid } = request.query;
      const before = uid === undefined ? null : await rooms.getRoom(caller, { uid });
      return (await rooms.listRoomsByActivity(caller, { before })).map((chat) => present.chat(chat, caller));
    },
  );
}
