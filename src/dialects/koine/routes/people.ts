/** `/v1/people`: other accounts. */
import { Type } from 'typebox';
import type { PersonRef } from '../../../core/people/people.ts';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';

export const PersonPath = Type.Object({
  personId: Type.String({ maxLength: PARAMETER, description: 'An id, or `@` and a username.', examples: ['@ann'] }),
});

/** `@username` or an id. */
export function personRef(personId: string): PersonRef {
  return personId.startsWith('@') ? { username: personId.slice(1) } : { uid: personId };
}

export function servePeople(app: App, { core: { profiles }, callers, present }: KoineParts): void {
  app.get(
    '/v1/people/:personId',
    {
      ...callers.member,
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
