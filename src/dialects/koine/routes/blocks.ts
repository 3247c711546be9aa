/** `/v1/blocks`: whom the caller does not want to hear from. */
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';
import { servePeopleById } from './people-by-id.ts';

export function serveBlocks(app: App, parts: KoineParts): void {
  const {
    core: { blocks },
    callers,
    present,
  } = parts;
  servePeopleById(app, parts, {
    url: '/v1/blocks',
    operationId: 'listBlocks',
    summary: 'List the accounts that the caller has blocked',
    read: (caller, page) => blocks.listBlocks(caller, page),
  });

  app.put(
    '/v1/blocks/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addBlock',
        summary: 'Block an account',
        description:
          'Ends a friendship. The account can no longer write to the caller alone, befriend the caller or add them to rooms; what it' +
          ' writes elsewhere is left out of the answers for the caller.',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 200: schema.Person },
      },
    },
    async (request) => present.person(await blocks.block(callerOf(request), personRef(request.params.personId))),
  );

  app.delete(
    '/v1/blocks/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'removeBlock',
        summary: 'Take a block back',
        errors: ['unauthenticated', notFound('account')],
        params: PersonPath,
        response: { 204: schema.Nothing },
      },
    },
    async (request, reply) => {
      await blocks.unblock(callerOf(request), personRef(request.params.personId));
      return reply.code(204).send(null);
    },
  );
}
