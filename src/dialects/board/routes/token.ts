/** `/token`: signing in. */
import type { App } from '../../shared/app.ts';
import { deviceOf } from '../../shared/devices.ts';
import type { BoardParts } from '../parts.ts';
import * as schema from '../schema.ts';

export function serveToken(app: App, { core: { accounts, sessions } }: BoardParts): void {
  app.post(
    '/token',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Get a token',
        errors: ['bad_credentials', 'awaiting_approval', 'accounts_elsewhere', 'overloaded'],
        body: schema.TokenBody,
        response: { 200: schema.Token },
      },
    },
    async (request) => {
      const { username, password } = request.body;
      const account = await accounts.prove({ usernameOrEmail: username }, { password, address: request.ip });
      const { token } = await sessions.start(account, deviceOf(request));
      return { access_token: token, token_type: 'bearer' as const };
    },
  );
}
