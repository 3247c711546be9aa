/** Reading and liking posts. forms.ts has the routes that write them. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { NOT_SELF } from '../callers.ts';
import type { SocialParts } from '../parts.ts';
import { POST_PARTS } from '../present.ts';
import * as schema from '../schema.ts';

/** Posts of a page. */
const PAGE = 50;

const LONG_POSTS =
  'Where texts are long a page has fewer posts, and fewer of the users who like them; the posts that do not fit are on ' +
  'the next page. The list ends with an empty page.';

export function servePosts(app: App, { core, callers, present }: SocialParts): void {
  const { posts, likes, accounts } = core;
  const pageOf = ({ page }: { page: number }) => ({ page, size: PAGE });

  app.get(
    '/api/posts/all',
    {
      ...callers.reader,
      schema: {
        operationId: 'listPosts',
        summary: 'List posts, newest first, 50 a page',
        description: LONG_POSTS,
        errors: ['unauthenticated'],
        querystring: schema.PageQuery,
        response: { 200: schema.Posts },
      },
    },
    async (request) => (await posts.list(viewerOf(request), pageOf(request.query), POST_PARTS)).map(present.post),
  );

  app.get(
    '/api/users/:user_id/posts',
    {
      ...callers.reader,
      schema: {
        operationId: 'listUserPosts',
        summary: 'List the posts of one user, newest first, 50 a page',
        description: LONG_POSTS,
        errors: ['unauthenticated', notFound('account')],
        params: schema.UserPath,
        querystring: schema.PageQuery,
        response: { 200: schema.Posts },
      },
    },
    async (request) => {
      const author = await accounts.getAccountByUid(request.params.user_id);
      const page = await posts.listOf(viewerOf(request), author, pageOf(request.query), POST_PARTS);
      return page.map(present.post);
    },
  );

  app.patch(
    '/api/posts/:post_id/like/:user_id',
    {
      ...callers.self,
      schema: {
        operationId: 'togglePostLike',
        summary: 'Toggle a like',
        errors: ['unauthenticated', NOT_SELF, notFound('post')],
        params: schema.LikePath,
        response: { 200: schema.Post },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const post = { uid: request.params.post_id };
      await likes.setLike(caller, post, (liked) => !liked);
      return present.post(await posts.get(caller, post, POST_PARTS));
    },
  );
}
