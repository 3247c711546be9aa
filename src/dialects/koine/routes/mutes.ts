/** `/v1/mutes`: of whom the caller wants to hear nothing. */
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

export function serveMutes(app: App, { core: { mutes }, callers, present }: KoineParts): void {
  app.get(
    '/v1/mutes',
    {
      ...callers.may('read'),
      schema: {
        operationId: 'listMutes',
        summary: 'List the accounts that the caller has muted',
        errors: ['unauthenticated'],
        querystring: ListQuery(),
        response: { 200: schema.People },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const after = positionOf(Position, cursor) ?? 0;
      const found = await mutes.listMutes(callerOf(request), { after, limit: limit + 1 });
      const { items, next } = upTo(limit, found, ({ id }) => id);
      return pageOf(reply, { items: items.map(present.person), next });
    },
  );

  app.put(
    '/v1/mutes/:personId',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'addMute',
        summary: 'Mute an account',
        description:
          'Its acts notify the caller no more; clients show its messages smaller. It does not learn of that.',
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
