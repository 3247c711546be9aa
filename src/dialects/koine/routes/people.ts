/** `/v1/people`: other accounts. */
import { Type } from 'typebox';
import type { PersonRef } from '../../../core/people/people.ts';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, pageOf, positionOf, RowId } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

export const PersonPath = Type.Object({
  personId: Type.String({ maxLength: PARAMETER, description: 'An id, or `@` and a username.', examples: ['@ann'] }),
});

/** `@username` or an id. */
export function personRef(personId: string): PersonRef {
  return personId.startsWith('@') ? { username: personId.slice(1) } : { uid: personId };
}

/** The start of a page: core/people/people-search.ts. */
export const PeoplePosition = Type.Object({
  by: schema.OneOf('username', 'name'),
  key: Type.String({ maxLength: PARAMETER }),
  id: RowId,
});
const PeopleQuery = ListQuery({
  query: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'The start of a username or a name.' })),
});

export function servePeople(app: App, { core: { people, profiles }, callers, present }: KoineParts): void {
  app.get(
    '/v1/people',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listPeople',
        summary: 'List or find people',
        description: 'Usernames that begin with `query` come first, then names that do, then those that are alike.',
        errors: ['unauthenticated'],
        querystring: PeopleQuery,
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { query = '', limit, cursor } = request.query;
      const after = positionOf(PeoplePosition, cursor);
      const { items, next } = await people.listPeople(callerOf(request), query, { after, limit });
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );

  app.get(
    '/v1/people/:personId',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'getPerson',
        summary: 'Get an account',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 200: schema.Person },
      },
    },
    async (request) => present.person(await profiles.get(callerOf(request), personRef(request.params.personId))),
  );
}
