/** `/v1/posts` and `/v1/people/{id}/posts`: lists of posts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { FeedSource } from '../../../core/posts/feed.ts';
import { AppError, notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { isUnchanged, setETag } from '../headers.ts';
import { ListQuery, pageOf, positionOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { POST_PARTS } from '../present/posts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';

/** The id of the last post of a page. */
const Position = Type.Integer({ minimum: 1 });

const FeedQuery = ListQuery({
  from: Type.Optional(
    Type.String({
      maxLength: PARAMETER,
      default: 'all',
      description: "The authors: `all`, `friends` (the caller's), or `@` and a username.",
    }),
  ),
});

export function servePostLists(app: App, { core: { posts }, callers, present }: KoineParts): void {
  async function answerPage(
    request: FastifyRequest,
    reply: FastifyReply,
    from: FeedSource,
    { limit, cursor }: { limit: number; cursor?: string },
  ) {
    const caller = callerOf(request);
    const before = positionOf(Position, cursor);
    // Read before the list: the tag is never newer than what it stands for.
    const tag = await posts.positionOfFeed(caller);
    if (isUnchanged(request, tag)) return reply.code(304).send(null);
    const { seq, ...page } = await posts.listFeed(caller, from, { before, limit }, POST_PARTS);
    setETag(reply, tag);
    return { ...pageOf(reply, { ...page, items: page.items.map(present.post) }), seq };
  }

  app.get(
    '/v1/posts',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listPosts',
        summary: 'List posts, newest first',
        description: 'Posts of accounts that the caller has blocked are left out.',
        errors: ['unauthenticated', notFound('account')],
        querystring: FeedQuery,
        response: { 200: schema.Posts, 304: schema.Nothing },
      },
    },
    async (request, reply) => {
      const { from = 'all', ...query } = request.query;
      return answerPage(request, reply, sourceOf(from), query);
    },
  );

  app.get(
    '/v1/people/:personId/posts',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listPostsOf',
        summary: 'List the posts of an account, newest first',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        querystring: ListQuery(),
        response: { 200: schema.Posts, 304: schema.Nothing },
      },
    },
    async (request, reply) => {
      return answerPage(request, reply, personRef(request.params.personId), request.query);
    },
  );
}

/** @throws AppError `invalid` */
function sourceOf(from: string): FeedSource {
  if (from === 'all' || from === 'friends') return from;
  if (from.startsWith('@')) return { username: from.slice(1) };
  const message = 'from must be all, friends, or @ and a username';
  throw new AppError('invalid', { issues: [{ in: 'query', field: 'from', reason: 'format', message }] });
}
