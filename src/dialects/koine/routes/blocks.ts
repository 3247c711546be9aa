/** `/v1/blocks`: whom the caller does not want to hear from. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf } from '../../shared/callers.ts';
import { ListQuery, pageOf, positionOf, upTo } from '../lists.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { PersonPath, personRef } from './people.ts';

/** The id of the last person of a page. */
const Position = Type.Integer({ minimum: 1 });

export function serveBlocks(app: App, { core: { blocks }, callers, present }: KoineParts): void {
  app.get(
    '/v1/blocks',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listBlocks',
        summary: 'List the accounts that the caller has blocked',
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const found = await blocks.listBlocks(callerOf(request), { after, limit: limit + 1 });
      const { items, next } = upTo(limit, found, ({ id }) => id);
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );

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
