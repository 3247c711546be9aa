/** Chats: making them, listing one's own, and reading what was said. */
import { notFound } from '../../../errors.ts';
import { callerOf, NOT_SELF, viewerOf } from '../callers.ts';
import { NOT_FROM_HERE } from '../cookies.ts';
import type { App, SocialParts } from '../parts.ts';
import * as schema from '../schema.ts';

const MESSAGES_A_PAGE = 20;

export function serveChats(app: App, { core, callers, present }: SocialParts): void {
  const { chats } = core;

  app.post(
    '/api/chats/create',
    {
      ...callers.member,
      schema: {
        operationId: 'createChat',
        summary: 'Make a chat, or find the direct one with somebody',
        errors: ['unauthenticated', NOT_FROM_HERE, notFound('account')],
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
      const { chat } = await chats.createChat(caller, wanted);
      return reply.code(201).send(present.chat(chat, caller));
    },
  );

  app.get(
    '/api/chats/:chat_id/messages/:offset',
    {
      ...callers.reader,
      schema: {
        operationId: 'listChatMessages',
        summary: 'Messages of a chat, 20 a page, oldest first within it',
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
          ? await chats.listTrustedMessagePage({ uid }, offset, MESSAGES_A_PAGE)
          : await chats.listMessagePage(viewer, { uid }, offset, MESSAGES_A_PAGE);
      return messages.map(present.message);
    },
  );

  app.get(
    '/api/users/:user_id/chats',
    {
      ...callers.self,
      schema: {
        operationId: 'listOwnChats',
        summary: "One's own chats, where somebody spoke last first, 100 a page",
        description: 'Fewer where chats have many members: the list ends with an empty page.',
        errors: ['unauthenticated', NOT_SELF, notFound('room')],
        params: schema.UserPath,
        querystring: schema.ChatsQuery,
        response: { 200: schema.Chats },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { before: uid } = request.query;
      const before = uid === undefined ? null : await chats.getChat(caller, { uid });
      return (await chats.listChats(caller, { before })).map((chat) => present.chat(chat, caller));
    },
  );
}
