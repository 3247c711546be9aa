/** `/v1/posts/{id}/comments` and `/v1/comments`. */
import { Type } from 'typebox';
import { versionOf } from '../../../core/model.ts';
import { forbidden, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ChangeHeaders, CreationHeaders, expectedSeq, idempotencyKey, setETag, TAKES_IF_MATCH } from '../headers.ts';
import { ListQuery, PageOf, pageOf, positionOf, wholeId } from '../lists.ts';
import type { KoineOptions, KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { OF_POST, PostPath } from './posts.ts';

const CommentPath = Type.Object({ commentId: schema.Id });
const Comments = PageOf(schema.Comment, 'Comments', { seq: schema.SnapshotSeq });
/** The id of the last comment of a page. */
const Position = Type.Integer({ minimum: 1 });

function textOf({ commentLength }: KoineOptions) {
  return Type.Object({ body: Type.String({ minLength: 1, maxLength: commentLength }) }, { title: 'CommentText' });
}

export function serveComments(app: App, parts: KoineParts): void {
  serveCommentsOfPosts(app, parts);
  serveCommentChanges(app, parts);
}

function serveCommentsOfPosts(app: App, { core: { comments }, callers, present, options }: KoineParts): void {
  const Body = textOf(options);

  app.get(
    '/v1/posts/:postId/comments',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listComments',
        summary: 'List the comments on a post, oldest first',
        errors: OF_POST,
        params: PostPath,
        querystring: ListQuery(),
        response: { 200: Comments },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const post = { uid: request.params.postId };
      const { seq, ...page } = await comments.listComments(callerOf(request), post, { after, limit });
      return { ...pageOf(reply, { ...page, items: page.items.map(present.comment) }), seq };
    },
  );

  app.post(
    '/v1/posts/:postId/comments',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createComment',
        summary: 'Comment on a post',
        errors: [...OF_POST, 'idempotency_key_reused', 'quota_exceeded'],
        headers: CreationHeaders,
        params: PostPath,
        body: Body,
        response: { 201: schema.Comment },
      },
    },
    async (request, reply) => {
      const content = { body: request.body.body, key: idempotencyKey(request) };
      const comment = await comments.add(callerOf(request), { uid: request.params.postId }, content);
      return reply.code(201).send(present.comment(comment));
    },
  );
}

function serveCommentChanges(app: App, { core: { comments }, callers, present, options }: KoineParts): void {
  const Body = textOf(options);

  app.patch(
    '/v1/comments/:commentId',
    {
      ...callers.may('write'),
      config: TAKES_IF_MATCH,
      schema: {
        operationId: 'updateComment',
        summary: 'Edit a comment',
        errors: ['unauthenticated', notFound('comment'), forbidden('edit', 'comment'), 'quota_exceeded'],
        headers: ChangeHeaders,
        params: CommentPath,
        body: Body,
        response: { 200: schema.Comment },
      },
    },
    async (request, reply) => {
      const expected = { version: expectedSeq(request) };
      const id = commentId(request.params);
      const comment = await comments.edit(callerOf(request), id, request.body.body, expected);
      setETag(reply, versionOf(comment));
      return present.comment(comment);
    },
  );

  app.delete(
    '/v1/comments/:commentId',
    {
      ...callers.may('write'),
      config: TAKES_IF_MATCH,
      schema: {
        operationId: 'deleteComment',
        summary: 'Delete a comment',
        description: 'By its author, the author of the post, or an admin.',
        errors: ['unauthenticated', notFound('comment'), forbidden('delete', 'comment')],
        headers: ChangeHeaders,
        params: CommentPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await comments.remove(callerOf(request), commentId(request.params), { version: expectedSeq(request) });
      return reply.code(204).send(null);
    },
  );
}

/** @throws AppError `not_found`: no comment has such an id */
function commentId({ commentId }: { readonly commentId: string }): number {
  const id = wholeId(commentId);
  if (id === null) throw notFound('comment');
  return id;
}
