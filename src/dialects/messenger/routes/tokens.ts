/** `/accounts/api/token`: signing in and refreshing. */
import type { App } from '../../shared/app.ts';
import { deviceOf } from '../../shared/devices.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { badRefresh } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import * as schema from '../schema.ts';

export function serveTokens(app: App, { core: { accounts, tokenPairs } }: MessengerParts): void {
  app.post(
    '/accounts/api/token/',
    {
      schema: {
        operationId: 'createTokenPair',
        summary: 'Get a pair of tokens',
        errors: ['bad_credentials', 'awaiting_approval', 'accounts_elsewhere', 'overloaded'],
        body: schema.TokenBody,
        response: { 200: schema.TokenPair },
      },
    },
    async (request) => {
      const { username, password } = request.body;
      const account = await accounts.prove({ username }, { password, address: request.ip });
      return tokenPairs.start(account, deviceOf(request));
    },
  );

  app.post(
    '/accounts/api/token/refresh/',
    {
      schema: {
        operationId: 'refreshTokenPair',
        summary: 'Exchange a refresh token for a new pair',
        description: 'A refresh token works once. A later attempt to use it again ends the whole session.',
        errors: [badRefresh(), 'accounts_elsewhere'],
        security: [],
        body: schema.RefreshBody,
        response: { 200: schema.TokenPair },
      },
    },
    async ({ body }) => renameErrors(tokenPairs.refresh(body.refresh), { unauthenticated: badRefresh }),
  );
}
