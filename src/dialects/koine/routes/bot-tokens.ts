/** `/v1/bots/{id}/tokens`: access tokens of a bot of the caller. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { PageOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { AccessToken, AccessTokenBody, NewAccessToken, NO_TOKEN, showToken } from './access-tokens.ts';
import { BotPath, NO_BOT } from './bots.ts';

export function serveBotTokens(app: App, { core: { bots }, callers }: KoineParts): void {
  app.get(
    '/v1/bots/:id/tokens',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'listBotTokens',
        summary: 'List the access tokens of a bot, the newest first',
        errors: ['unauthenticated', NO_BOT],
        params: BotPath,
        response: { 200: PageOf(AccessToken, 'BotTokens') },
      },
    },
    async (request) => {
      const tokens = await bots.listBotTokens(callerOf(request), request.params.id);
      return { items: tokens.map(showToken), next: null };
    },
  );

  app.post(
    '/v1/bots/:id/tokens',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'createBotToken',
        summary: 'Make an access token for a bot',
        errors: ['unauthenticated', 'confirmation_required', NO_BOT],
        params: BotPath,
        body: AccessTokenBody,
        response: { 201: NewAccessToken },
      },
    },
    async (request, reply) => {
      const { expiresIn: lasts, ...wish } = request.body;
      const made = await bots.createBotToken(callerOf(request), request.params.id, { ...wish, lasts });
      return reply.code(201).send({ ...showToken(made), token: made.token });
    },
  );

  app.delete(
    '/v1/bots/:id/tokens/:tokenId',
    {
      ...callers.may('owner'),
      schema: {
        operationId: 'removeBotToken',
        summary: 'Revoke an access token of a bot, with its connections',
        errors: ['unauthenticated', NO_BOT, NO_TOKEN],
        params: Type.Object({ ...BotPath.properties, tokenId: schema.Id }),
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { id, tokenId } = request.params;
      await bots.revokeBotToken(callerOf(request), id, tokenId);
      return reply.code(204).send(null);
    },
  );
}
