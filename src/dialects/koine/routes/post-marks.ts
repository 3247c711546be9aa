/** `/v1/posts/{id}/like` and `/v1/bookmarks`: posts that people like, and posts that they keep. */
import { Type } from 'typebox';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, pageOf, positionOf } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import { POST_PARTS } from '../present/posts.ts';
import * as schema from '../schema.ts';
import { OF_POST, PostPath } from './posts.ts';

const Liking = Type.Object({ liked: Type.Boolean(), likesCount: schema.Count }, { title: 'Liking' });
/** When the last one of a page was marked (Unix ms), and its id. */
const Position = Type.Object({ at: Type.Integer({ minimum: 0, maximum: 8.64e15 }), id: Type.Integer({ minimum: 1 }) });

export function servePostMarks(app: App, parts: KoineParts): void {
  serveLikes(app, parts);
  serveBookmarks(app, parts);
}

function serveLikes(app: App, { core: { likes }, callers, present }: KoineParts): void {
  for (const [method, liked, summary] of [
    ['PUT', true, 'Like a post'],
    ['DELETE', false, 'Remove a like'],
  ] as const)
    app.route({
      method,
      url: '/v1/posts/:postId/like',
      ...callers.may('write'),
      schema: {
        operationId: liked ? 'setLike' : 'removeLike',
        summary,
        errors: OF_POST,
        params: PostPath,
        response: { 200: Liking },
      },
      handler: (request) => likes.setLike(callerOf(request), { uid: request.params.postId }, liked),
    });

  app.get(
    '/v1/posts/:postId/likes',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listLikes',
        summary: 'List who likes a post, the newest first',
        errors: OF_POST,
        params: PostPath,
        querystring: ListQuery(),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const post = { uid: request.params.postId };
      const { items, next } = await likes.listLikers(callerOf(request), post, { before, limit });
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );
}

function serveBookmarks(app: App, { core: { bookmarks }, callers, present }: KoineParts): void {
  for (const [method, bookmarked, summary] of [
    ['PUT', true, 'Bookmark a post'],
    ['DELETE', false, 'Remove a bookmark'],
  ] as const)
    app.route({
      method,
      url: '/v1/posts/:postId/bookmark',
      ...callers.may('write'),
      schema: {
        operationId: bookmarked ? 'setBookmark' : 'removeBookmark',
        summary,
        description: 'Nobody else sees it.',
        errors: OF_POST,
        params: PostPath,
        response: { 204: schema.Nothing },
      },
      handler: async (request, reply) => {
        await bookmarks.setBookmark(callerOf(request), { uid: request.params.postId }, bookmarked);
        return reply.code(204).send(null);
      },
    });

  app.get(
    '/v1/bookmarks',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listBookmarks',
        summary: "List the caller's bookmarked posts, the newest bookmark first",
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: schema.Posts },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const before = positionOf(Position, cursor);
      const { seq, ...page } = await bookmarks.listBookmarks(callerOf(request), { before, limit }, POST_PARTS);
      return { ...pageOf(reply, { ...page, items: page.items.map(present.post) }), seq };
    },
  );
}
