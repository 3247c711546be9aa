/** `/v1/friends`: whom the caller is friends with. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { nullOn } from '../../shared/rename-errors.ts';
import { BLOCKED } from '../errors.ts';
import { ListQuery, pageOf, positionOf, upTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';

/** The id of the last person of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveFriends(app: App, { core: { friends, profiles }, callers, present }: KoineParts): void {
  app.get(
    '/v1/friends',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listFriends',
        summary: "List the caller's friends",
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const found = await friends.listFriends(caller, { uid: caller.uid }, { after, limit: limit + 1 });
      const { items, next } = upTo(limit, found, ({ id }) => id);
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );

  app.put(
    '/v1/friends/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addFriend',
        summary: 'Become friends with an account',
        description:
          'At once, for both, where the other lets the caller (`privacy` of Me) or has asked; else they are asked, and the answer is 202.' +
          ' To friends it changes nothing.',
        errors: ['unauthenticated', 'self_friend', BLOCKED, notFound('account')],
        params: PersonPath,
        response: { 200: schema.Person, 202: schema.Person },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const ref = personRef(request.params.personId);
      const added = await nullOn('already_friends', friends.addFriend(caller, ref));
      const person = present.person(added?.person ?? (await profiles.get(caller, ref)));
      return reply.code(added?.isAsked ? 202 : 200).send(person);
    },
  );

  app.delete(
    '/v1/friends/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeFriend',
        summary: 'End a friendship',
        description: 'At once, for both. Without one there is nothing to end.',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await nullOn('not_friends', friends.removeFriend(callerOf(request), personRef(request.params.personId)));
      return reply.code(204).send(null);
    },
  );
}
