/** `/v1/bots`: accounts that the caller makes for programs, and their access tokens. */
import { Type } from 'typebox';
import { AppError } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { NAME } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { AvatarUrl } from './rooms.ts';

export const BotPath = Type.Object({ id: schema.Id });
export const NO_BOT = new AppError('not_found', { message: 'There is no such bot' });

const BotBody = Type.Object(
  {
    username: Type.String({ minLength: 1, maxLength: NAME, examples: ['helper'] }),
    name: Type.Optional(Type.String({ maxLength: NAME, description: 'The display name.' })),
  },
  { title: 'NewBot' },
);
const BotChange = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: NAME })), avatarUrl: Type.Optional(AvatarUrl) },
  { title: 'BotChange' },
);

export function serveBots(app: App, { core: { bots }, callers, present }: KoineParts): void {
  app.get(
    '/v1/bots',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listBots',
        summary: "List the caller's bots, the oldest first",
        errors: ['unauthenticated'],
        response: { 200: PageOf(schema.Person, 'Bots') },
      },
    },
    async (request) => ({ items: (await bots.listBots(callerOf(request))).map(present.person), next: null }),
  );

  app.post(
    '/v1/bots',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'createBot',
        summary: 'Make a bot',
        description:
          'An account that acts by access tokens alone. It is silenced and suspended with its owner, and deleted with it.',
        errors: ['unauthenticated', 'forbidden', 'username_taken'],
        body: BotBody,
        response: { 201: schema.Person },
      },
    },
    async (request, reply) => {
      const made = await bots.createBot(callerOf(request), request.body);
      return reply.code(201).header('location', `/v1/people/${made.uid}`).send(present.person(made));
    },
  );

  app.patch(
    '/v1/bots/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'updateBot',
        summary: 'Give a bot another name or picture',
        errors: ['unauthenticated', NO_BOT],
        params: BotPath,
        body: BotChange,
        response: { 200: schema.Person },
      },
    },
    async (request) => present.person(await bots.changeBot(callerOf(request), request.params.id, request.body)),
  );

  app.delete(
    '/v1/bots/:id',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeBot',
        summary: 'Delete a bot, with all that it wrote',
        errors: ['unauthenticated', NO_BOT],
        params: BotPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await bots.removeBot(callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  );
}
