/** board: `/users`, `/token`, `/messages`, `/comments`, `/ws`. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { NewAccount } from '../../core/accounts/accounts.ts';
import type { Core } from '../../core/core.ts';
import { AppError, forbidden, type Issue, notFound } from '../../errors.ts';
import type { Dialect } from '../dialect.ts';
import { takeForms, takeJson } from '../shared/bodies.ts';
import { BEARER_SCHEME } from '../shared/credentials.ts';
import { Failure, ValidationFailure } from '../shared/fastapi-errors.ts';
import { readAsPydantic } from '../shared/pydantic.ts';
import { validateTogether } from '../shared/validation.ts';
import { type Callers, callerOf, createCallers, viewerOf } from './callers.ts';
import { presentError } from './errors.ts';
import { presentComment, presentLikes, presentMessage, presentUser } from './present.ts';
import * as schema from './schema.ts';
import { boardSocket } from './socket.ts';

/** The words for who acts under somebody else's id. */
const NOT_OWNER = {
  post: new AppError('forbidden', { message: 'Not authorized to post for this user' }),
  comment: new AppError('forbidden', { message: 'Not authorized to comment for this user' }),
};

const SHORT_PAGES =
  'A page has about 1 MiB at most. Where texts are long it shows fewer comments of each message, then fewer messages than ' +
  '`limit`: the next page begins at `skip` plus the number of messages that came, and the list ends with an empty page.';

export type BoardCore = Pick<Core, 'accounts' | 'sessions' | 'posts' | 'comments' | 'board'>;

export type BoardOptions = {
  /** Whether callers without a token are taken at their word (callers.ts). */
  readonly open: boolean;
  /** Characters. */
  readonly postLength: number;
  readonly titleLength: number;
  readonly commentLength: number;
};

export function createBoard(core: BoardCore, options: BoardOptions): Dialect {
  const callers = createCallers(core, options);
  return {
    name: 'board',
    prefixes: ['/users', '/token', '/messages', '/comments', '/ws'],
    title: 'Koine board',
    description: 'Users, messages with their comments and likes, and a public socket of all that happens to them.',
    tokens: {
      password: { type: 'oauth2', flows: { password: { tokenUrl: '/token', scopes: {} } } },
      bearer: BEARER_SCHEME,
    },
    errorBodies: { common: Failure, 422: ValidationFailure },
    example: `curl "$KOINE/users/" -d '{"username":"ann","email":"ann@example.org","password":"ann likes tea"}'
curl "$KOINE/token" -d username=ann -d 'password=ann likes tea'   # answers a token`,
    presentError,
    sockets: [boardSocket(core)],
    routes: (app) => {
      takeJson(app);
      validateTogether(app, { parameter: readAsPydantic, body: readAsPydantic });
      callers.prepare(app);
      serveUsers(app, core, callers);
      serveMessages(app, core, callers, options);
      serveComments(app, core, callers, options);
      void app.register(async (scope) => serveToken(scope, core));
    },
  };
}

function serveToken(instance: FastifyInstance, core: BoardCore): void {
  takeForms(instance, { emptyIsAbsent: true });
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/token',
    {
      schema: {
        operationId: 'createToken',
        summary: 'Get a token',
        errors: ['bad_credentials', 'accounts_elsewhere', 'overloaded'],
        body: schema.TokenBody,
        response: { 200: schema.Token },
      },
    },
    async ({ body, ip: address }) => {
      const { username, password } = body;
      const account = await core.accounts.prove({ usernameOrEmail: username }, { password, address });
      const { token } = await core.sessions.start(account);
      return { access_token: token, token_type: 'bearer' as const };
    },
  );
}

