/** `/messages`: posts, which board calls messages. */
import type { FastifyRequest } from 'fastify';
import { AppError, forbidden, type Issue, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { requireOwner } from '../callers.ts';
import type { BoardParts } from '../parts.ts';
import { presentLikes, presentMessage } from '../present.ts';
import * as schema from '../schema.ts';

const NOT_OWNER = new AppError('forbidden', { message: 'Not authorized to post for this user' });

/** For the documents: why a page may be short. */
export const SHORT_PAGES =
  'A page has at most about 1 MiB. Where texts are long it has fewer comments of each message, then fewer messages than ' +
  '`limit`. The next page begins at `skip` plus the number of messages received. The list ends with an empty page.';

export function serveMessages(app: App, parts: BoardParts): void {
  serveNewMessages(app, parts);
  serveMessageChanges(app, parts);
  serveMessageLikes(app, parts);
}

function serveNewMessages(app: App, { core: { posts }, callers, options }: BoardParts): void {
  app.post(
    '/messages/',
    {
      ...callers.owner,
      config: { findMore: needsOwner },
      schema: {
        operationId: 'createMessage',
        summary: 'Write a message',
        errors: ['unauthenticated', NOT_OWNER, 'quota_exceeded'],
        querystring: schema.OwnerQuery,
        body: schema.TextBody(options.postLength),
        response: { 201: schema.Message },
      },
    },
    async (request, reply) => {
      const { query, body } = request;
      const caller = callerOf(request);
      requireOwner(caller, [query, body], NOT_OWNER);
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
        summary: 'List messages, newest first',
        description: SHORT_PAGES,
        errors: [],
        security: schema.TOKEN_OR_NONE,
        querystring: schema.PageQuery,
        response: { 200: schema.Messages },
      },
    },
    async (request) => (await posts.list(viewerOf(request), request.query, ['comments'])).map(presentMessage),
  );
}

function serveMessageChanges(app: App, { core: { posts }, callers, options }: BoardParts): void {
  const shownLength = options.postLength + options.titleLength + 2;

  app.put(
    '/messages/:message_id',
    {
      ...callers.owner,
      config: { findMore: needsText },
      schema: {
        operationId: 'updateMessage',
        summary: 'Edit the text of a message',
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
      requireOwner(caller, [query, body], forbidden('edit', 'post'));
      const text = body.text ?? query.new_text ?? '';
      const editing = posts.editText(caller, params.message_id, text);
      return presentMessage(await (body.text === undefined ? renameErrors(editing, { invalid: inQuery }) : editing));
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
      await posts.remove(callerOf(request), { id: request.params.message_id });
      return reply.code(204).send(null);
    },
  );
}

function serveMessageLikes(app: App, { core: { likes }, callers }: BoardParts): void {
  app.post(
    '/messages/:message_id/like',
    {
      ...callers.member,
      schema: {
        operationId: 'toggleMessageLike',
        summary: 'Toggle a like',
        errors: ['unauthenticated', notFound('post')],
        params: schema.MessagePath,
        response: { 200: schema.Likes },
      },
    },
    async (request) => {
      const post = { id: request.params.message_id };
      return presentLikes(await likes.setLike(callerOf(request), post, (liked) => !liked));
    },
  );
}

/** The owner may be named in the query or in the body. */
function needsOwner({ query, body }: FastifyRequest): Issue[] {
  const given = has(query, 'owner_id') || has(body, 'owner_id');
  const message = 'owner_id is required';
  return given ? [] : [{ in: 'query', field: 'owner_id', reason: 'required', message }];
}

/** The new text may be in the query or in the body. */
function needsText({ query, body }: FastifyRequest): Issue[] {
  const given = has(query, 'new_text') || has(body, 'text');
  const message = 'text is required';
  return given ? [] : [{ in: 'body', field: 'text', reason: 'required', message, input: body }];
}

/** core does not know that the text came in the query. */
function inQuery({ issues }: AppError): AppError {
  return new AppError('invalid', { issues: issues.map((issue) => ({ ...issue, in: 'query', field: 'new_text' })) });
}

function has(part: unknown, field: string): boolean {
  return typeof part === 'object' && part !== null && field in part;
}
