/** `/profiles/api/posts`: reading and writing posts. */
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { noCredentials } from '../errors.ts';
import type { MessengerParts } from '../parts.ts';
import { PAGE } from '../parts.ts';
import { presentPost } from '../present.ts';
import * as schema from '../schema.ts';

export function servePosts(app: App, { core: { posts }, member, options }: MessengerParts): void {
  app.get(
    '/profiles/api/posts/',
    {
      ...member,
      schema: {
        operationId: 'listPosts',
        summary: 'List posts, newest first',
        errors: ['unauthenticated', noCredentials()],
        querystring: schema.PageQuery,
        response: { 200: schema.Posts },
      },
    },
    async (request) =>
      (await posts.list(callerOf(request), { page: request.query.page - 1, size: PAGE }, [])).map(presentPost),
  );

  app.post(
    '/profiles/api/posts/',
    {
      ...member,
      schema: {
        operationId: 'createPost',
        summary: 'Write a post',
        errors: ['unauthenticated', noCredentials(), 'quota_exceeded'],
        body: schema.PostBody(options.titleLength, options.postLength),
        response: { 201: schema.Post },
      },
    },
    async (request, reply) => {
      const { title, content } = request.body;
      return reply.code(201).send(presentPost(await posts.create(callerOf(request), { title, body: content })));
    },
  );
}
