/** `/users`: accounts and the messages of one. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { ACCOUNT_FIELDS, checkNewAccount, JOINING } from '../../shared/new-accounts.ts';
import type { BoardParts } from '../parts.ts';
import { presentMessage, presentUser } from '../present.ts';
import * as schema from '../schema.ts';
import { SHORT_PAGES } from './messages.ts';

export function serveUsers(app: App, parts: BoardParts): void {
  serveAccounts(app, parts);
  serveOthers(app, parts);
}

function serveAccounts(app: App, { core: { accounts }, callers }: BoardParts): void {
  app.post(
    '/users/',
    {
      config: checkNewAccount(accounts, { ...ACCOUNT_FIELDS, avatarUrl: 'avatar_url' }),
      schema: {
        operationId: 'createUser',
        summary: 'Create an account',
        errors: ['username_taken', 'email_taken', ...JOINING, 'accounts_elsewhere', 'overloaded'],
        body: schema.UserBody,
        response: { 201: schema.User },
      },
    },
    async ({ body, ip }, reply) => {
      const { username, email, password } = body;
      const account = await accounts.signUp({ username, email, password, avatarUrl: body.avatar_url ?? null }, ip);
      return reply.code(201).send(presentUser(accounts.showOwn(account)));
    },
  );

  app.get(
    '/users/',
    {
      ...callers.reader,
      schema: {
        operationId: 'listUsers',
        summary: 'List users by id',
        errors: ['unauthenticated'],
        querystring: schema.PageQuery,
        response: { 200: schema.Users },
      },
    },
    async (request) => (await accounts.list(viewerOf(request), request.query)).map(presentUser),
  );

  app.get(
    '/users/me',
    {
      ...callers.member,
      schema: {
        operationId: 'getCurrentUser',
        summary: 'Get the caller',
        errors: ['unauthenticated'],
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return presentUser(accounts.show(caller, await accounts.getAccount(caller.id)));
    },
  );
}

function serveOthers(app: App, { core: { accounts, posts }, callers }: BoardParts): void {
  app.get(
    '/users/:user_id',
    {
      ...callers.reader,
      schema: {
        operationId: 'getUser',
        summary: 'Get a user',
        errors: ['unauthenticated', notFound('account')],
        params: schema.UserPath,
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const account = await accounts.getAccount(request.params.user_id);
      return presentUser(accounts.show(viewerOf(request), account));
    },
  );

  app.get(
    '/users/:username/messages',
    {
      ...callers.anybody,
      schema: {
        operationId: 'listUserMessages',
        summary: 'List the messages of one user, newest first',
        description: SHORT_PAGES,
        errors: [notFound('account')],
        security: schema.TOKEN_OR_NONE,
        params: schema.UsernamePath,
        querystring: schema.PageQuery,
        response: { 200: schema.Messages },
      },
    },
    async (request) => {
      const author = await accounts.getAccountByUsername(request.params.username);
      return (await posts.listOf(viewerOf(request), author, request.query, ['comments'])).map(presentMessage);
    },
  );
}
