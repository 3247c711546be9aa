/** `/v1/mutes`: of whom the caller wants to hear nothing. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';
import { servePeopleById } from './people-by-id.ts';

export function serveMutes(app: App, parts: KoineParts): void {
  const {
    core: { mutes },
    callers,
    present,
  } = parts;
  servePeopleById(app, parts, {
    url: '/v1/mutes',
    operationId: 'listMutes',
    summary: 'List the accounts that the caller has muted',
    read: (caller, page) => mutes.listMutes(caller, page),
  });

  app.put(
    '/v1/mutes/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addMute',
        summary: 'Mute an account',
        description:
          'Its actions no longer notify the caller; clients collapse its messages. It does not learn of that.',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 200: schema.Person },
      },
    },
    async (request) => present.person(await mutes.mute(callerOf(request), personRef(request.params.personId))),
  );

  app.delete(
    '/v1/mutes/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeMute',
        summary: 'Hear of an account again',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await mutes.unmute(callerOf(request), personRef(request.params.personId));
      return reply.code(204).send(null);
    },
  );
}
