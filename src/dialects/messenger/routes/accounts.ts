/** `/accounts/api/users`: listing and creating accounts. */
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { checkNewAccount, JOINING } from '../../shared/new-accounts.ts';
import { noCredentials } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import { PAGE } from '../parts.ts';
import { presentUser } from '../present.ts';
import * as schema from '../schema.ts';

export function serveAccounts(app: App, { core: { accounts }, member }: MessengerParts): void {
  app.get(
    '/accounts/api/users/',
    {
      ...member,
      schema: {
        operationId: 'listUsers',
        summary: 'List users by id',
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Users },
      },
    },
    async (request) => (await accounts.list(callerOf(request), pageOf(request.query))).map(presentUser),
  );

  app.post(
    '/accounts/api/users/',
    {
      config: checkNewAccount(accounts),
      schema: {
        operationId: 'createUser',
        summary: 'Create an account',
        errors: ['username_taken', 'email_taken', ...JOINING, 'accounts_elsewhere', 'overloaded'],
        body: schema.UserBody,
        response: { 201: schema.User },
      },
    },
    async ({ body: { username, email, password }, ip }, reply) => {
      const account = await accounts.signUp({ username, email, password }, ip);
      return reply.code(201).send(presentUser(accounts.showOwn(account)));
    },
  );
}

/** Pages are counted from 1. */
function pageOf({ page }: { page: number }): { skip: number; limit: number } {
  return { skip: Math.min((page - 1) * PAGE, Number.MAX_SAFE_INTEGER), limit: PAGE };
}
