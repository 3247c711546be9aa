/** `/v1/posts/{id}`: writing, reading, editing and deleting posts. */
import { Type } from 'typebox';
import { versionOf } from '../../../core/model.ts';
import { forbidden, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { LIST } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { ChangeHeaders, CreationHeaders, expectedSeq, idempotencyKey, setETag, TAKES_IF_MATCH } from '../headers.ts';
import type { KoineOptions, KoineParts } from '../parts.ts';
import { POST_PARTS } from '../present/posts.ts';
import * as schema from '../schema.ts';

export const PostPath = Type.Object({ postId: schema.Id });
/** The `errors` of calls to a post. */
export const OF_POST = ['unauthenticated', notFound('post')] as const;

function bodies({ postLength, titleLength }: KoineOptions) {
  const title = Type.String({ maxLength: titleLength });
  const body = Type.String({ minLength: 1, maxLength: postLength });
  return {
    creation: Type.Object(
      {
        body,
        title: Type.Optional(title),
        images: Type.Optional(
          Type.Array(schema.Id, { maxItems: LIST, description: 'Ids of uploaded files, ten at most.' }),
        ),
      },
      { title: 'NewPost' },
    ),
    edit: Type.Object(
      {
        body: Type.Optional(body),
        title: Type.Optional(Type.Unsafe<string | null>({ ...title, type: ['string', 'null'] })),
      },
      { title: 'PostEdit', description: 'Omitted fields stay as they are.' },
    ),
  };
}

export function servePosts(app: App, parts: KoineParts): void {
  serveNewPosts(app, parts);
  servePostChanges(app, parts);
}

function serveNewPosts(app: App, { core: { posts }, callers, present, options }: KoineParts): void {
  const Body = bodies(options);

  app.post(
    '/v1/posts',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createPost',
        summary: 'Write a post',
        errors: ['unauthenticated', 'idempotency_key_reused', 'quota_exceeded'],
        headers: CreationHeaders,
        body: Body.creation,
        response: { 201: schema.Post },
      },
    },
    async (request, reply) => {
      const { images: imageIds = [], ...texts } = request.body;
      const post = await posts.create(callerOf(request), { ...texts, imageIds, key: idempotencyKey(request) });
      return reply.code(201).header('location', `/v1/posts/${post.uid}`).send(present.post(post));
    },
  );

  app.get(
    '/v1/posts/:postId',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getPost',
        summary: 'Get a post',
        description: 'The `ETag` is for the `If-Match` of an edit: it does not change with likes and comments.',
        errors: OF_POST,
        params: PostPath,
        response: { 200: schema.Post },
      },
    },
    async (request, reply) => {
      const post = await posts.get(callerOf(request), { uid: request.params.postId }, POST_PARTS);
      setETag(reply, versionOf(post));
      return present.post(post);
    },
  );
}

function servePostChanges(app: App, { core: { posts }, callers, present, options }: KoineParts): void {
  const Body = bodies(options);

  app.patch(
    '/v1/posts/:postId',
    {
      ...callers.may('write'),
      config: TAKES_IF_MATCH,
      schema: {
        operationId: 'updatePost',
        summary: 'Edit a post',
        errors: [...OF_POST, forbidden('edit', 'post'), 'quota_exceeded'],
        headers: ChangeHeaders,
        params: PostPath,
        body: Body.edit,
        response: { 200: schema.Post },
      },
    },
    async (request, reply) => {
      const expected = { version: expectedSeq(request), parts: POST_PARTS };
      const post = await posts.edit(callerOf(request), { uid: request.params.postId }, request.body, expected);
      setETag(reply, versionOf(post));
      return present.post(post);
    },
  );

  app.delete(
    '/v1/posts/:postId',
    {
      ...callers.may('write'),
      config: TAKES_IF_MATCH,
      schema: {
        operationId: 'deletePost',
        summary: 'Delete a post, with its comments and likes',
        errors: [...OF_POST, forbidden('delete', 'post')],
        headers: ChangeHeaders,
        params: PostPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await posts.remove(callerOf(request), { uid: request.params.postId }, { version: expectedSeq(request) });
      return reply.code(204).send(null);
    },
  );
}
