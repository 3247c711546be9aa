/** `/v1/friends`: whom the caller is friends with. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { nullOn } from '../../shared/rename-errors.ts';
import { BLOCKED } from '../errors.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';
import { servePeopleById } from './people-by-id.ts';

export function serveFriends(app: App, parts: KoineParts): void {
  const {
    core: { friends, profiles },
    callers,
    present,
  } = parts;
  servePeopleById(app, parts, {
    url: '/v1/friends',
    operationId: 'listFriends',
    summary: "List the caller's friends",
    read: (caller, page) => friends.listFriends(caller, { uid: caller.uid }, page),
  });

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
