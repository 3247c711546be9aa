/** `/v1/friend-requests`: requests to the caller and from the caller. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, pageOf, positionOf, readUpTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';

/** The id of the last person of a page. */
const Position = Type.Integer({ minimum: 1 });
const Direction = Type.Optional(schema.OneOf('received', 'sent'));

export function serveFriendRequests(app: App, { core: { friends }, callers, present }: KoineParts): void {
  app.get(
    '/v1/friend-requests',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listFriendRequests',
        summary: 'List who asked the caller to become a friend, or whom the caller asked',
        description: '`PUT /v1/friends/{id}` accepts.',
        errors: ['unauthenticated'],
        querystring: ListQuery({ direction: Direction }),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { limit, cursor, direction } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const list = (most: number) =>
        friends.listRequests(callerOf(request), { sent: direction === 'sent', after, limit: most });
      const { items, next } = await readUpTo(limit, list, ({ id }) => id);
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );

  app.delete(
    '/v1/friend-requests/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeFriendRequest',
        summary: 'Decline a request, or take one back',
        description: 'A declined account is not told, and does not ask again.',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await friends.dropRequest(callerOf(request), personRef(request.params.personId));
      return reply.code(204).send(null);
    },
  );
}