function serveUsers(instance: FastifyInstance, core: BoardCore, callers: Callers): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { accounts, posts } = core;

  app.post(
    '/users/',
    {
      config: { findMore: ({ body }) => accounts.findIssues(newAccountIn(body)) },
      schema: {
        operationId: 'createUser',
        summary: 'Make an account',
        errors: ['username_taken', 'email_taken', 'accounts_elsewhere', 'overloaded'],
        body: schema.UserBody,
        response: { 201: schema.User },
      },
    },
    async ({ body, ip }, reply) => {
      const { username, email, password } = body;
      const account = await accounts.signUp({ username, email, password, avatarUrl: body.avatar_url ?? null }, ip);
      return reply.code(201).send(presentUser(accounts.show({ ...account, isAdmin: false }, account)));
    },
  );

  app.get(
    '/users/',
    {
      ...callers.reader,
      schema: {
        operationId: 'listUsers',
        summary: 'All users, by id',
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
        summary: 'The caller',
        errors: ['unauthenticated'],
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return presentUser(accounts.show(caller, await accounts.getAccount(caller.id)));
    },
  );

  app.get(
    '/users/:user_id',
    {
      ...callers.reader,
      schema: {
        operationId: 'getUser',
        summary: 'One user',
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
        summary: 'Messages of one user, newest first',
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
      return (await posts.listOf(viewerOf(request), author, request.query)).map(presentMessage);
    },
  );
}

function serveMessages(instance: FastifyInstance, core: BoardCore, callers: Callers, options: BoardOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { posts } = core;
  const shownLength = options.postLength + options.titleLength + 2;

  app.post(
    '/messages/',
    {
      ...callers.owner,
      config: { findMore: needsOwner },
      schema: {
        operationId: 'createMessage',
        summary: 'Write a message',
        errors: ['unauthenticated', NOT_OWNER.post, 'quota_exceeded'],
        querystring: schema.OwnerQuery,
        body: schema.TextBody(options.postLength),
        response: { 201: schema.Message },
      },
    },
    async (request, reply) => {
      const { query, body } = request;
      const caller = callerOf(request);
      checkOwner(caller, [query, body], 'Not authorized to post for this user');
      const post = await posts.create(caller, { body: body.text });
      return reply.code(201).send(presentMessage(post));
    },
  );

  app.get(
    '/messages/',
    {
      ...callers.anybody,
      schema: {
        operationId: 'listMessages',
        summary: 'All messages, newest first',
        description: SHORT_PAGES,
        errors: [],
        security: schema.TOKEN_OR_NONE,
        querystring: schema.PageQuery,
        response: { 200: schema.Messages },
      },
    },
    async (request) => (await posts.list(viewerOf(request), request.query)).map(presentMessage),
  );

  app.put(
    '/messages/:message_id',
    {
      ...callers.owner,
      config: { findMore: needsText },
      schema: {
        operationId: 'updateMessage',
        summary: 'Change the text of a message',
        errors: ['unauthenticated', forbidden('edit', 'post'), notFound('post'), 'quota_exceeded'],
        params: schema.MessagePath,
        querystring: schema.EditQuery(shownLength),
        body: schema.EditBody(shownLength),
        response: { 200: schema.Message },
      },
    },
    async (request) => {
      const { params, query, body } = request;
      const caller = callerOf(request);
      checkOwner(caller, [query, body], 'Not authorized to update this message');
      const text = body.text ?? query.new_text ?? '';
      const post = await posts.editText(caller, params.message_id, text).catch((error: unknown) => {
        throw body.text === undefined ? foundInQuery('new_text', error) : error;
      });
      return presentMessage(post);
    },
  );

  app.delete(
    '/messages/:message_id',
    {
      ...callers.member,
      schema: {
        operationId: 'deleteMessage',
        summary: 'Delete a message',
        errors: ['unauthenticated', forbidden('delete', 'post'), notFound('post')],
        params: schema.MessagePath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await posts.remove(callerOf(request), request.params.message_id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/messages/:message_id/like',
    {
      ...callers.member,
      schema: {
        operationId: 'toggleMessageLike',
        summary: 'Like a message, or no longer',
        errors: ['unauthenticated', notFound('post')],
        params: schema.MessagePath,
        response: { 200: schema.Likes },
      },
    },
    async (request) => presentLikes(await posts.toggleLike(callerOf(request), request.params.message_id)),
  );
}

function serveComments(instance: FastifyInstance, core: BoardCore, callers: Callers, options: BoardOptions): void {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/messages/:message_id/comments/',
    {
      ...callers.owner,
      schema: {
        operationId: 'createComment',
        summary: 'Comment on a message',
        errors: ['unauthenticated', NOT_OWNER.comment, notFound('post'), 'quota_exceeded'],
        params: schema.MessagePath,
        querystring: schema.OwnerQuery,
        body: schema.TextBody(options.commentLength),
        response: { 201: schema.Comment },
      },
    },
    async (request, reply) => {
      const { params, query, body } = request;
      const caller = callerOf(request);
      checkOwner(caller, [query, body], 'Not authorized to comment for this user');
      const comment = await core.comments.add(caller, params.message_id, body.text);
      return reply.code(201).send(presentComment(comment));
    },
  );

  app.delete(
    '/comments/:comment_id',
    {
      ...callers.member,
      schema: {
        operationId: 'deleteComment',
        summary: 'Delete a comment',
        errors: ['unauthenticated', forbidden('delete', 'comment'), notFound('comment')],
        params: schema.CommentPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await core.comments.remove(callerOf(request), request.params.comment_id);
      return reply.code(204).send(null);
    },
  );
}

/** @throws AppError `forbidden` when somebody else is named as the owner */
function checkOwner(caller: { id: number }, places: readonly { owner_id?: number }[], message: string): void {
  if (places.some(({ owner_id }) => owner_id !== undefined && owner_id !== caller.id))
    throw new AppError('forbidden', { message });
}

/** As much of a new account as is of the right type, so that core can say what is wrong with that. */
function newAccountIn(body: unknown): Partial<NewAccount> {
  const { username, email, password, avatar_url: avatarUrl } = (body ?? {}) as Record<string, unknown>;
  const texts = Object.entries({ username, email, password, avatarUrl }).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(texts);
}

function needsOwner({ query, body }: FastifyRequest): Issue[] {
  const given = has(query, 'owner_id') || has(body, 'owner_id');
  const message = 'owner_id is required';
  return given ? [] : [{ in: 'query', field: 'owner_id', reason: 'required', message }];
}

function needsText({ query, body }: FastifyRequest): Issue[] {
  const given = has(query, 'new_text') || has(body, 'text');
  const message = 'text is required';
  return given ? [] : [{ in: 'body', field: 'text', reason: 'required', message, input: body }];
}

/** What is wrong with a text that came in the query. */
function foundInQuery(field: string, error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'invalid') return error;
  return new AppError('invalid', { issues: error.issues.map((issue) => ({ ...issue, in: 'query', field })) });
}

function has(part: unknown, field: string): boolean {
  return typeof part === 'object' && part !== null && field in part;
}
